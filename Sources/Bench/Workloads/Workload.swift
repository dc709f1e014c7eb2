internal import Basics

/// What the buyers of a worker do: one small state machine for all of its places, which are told apart by number. The
/// engine asks for the next call, sends it as often as it takes, and tells the answer; it knows nothing of stock. Belongs
/// to the worker's thread.
protocol Workload: AnyObject {
  /// A buyer begins anew at a place: the first call.
  func begin(_ place: Int) -> Operation
  /// The message of a place's call, the same for each attempt.
  func message(_ call: LoadCall) -> [UInt8]
  /// The slot, in the keys' sense, by which the call finds its leader; `nil` for any node.
  func keySlot(_ call: LoadCall) -> UInt16?
  /// Reads an answer, and compares it with what was asked for.
  func received(_ message: RawSpan, for call: LoadCall) throws(DecodeError) -> Reading
  /// A call is over, after all its attempts; answers the buyer's next one, `nil` when this was the last.
  ///
  /// - Parameter isUnknown: it may have had an effect that was not acknowledged.
  func ended(_ call: LoadCall, _ outcome: Outcome, isUnknown: Bool) -> Operation?
}

/// A place's call as a workload is told of it.
struct LoadCall {
  /// The number of the buyer's place.
  var place: Int
  var operation: Operation
  /// An attempt of ours may have had its effect without our hearing of it.
  var isUncertain: Bool
}

/// What an answer says.
enum Reading {
  case outcome(Outcome)
  /// It is no last word: a part of it failed for the moment, and the call is to be made again as a whole.
  case partial(Outcome)
}

extension BenchConfiguration.Workload {
  func make(_ context: LoadContext) -> any Workload {
    switch self {
    case .reserve: context.plan.batch > 1 ? BatchReserveWorkload(context) : ReserveWorkload(context)
    case .reserveConfirm: ReserveConfirmWorkload(context)
    case .mix: MixWorkload(context)
    case .cartChurn: CartChurnWorkload(context)
    case .orders: OrdersWorkload(context)
    case .reads: ReadsWorkload(context)
    case .feed: ReserveWorkload(context)
    }
  }
}
