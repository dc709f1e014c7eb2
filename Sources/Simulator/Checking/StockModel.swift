package import Basics
package import Inventory

/// What one shard's commands must come to, one after the other: the sequential specification that a history is held
/// against. Rows in a list, holds in a list, no buckets by row, no caches, no bytes; it shares nothing with the ledger
/// but the words.
///
/// It knows what the simulated clients ask for: SKUs of scale 0, lines that name their location, ids that are younger
/// than the retention.
package struct StockModel: Sendable {
  package struct Row: Equatable, Sendable {
    package var stock: StockKey
    package var available: Int64 = 0
    package var held: Int64 = 0
    package var allocated: Int64 = 0
    /// What went to customers, in all.
    package var shipped: Int64 = 0
    /// What came and went otherwise, in all.
    package var brought: Int64 = 0
    package var onHand: Int64 { available + held + allocated }
  }

  package struct Hold: Equatable, Sendable {
    package var id: UniqueID
    package var state: HoldState
    package var expiry: Stamp
    /// The expiry in force when the stock was taken or last extended was asked for at this stamp.
    package var armed: Stamp
    package var lines: [GrantedLine]
    /// What the lines without a number are of, in order.
    package var remotes: [DecidedLine] = []
    var home: SlotNumber

    /// What its lines are of, in order, and where.
    var items: [(item: LineItem, location: LocationNumber?)] {
      var rest = remotes[...]
      return lines.map { line in
        (line.sku.rawValue == 0 ? .remote(rest.removeFirst().item) : .local(line.sku), line.location)
      }
    }

    var hasRemoteStock: Bool { remotes.contains { !$0.grants.isEmpty } }
  }

  enum Use: Sendable {
    case hold(Int32)
    case request(Int32)
  }

  package private(set) var now = Stamp.zero
  package internal(set) var rows: [Row] = []
  package internal(set) var holds: [Hold] = []
  package internal(set) var orders: [ModelOrder] = []
  package internal(set) var names: [ModelName] = []
  /// No order is due before this.
  var nextPayBy = Stamp.distantFuture
  /// How many orders over several shards the last entry found expired.
  private(set) var expiredOrdersAcross = 0
  /// The numbers of active holds, in no order that matters.
  package private(set) var live: [Int32] = []
  private var nextExpiry = Stamp.distantFuture
  var uses = IdentifierTable<Use>()
  /// What slots of this shard have for holds and orders, of whatever home.
  package internal(set) var claims = SortedMap<ClaimKey, ModelClaim>()
  /// The versions of what this shard is the home of.
  var versions = IdentifierTable<UInt64>()
  /// Of the command at hand: the version that it decides, and of whose claims.
  var deciding: (claim: UniqueID, version: UInt64)?
  /// A claim that was to have more than it had.
  var overdrawn: ClaimKey?
  private var answers: [Answer] = []
  private var skus: [PutSKU] = []
  private var revisions: [UInt32] = []
  /// How many effects all requests had: each id counts at most once.
  package private(set) var effectCount: UInt64 = 0

  package init() {}

  /// Time moves on to the stamp of an entry: what is due is given back. Answers the numbers of the holds that expired.
  package mutating func advance(to stamp: Stamp) -> [Int32] {
    now = max(now, stamp)
    defer { expiredOrdersAcross = expireOrders() }
    guard nextExpiry <= now else { return [] }
    var expired: [Int32] = []
    var next = Stamp.distantFuture
    live.removeAll { number in
      guard holds[Int(number)].expiry <= now else {
        next = min(next, holds[Int(number)].expiry)
        return false
      }
      expired.append(number)
      return true
    }
    nextExpiry = next
    for number in expired {
      giveBack(holds[Int(number)].lines)
      holds[Int(number)].state = .expired
      if holds[Int(number)].hasRemoteStock { raise(holds[Int(number)].id) }
    }
    return expired
  }

  /// The same where holds are of several shards, each with a time of its own: what some of them had is given back.
  mutating func advance(to stamp: Stamp, of isMeant: (UniqueID) -> Bool) {
    now = stamp
    let due = live.filter { holds[Int($0)].expiry <= now && isMeant(holds[Int($0)].id) }
    for number in due {
      giveBack(holds[Int(number)].lines)
      if holds[Int(number)].hasRemoteStock { raise(holds[Int(number)].id) }
      settle(number, .expired)
    }
  }

  /// Carries out one command of the entry that time was moved on to.
  package mutating func run(_ command: Command) -> ExpectedAnswer {
    switch command {
    case .tick: return ExpectedAnswer(id: .zero, answer: .ticked, isReplay: false)
    case .sweepRequests: return ExpectedAnswer(id: .zero, answer: .swept, isReplay: false)
    case .slots: return ExpectedAnswer(id: .zero, answer: .slots(.done), isReplay: false)
    case .reserve(let header, let reserve):
      if let before = replay(header.id, isReserve: true) { return before }
      return ExpectedAnswer(id: header.id, answer: self.reserve(header.id, reserve), isReplay: false)
    case .putSKU(let header, let put): return recorded(header.id) { $0.putSKU(put) }
    case .receive(let header, let receive): return recorded(header.id) { $0.bring(receive.stock, receive.quantity) }
    case .adjust(let header, let adjust): return recorded(header.id) { $0.adjust(adjust.stock, adjust.delta) }
    case .setLocations: return ExpectedAnswer(id: .zero, answer: .locationsSet, isReplay: false)
    case .moveAllocation(let header, let move): return moveAllocation(header.id, move)
    case .decideMove(let header, let decide): return decideMove(header.id, decide)
    case .createOrder(let header, let create): return createOrder(header.id, create)
    case .changeOrder(let header, let target, let step): return changeOrder(header.id, target, step)
    case .amendOrder(let header, let amend): return amendOrder(header.id, amend)
    case .decideOrder(let header, let decide): return decideOrder(header.id, decide)
    case .decideAmend(let header, let decide): return decideAmend(header.id, decide)
    case .move(let header, _), .setCount(let header, _):
      return ExpectedAnswer(id: header.id, answer: .refused(.malformed), isReplay: false)
    case .extendHold(let header, let hold, let time): return recorded(header.id) { $0.extend(hold, time) }
    case .releaseHold(let header, let hold): return recorded(header.id) { $0.release(hold) }
    case .confirmHold(let header, let hold, let terms): return confirm(header.id, hold, terms)
    case .prepareClaim(_, let prepare): return self.prepare(prepare)
    case .settleClaim(let settle): return self.settle(settle)
    case .decideHold(let header, let decide): return decideHold(header.id, decide)
    case .decideConfirm(let header, let decide): return decideConfirm(header.id, decide)
    case .burnClaim(let burn): return self.burn(burn)
    case .ackOutbox: return ExpectedAnswer(id: .zero, answer: .acknowledged, isReplay: false)
    }
  }

  // MARK: Request ids

  mutating func recorded(_ id: UniqueID, _ body: (inout StockModel) -> Answer) -> ExpectedAnswer {
    if let before = replay(id, isReserve: false) { return before }
    let answer = body(&self)
    if case .refused = answer { return ExpectedAnswer(id: id, answer: answer, isReplay: false) }
    record(id, answer)
    return ExpectedAnswer(id: id, answer: answer, isReplay: false)
  }

  /// A request had its effect.
  mutating func record(_ id: UniqueID, _ answer: Answer) {
    effectCount += 1
    uses.insert(id, .request(Int32(answers.count)))
    answers.append(answer)
  }

  /// The answer to an id that had its effect already.
  func replay(_ id: UniqueID, isReserve: Bool) -> ExpectedAnswer? {
    switch uses[id] {
    case nil: return nil
    case .hold(let number) where isReserve:
      let hold = holds[Int(number)]
      return ExpectedAnswer(
        id: id, answer: .reserved(hold.state, expiry: hold.expiry, lines: hold.lines), isReplay: true)
    case .request(let number) where !isReserve:
      return ExpectedAnswer(id: id, answer: answers[Int(number)], isReplay: true)
    case .hold, .request:
      return ExpectedAnswer(id: id, answer: .refused(.requestIDReused), isReplay: false)
    }
  }

  // MARK: Stock

  private mutating func putSKU(_ put: PutSKU) -> Answer {
    guard let place = skus.firstIndex(where: { $0.tenant == put.tenant && $0.sku == put.sku }) else {
      skus.append(put)
      revisions.append(1)
      return .skuPut(SKUNumber(UInt32(skus.count)), revision: 1)
    }
    if skus[place] != put {
      skus[place] = put
      revisions[place] += 1
    }
    return .skuPut(SKUNumber(UInt32(place + 1)), revision: revisions[place])
  }

  private func knows(_ sku: SKUNumber) -> Bool { sku.rawValue >= 1 && Int(sku.rawValue) <= skus.count }

  package func row(_ stock: StockKey) -> Int? { rows.firstIndex { $0.stock == stock } }

  private mutating func bring(_ stock: StockKey, _ quantity: Int64) -> Answer {
    guard knows(stock.sku) else { return .refused(.unknownSKU(line: 0, sku: stock.sku)) }
    guard quantity > 0 else { return .refused(.invalidQuantity(line: 0, quantity: quantity)) }
    let place = row(stock) ?? rows.count
    if place == rows.count { rows.append(Row(stock: stock)) }
    rows[place].available += quantity
    rows[place].brought += quantity
    return .stockChanged(available: rows[place].available, onHand: rows[place].onHand)
  }

  private mutating func adjust(_ stock: StockKey, _ delta: Int64) -> Answer {
    if delta > 0 { return bring(stock, delta) }
    guard knows(stock.sku) else { return .refused(.unknownSKU(line: 0, sku: stock.sku)) }
    guard delta < 0 else { return .refused(.invalidQuantity(line: 0, quantity: delta)) }
    let place = row(stock)
    let balance = place.map { rows[$0].available } ?? 0
    guard let place, balance >= -delta else {
      return .refused(.insufficient(stock: stock, account: .available, asked: -delta, balance: balance))
    }
    rows[place].available += delta
    rows[place].brought += delta
    return .stockChanged(available: rows[place].available, onHand: rows[place].onHand)
  }

  mutating func giveBack(_ lines: [GrantedLine]) {
    for line in lines where line.granted > 0 {
      guard let place = place(of: line) else { continue }
      rows[place].held -= line.granted
      rows[place].available += line.granted
    }
  }

  func place(of line: GrantedLine) -> Int? {
    line.location.flatMap { row(StockKey(sku: line.sku, location: $0)) }
  }
}

// MARK: - Holds

extension StockModel {
  /// Holds expire at multiples of a tenth of a second, never before the time asked for.
  func expiry(after milliseconds: Int64) -> Stamp {
    Stamp(milliseconds: (now.milliseconds + milliseconds + 99) / 100 * 100)
  }

  private mutating func arm(_ number: Int32, _ expiry: Stamp) {
    holds[Int(number)].expiry = expiry
    holds[Int(number)].armed = now
    nextExpiry = min(nextExpiry, expiry)
  }

  /// What a reservation's lines come to.
  enum Decision {
    case granted([GrantedLine])
    /// There is nothing of any line, which is a refusal unless other shards have something.
    case nothing([GrantedLine], Refusal?)
    case refused(Refusal)
  }

  private mutating func reserve(_ id: UniqueID, _ reserve: Reserve) -> Answer {
    switch decide(reserve) {
    case .refused(let refusal), .nothing(_, .some(let refusal)): return .refused(refusal)
    case .nothing(_, nil): return .refused(.malformed)
    case .granted(let lines):
      let home = reserve.lines.map { slot(of: $0.sku) }.min() ?? SlotNumber(0)
      if isClaimed(id, by: home, reserve.lines.map(\.sku)) { return .refused(.requestIDReused) }
      hold(lines)
      return grant(id, lines, expiry(after: reserve.timeToLiveMilliseconds), home: home)
    }
  }

  func slot(of sku: SKUNumber) -> SlotNumber { skus[Int(sku.rawValue) - 1].slot }

  func decide(_ reserve: Reserve) -> Decision {
    for (index, line) in reserve.lines.enumerated() where !knows(line.sku) {
      return .refused(.unknownSKU(line: index, sku: line.sku))
    }
    var taken: [Int64] = Array(repeating: 0, count: rows.count)
    var lines: [GrantedLine] = []
    var shortage: Shortage?
    for (index, line) in reserve.lines.enumerated() {
      guard let location = line.location else { return .refused(.noLocation(line: index)) }
      let place = row(StockKey(sku: line.sku, location: location))
      let available = place.map { rows[$0].available - taken[$0] } ?? 0
      let granted = Self.granted(line, reserve.mode, available)
      if granted == 0, shortage == nil {
        shortage = Shortage(
          line: index, sku: line.sku, location: location, asked: line.quantity, available: available)
      }
      if let place, granted > 0 { taken[place] += granted }
      lines.append(
        GrantedLine(sku: line.sku, location: granted > 0 ? location : nil, asked: line.quantity, granted: granted))
      if shortage != nil, reserve.mode == .allOrNothing { break }
    }
    if let shortage, reserve.mode == .allOrNothing { return .refused(.outOfStock(shortage)) }
    if let shortage, lines.allSatisfy({ $0.granted == 0 }) { return .nothing(lines, .outOfStock(shortage)) }
    return .granted(lines)
  }

  mutating func hold(_ lines: [GrantedLine]) {
    for line in lines where line.granted > 0 {
      guard let place = place(of: line) else { continue }
      rows[place].available -= line.granted
      rows[place].held += line.granted
    }
  }

  private static func granted(_ line: ReserveLine, _ mode: ReserveMode, _ available: Int64) -> Int64 {
    if available >= line.quantity { return line.quantity }
    return mode == .upTo && available >= line.minimum ? available : 0
  }

  mutating func grant(
    _ id: UniqueID, _ lines: [GrantedLine], _ expiry: Stamp, remotes: [DecidedLine] = [], home: SlotNumber
  ) -> Answer {
    let number = Int32(holds.count)
    holds.append(Hold(id: id, state: .active, expiry: expiry, armed: now, lines: lines, remotes: remotes, home: home))
    live.append(number)
    arm(number, expiry)
    uses.insert(id, .hold(number))
    effectCount += 1
    return .reserved(.active, expiry: expiry, lines: lines)
  }

  /// The number of a hold in `holds`.
  package func number(ofHold id: UniqueID) -> Int? {
    guard case .hold(let number) = uses[id] else { return nil }
    return Int(number)
  }

  package func hold(_ id: UniqueID) -> Hold? { number(ofHold: id).map { holds[$0] } }

  enum Found {
    case active(Int32)
    case other(Refusal)
  }

  func find(_ id: UniqueID) -> Found {
    guard case .hold(let number) = uses[id] else { return .other(.unknownHold(id)) }
    let state = holds[Int(number)].state
    return state == .active ? .active(number) : .other(.holdNotActive(id, state))
  }

  private mutating func extend(_ id: UniqueID, _ milliseconds: Int64) -> Answer {
    switch find(id) {
    case .other(let refusal): return .refused(refusal)
    case .active(let number):
      let later = expiry(after: milliseconds)
      if later > holds[Int(number)].expiry { arm(number, later) }
      return .extended(expiry: holds[Int(number)].expiry)
    }
  }

  private mutating func release(_ id: UniqueID) -> Answer {
    switch find(id) {
    case .other(let refusal): return .refused(refusal)
    case .active(let number):
      giveBack(holds[Int(number)].lines)
      if holds[Int(number)].hasRemoteStock { raise(id) }
      settle(number, .released)
      return .released
    }
  }

  mutating func settle(_ number: Int32, _ state: HoldState) {
    holds[Int(number)].state = state
    if let place = live.firstIndex(of: number) {
      live.swapAt(place, live.count - 1)
      live.removeLast()
    }
  }
}
