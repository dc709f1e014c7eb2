internal import API
internal import Basics

/// The calls around holds of one line: makes their messages from templates, compares the answers with what was asked
/// for, and keeps the book. What is called next is the workload's business. Belongs to the worker's thread.
final class HoldCalls {
  /// One buyer's hold, and the call under way for it.
  private struct Cart {
    /// The request's id in the call under way.
    var requestID = UniqueID.zero
    var hold = HoldRecord(id: .zero, skuIndex: 0, quantity: 0, knowledge: .held)
    /// The hold's place in the book.
    var bookPlace = 0
  }

  private let context: LoadContext
  private var carts: [Cart]
  private var reserve: ReserveTemplate
  private var confirm: FollowUpTemplate
  private var release: FollowUpTemplate
  private var extend: FollowUpTemplate

  init(_ context: LoadContext) {
    let plan = context.plan
    self.context = context
    carts = Array(repeating: Cart(), count: context.placeCount)
    reserve = ReserveTemplate(
      tenant: plan.tenant, names: plan.names, quantity: plan.quantity, timeToLiveSeconds: plan.timeToLiveSeconds,
      batch: 1)
    confirm = .confirm(tenant: plan.tenant)
    release = .release(tenant: plan.tenant)
    extend = .extend(tenant: plan.tenant, timeToLiveSeconds: plan.timeToLiveSeconds)
  }

  /// What is known of the hold that a place made last.
  func hold(_ place: Int) -> HoldRecord { carts[place].hold }

  /// A new reservation.
  func begin(_ place: Int) {
    let id = context.freshID()
    carts[place].requestID = id
    carts[place].hold = HoldRecord(
      id: id, skuIndex: UInt32(context.picker.next()), quantity: UInt16(context.plan.quantity),
      knowledge: .reserveUnknown)
  }

  /// A further step with the hold that was made.
  func follow(_ place: Int, _ operation: Operation) {
    if operation != .repeated { carts[place].requestID = context.freshID() }
  }

  func message(_ call: LoadCall) -> [UInt8] {
    let cart = carts[call.place]
    switch call.operation {
    case .confirm:
      confirm.set(request: cart.requestID, hold: cart.hold.id, suffix: cart.hold.suffix)
      return confirm.bytes
    case .release:
      release.set(request: cart.requestID, hold: cart.hold.id, suffix: cart.hold.suffix)
      return release.bytes
    case .extend:
      extend.set(request: cart.requestID, hold: cart.hold.id, suffix: cart.hold.suffix)
      return extend.bytes
    case .reserve, .repeated, .batch, .order, .orderAcross, .orderRepeated, .getStock, .batchGetStock, .getHold:
      reserve.set(0, id: cart.hold.id, sku: Int(cart.hold.skuIndex))
      return reserve.bytes
    }
  }

  func keySlot(_ call: LoadCall) -> UInt16? {
    switch call.operation {
    case .confirm, .release, .extend: carts[call.place].hold.suffix
    case .reserve, .repeated, .batch, .order, .orderAcross, .orderRepeated, .getStock, .batchGetStock, .getHold:
      context.keySlot(ofSKU: Int(carts[call.place].hold.skuIndex))
    }
  }

  // MARK: answers

  func received(_ message: RawSpan, for call: LoadCall) throws(DecodeError) -> Outcome {
    switch call.operation {
    case .reserve:
      made(try ReserveAnswer(reading: message, context.plan.names), call)
    case .repeated: repeated(try ReserveAnswer(reading: message, context.plan.names), call.place)
    // Its response has the same fields as that of a reservation.
    case .extend: extended(try ReserveAnswer(reading: message, context.plan.names), call)
    case .confirm, .release, .batch, .order, .orderAcross, .orderRepeated, .getStock, .batchGetStock, .getHold: .done
    }
  }

  /// Enters a hold into the book, after comparing it with what was asked for.
  private func made(_ answer: ReserveAnswer, _ call: LoadCall) -> Outcome {
    carts[call.place].hold.expiryMilliseconds = answer.expiryMilliseconds
    carts[call.place].hold.suffix = answer.suffix
    carts[call.place].hold.knowledge = .held
    let hold = carts[call.place].hold
    carts[call.place].bookPlace = context.recorder.append(hold)
    if answer.isRight(for: hold, mayBeReplayed: context.mayBeReplayed(call)) { return .done }
    context.failures.add("the hold that was made is not the one asked for: \(hold.id), SKU \(hold.skuIndex): \(answer)")
    return .wrong
  }

  private func repeated(_ answer: ReserveAnswer, _ place: Int) -> Outcome {
    let hold = carts[place].hold
    if answer.isSame(as: hold), answer.expiryMilliseconds == hold.expiryMilliseconds, answer.isReplayed { return .done }
    context.failures.add("a repeated request got another answer: \(hold.id): \(answer)")
    return .wrong
  }

  private func extended(_ answer: ReserveAnswer, _ call: LoadCall) -> Outcome {
    let (place, hold) = (call.place, carts[call.place].hold)
    carts[place].hold.expiryMilliseconds = answer.expiryMilliseconds
    context.recorder.extend(toMilliseconds: answer.expiryMilliseconds, at: carts[place].bookPlace)
    let isRight = answer.isRight(for: hold, mayBeReplayed: context.mayBeReplayed(call))
    if isRight, answer.expiryMilliseconds >= hold.expiryMilliseconds { return .done }
    context.failures.add("an extended hold is not the one that was asked for: \(hold.id): \(answer)")
    return .wrong
  }

  /// Enters what is known after a call into the book.
  func ended(_ call: LoadCall, _ outcome: Outcome, isUnknown: Bool) {
    let place = call.place
    switch call.operation {
    case .reserve:
      context.count(outcome)
      if isUnknown, carts[place].hold.knowledge == .reserveUnknown { _ = context.recorder.append(carts[place].hold) }
    case .confirm: learn(place, outcome == .done ? .confirmed : isUnknown ? .confirmUnknown : nil)
    case .release: learn(place, outcome == .done ? .released : isUnknown ? .releaseUnknown : nil)
    case .extend: learn(place, isUnknown ? .extendUnknown : nil)
    case .repeated, .batch, .order, .orderAcross, .orderRepeated, .getStock, .batchGetStock, .getHold: break
    }
  }

  private func learn(_ place: Int, _ knowledge: HoldRecord.Knowledge?) {
    guard let knowledge else { return }
    context.recorder.learn(knowledge, at: carts[place].bookPlace)
  }
}

extension ReserveAnswer {
  func isSame(as hold: HoldRecord) -> Bool {
    id == hold.id && suffix == hold.suffix && skuIndex == Int(hold.skuIndex) && quantity == Int64(hold.quantity)
      && lineCount == 1
  }

  /// Whether this is the hold that was asked for. A second attempt is no replay either, when the first one was refused
  /// as surely not applied. What is replayed tells the hold as it is now, which may be over.
  func isRight(for hold: HoldRecord, mayBeReplayed: @autoclosure () -> Bool) -> Bool {
    isSame(as: hold) && expiryMilliseconds > 0 && (isReplayed ? mayBeReplayed() : isActive)
  }
}
