internal import API
internal import Basics

/// Makes many reservations a call, of one line each, and leaves the holds to expire.
final class BatchReserveWorkload: Workload {
  private struct Item {
    var id = UniqueID.zero
    var sku = 0
  }

  private let context: LoadContext
  private let batch: Int
  private var template: ReserveTemplate
  /// Those of a place are one behind the other.
  private var items: [Item]
  /// How many of a place's items have been decided and counted.
  private var decided: [Int]

  init(_ context: LoadContext) {
    let plan = context.plan
    self.context = context
    batch = plan.batch
    template = ReserveTemplate(
      tenant: plan.tenant, names: plan.names, quantity: plan.quantity, timeToLiveSeconds: plan.timeToLiveSeconds,
      batch: plan.batch)
    items = Array(repeating: Item(), count: context.placeCount * plan.batch)
    decided = Array(repeating: 0, count: context.placeCount)
  }

  func begin(_ place: Int) -> Operation {
    decided[place] = 0
    for position in 0..<batch {
      items[place &* batch &+ position] = Item(id: context.freshID(), sku: context.picker.next())
    }
    return .batch
  }

  func message(_ call: LoadCall) -> [UInt8] {
    for position in 0..<batch {
      let item = items[call.place &* batch &+ position]
      template.set(position, id: item.id, sku: item.sku)
    }
    return template.bytes
  }

  /// That of the first reservation.
  func keySlot(_ call: LoadCall) -> UInt16? { context.keySlot(ofSKU: items[call.place &* batch].sku) }

  func received(_ message: RawSpan, for call: LoadCall) throws(DecodeError) -> Reading {
    if let failure = try partialFailure(message) { return .partial(failure) }
    let names = context.plan.names
    var answers = BatchAnswers(message)
    var worst = Outcome.done
    while let answer = try answers.next(names) {
      guard decided[call.place] < batch else { throw .invalid("more results than requests") }
      let outcome = decide(answer, call)
      if outcome == .wrong { worst = .wrong }
      context.count(outcome)
      decided[call.place] += 1
    }
    guard decided[call.place] == batch else {
      throw .invalid("\(decided[call.place]) results for \(batch) requests")
    }
    return .outcome(worst)
  }

  /// A batch of which some parts failed for the moment is made again as a whole, where calls are: the others are then
  /// answered again.
  private func partialFailure(_ message: RawSpan) throws(DecodeError) -> Outcome? {
    guard let cluster = context.plan.cluster, cluster.attemptsMax > 1 else { return nil }
    var answers = BatchAnswers(message)
    while let answer = try answers.next(context.plan.names) {
      if case .refused(let outcome) = answer, outcome.isTransient { return outcome }
    }
    return nil
  }

  private func decide(_ answer: BatchAnswers.Result, _ call: LoadCall) -> Outcome {
    let item = items[call.place &* batch &+ decided[call.place]]
    switch answer {
    case .refused(let outcome):
      if outcome.isUnknownWhenAnswered { forget(item) }
      return outcome
    case .made(let answer):
      let hold = HoldRecord(
        id: item.id, expiryMilliseconds: answer.expiryMilliseconds, skuIndex: UInt32(item.sku),
        quantity: UInt16(context.plan.quantity), suffix: answer.suffix, knowledge: .held)
      _ = context.recorder.append(hold)
      if answer.isRight(for: hold, mayBeReplayed: context.mayBeReplayed(call)) { return .done }
      context.failures.add("the hold that was made is not the one asked for: \(item.id), SKU \(item.sku): \(answer)")
      return .wrong
    }
  }

  func ended(_ call: LoadCall, _ outcome: Outcome, isUnknown: Bool) -> Operation? {
    for position in decided[call.place]..<batch {
      if isUnknown { forget(items[call.place &* batch &+ position]) }
      context.count(outcome)
    }
    return nil
  }

  private func forget(_ item: Item) {
    _ = context.recorder.append(
      HoldRecord(
        id: item.id, skuIndex: UInt32(item.sku), quantity: UInt16(context.plan.quantity), knowledge: .reserveUnknown))
  }
}
