import Basics
import Inventory

/// What the obvious ledger knows of a claim on it.
struct TwinClaim {
  struct Pending {
    var version: UInt64
    var fingerprint: UInt64
    /// Known when the ledger has answered it.
    var token: UInt64?
    var lines: [Twin.Line]
  }

  var version: UInt64 = 0
  var has: [StockKey: Portion] = [:]
  var pending: Pending?
}

/// What the obvious ledger has to tell a slot.
struct TwinTold: Equatable {
  var version: UInt64
  var token: UInt64
  var isOver: Bool
  var keepsName = false
  /// By SKU and location.
  var has: [String: Portion]
}

/// What the obvious ledger knows of the steps between shards.
struct TwinShards {
  var claims: [ClaimKey: TwinClaim] = [:]
  var told: [ClaimKey: TwinTold] = [:]
  /// Versions that were spent before anything was decided.
  var spent: [UniqueID: (version: UInt64, settled: Int64)] = [:]
  /// Versions of holds over several shards.
  var versions: [UniqueID: UInt64] = [:]
  /// The order that was made under the claims of an id, and the one that is known to have them for ever.
  var made: [UniqueID: UniqueID] = [:]
  var owners: [UniqueID: UniqueID] = [:]
  var alarms: UInt64 = 0
}

extension Twin {
  mutating func step(_ command: Command) -> String {
    switch command {
    case .prepareClaim(_, let prepare): self.prepare(prepare)
    case .settleClaim(let settle): self.settle(settle)
    case .decideHold(let header, let decide): self.decide(header, decide, command)
    case .burnClaim(let burn): "burned \(burn.id) \(spend(burn.id, burn.version, burn.slots))"
    case .ackOutbox(let acks): acknowledge(acks)
    default: fatalError("not a step between shards")
    }
  }

  // MARK: Participant

  private mutating func prepare(_ prepare: PrepareClaim) -> String {
    let key = prepare.claim
    let claim = shards.claims[key] ?? TwinClaim()
    if prepare.version <= claim.version { return "settled \(key) \(claim.version)" }
    if let pending = claim.pending {
      guard pending.version == prepare.version, pending.fingerprint == prepare.fingerprint else {
        return "unsettled \(key) \(pending.version)"
      }
      return "prepared \(key) \(pending.version) \(Self.describe(pending.lines)) nil replay"
    }
    if let refusal = validateLines(prepare.lines) { return "refused \(refusal)" }
    for (index, line) in prepare.lines.lines.enumerated()
    where skus[Int(line.sku.rawValue) - 1].put.slot != key.slot {
      return "refused \(Refusal.unknownSKU(line: index, sku: line.sku))"
    }
    let decision = source(prepare.lines)
    let isAnything = decision.lines.contains { $0.granted > 0 }
    if decision.isRefused, let shortage = decision.shortage {
      if prepare.lines.mode == .allOrNothing { return "refused \(Refusal.outOfStock(shortage))" }
      return "prepared \(key) \(prepare.version) \(Self.describe(decision.lines)) \(shortage)"
    }
    guard isAnything else { fatalError("nothing is granted, and nothing is short") }
    for line in decision.lines where line.granted > 0 {
      post(StockKey(sku: line.sku, location: line.location!), .available, .held, line.granted)
    }
    shards.claims[key, default: TwinClaim()].pending = TwinClaim.Pending(
      version: prepare.version, fingerprint: prepare.fingerprint, lines: decision.lines)
    return "prepared \(key) \(prepare.version) \(Self.describe(decision.lines)) nil"
  }

  private mutating func settle(_ said: SettleClaim) -> String {
    var settle = said
    let done = "settled \(settle.claim) \(settle.version)"
    guard var claim = shards.claims[settle.claim], settle.version > claim.version else { return done }
    let ended = claim.pending.flatMap { $0.version <= settle.version ? $0 : nil }
    let isOurs = ended != nil && ended?.token == settle.token
    if claim.version == 0, !isOurs, !settle.lines.isEmpty {
      // Of what was forgotten; what is prepared is over only if home says so by its version.
      if ended == nil || !settle.isOver { return done }
      if settle.lines.contains(where: { $0.portion.held + $0.portion.allocated > 0 }) {
        shards.alarms += 1
        return "refused \(Refusal.claimOverdrawn(settle.claim))"
      }
      settle.lines = []
    }
    var have = claim.has
    if isOurs {
      for line in ended!.lines where line.granted > 0 {
        have[StockKey(sku: line.sku, location: line.location!), default: Portion()].held += line.granted
      }
    }
    var want: [StockKey: Portion] = [:]
    for line in settle.lines { want[line.stock] = line.portion }
    let keys = Set(have.keys).union(want.keys).sorted()
    for key in keys {
      let (before, after) = (have[key] ?? Portion(), want[key] ?? Portion())
      let (sumBefore, sumAfter) = (
        before.held + before.allocated + before.shipped, after.held + after.allocated + after.shipped
      )
      if after.shipped < before.shipped || after.held > before.held || sumAfter > sumBefore {
        shards.alarms += 1
        return "refused \(Refusal.claimOverdrawn(settle.claim))"
      }
    }
    if settle.isOver, want.values.contains(where: { $0.held + $0.allocated > 0 }) {
      shards.alarms += 1
      return "refused \(Refusal.claimOverdrawn(settle.claim))"
    }
    for key in keys { become(key, have[key] ?? Portion(), want[key] ?? Portion()) }
    if let ended, !isOurs {
      for line in ended.lines where line.granted > 0 {
        post(StockKey(sku: line.sku, location: line.location!), .held, .available, line.granted)
      }
    }
    if ended != nil { claim.pending = nil }
    claim.version = settle.version
    claim.has = want.filter { $0.value != Portion() }
    let isForgotten = claim.pending == nil && (settle.isOver || claim.has.isEmpty)
    shards.claims[settle.claim] = isForgotten ? nil : claim
    return done
  }

  /// One unit after the other goes where it is missing: first to the order, from there to the customer, the rest back.
  private mutating func become(_ key: StockKey, _ before: Portion, _ after: Portion) {
    var (toOrder, toCustomer, fromOrder, fromHold): (Int64, Int64, Int64, Int64) = (0, 0, 0, 0)
    toCustomer = after.shipped - before.shipped
    let allocated = before.allocated - toCustomer
    if allocated < after.allocated {
      toOrder = after.allocated - allocated
    } else {
      fromOrder = allocated - after.allocated
    }
    fromHold = before.held - toOrder - after.held
    let moves: [(Account, Account, Int64)] = [
      (.held, .allocated, toOrder), (.allocated, .customer, toCustomer), (.allocated, .available, fromOrder),
      (.held, .available, fromHold),
    ]
    for (from, to, quantity) in moves where quantity > 0 { post(key, from, to, quantity) }
  }

  // MARK: Home

  private mutating func decide(_ header: RequestHeader, _ decide: DecideHold, _ command: Command) -> String {
    let id = header.id
    if let answer = before(id, command) {
      spendParts(id, decide)
      return answer
    }
    let known = spentVersion(id)
    if !ClaimVersion.follows(decide.version, known, of: decide.home) {
      return "unsettled \(ClaimKey(id: id, slot: decide.home)) \(known)"
    }
    let lines: [Line]
    switch lineUp(decide) {
    case .refused(let refusal):
      if refusal == .malformed { shards.alarms += 1 }
      spendParts(id, decide)
      return "refused \(refusal)"
    case .lines(let all): lines = all
    }
    for line in lines where line.granted > 0 && line.remote == nil {
      post(StockKey(sku: line.sku, location: line.location!), .available, .held, line.granted)
    }
    let expiry = (now + decide.reserve.timeToLiveMilliseconds + 99) / 100 * 100
    holds[id] = Hold(content: content(command), expiry: expiry, state: .active, lines: lines, home: decide.home)
    uses[id] = .hold
    active.append(id)
    shards.spent[id] = nil
    shards.versions[id] = decide.version
    tell(id, decide.parts.map(\.slot), isOver: false, parts: decide.parts)
    return describe(id, holds[id]!)
  }

  private enum LineUp {
    case lines([Line])
    case refused(Refusal)
  }

  private func lineUp(_ decide: DecideHold) -> LineUp {
    var reserve = decide.reserve
    if reserve.lines.isEmpty || reserve.lines.count > 100 { return .refused(.invalidLineCount(reserve.lines.count)) }
    let time = reserve.timeToLiveMilliseconds
    if time < 1_000 || time > 86_400_000 { return .refused(.invalidTimeToLive(milliseconds: time)) }
    var remote = decide.remote[...]
    for (index, line) in reserve.lines.enumerated() {
      if line.sku.rawValue != 0 {
        if let refusal = validate(line, index, reserve) { return .refused(refusal) }
        continue
      }
      let part = remote.removeFirst()
      let granted = part.grants.map(\.granted).reduce(0, +)
      if line.quantity < 1 || line.quantity > 1 << 53 || granted > line.quantity {
        return .refused(.invalidQuantity(line: index, quantity: line.quantity))
      }
      let isPrepared = decide.parts.contains { $0.slot == part.item.slot && $0.token != 0 }
      if granted > 0, !isPrepared { return .refused(.malformed) }
      if reserve.mode == .allOrNothing, granted < line.quantity { return .refused(.malformed) }
    }
    let all = reserve.lines
    let own = all.indices.filter { all[$0].sku.rawValue != 0 }
    let isAny = decide.remote.contains { !$0.grants.isEmpty }
    reserve.lines = own.map { all[$0] }
    let decision = own.isEmpty ? nil : source(reserve)
    if let decision, decision.isRefused, var shortage = decision.shortage, reserve.mode == .allOrNothing || !isAny {
      shortage.line = own[shortage.line]
      return .refused(.outOfStock(shortage))
    }
    if own.isEmpty, !isAny { return .refused(.malformed) }
    var ownParts = (decision?.parts ?? [])[...]
    remote = decide.remote[...]
    var lines: [Line] = []
    for line in all {
      if line.sku.rawValue != 0 {
        lines += ownParts.removeFirst()
        continue
      }
      let part = remote.removeFirst()
      if part.grants.isEmpty {
        lines.append(Line(sku: line.sku, location: nil, asked: line.quantity, granted: 0, remote: part.item))
      }
      for (place, grant) in part.grants.enumerated() {
        lines.append(
          Line(
            sku: line.sku, location: grant.location, asked: place == 0 ? line.quantity : 0, granted: grant.granted,
            remote: part.item))
      }
    }
    return .lines(lines)
  }

  private mutating func spendParts(_ id: UniqueID, _ decide: DecideHold) {
    if !decide.parts.isEmpty { _ = spend(id, decide.version, decide.parts.map(\.slot)) }
  }

  /// The version of an id under which nothing was decided that is remembered.
  func spentVersion(_ id: UniqueID) -> UInt64 {
    guard let spent = shards.spent[id] else { return 0 }
    let time = id.version7Milliseconds.flatMap { $0 >= spent.settled - 24 * 3_600_000 ? $0 : nil }
    return now - (time ?? spent.settled) > 72 * 3_600_000 ? 0 : spent.version
  }

  mutating func spend(_ id: UniqueID, _ version: UInt64, _ slots: [SlotNumber]) -> UInt64 {
    switch home(of: id) {
    case .order(let order): return spend(order: order, version, slots)
    case .used:
      tell(
        id, slots.filter { shards.told[ClaimKey(id: id, slot: $0)]?.version != version }, isOver: true, version: version
      )
      return version
    case .hold, .free: break
    }
    let hold = holds[id].flatMap { isForgotten(id, $0) ? nil : $0 }
    var present = hold == nil ? spentVersion(id) : shards.versions[id] ?? 0
    if present < version {
      present = version
      if hold == nil {
        shards.spent[id] = (version, now)
      } else {
        shards.versions[id] = version
        if hold!.state != .active { holds[id]!.settled = now }
      }
    }
    tell(
      id, slots.filter { shards.told[ClaimKey(id: id, slot: $0)]?.version != present }, isOver: hold?.state != .active,
      version: present)
    return present
  }

  /// Says what the slots are to have of a hold as it is now.
  mutating func tell(
    _ id: UniqueID, _ slots: [SlotNumber], isOver: Bool, version: UInt64? = nil, parts: [ClaimPart] = []
  ) {
    for slot in Set(slots) {
      var has: [String: Portion] = [:]
      for line in isOver ? [] : holds[id]?.lines ?? [] where line.granted > 0 && line.remote?.slot == slot {
        has["\(line.remote!.sku)@\(line.location!)", default: Portion()].held += line.granted
      }
      let key = ClaimKey(id: id, slot: slot)
      let token = parts.first { $0.slot == slot }?.token ?? shards.told[key]?.token ?? 0
      shards.told[key] = TwinTold(
        version: version ?? shards.versions[id] ?? 0, token: token, isOver: isOver, has: has)
    }
  }

  /// Tells the slots of a hold's other lines that it is over.
  mutating func tellClosed(_ id: UniqueID) {
    let slots = holds[id]!.lines.compactMap { $0.granted > 0 ? $0.remote?.slot : nil }
    if slots.isEmpty { return }
    shards.versions[id] = ClaimVersion.next(after: shards.versions[id]!, home: holds[id]!.home)
    tell(id, slots, isOver: true)
  }

  private mutating func acknowledge(_ acks: [OutboxAck]) -> String {
    for ack in acks where shards.told[ack.claim]?.version == ack.version { shards.told[ack.claim] = nil }
    return "acknowledged"
  }

  /// The ledger gave its preparations these tokens.
  mutating func learn(_ outcomes: [Outcome]) {
    for case .claimPrepared(let grant) in outcomes.map(\.result) where grant.token != 0 {
      if shards.claims[grant.claim]?.pending?.version == grant.version {
        shards.claims[grant.claim]!.pending!.token = grant.token
      }
    }
  }
}
