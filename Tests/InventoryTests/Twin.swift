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
    var home: SlotNumber
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
    case .decideOrder(let header, let decide):
      return recorded(header, command, TwinParts(header.id, decide.version, decide.parts))
    case .decideAmend(let header, let decide):
      let order = orders[decide.amend.target.order]
      return recorded(header, command, order.flatMap { TwinParts($0.claim, decide.version, decide.parts) })
    case .decideConfirm(let header, let decide):
      return recorded(header, command, TwinParts(decide.hold, decide.version, decide.parts))
    case .decideMove(let header, let decide):
      let claim = orders[decide.move.owner]?.claim ?? decide.move.owner
      return recorded(header, command, TwinParts(claim, decide.version, decide.parts))
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

  /// - Parameter parts: what was prepared for the command: given back when it comes to nothing.
  private mutating func recorded(_ header: RequestHeader, _ command: Command, _ parts: TwinParts? = nil) -> String {
    var isRecorded = !header.isGenerated
    switch command {
    case .confirmHold, .decideConfirm, .createOrder, .decideOrder: isRecorded = true
    default: break
    }
    if isRecorded, let answer = before(header.id, command) {
      giveBack(parts)
      return answer
    }
    switch change(header, command) {
    case .refused(let refusal):
      giveBack(parts)
      return "refused \(refusal)"
    case .again(let answer):
      giveBack(parts)
      return answer + " replay"
    case .unsettled(let claim, let version): return "unsettled \(claim) \(version)"
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
    // An order that has claims by an id without a time is never forgotten.
    let again = id.version7Milliseconds == nil && shards.made[id] != nil ? "refused \(Refusal.requestIDReused)" : nil
    switch uses[id] {
    case nil: return again
    case .hold:
      let hold = holds[id]!
      if isForgotten(id, hold) { return again }
      guard hold.content == content(command) else { return "refused \(Refusal.requestIDReused)" }
      return describe(id, hold) + " replay"
    case .request(let old, let answer, let settled):
      if id.version7Milliseconds == nil, now - settled > 72 * 3_600_000 { return again }
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
    case .decideMove(_, let decide):
      return .decideMove(
        nobody,
        DecideMove(
          version: 0, home: SlotNumber(0), line: DecidedLine(item: decide.line.item, grants: []), parts: [],
          move: decide.move))
    case .decideConfirm(_, let decide): return .confirmHold(nobody, hold: decide.hold, terms: decide.terms)
    case .decideOrder(let header, let decide): return content(.createOrder(header, decide.create))
    case .decideAmend(let header, let decide): return content(.amendOrder(header, decide.amend))
    case .tick, .sweepRequests, .setLocations, .prepareClaim, .settleClaim, .burnClaim, .ackOutbox, .slots:
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
    case unsettled(ClaimKey, UInt64)
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
    case .decideMove(_, let decide): self.decide(decide)
    case .decideOrder(_, let decide): self.decide(decide, header.id, command)
    case .decideAmend(_, let decide): self.decide(decide)
    case .decideConfirm(_, let decide): self.decide(decide, header.id, command)
    case .reserve, .tick, .sweepRequests, .setLocations, .prepareClaim, .settleClaim, .decideHold, .burnClaim,
      .ackOutbox, .slots:
      fatalError("not here")
    }
  }
}
