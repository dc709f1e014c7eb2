import Basics
import Inventory

/// What was prepared for a decision.
struct TwinParts {
  var claim: UniqueID
  var version: UInt64
  var slots: [SlotNumber]

  init?(_ claim: UniqueID, _ version: UInt64, _ parts: [ClaimPart]) {
    if parts.isEmpty { return nil }
    (self.claim, self.version, slots) = (claim, version, parts.map(\.slot))
  }
}

// Orders over several shards, at home.
extension Twin {
  enum Home {
    case hold
    case order(UniqueID)
    /// Another request has the id.
    case used
    case free
  }

  func home(of claim: UniqueID) -> Home {
    if let hold = holds[claim], !isForgotten(claim, hold) {
      if hold.state == .confirmed, let order = shards.made[claim] { return .order(order) }
      return .hold
    }
    if let order = shards.owners[claim] { return .order(order) }
    if case .request(_, _, let settled) = uses[claim] {
      let time = claim.version7Milliseconds.flatMap { $0 >= settled - 24 * 3_600_000 ? $0 : nil }
      if now - (time ?? settled) <= 72 * 3_600_000 { return .used }
    }
    return .free
  }

  func version(of claim: UniqueID) -> UInt64 {
    switch home(of: claim) {
    case .hold: shards.versions[claim] ?? 0
    case .order(let order): orders[order]!.claimVersion
    case .used: 0
    case .free: spentVersion(claim)
    }
  }

  mutating func giveBack(_ parts: TwinParts?) {
    if let parts { _ = spend(parts.claim, parts.version, parts.slots) }
  }

  mutating func spend(order id: UniqueID, _ version: UInt64, _ slots: [SlotNumber]) -> UInt64 {
    if orders[id]!.claimVersion < version { setVersion(id, version) }
    let order = orders[id]!
    let late = slots.filter { shards.told[ClaimKey(id: order.claim, slot: $0)]?.version != order.claimVersion }
    tellOrder(id, Set(late), isOver: [.shipped, .completed, .expired, .cancelled].contains(order.status))
    return order.claimVersion
  }

  private mutating func setVersion(_ id: UniqueID, _ version: UInt64) {
    orders[id]!.claimVersion = version
    shards.owners[orders[id]!.claim] = id
  }

  // MARK: Deciding

  mutating func decide(_ decide: DecideOrder, _ id: UniqueID, _ command: Command) -> Change {
    let version = version(of: id)
    if !ClaimVersion.follows(decide.version, version, of: decide.create.home) {
      return .unsettled(ClaimKey(id: id, slot: decide.create.home), version)
    }
    return create(decide.create, id, command, decide.remote, decide.parts, version: decide.version)
  }

  mutating func decide(_ decide: DecideAmend) -> Change {
    let target = decide.amend.target
    guard let order = orders[target.order], order.tenant == target.tenant else {
      return .refused(.order(target.order, .unknown))
    }
    if !ClaimVersion.follows(decide.version, order.claimVersion, of: order.home) {
      return .unsettled(ClaimKey(id: order.claim, slot: order.home), order.claimVersion)
    }
    return amend(decide.amend, decide.remote, decide.parts)
  }

  mutating func decide(_ decide: DecideConfirm, _ id: UniqueID, _ command: Command) -> Change {
    if let known = known(id, decide.terms, command, decide.parts) { return known }
    if let refusal = validate(decide.terms) { return .refused(refusal) }
    switch home(of: decide.hold) {
    case .free, .used: return .refused(.unknownHold(decide.hold))
    case .order: return .refused(.holdNotActive(decide.hold, .confirmed))
    case .hold: break
    }
    let hold = holds[decide.hold]!
    if hold.state == .released { return .refused(.holdNotActive(decide.hold, .released)) }
    let version = version(of: decide.hold)
    if !ClaimVersion.follows(decide.version, version, of: hold.home) {
      return .unsettled(ClaimKey(id: decide.hold, slot: hold.home), version)
    }
    return confirm(decide.hold, id, decide.terms, command, parts: decide.parts)
  }

  /// What becomes of lines, own ones and those that others prepared; nothing is moved yet.
  func decide(
    _ asked: [ReserveLine], _ remote: [DecidedLine], _ parts: [ClaimPart], _ ranked: [LocationNumber],
    _ sourcing: Sourcing
  ) -> Result<[(place: Int, line: TwinOrder.Line)], Failure> {
    func failure(_ refusal: Refusal) -> Result<[(place: Int, line: TwinOrder.Line)], Failure> {
      .failure(Failure(refusal: refusal))
    }
    if asked.isEmpty || asked.count > 100 { return failure(.invalidLineCount(asked.count)) }
    let places = asked.indices.filter { asked[$0].sku.rawValue != 0 }
    let own = places.map { asked[$0] }
    if let refusal = validate(own, ranked) { return failure(refusal.at(places)) }
    let decision = own.isEmpty ? nil : source(Reserve(sourcing: sourcing, rankedLocations: ranked, lines: own))
    if let refusal = decision?.refusal { return failure(refusal.at(places)) }
    if let shortage = decision?.shortage { return failure(Refusal.outOfStock(shortage).at(places)) }
    var rest = remote[...]
    var found = (decision?.parts ?? [])[...]
    var decided: [(place: Int, line: TwinOrder.Line)] = []
    for (place, line) in asked.enumerated() {
      if line.sku.rawValue != 0 {
        for part in found.removeFirst() {
          let ordered = part.granted + part.backordered
          decided.append(
            (
              place,
              TwinOrder.Line(
                sku: part.sku, location: part.location, ordered: ordered, backordered: part.backordered,
                allocated: part.granted)
            ))
        }
        continue
      }
      let prepared = rest.popFirst()
      let grants = prepared?.grants ?? []
      let isThere = parts.contains { $0.slot == prepared?.item.slot && $0.token != 0 }
      if line.quantity < 1 || grants.map(\.granted).reduce(0, +) != line.quantity || !isThere {
        return failure(.invalidQuantity(line: place, quantity: line.quantity))
      }
      for grant in grants {
        decided.append(
          (
            place,
            TwinOrder.Line(
              sku: line.sku, location: grant.location, ordered: grant.granted, allocated: grant.granted,
              remote: prepared!.item)
          ))
      }
    }
    return .success(decided)
  }

  mutating func allocate(_ lines: [TwinOrder.Line]) {
    for line in lines where line.remote == nil && line.allocated > 0 {
      post(StockKey(sku: line.sku, location: line.location!), .available, .allocated, line.allocated)
    }
  }

  /// Whether what was prepared is for just the lines that grow, and for what is added.
  func isPrepared(_ grown: [TwinOrder.Line], _ added: [ReserveLine], _ remote: [DecidedLine]) -> Bool {
    let lines = grown.filter { $0.remote != nil }
    if remote.count != lines.count + added.filter({ $0.sku.rawValue == 0 }).count { return false }
    for (line, prepared) in zip(lines, remote) {
      if line.remote != prepared.item || prepared.grants.contains(where: { $0.location != line.location }) {
        return false
      }
    }
    return true
  }

  /// Why an order would come to more of some stock than a quantity may be.
  func beyondMax(
    _ order: TwinOrder, _ reduced: [(line: Int, less: Int64)], _ grown: [Int],
    _ decided: [(place: Int, line: TwinOrder.Line)]
  ) -> Refusal? {
    var lines = order.lines
    for (line, less) in reduced { lines[line].ordered -= less }
    for (place, line) in decided {
      if place < grown.count, lines[grown[place]].location == line.location {
        lines[grown[place]].ordered += line.ordered
      } else {
        lines.append(line)
      }
    }
    return beyondMax(lines)
  }

  func beyondMax(_ lines: [TwinOrder.Line]) -> Refusal? {
    for (index, line) in lines.enumerated() {
      let same = lines.filter { $0.sku == line.sku && $0.remote == line.remote && $0.location == line.location }
      let sum = same.map(\.ordered).reduce(0, +)
      if sum > 1 << 53 { return .invalidQuantity(line: index, quantity: sum) }
    }
    return nil
  }

  // MARK: Telling

  /// Tells the slots of whose lines something changed, and all of them when the order is over.
  mutating func tellChange(_ id: UniqueID, from old: TwinOrder, parts: [ClaimPart] = []) {
    let order = orders[id]!
    let over: [OrderStatus] = [.shipped, .completed, .expired, .cancelled]
    let isOver = over.contains(order.status) && !over.contains(old.status)
    var slots = Set(parts.map(\.slot))
    for (index, line) in order.lines.enumerated() {
      guard let slot = line.remote?.slot else { continue }
      let before = index < old.lines.count ? old.lines[index].portion : Portion()
      if isOver || before != line.portion { slots.insert(slot) }
    }
    if isOver, let slot = order.nameSlot { slots.insert(slot) }
    if slots.isEmpty { return }
    setVersion(id, ClaimVersion.next(after: order.claimVersion, home: order.home))
    tellOrder(id, slots, parts: parts, isOver: isOver)
  }

  /// Says what slots are to have of an order as it is now.
  mutating func tellOrder(_ id: UniqueID, _ slots: Set<SlotNumber>, parts: [ClaimPart] = [], isOver: Bool = false) {
    let order = orders[id]!
    for slot in slots {
      var has: [String: Portion] = [:]
      for line in order.lines where line.remote?.slot == slot && line.portion != Portion() {
        has["\(line.remote!.sku)@\(line.location!)", default: Portion()].allocated += line.allocated
        has["\(line.remote!.sku)@\(line.location!)", default: Portion()].shipped += line.shipped
      }
      let key = ClaimKey(id: order.claim, slot: slot)
      let token = parts.first { $0.slot == slot }?.token ?? shards.told[key]?.token ?? 0
      shards.told[key] = TwinTold(
        version: order.claimVersion, token: token, isOver: isOver, keepsName: order.nameSlot == slot, has: has)
    }
  }
}

extension Refusal {
  /// The same, where the lines that were looked at are some of those that were asked for.
  fileprivate func at(_ places: [Int]) -> Refusal {
    switch self {
    case .outOfStock(var shortage):
      shortage.line = places[shortage.line]
      return .outOfStock(shortage)
    case .unknownSKU(let line, let sku): return .unknownSKU(line: places[line], sku: sku)
    case .invalidQuantity(let line, let quantity): return .invalidQuantity(line: places[line], quantity: quantity)
    case .noLocation(let line): return .noLocation(line: places[line])
    case .notAMultiple(let line, let sku, let lot, let asked):
      return .notAMultiple(line: places[line], sku: sku, lot: lot, asked: asked)
    case .locationClosed(let line, let location, let closure):
      return .locationClosed(line: places[line], location: location, closure: closure)
    case .backorderLimit(let line, let sku, let limit, let left):
      return .backorderLimit(line: places[line], sku: sku, limit: limit, left: left)
    default: return self
    }
  }
}
