internal import Basics

/// A workload of holds of one line: what they have in common is in ``HoldCalls``, and each says only how a buyer goes on.
/// A share of the reservations is sent once more with the same id before that.
protocol HoldWorkload: Workload {
  var context: LoadContext { get }
  var calls: HoldCalls { get }
  /// The next step with a hold: behind its reservation, or behind a step that succeeded.
  func step(_ place: Int, after operation: Operation) -> Operation?
}

extension HoldWorkload {
  func begin(_ place: Int) -> Operation {
    calls.begin(place)
    return .reserve
  }

  func message(_ call: LoadCall) -> [UInt8] { calls.message(call) }
  func keySlot(_ call: LoadCall) -> UInt16? { calls.keySlot(call) }

  func received(_ message: RawSpan, for call: LoadCall) throws(DecodeError) -> Reading {
    .outcome(try calls.received(message, for: call))
  }

  func ended(_ call: LoadCall, _ outcome: Outcome, isUnknown: Bool) -> Operation? {
    calls.ended(call, outcome, isUnknown: isUnknown)
    guard outcome == .done, let next = next(call) else { return nil }
    calls.follow(call.place, next)
    return next
  }

  private func next(_ call: LoadCall) -> Operation? {
    switch call.operation {
    case .reserve: context.draws(context.plan.duplicateShare) ? .repeated : step(call.place, after: .reserve)
    case .repeated: step(call.place, after: .reserve)
    case .confirm, .release, .extend, .batch, .order, .orderAcross, .orderRepeated, .getStock, .batchGetStock, .getHold:
      step(call.place, after: call.operation)
    }
  }
}

/// Reserves, and leaves the hold to expire.
final class ReserveWorkload: HoldWorkload {
  let context: LoadContext
  let calls: HoldCalls

  init(_ context: LoadContext) {
    self.context = context
    calls = HoldCalls(context)
  }

  func step(_ place: Int, after operation: Operation) -> Operation? { nil }
}
