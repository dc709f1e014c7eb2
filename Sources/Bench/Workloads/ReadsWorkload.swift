internal import API
internal import Basics

/// Reads beside a share of reservations: the stock of one SKU, of several, and the buyer's own last hold. What is told
/// must fit what is known.
final class ReadsWorkload: Workload {
  private let context: LoadContext
  private let calls: HoldCalls
  private let consistency: ReadConsistency?
  /// The SKUs that a place's read asks for.
  private var asked: [[Int]]
  private var hasHold: [Bool]

  init(_ context: LoadContext) {
    self.context = context
    calls = HoldCalls(context)
    consistency = context.plan.stalenessMilliseconds.map {
      ReadConsistency(level: .stalenessMax(WellKnown.Duration(milliseconds: Int64($0))))
    }
    asked = Array(repeating: [], count: context.placeCount)
    hasHold = Array(repeating: false, count: context.placeCount)
  }

  func begin(_ place: Int) -> Operation {
    let operation = chooseOperation(place)
    switch operation {
    case .getStock: asked[place] = [context.picker.next()]
    case .batchGetStock: asked[place] = (0..<context.plan.readBatch).map { _ in context.picker.next() }
    case .reserve:
      hasHold[place] = false
      calls.begin(place)
    case .getHold, .repeated, .confirm, .release, .extend, .batch, .order, .orderAcross, .orderRepeated: break
    }
    return operation
  }

  /// Of the reads a half ask for one SKU, a quarter for many, a quarter for a hold: which a stale read may not know yet.
  private func chooseOperation(_ place: Int) -> Operation {
    if context.draws(context.plan.writeShare) { return .reserve }
    let draw = context.generator.unit()
    if draw < 0.5 { return .getStock }
    return draw < 0.75 || !hasHold[place] || consistency != nil ? .batchGetStock : .getHold
  }

  func message(_ call: LoadCall) -> [UInt8] {
    let (tenant, names) = (context.plan.tenant, context.plan.names)
    switch call.operation {
    case .getStock:
      return GetStockRequest(tenant: tenant, consistency: consistency, sku: names.name(asked[call.place][0])).encoded()
    case .batchGetStock:
      return BatchGetStockRequest(tenant: tenant, consistency: consistency, skus: asked[call.place].map(names.name))
        .encoded()
    case .getHold:
      let hold = calls.hold(call.place)
      return GetHoldRequest(
        tenant: tenant, consistency: consistency, holdID: HoldName.text(hold.id, suffix: hold.suffix)
      ).encoded()
    case .reserve, .repeated, .confirm, .release, .extend, .batch, .order, .orderAcross, .orderRepeated:
      return calls.message(call)
    }
  }

  func keySlot(_ call: LoadCall) -> UInt16? {
    switch call.operation {
    case .getStock: context.keySlot(ofSKU: asked[call.place][0])
    case .batchGetStock: nil
    case .getHold: calls.hold(call.place).suffix
    case .reserve, .repeated, .confirm, .release, .extend, .batch, .order, .orderAcross, .orderRepeated:
      calls.keySlot(call)
    }
  }

  func received(_ message: RawSpan, for call: LoadCall) throws(DecodeError) -> Reading {
    switch call.operation {
    case .getStock:
      let stock = try GetStockResponse(decoding: message).stock
      return .outcome(judge([stock], asked[call.place]))
    case .batchGetStock:
      let results = try BatchGetStockResponse(decoding: message).results
      return .outcome(judge(results.map(Self.stock), asked[call.place]))
    case .getHold:
      guard let hold = try GetHoldResponse(decoding: message).hold else { throw .invalid("an answer without the hold") }
      let faults = HoldCheck.faults(of: hold, calls.hold(call.place), context.plan.names)
      if faults.isEmpty, hold.state == .active || hold.state == .expired { return .outcome(.done) }
      context.failures.add("a hold is not as it was acknowledged: \(hold.holdID), \(hold.state.name): \(faults)")
      return .outcome(.wrong)
    case .reserve, .repeated, .confirm, .release, .extend, .batch, .order, .orderAcross, .orderRepeated:
      return .outcome(try calls.received(message, for: call))
    }
  }

  private static func stock(_ result: BatchGetStockResult) -> SKUStock? {
    guard case .stock(let stock)? = result.outcome else { return nil }
    return stock
  }

  private func judge(_ stocks: [SKUStock?], _ asked: [Int]) -> Outcome {
    guard stocks.count == asked.count else { return .wrong }
    for (stock, sku) in zip(stocks, asked) {
      let faults = stock.map(StockCheck.faults) ?? ["it is not told"]
      if stock?.sku == context.plan.names.name(sku), faults.isEmpty { continue }
      context.failures.add("the stock of \(context.plan.names.name(sku)) is told as \(stock?.sku ?? "none"): \(faults)")
      return .wrong
    }
    return .done
  }

  func ended(_ call: LoadCall, _ outcome: Outcome, isUnknown: Bool) -> Operation? {
    if call.operation == .reserve {
      calls.ended(call, outcome, isUnknown: isUnknown)
      hasHold[call.place] = outcome == .done
    }
    return nil
  }
}
