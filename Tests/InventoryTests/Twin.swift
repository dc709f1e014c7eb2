import Basics
import Inventory

/// The obviously correct ledger: dictionaries, whole scans, no buckets, no caches, no bytes. It says for every command
/// what should come of it, and what all balances are then.
struct Twin {
  struct Line: Equatable {
    var sku: SKUNumber
    var location: LocationNumber?
    var asked: Int64
    var granted: Int64
    /// A SKU of another slot, in the place of the number.
    var remote: RemoteItem? = nil
    /// Waits for stock; only of orders.
    var backordered: Int64 = 0
  }

  struct Hold {
    var content: Command
    var expiry: Int64
    var state: HoldState
    var lines: [Line]
    var settled: Int64 = 0
  }

  enum Use {
    case hold
    case request(Command, answer: String, settled: Int64)
  }

  struct SKU {
    var put: PutSKU
    var revision: UInt32
  }

  var skus: [SKU] = []
  var rows: [StockKey: [Account: Int64]] = [:]
  var holds: [UniqueID: Hold] = [:]
  var shards = TwinShards()
  var active: [UniqueID] = []
  var uses: [UniqueID: Use] = [:]
  var orders: [UniqueID: TwinOrder] = [:]
  /// By the text of the name.
  var names: [String: UniqueID] = [:]
  /// The orders that were made or changed in the last entry.
  var touched: Set<UniqueID> = []
  /// Orders that wait for stock, as of the last look.
  var waitingIDs: Set<UniqueID> = []
  var sequence: UInt64 = 0
  var now: Int64 = 0
  /// The log index of the entry that is run.
  var index: UInt64 = 0
  /// When what is on hand of a row changed last.
  var onHandIndex: [StockKey: UInt64] = [:]
  var closures: [LocationNumber: LocationClosure] = [:]
  var locationsRevision: UInt64 = 0

  /// What the commands of one entry should come to, in words.
  mutating func run(_ commands: [Command], at stamp: Int64) -> [String] {
    now = max(now, stamp)
    index += 1
    touched = []
    expire()
    expireOrders()
    fillBackorders()
    return commands.map { command in
      defer { fillBackorders() }
      return run(command)
    }
  }

  mutating func balance(_ key: StockKey, _ account: Account) -> Int64 { rows[key]?[account] ?? 0 }

  // MARK: Time

  private mutating func expire() {
    var touched: Set<StockKey> = []
    let due = active.filter { holds[$0]!.expiry <= now }
    for id in due {
      for line in holds[id]!.lines where line.granted > 0 && line.remote == nil {
        let key = StockKey(sku: line.sku, location: line.location!)
        touched.insert(key)
        rows[key]![.held]! -= line.granted
        rows[key]![.available]! += line.granted
      }
      holds[id]!.state = .expired
      holds[id]!.settled = now
      tellClosed(id)
    }
    if !due.isEmpty { active.removeAll { holds[$0]!.state != .active } }
    sequence += UInt64(touched.count)
    for key in touched { settleOwed(key) }
  }

  // MARK: Commands

  private mutating func run(_ command: Command) -> String {
    switch command {
    case .tick: return "ticked"
    case .sweepRequests: return "swept"
    case .prepareClaim, .settleClaim, .decideHold, .burnClaim, .ackOutbox: return step(command)
    case .decideConfirm, .decideOrder, .decideAmend: fatalError("these have tests of their own")
    case .reserve(let header, let reserve): return self.reserve(header, reserve, command)
    case .setLocations(let locations): return setLocations(locations)
    case .slots: fatalError("not here")
    case .putSKU(let header, _), .receive(let header, _), .adjust(let header, _), .move(let header, _),
      .extendHold(let header, _, _), .releaseHold(let header, _), .confirmHold(let header, _, _),
      .createOrder(let header, _), .changeOrder(let header, _, _), .amendOrder(let header, _),
      .setCount(let header, _), .moveAllocation(let header, _):
      return recorded(header, command)
    }
  }

  private mutating func recorded(_ header: RequestHeader, _ command: Command) -> String {
    var isRecorded = !header.isGenerated
    if case .confirmHold = command { isRecorded = true }
    if case .createOrder = command { isRecorded = true }
    if isRecorded, let answer = before(header.id, command) { return answer }
    switch change(header, command) {
    case .refused(let refusal): return "refused \(refusal)"
    case .again(let answer): return answer + " replay"
    case .done(let answer):
      if isRecorded { uses[header.id] = .request(content(command), answer: answer, settled: now) }
      return answer
    }
  }

  /// The answer that follows from an earlier use of the id, if any.
  mutating func before(_ id: UniqueID, _ command: Command) -> String? {
    let isLive = holds[id]?.state == .active
    if !isLive, let time = id.version7Milliseconds {
      if time < now - 72 * 3_600_000 { return "refused \(Refusal.requestTooOld)" }
      if time > now + 24 * 3_600_000 { return "refused \(Refusal.requestFromFuture)" }
    }
    switch uses[id] {
    case nil: return nil
    case .hold:
      let hold = holds[id]!
      if isForgotten(id, hold) { return nil }
      guard hold.content == content(command) else { return "refused \(Refusal.requestIDReused)" }
      return describe(id, hold) + " replay"
    case .request(let old, let answer, let settled):
      if id.version7Milliseconds == nil, now - settled > 72 * 3_600_000 { return nil }
      return old == content(command) ? answer + " replay" : "refused \(Refusal.requestIDReused)"
    }
  }

  /// A closed hold is kept 72 hours from the time of its id, or from when it was closed if the id has no time or was
  /// older than a day then.
  func isForgotten(_ id: UniqueID, _ hold: Hold) -> Bool {
    if hold.state == .active { return false }
    let time = id.version7Milliseconds.flatMap { $0 >= hold.settled - 24 * 3_600_000 ? $0 : nil }
    return now - (time ?? hold.settled) > 72 * 3_600_000
  }

  func content(_ command: Command) -> Command {
    let nobody = RequestHeader(id: .zero)
    switch command {
    case .putSKU(_, let put): return .putSKU(nobody, put)
    case .receive(_, let receive): return .receive(nobody, receive)
    case .adjust(_, let adjust): return .adjust(nobody, adjust)
    case .move(_, let move): return .move(nobody, move)
    case .extendHold(_, let hold, let time): return .extendHold(nobody, hold: hold, timeToLiveMilliseconds: time)
    case .releaseHold(_, let hold): return .releaseHold(nobody, hold: hold)
    case .confirmHold(_, let hold, let terms): return .confirmHold(nobody, hold: hold, terms: terms)
    case .createOrder(_, var create):
      create.rankedLocations = []
      return .createOrder(nobody, create)
    case .changeOrder(_, let target, let step): return .changeOrder(nobody, target, step)
    case .amendOrder(_, var amend):
      amend.rankedLocations = []
      return .amendOrder(nobody, amend)
    case .setCount(_, let count): return .setCount(nobody, count)
    case .moveAllocation(_, let move): return .moveAllocation(nobody, move)
    case .tick, .sweepRequests, .setLocations, .prepareClaim, .settleClaim, .decideConfirm, .decideOrder, .decideAmend,
      .burnClaim, .ackOutbox, .slots:
      return command
    case .decideHold(_, var decide):
      (decide.version, decide.home, decide.parts) = (0, SlotNumber(0), [])
      decide.reserve.rankedLocations = []
      for index in decide.remote.indices { decide.remote[index].grants = [] }
      return .decideHold(nobody, decide)
    case .reserve(_, var reserve):
      if reserve.sourcing.strategy != .ranked { reserve.rankedLocations = [] }
      if reserve.mode != .upTo { for index in reserve.lines.indices { reserve.lines[index].minimum = 1 } }
      return .reserve(nobody, reserve)
    }
  }

  enum Change {
    case done(String)
    case again(String)
    case refused(Refusal)
  }

  private mutating func change(_ header: RequestHeader, _ command: Command) -> Change {
    switch command {
    case .putSKU(_, let put): putSKU(put)
    case .receive(_, let receive):
      self.receive(receive)
        ?? bring(receive.stock, .supplier, receive.toQualityControl ? .qualityControl : .available, receive.quantity)
    case .adjust(_, let adjust): self.adjust(adjust)
    case .move(_, let move): self.move(move)
    case .extendHold(_, let hold, let time): extend(hold, time)
    case .releaseHold(_, let hold): release(hold)
    case .confirmHold(_, let hold, let terms): confirm(hold, header.id, terms, command)
    case .createOrder(_, let create): self.create(create, header.id, command)
    case .changeOrder(_, let target, let step): change(target, step)
    case .amendOrder(_, let amend): self.amend(amend)
    case .setCount(_, let count): setCount(count)
    case .moveAllocation(_, let move): moveAllocation(move)
    case .reserve, .tick, .sweepRequests, .setLocations, .prepareClaim, .settleClaim, .decideHold, .decideConfirm,
      .decideOrder, .decideAmend, .burnClaim, .ackOutbox, .slots:
      fatalError("not here")
    }
  }

  private mutating func putSKU(_ put: PutSKU) -> Change {
    if put.sku.isEmpty { return .refused(.invalidSKUText) }
    if put.scale > 6 { return .refused(.invalidScale(put.scale)) }
    if put.lot < 1 || put.lot > 1 << 53 { return .refused(.invalidLot(put.lot)) }
    if put.backorderLimit < 0 { return .refused(.invalidQuantity(line: 0, quantity: put.backorderLimit)) }
    let index = skus.firstIndex { $0.put.tenant == put.tenant && $0.put.sku == put.sku }
    guard let index else {
      if put.expectedRevision != 0 { return .refused(.revisionMismatch(SKUNumber(0), current: 0)) }
      skus.append(SKU(put: put, revision: 1))
      return .done("sku \(skus.count) 1 created")
    }
    let number = SKUNumber(UInt32(index + 1))
    let old = skus[index]
    if put.expectedRevision != 0, put.expectedRevision != old.revision {
      return .refused(.revisionMismatch(number, current: old.revision))
    }
    if put.scale != old.put.scale, rows.keys.contains(where: { $0.sku == number }) {
      return .refused(.scaleIsFixed(number, scale: old.put.scale))
    }
    if put.name == old.put.name, put.scale == old.put.scale, put.lot == old.put.lot,
      put.backorderLimit == old.put.backorderLimit, put.attributes == old.put.attributes
    {
      return .done("sku \(number) \(old.revision) unchanged")
    }
    skus[index] = SKU(put: put, revision: old.revision + 1)
    return .done("sku \(number) \(old.revision + 1) updated")
  }

  func check(_ key: StockKey, _ quantity: Int64) -> Refusal? {
    if !known(key.sku) { return .unknownSKU(line: 0, sku: key.sku) }
    return quantity > 0 && quantity <= 1 << 53 ? nil : .invalidQuantity(line: 0, quantity: quantity)
  }

  func known(_ sku: SKUNumber) -> Bool { sku.rawValue >= 1 && Int(sku.rawValue) <= skus.count }

  private mutating func bring(_ key: StockKey, _ from: Account, _ to: Account, _ quantity: Int64) -> Change {
    if let refusal = check(key, quantity) { return .refused(refusal) }
    let inHouse = Account.allCases.filter { !$0.isSigned }.map { balance(key, $0) }.reduce(0, +)
    if inHouse + quantity > 1 << 53 { return .refused(.quantityOverflow(stock: key, account: to)) }
    return transfer(key, from, to, quantity)
  }

  private mutating func take(_ key: StockKey, _ from: Account, _ to: Account, _ quantity: Int64) -> Change {
    if let refusal = check(key, quantity) { return .refused(refusal) }
    let there = balance(key, from)
    if there < quantity {
      return .refused(.insufficient(stock: key, account: from, asked: quantity, balance: there))
    }
    return transfer(key, from, to, quantity)
  }

  private mutating func transfer(_ key: StockKey, _ from: Account, _ to: Account, _ quantity: Int64) -> Change {
    post(key, from, to, quantity)
    return .done(describe(key))
  }

  mutating func post(_ key: StockKey, _ from: Account, _ to: Account, _ quantity: Int64) {
    sequence += 1
    rows[key, default: [:]][from, default: 0] -= quantity
    rows[key, default: [:]][to, default: 0] += quantity
    let outside: [Account] = [.supplier, .customer, .adjustment, .inTransit]
    if outside.contains(from) != outside.contains(to) { onHandIndex[key] = index }
    if to == .available || to == .customer { settleOwed(key) }
  }

  private mutating func adjust(_ adjust: Adjust) -> Change {
    guard [.available, .safety, .qualityControl, .damaged].contains(adjust.account) else {
      return .refused(.invalidAccount(adjust.account))
    }
    if adjust.delta == .min { return .refused(.invalidQuantity(line: 0, quantity: adjust.delta)) }
    return adjust.delta > 0
      ? bring(adjust.stock, .adjustment, adjust.account, adjust.delta)
      : take(adjust.stock, adjust.account, .adjustment, -adjust.delta)
  }

  private mutating func move(_ move: Move) -> Change {
    let movable: [Account] = [.available, .safety, .qualityControl, .damaged]
    guard movable.contains(move.from) else { return .refused(.invalidAccount(move.from)) }
    guard movable.contains(move.to), move.from != move.to else { return .refused(.invalidAccount(move.to)) }
    return take(move.stock, move.from, move.to, move.quantity)
  }

  // MARK: Holds

  private mutating func reserve(_ header: RequestHeader, _ reserve: Reserve, _ command: Command) -> String {
    if let answer = before(header.id, command) { return answer }
    if let refusal = validate(reserve) { return "refused \(refusal)" }
    let decision = source(reserve)
    if decision.isRefused, let shortage = decision.shortage { return "refused \(Refusal.outOfStock(shortage))" }
    let lines = decision.lines
    for line in lines where line.granted > 0 {
      post(StockKey(sku: line.sku, location: line.location!), .available, .held, line.granted)
    }
    let expiry = (now + reserve.timeToLiveMilliseconds + 99) / 100 * 100
    holds[header.id] = Hold(content: content(command), expiry: expiry, state: .active, lines: lines)
    uses[header.id] = .hold
    active.append(header.id)
    return describe(header.id, holds[header.id]!)
  }

  private func validate(_ reserve: Reserve) -> Refusal? {
    if reserve.lines.isEmpty || reserve.lines.count > 100 { return .invalidLineCount(reserve.lines.count) }
    let time = reserve.timeToLiveMilliseconds
    if time < 1_000 || time > 86_400_000 { return .invalidTimeToLive(milliseconds: time) }
    return validateLines(reserve)
  }

  func validateLines(_ reserve: Reserve) -> Refusal? {
    if reserve.lines.isEmpty || reserve.lines.count > 100 { return .invalidLineCount(reserve.lines.count) }
    for (index, line) in reserve.lines.enumerated() {
      if let refusal = validate(line, index, reserve) { return refusal }
    }
    return nil
  }

  func validate(_ line: ReserveLine, _ index: Int, _ reserve: Reserve) -> Refusal? {
    if !known(line.sku) { return .unknownSKU(line: index, sku: line.sku) }
    if line.quantity < 1 || line.quantity > 1 << 53 { return .invalidQuantity(line: index, quantity: line.quantity) }
    if reserve.mode == .upTo, line.minimum < 1 || line.minimum > line.quantity {
      return .invalidMinimum(line: index, minimum: line.minimum)
    }
    if line.location == nil, reserve.rankedLocations.isEmpty { return .noLocation(line: index) }
    return refuseLine(index, line, reserve.mode)
  }

  func describe(_ id: UniqueID, _ hold: Hold) -> String {
    "hold \(id) \(hold.state) \(hold.expiry) \(Self.describe(hold.lines))"
  }

  static func describe(_ lines: [Line]) -> String {
    lines.map {
      "\($0.remote.map { "\($0)" } ?? "\($0.sku)")@\($0.location.map { String($0.rawValue) } ?? "-"):\($0.granted)/\($0.asked)"
    }
    .joined(separator: ",")
  }

  /// Why a hold is not active; `nil` if it is.
  func refusal(_ id: UniqueID) -> Refusal? {
    guard let hold = holds[id], !isForgotten(id, hold) else { return .unknownHold(id) }
    return hold.state == .active ? nil : .holdNotActive(id, hold.state)
  }

  private mutating func extend(_ id: UniqueID, _ time: Int64) -> Change {
    if time < 1_000 || time > 86_400_000 { return .refused(.invalidTimeToLive(milliseconds: time)) }
    if let refusal = refusal(id) { return .refused(refusal) }
    holds[id]!.expiry = max(holds[id]!.expiry, (now + time + 99) / 100 * 100)
    return .done("extended \(id) \(holds[id]!.expiry)")
  }

  private mutating func release(_ id: UniqueID) -> Change {
    if let refusal = refusal(id) { return .refused(refusal) }
    for line in holds[id]!.lines where line.granted > 0 && line.remote == nil {
      post(StockKey(sku: line.sku, location: line.location!), .held, .available, line.granted)
    }
    finish(id, .released)
    tellClosed(id)
    return .done("released \(id)")
  }

  private mutating func confirm(
    _ id: UniqueID, _ order: UniqueID, _ terms: OrderTerms, _ command: Command
  ) -> Change {
    if let known = known(order, terms, command) { return known }
    if let refusal = validate(terms) { return .refused(refusal) }
    guard let hold = holds[id], !isForgotten(id, hold) else { return .refused(.unknownHold(id)) }
    if hold.state == .released || hold.state == .confirmed { return .refused(.holdNotActive(id, hold.state)) }
    let saved = rows
    let savedSequence = sequence
    for (index, line) in hold.lines.enumerated() where line.granted > 0 {
      let key = StockKey(sku: line.sku, location: line.location!)
      let from: Account = hold.state == .active ? .held : .available
      let there = from == .available && closures[key.location] != nil ? 0 : balance(key, from)
      if there < line.granted {
        let shortage = Shortage(
          line: index, sku: line.sku, location: line.location, asked: line.granted, available: there)
        rows = saved
        sequence = savedSequence
        return .refused(.holdExpired(id, shortage))
      }
      post(key, from, .allocated, line.granted)
    }
    let lines = hold.lines.filter { $0.granted > 0 }.map {
      Line(sku: $0.sku, location: $0.location, asked: $0.granted, granted: $0.granted)
    }
    let orderLines = lines.map {
      TwinOrder.Line(sku: $0.sku, location: $0.location!, ordered: $0.granted, allocated: $0.granted)
    }
    let home = hold.lines.map { skus[Int($0.sku.rawValue) - 1].put.slot }.min()!
    _ = make(order, home, terms, orderLines, command)
    finish(id, .confirmed)
    // The lines are the order's, which may have changed when this is answered again; it is compared as a whole.
    return .done("confirmed \(id) as \(order) \(hold.state == .active)")
  }

  private mutating func finish(_ id: UniqueID, _ state: HoldState) {
    holds[id]!.state = state
    holds[id]!.settled = now
    active.removeAll { $0 == id }
  }
}

extension World {
  /// An outcome in the words of the twin.
  func describe(_ outcome: Outcome) -> String {
    let lines = lines(outcome).map {
      Twin.Line(
        sku: $0.sku, location: $0.location, asked: $0.asked, granted: $0.granted,
        remote: $0.remote < 0 ? nil : outcomes.remotes[Int($0.remote)])
    }
    let text: String
    switch outcome.result {
    case .ticked: text = "ticked"
    case .swept: text = "swept"
    case .locationsSet: text = "locations set"
    case .allocationMoved(let owner, _): text = "moved \(owner)"
    case .refused(let refusal): text = "refused \(refusal)"
    case .skuPut(let put): text = "sku \(put.sku) \(put.revision) \(put.change)"
    case .stockChanged(let changed):
      text = "stock \(changed.stock) #\(changed.sequence) \(changed.available) \(changed.onHand)"
    case .reserved(let grant):
      text = "hold \(grant.hold) \(grant.state) \(grant.expiry.milliseconds) \(Twin.describe(lines))"
    case .extended(let hold, let expiry): text = "extended \(hold) \(expiry.milliseconds)"
    case .released(let hold): text = "released \(hold)"
    case .orderChanged(let order): text = "order \(order)"
    case .claimPrepared(let grant):
      let shortage = grant.shortage.map { "\($0)" } ?? "nil"
      text = "prepared \(grant.claim) \(grant.version) \(Twin.describe(lines)) \(shortage)"
    case .claimUnsettled(let claim, let version): text = "unsettled \(claim) \(version)"
    case .claimSettled(let claim, let version): text = "settled \(claim) \(version)"
    case .burned(let id, let version): text = "burned \(id) \(version)"
    case .acknowledged: text = "acknowledged"
    case .slots: text = "a step of a move"
    case .confirmed(let done):
      text = "confirmed \(done.hold) as \(done.order) \(!done.isReacquired)"
    }
    return outcome.isReplay ? text + " replay" : text
  }
}
