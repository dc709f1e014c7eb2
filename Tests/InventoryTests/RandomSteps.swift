import Basics
import Inventory

/// Steps between shards, as a ledger may meet them: participants' and homes', in and out of order, with tokens that it gave
/// and others.
struct RandomSteps {
  private struct Known {
    var claim: ClaimKey
    var version: UInt64
    var token: UInt64
    var granted: [StockKey: Int64]
  }

  private var known: [Known] = []
  private var claims: [ClaimKey] = []
  private var holds: [UniqueID] = []
  private var orders: [UniqueID] = []

  private var past: [Command] = []

  /// - Parameter slots: those of the SKUs, by number from 1.
  mutating func command(
    _ generator: inout SeededGenerator, _ now: Int64, slots: [SlotNumber], _ twin: Twin? = nil
  ) -> Command {
    if !past.isEmpty, generator.below(10) == 0 { return past[Self.recent(past.count, &generator)] }
    let command = generator.below(5) < 2 ? ofOrder(&generator, now, twin) : fresh(&generator, now, slots)
    past.append(command)
    return command
  }

  private mutating func fresh(_ generator: inout SeededGenerator, _ now: Int64, _ slots: [SlotNumber]) -> Command {
    switch generator.below(20) {
    case 0..<6: prepare(&generator, now, slots)
    case 6..<12: settle(&generator, now, slots)
    case 12..<16: decide(&generator, now)
    case 16: burn(&generator, now)
    case 17: acknowledge(&generator, now)
    case 18: .releaseHold(Self.nobody(&generator, now), hold: hold(&generator, now))
    default: .extendHold(Self.nobody(&generator, now), hold: hold(&generator, now), timeToLiveMilliseconds: 3_000)
    }
  }

  /// What came of the commands of the entry before.
  mutating func learn(_ outcomes: [Outcome], _ lines: [GrantedLine]) {
    for case .claimPrepared(let grant) in outcomes.map(\.result) where grant.token != 0 {
      var granted: [StockKey: Int64] = [:]
      for line in lines[grant.lines] {
        if let location = line.location {
          granted[StockKey(sku: line.sku, location: location), default: 0] += line.granted
        }
      }
      known.append(Known(claim: grant.claim, version: grant.version, token: grant.token, granted: granted))
    }
  }

  private static func id(_ generator: inout SeededGenerator, _ now: Int64) -> UniqueID {
    let (high, low) = (generator.next(), generator.next())
    if generator.below(8) == 0 { return UniqueID(high: high & ~0xF000 | 0x4000, low: low) }
    return UniqueID(version7At: UInt64(now), randomHigh: high, randomLow: low)
  }

  private mutating func ofOrder(_ generator: inout SeededGenerator, _ now: Int64, _ twin: Twin?) -> Command {
    let id = Self.id(&generator, now)
    switch generator.below(10) {
    case 0..<3:
      holds.append(id)
      orders.append(id)
      return .decideOrder(RequestHeader(id: id, actor: "shop"), decideOrder(&generator))
    case 3..<5:
      orders.append(id)
      return confirm(&generator, id, hold(&generator, now), twin)
    case 5..<7 where !orders.isEmpty:
      return amend(&generator, id, orders[Self.recent(orders.count, &generator)], twin)
    case 7 where !orders.isEmpty:
      let isOrder = generator.below(2) == 0
      return move(
        &generator, id, isOrder ? orders[Self.recent(orders.count, &generator)] : hold(&generator, now), twin)
    default:
      let order = orders.isEmpty ? id : orders[Self.recent(orders.count, &generator)]
      return .changeOrder(RequestHeader(id: id), OrderTarget(order, tenant: "t"), change(&generator))
    }
  }

  private func change(_ generator: inout SeededGenerator) -> OrderStep {
    let some = [LineQuantity(line: generator.below(3), quantity: Int64(generator.below(4)))]
    return switch generator.below(8) {
    case 0: .pay(reference: "p")
    case 1: .complete
    case 2: .cancel([])
    case 3..<5: .cancel(some)
    default: .ship(shipment: "s\(generator.below(4))", generator.below(4) == 0 ? [] : some)
    }
  }

  private static func nobody(_ generator: inout SeededGenerator, _ now: Int64) -> RequestHeader {
    RequestHeader(id: id(&generator, now), isGenerated: true)
  }

  private static func recent(_ count: Int, _ generator: inout SeededGenerator) -> Int {
    count - 1 - generator.below(min(count, 12))
  }

  private static func line(_ generator: inout SeededGenerator, _ sku: UInt32) -> ReserveLine {
    ReserveLine(
      sku: SKUNumber(sku),
      location: generator.below(2) == 0 ? LocationNumber(UInt16(1 + generator.below(3))) : nil,
      quantity: Int64(1 + generator.below(9)))
  }

  private static func reserve(_ generator: inout SeededGenerator, _ lines: [ReserveLine]) -> Reserve {
    Reserve(
      mode: [.allOrNothing, .allOrNothing, .wholeLines, .upTo][generator.below(4)],
      timeToLiveMilliseconds: generator.below(30) == 0 ? 10 : 1_000 + Int64(generator.below(5_000)),
      rankedLocations: [LocationNumber(2), LocationNumber(1)], lines: lines)
  }

  // MARK: Participant

  private mutating func prepare(_ generator: inout SeededGenerator, _ now: Int64, _ slots: [SlotNumber]) -> Command {
    var claim = ClaimKey(id: Self.id(&generator, now), slot: SlotNumber(UInt16(generator.below(4))))
    if !claims.isEmpty, generator.below(3) == 0 { claim = claims[Self.recent(claims.count, &generator)] }
    claims.append(claim)
    let ours = slots.indices.filter { slots[$0] == claim.slot }
    let lines = (0..<1 + generator.below(3)).map { _ in
      let isOurs = !ours.isEmpty && generator.below(20) > 0
      return Self.line(&generator, UInt32(1 + (isOurs ? ours[generator.below(ours.count)] : generator.below(8))))
    }
    return .prepareClaim(
      RequestHeader(id: Self.id(&generator, now), actor: "other shard"),
      PrepareClaim(
        claim: claim, version: UInt64(1 + generator.below(4)), fingerprint: UInt64(generator.below(2)),
        home: SlotNumber(9), lines: Self.reserve(&generator, lines)))
  }

  private mutating func settle(_ generator: inout SeededGenerator, _ now: Int64, _ slots: [SlotNumber]) -> Command {
    guard !known.isEmpty else { return prepare(&generator, now, slots) }
    let place = Self.recent(known.count, &generator)
    let about = known[place]
    var lines: [SettleClaim.Line] = []
    for (stock, quantity) in about.granted.sorted(by: { $0.key < $1.key }) where generator.below(6) > 0 {
      let part = Int64(generator.below(Int(quantity) + 1))
      let rest = quantity - part
      let portion: Portion =
        switch generator.below(6) {
        case 0: Portion(held: quantity)
        case 1: Portion(allocated: quantity)
        case 2: Portion(shipped: quantity)
        case 3: Portion(held: part, allocated: rest)
        case 4: Portion(allocated: part, shipped: rest)
        default: Portion(held: quantity, allocated: part)
        }
      lines.append(SettleClaim.Line(stock: stock, portion: portion))
    }
    let version = about.version + UInt64(generator.below(3)) - (about.version > 1 && generator.below(8) == 0 ? 1 : 0)
    if generator.below(2) == 0 { known[place].version = version }
    return .settleClaim(
      SettleClaim(
        claim: about.claim, version: version, token: generator.below(6) == 0 ? generator.next() : about.token,
        cause: [.hold, .release, .confirmation, .shipment, .rejection][generator.below(5)], actor: "home",
        isOver: generator.below(6) == 0, lines: generator.below(5) == 0 ? [] : lines))
  }

  // MARK: Home

  private mutating func hold(_ generator: inout SeededGenerator, _ now: Int64) -> UniqueID {
    holds.isEmpty ? Self.id(&generator, now) : holds[Self.recent(holds.count, &generator)]
  }

  private mutating func decide(_ generator: inout SeededGenerator, _ now: Int64) -> Command {
    let id = generator.below(3) == 0 ? hold(&generator, now) : Self.id(&generator, now)
    holds.append(id)
    var lines: [ReserveLine] = []
    var remote: [DecidedLine] = []
    for _ in 0..<1 + generator.below(4) {
      guard generator.below(2) == 0 else {
        lines.append(Self.line(&generator, UInt32(1 + generator.below(6))))
        continue
      }
      let line = Self.line(&generator, 0)
      lines.append(line)
      let slot = SlotNumber(UInt16(10 + generator.below(3)))
      let granted = generator.below(4) == 0 ? Int64(generator.below(Int(line.quantity) + 2)) : line.quantity
      let grants = [LocationGrant(location: line.location ?? LocationNumber(1), granted: granted)]
      remote.append(
        DecidedLine(
          item: RemoteItem(slot: slot, tenant: "t", sku: "R\(generator.below(3))"), grants: granted == 0 ? [] : grants))
    }
    let slots = Set(remote.filter { !$0.grants.isEmpty }.map(\.item.slot)).sorted()
    let parts = slots.filter { _ in generator.below(30) > 0 }.map {
      ClaimPart(slot: $0, token: 1 + generator.next() / 2)
    }
    return .decideHold(
      RequestHeader(id: id, actor: "shop"),
      DecideHold(
        version: generator.below(3) == 0 ? UInt64(1 + generator.below(4)) : 1, home: SlotNumber(0),
        reserve: Self.reserve(&generator, lines), remote: remote, parts: parts))
  }

  /// A line of another slot, as it was prepared: mostly as a whole.
  private static func prepared(_ generator: inout SeededGenerator, _ line: ReserveLine, _ item: RemoteItem)
    -> DecidedLine
  {
    let granted = generator.below(20) == 0 ? max(1, line.quantity - 1) : line.quantity
    return DecidedLine(
      item: item, grants: [LocationGrant(location: line.location ?? LocationNumber(1), granted: granted)])
  }

  private static func item(_ generator: inout SeededGenerator) -> RemoteItem {
    RemoteItem(slot: SlotNumber(UInt16(10 + generator.below(3))), tenant: "t", sku: "R\(generator.below(3))")
  }

  private static func parts(_ generator: inout SeededGenerator, _ slots: [SlotNumber]) -> [ClaimPart] {
    Set(slots).sorted().filter { _ in generator.below(30) > 0 }.map {
      ClaimPart(slot: $0, token: 1 + generator.next() / 2)
    }
  }

  private static func terms(_ generator: inout SeededGenerator) -> OrderTerms {
    var terms = OrderTerms(tenant: "t", payWithinMilliseconds: generator.below(2) == 0 ? 0 : 2_000)
    if generator.below(4) == 0 {
      terms.name = OrderName(
        tenant: "t", channel: "far", number: "\(generator.below(50))",
        slot: SlotNumber(UInt16(10 + generator.below(4))))
    }
    return terms
  }

  private func decideOrder(_ generator: inout SeededGenerator) -> DecideOrder {
    let terms = Self.terms(&generator)
    var (lines, remote): ([ReserveLine], [DecidedLine]) = ([], [])
    for _ in 0..<1 + generator.below(4) {
      let isRemote = generator.below(2) == 0
      lines.append(Self.line(&generator, isRemote ? 0 : UInt32(1 + generator.below(6))))
      if isRemote { remote.append(Self.prepared(&generator, lines[lines.count - 1], Self.item(&generator))) }
    }
    let named = terms.name.flatMap { generator.below(6) == 0 ? nil : [$0.slot] } ?? []
    return DecideOrder(
      version: generator.below(8) == 0 ? UInt64(1 + generator.below(4)) : 1,
      create: CreateOrder(
        home: SlotNumber(0), fingerprint: generator.next(), terms: terms,
        sourcing: Sourcing(takesBackorders: generator.below(3) == 0),
        rankedLocations: [LocationNumber(2), LocationNumber(1)], lines: lines),
      remote: remote, parts: Self.parts(&generator, remote.map(\.item.slot) + named))
  }

  private func confirm(
    _ generator: inout SeededGenerator, _ id: UniqueID, _ hold: UniqueID, _ twin: Twin?
  ) -> Command {
    let terms = Self.terms(&generator)
    if generator.below(3) == 0 { return .confirmHold(RequestHeader(id: id), hold: hold, terms: terms) }
    let lines = twin?.holds[hold]?.lines ?? []
    let named = terms.name.flatMap { generator.below(6) == 0 ? nil : [$0.slot] } ?? []
    let version = (twin?.version(of: hold) ?? 0) + (generator.below(10) == 0 ? 2 : 1)
    return .decideConfirm(
      RequestHeader(id: id, actor: "shop"),
      DecideConfirm(
        hold: hold, version: version, home: SlotNumber(0), terms: terms,
        parts: Self.parts(&generator, lines.compactMap { $0.granted > 0 ? $0.remote?.slot : nil } + named)))
  }

  private func amend(
    _ generator: inout SeededGenerator, _ id: UniqueID, _ order: UniqueID, _ twin: Twin?
  ) -> Command {
    let known = twin?.orders[order]
    var changes: [LineQuantity] = []
    var remote: [DecidedLine] = []
    for place in 0..<generator.below(3) {
      let change = LineQuantity(line: place, quantity: Int64(1 + generator.below(12)))
      changes.append(change)
      guard let line = known?.lines.dropFirst(place).first, let item = line.remote else { continue }
      let more = change.quantity - (line.ordered - line.cancelled)
      if more <= 0 { continue }
      let wanted = ReserveLine(sku: SKUNumber(0), location: line.location, quantity: more)
      remote.append(Self.prepared(&generator, wanted, generator.below(20) == 0 ? Self.item(&generator) : item))
    }
    var added: [ReserveLine] = []
    for _ in 0..<generator.below(3) {
      let isRemote = generator.below(2) == 0
      added.append(Self.line(&generator, isRemote ? 0 : UInt32(1 + generator.below(6))))
      if isRemote { remote.append(Self.prepared(&generator, added[added.count - 1], Self.item(&generator))) }
    }
    let amend = AmendOrder(
      target: OrderTarget(order, tenant: generator.below(20) == 0 ? "other" : "t"), fingerprint: generator.next(),
      changes: changes, sourcing: Sourcing(takesBackorders: generator.below(3) == 0),
      rankedLocations: [LocationNumber(2), LocationNumber(1)], added: added)
    if remote.isEmpty, generator.below(2) == 0 { return .amendOrder(RequestHeader(id: id), amend) }
    return .decideAmend(
      RequestHeader(id: id, actor: "shop"),
      DecideAmend(
        version: (known?.claimVersion ?? 0) + (generator.below(10) == 0 ? 2 : 1), amend: amend, remote: remote,
        parts: Self.parts(&generator, remote.map(\.item.slot))))
  }

  private func move(
    _ generator: inout SeededGenerator, _ id: UniqueID, _ owner: UniqueID, _ twin: Twin?
  ) -> Command {
    // Where the owner has something of another slot, mostly.
    var (item, from): (RemoteItem, LocationNumber) = (Self.item(&generator), LocationNumber(1))
    let known = twin?.orders[owner]
    let ofOrder = known?.lines.filter { $0.remote != nil && $0.allocated > 0 }
      .map { ($0.remote!, $0.location!, $0.allocated) }
    let ofHold = twin?.holds[owner]?.lines.filter { $0.remote != nil && $0.granted > 0 }
      .map { ($0.remote!, $0.location!, $0.granted) }
    let lines = ofOrder ?? ofHold ?? []
    var there: Int64 = Int64(1 + generator.below(3))
    if !lines.isEmpty, generator.below(10) > 0 { (item, from, there) = lines[generator.below(lines.count)] }
    let same = lines.filter { $0.0 == item && $0.1 == from }.map(\.2).reduce(0, +)
    let most = Int(there) + (generator.below(6) == 0 ? 2 : 0)
    let quantity = generator.below(3) == 0 ? 0 : Int64(1 + generator.below(most))
    let to = LocationNumber(UInt16(1 + generator.below(3)))
    let granted = (quantity == 0 ? same : quantity) + (generator.below(20) == 0 ? 1 : 0)
    let version = known?.claimVersion ?? twin?.version(of: owner) ?? 0
    return .decideMove(
      RequestHeader(id: id, isGenerated: generator.below(8) == 0, actor: "ops"),
      DecideMove(
        version: version + (generator.below(10) == 0 ? 2 : 1), home: SlotNumber(0),
        line: DecidedLine(item: item, grants: granted == 0 ? [] : [LocationGrant(location: to, granted: granted)]),
        parts: Self.parts(&generator, [item.slot]),
        move: MoveAllocation(owner: owner, sku: SKUNumber(0), from: from, to: to, quantity: quantity)))
  }

  private mutating func burn(_ generator: inout SeededGenerator, _ now: Int64) -> Command {
    let id = hold(&generator, now)
    holds.append(id)
    return .burnClaim(
      BurnClaim(
        id: id, version: UInt64(1 + generator.below(4)), home: SlotNumber(0),
        slots: (0..<generator.below(3)).map { _ in SlotNumber(UInt16(10 + generator.below(3))) }))
  }

  private mutating func acknowledge(_ generator: inout SeededGenerator, _ now: Int64) -> Command {
    .ackOutbox(
      (0..<generator.below(5)).map { _ in
        OutboxAck(
          claim: ClaimKey(id: hold(&generator, now), slot: SlotNumber(UInt16(10 + generator.below(3)))),
          version: UInt64(1 + generator.below(4)))
      })
  }
}
