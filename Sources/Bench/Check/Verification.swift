internal import API
internal import Basics
internal import Client
internal import Reactor

/// What a verification found.
struct VerificationResult: Equatable, Sendable {
  static let findingsMax = 20

  var holdsChecked = 0
  /// Holds that were read as expired because their time is over.
  var holdsExpired = 0
  var holdsUnknown = 0
  var ordersChecked = 0
  var ordersUnknown = 0
  var skusChecked = 0
  var unitsHeldOrAllocated: Int64 = 0
  var unitsAcknowledged: Int64 = 0
  var shardsVerified = 0
  var seconds = 0.0
  var findingCount = 0
  /// The first of them.
  var findings: [String] = []

  var isFine: Bool { findingCount == 0 }

  mutating func find(_ text: @autoclosure () -> String) {
    findingCount += 1
    if findings.count < Self.findingsMax { findings.append(text()) }
  }
}

/// Compares all that the server tells with all that it acknowledged. Runs on the thread of its pump.
///
/// The order matters: the stock is read before and after the holds, and the shards' time told with it bounds the moment
/// at which each hold was read. What must be exact at a moment, the sum of a SKU's live holds, is compared with the
/// time that came with that very stock.
final class Verification {
  private let stocking: Stocking
  private let subject: RecordSubject
  private let book: HoldBook
  private let orders: OrderBook
  /// Of each line of an order.
  private let quantity: Int
  private let sample: Int?
  private var generator: SeededGenerator
  private var result = VerificationResult()
  private var earliest = Stamp.distantFuture
  private var latest = Stamp.zero
  private var stocks: [SKUStock?] = []

  init(
    _ stocking: Stocking, _ subject: RecordSubject, _ book: HoldBook, _ orders: OrderBook = OrderBook(),
    quantity: Int = 1, sample: Int?, seed: UInt64
  ) {
    self.stocking = stocking
    self.subject = subject
    self.book = book
    self.orders = orders
    self.quantity = quantity
    self.sample = sample
    generator = SeededGenerator(seed: seed)
  }

  func run() throws(BenchError) -> VerificationResult {
    let begun = EventLoop.clock
    try stocking.readStock { [self] _, stock in
      if let stamp = stock.asOfTime?.stamp { earliest = min(earliest, stamp) }
    }
    let read = try readHolds()
    try readOrders()
    try readStockAgain()
    judge(read)
    compareStock()
    try verifyLedger()
    result.seconds = Double(EventLoop.clock.nanoseconds(since: begun)) / 1e9
    return result
  }

  // MARK: holds

  /// A state that does not fit the time before it was read. It may fit the time after, which is known later.
  private struct Doubt {
    var place: UInt32
    var state: HoldState
  }

  private func readHolds() throws(BenchError) -> [Doubt] {
    let places = chosenPlaces()
    let names = stocking.names
    var doubts: [Doubt] = []
    let tenant = subject.tenant
    try stocking.pump.perform(
      HoldService.getHold.method, count: places.count,
      encode: { [self] index, writer in
        let known = book[Int(places[index])]
        GetHoldRequest(tenant: tenant, holdID: HoldName.text(known.id, suffix: known.suffix)).encode(into: &writer)
      },
      receive: { [self] (index, answer) throws(BenchError) in
        let known = book[Int(places[index])]
        result.holdsChecked += 1
        if case .failure(let failure) = answer, failure.status == .notFound {
          return result.find("hold \(HoldName.text(known.id, suffix: known.suffix)) was acknowledged and is not there")
        }
        guard let hold = try answer.decoded(HoldService.getHold).hold else {
          return result.find("hold \(known.id) was answered without its content")
        }
        if hold.state == .expired { result.holdsExpired += 1 }
        for fault in HoldCheck.faults(of: hold, known, names) {
          result.find("hold \(HoldName.text(known.id, suffix: known.suffix)): \(fault)")
        }
        if HoldCheck.fault(of: hold.state, known, earliest: earliest, latest: earliest) != nil {
          doubts.append(Doubt(place: places[index], state: hold.state))
        }
      })
    return doubts
  }

  /// Holds that the server acknowledged; of an unknown one not even the whole id is known.
  private func chosenPlaces() -> [UInt32] {
    var places: [UInt32] = []
    places.reserveCapacity(book.count)
    for place in 0..<book.count {
      if book[place].knowledge == .reserveUnknown { result.holdsUnknown += 1 } else { places.append(UInt32(place)) }
    }
    guard let sample, sample < places.count else { return places }
    for index in 0..<sample { places.swapAt(index, index + generator.below(places.count - index)) }
    return Array(places[..<sample])
  }

  private func judge(_ doubts: [Doubt]) {
    for doubt in doubts {
      let known = book[Int(doubt.place)]
      if let fault = HoldCheck.fault(of: doubt.state, known, earliest: earliest, latest: latest) {
        result.find("hold \(HoldName.text(known.id, suffix: known.suffix)): \(fault)")
      }
    }
  }

  // MARK: orders

  private func readOrders() throws(BenchError) {
    let places = chosenOrders()
    let (tenant, names) = (subject.tenant, stocking.names)
    try stocking.pump.perform(
      OrderService.getOrder.method, count: places.count,
      encode: { [orders] index, writer in
        let known = orders[places[index]]
        GetOrderRequest(tenant: tenant, orderID: HoldName.text(known.id, suffix: known.suffix)).encode(into: &writer)
      },
      receive: { [self] (index, answer) throws(BenchError) in
        let known = orders[places[index]]
        let name = HoldName.text(known.id, suffix: known.suffix)
        result.ordersChecked += 1
        if case .failure(let failure) = answer, failure.status == .notFound {
          return result.find("order \(name) was acknowledged and is not there")
        }
        guard let order = try answer.decoded(OrderService.getOrder).order else {
          return result.find("order \(name) was answered without its content")
        }
        for fault in OrderCheck.faults(of: order, orders.skus(of: known), quantity, names) {
          result.find("order \(name): \(fault)")
        }
      })
  }

  private func chosenOrders() -> [Int] {
    var places = orders.orders.indices.filter { orders[$0].knowledge == .made }
    result.ordersUnknown = orders.count - places.count
    guard let sample, sample < places.count else { return places }
    for index in 0..<sample { places.swapAt(index, index + generator.below(places.count - index)) }
    return Array(places[..<sample])
  }

  // MARK: stock

  private func readStockAgain() throws(BenchError) {
    stocks = Array(repeating: nil, count: stocking.skuCount)
    try stocking.readStock { [self] index, stock in
      if let stamp = stock.asOfTime?.stamp { latest = max(latest, stamp) }
      if index < stocks.count { stocks[index] = stock }
    }
  }

  private func compareStock() {
    var expectations = [StockExpectation](repeating: StockExpectation(), count: stocking.skuCount)
    for place in 0..<book.count {
      let index = Int(book[place].skuIndex)
      guard index < expectations.count, let stamp = stocks[index]?.asOfTime?.stamp else { continue }
      expectations[index].add(book[place], at: stamp)
    }
    for order in orders.orders {
      for sku in orders.skus(of: order) {
        let units = Int64(quantity)
        if order.knowledge == .made {
          expectations[Int(sku)].least += units
        } else {
          expectations[Int(sku)].uncertain += units
        }
      }
    }
    for (index, stock) in stocks.enumerated() {
      guard let stock else {
        result.find("SKU \(stocking.names.name(index)): its stock was not told")
        continue
      }
      result.skusChecked += 1
      result.unitsHeldOrAllocated += (stock.total?.held ?? 0) + (stock.total?.allocated ?? 0)
      result.unitsAcknowledged += expectations[index].least
      let faults =
        StockCheck.faults(of: stock)
        + StockCheck.faults(of: stock, expectations[index], isExclusive: subject.isExclusive)
      for fault in faults { result.find("SKU \(stocking.names.name(index)): \(fault)") }
    }
  }

  // MARK: ledger

  private func verifyLedger() throws(BenchError) {
    // A verification that is broken off is made again from the start.
    var told: Set<UInt32> = []
    var shards = 0
    try stocking.pump.perform(
      AuditService.verifyLedger.method, count: 1,
      encode: { _, writer in VerifyLedgerRequest().encode(into: &writer) },
      receive: { [self] (_, answer) throws(BenchError) in
        let shard = try answer.decoded(AuditService.verifyLedger)
        shards = Int(shard.shardCount)
        guard told.insert(shard.shard).inserted else { return }
        if shard.ok { result.shardsVerified += 1 }
        for finding in shard.findings { result.find("ledger of shard \(shard.shard): \(finding.text)") }
        if !shard.ok, shard.findings.isEmpty { result.find("ledger of shard \(shard.shard): not sound") }
      })
    if told.isEmpty || told.count != shards {
      result.find("the ledger of \(told.count) shards was verified, there are \(shards)")
    }
  }
}
