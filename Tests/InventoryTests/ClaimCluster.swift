import Basics
import Inventory
import Testing

/// Three ledgers that hold stock for each other, over a network that delays, repeats, loses and reorders everything, with
/// coordinators that forget what they were doing: what the protocol has to be right under. One seed, one history.
final class ClaimCluster {
  static let shardCount = 3
  static let slotCount: UInt16 = 6

  /// A line as the caller said it.
  struct Line: Equatable {
    var slot: SlotNumber
    var sku: String
    var location: LocationNumber?
    var quantity: Int64
  }

  /// An id is a hold's together with its home: callers may use one id for different content.
  struct HoldKey: Hashable {
    var id: UniqueID
    var home: SlotNumber
  }

  struct Ask: Equatable {
    var mode: ReserveMode
    var timeToLive: Int64
    var lines: [Line]
  }

  enum Message {
    case prepare(step: Int, ClaimKey, version: UInt64, home: SlotNumber, Ask)
    case prepared(step: Int, SlotNumber, token: UInt64, grants: [[LocationGrant]])
    case failed(step: Int)
    case settle(ClaimKey, OutboxRecord, home: Int)
    case acknowledge(OutboxAck, home: Int)
    case inquire(PendingRow)
  }

  /// What a coordinator is doing.
  struct Step {
    enum Goal {
      case hold(RequestHeader, Ask)
      case confirm(RequestHeader, hold: UniqueID)
    }

    var goal: Goal
    var id: UniqueID
    var home: SlotNumber
    var version: UInt64
    var asked: [SlotNumber]
    var parts: [ClaimPart] = []
    /// Of each slot, of each of its lines.
    var grants: [SlotNumber: [[LocationGrant]]] = [:]
  }

  var generator: SeededGenerator
  let worlds: [World]
  var messages: [Message] = []
  var steps: [Step?] = []
  /// What was asked under an id, and the lines that were answered when it was granted.
  var asks: [(header: RequestHeader, ask: Ask)] = []
  var granted: [HoldKey: [Int64]] = [:]
  var orders: [(order: UniqueID, hold: HoldKey)] = []
  /// Whether versions name the home that counts them.
  let namesHome: Bool
  var now = World.start
  var commands = 0
  var reached: Set<String> = []

  init(seed: UInt64) throws {
    generator = SeededGenerator(seed: seed)
    namesHome = seed % 4 != 0
    worlds = (0..<Self.shardCount).map { World(seed: seed + UInt64($0)) }
    for slot in 0..<Self.slotCount {
      let world = worlds[Self.shard(SlotNumber(slot))]
      let sku = try world.putSKU("S\(slot)", slot: SlotNumber(slot))
      for location in 1...2 as ClosedRange<UInt16> { try world.receive(stock(sku, location), 30) }
    }
  }

  static func shard(_ slot: SlotNumber) -> Int { Int(slot.rawValue) % shardCount }

  func run(_ shard: Int, _ command: Command) throws -> Outcome {
    commands += 1
    worlds[shard].now = now
    return try worlds[shard].run(command)[0]
  }

  // MARK: One thing that happens

  func act() throws {
    now += Int64(generator.below(20))
    switch generator.below(100) {
    case 0..<14: try reserveAnew()
    case 14..<17: if let known = asks.last(of: 30, &generator) { try reserve(known.header, known.ask) }
    case 17: if namesHome, let known = asks.last(of: 10, &generator) { try reserveAnew(known.header) }
    case 18..<22: try hold { .releaseHold($0, hold: $1) }
    case 22..<24: try hold { .extendHold($0, hold: $1, timeToLiveMilliseconds: 2_000) }
    case 24..<32: try confirm()
    case 32..<36: now += Int64(generator.below(2_000))
    case 36..<38: if !messages.isEmpty { messages.remove(at: generator.below(messages.count)) }
    case 38..<40: forgetStep()
    case 40..<43: try giveUpStep()
    case 43..<50: sendOutbox(shard: generator.below(Self.shardCount))
    case 50..<54: inquire(shard: generator.below(Self.shardCount))
    case 54: try worlds[generator.below(Self.shardCount)].reload(seed: generator.next())
    case 55..<58: _ = try run(generator.below(Self.shardCount), .tick)
    default: try deliver(isRepeated: generator.below(6) == 0)
    }
  }

  /// - Parameter used: of another request, whose id a caller uses once more.
  private func reserveAnew(_ used: RequestHeader? = nil) throws {
    let count = 1 + generator.below(4)
    let lines = (0..<count).map { _ in
      let slot = UInt16(generator.below(Int(Self.slotCount)))
      return Line(
        slot: SlotNumber(slot), sku: "S\(slot)",
        location: generator.below(2) == 0 ? nil : LocationNumber(UInt16(1 + generator.below(2))),
        quantity: Int64(1 + generator.below(8)))
    }
    let mode: ReserveMode = [.allOrNothing, .allOrNothing, .wholeLines, .upTo][generator.below(4)]
    let ask = Ask(mode: mode, timeToLive: 1_000 + Int64(generator.below(4_000)), lines: lines)
    let id = UniqueID(version7At: UInt64(now), randomHigh: generator.next(), randomLow: generator.next())
    let header = used ?? RequestHeader(id: id, actor: "shop")
    asks.append((header, ask))
    try reserve(header, ask)
  }

  private func reserve(_ header: RequestHeader, _ ask: Ask) throws {
    guard let home = ask.lines.map(\.slot).min() else { return }
    let shard = Self.shard(home)
    let others = Set(ask.lines.map(\.slot)).filter { Self.shard($0) != shard }.sorted()
    if others.isEmpty {
      let outcome = try run(shard, .reserve(header, try reserve(ask, in: shard)))
      return note(outcome, shard)
    }
    let version = try nextVersion(of: header.id, home)
    ask1(
      Step(goal: .hold(header, ask), id: header.id, home: home, version: version, asked: others), ask)
  }

  private func nextVersion(of id: UniqueID, _ home: SlotNumber) throws -> UInt64 {
    let world = worlds[Self.shard(home)]
    return ClaimVersion.next(
      after: try world.ledger.claimVersion(of: id, world.state), home: home, namesHome: namesHome)
  }

  /// Sends the preparations of a step.
  private func ask1(_ step: Step, _ ask: Ask) {
    steps.append(step)
    for slot in step.asked {
      let part = Ask(mode: ask.mode, timeToLive: ask.timeToLive, lines: ask.lines.filter { $0.slot == slot })
      messages.append(
        .prepare(
          step: steps.count - 1, ClaimKey(id: step.id, slot: slot), version: step.version, home: step.home, part))
    }
  }

  /// Holds of a shard are known to it by number, others' lines by 0.
  private func reserve(_ ask: Ask, in shard: Int) throws -> Reserve {
    Reserve(
      mode: ask.mode, timeToLiveMilliseconds: ask.timeToLive, rankedLocations: [LocationNumber(1), LocationNumber(2)],
      lines: ask.lines.map { line in
        let number =
          Self.shard(line.slot) == shard ? worlds[shard].ledger.findSKU(tenant: "t", sku: line.sku) : SKUNumber(0)
        return ReserveLine(sku: number ?? SKUNumber(0), location: line.location, quantity: line.quantity)
      })
  }

  private func note(_ outcome: Outcome, _ shard: Int) {
    switch outcome.result {
    case .reserved(let grant):
      let lines = worlds[shard].outcomes.lines[grant.lines].map(\.granted)
      let hold = HoldKey(id: grant.hold, home: grant.home)
      #expect(granted[hold] == nil || granted[hold] == lines, "hold \(hold) was answered otherwise")
      granted[hold] = lines
      if outcome.isReplay { reached.insert("replay") }
    case .confirmed(let done):
      if !outcome.isReplay { orders.append((done.order, HoldKey(id: done.hold, home: done.home))) }
      if done.isReacquired { reached.insert("reacquired") }
    case .claimUnsettled: reached.insert("decided too late")
    case .refused(.requestIDReused): reached.insert("id used before")
    case .refused: reached.insert("refused")
    default: break
    }
  }

  private func hold(_ command: (RequestHeader, UniqueID) -> Command) throws {
    guard let known = asks.last(of: 20, &generator), let home = known.ask.lines.map(\.slot).min() else { return }
    let header = RequestHeader(
      id: UniqueID(version7At: UInt64(now), randomHigh: generator.next(), randomLow: generator.next()), actor: "ops")
    note(try run(Self.shard(home), command(header, known.header.id)), Self.shard(home))
  }

  private func confirm() throws {
    guard let known = asks.last(of: 20, &generator), let home = known.ask.lines.map(\.slot).min() else { return }
    let (shard, id) = (Self.shard(home), known.header.id)
    let header = RequestHeader(
      id: UniqueID(version7At: UInt64(now), randomHigh: generator.next(), randomLow: generator.next()))
    let outcome = try run(shard, .confirmHold(header, hold: id))
    note(outcome, shard)
    guard outcome.result == .refused(.needsConsent(id)) else { return }
    let world = worlds[shard]
    guard let view = try world.ledger.hold(id, at: Stamp(milliseconds: now), world.state) else { return }
    var lines: [Line] = []
    for line in view.lines where line.granted > 0 {
      guard case .remote(let item) = view.item(of: line) else { continue }
      lines.append(Line(slot: item.slot, sku: item.sku, location: line.location, quantity: line.granted))
    }
    // The caller's id says another home where it was used for different content.
    let version = try nextVersion(of: id, view.home)
    let slots = Set(lines.map(\.slot)).sorted()
    ask1(
      Step(goal: .confirm(header, hold: id), id: id, home: view.home, version: version, asked: slots),
      Ask(mode: .allOrNothing, timeToLive: 1_000, lines: lines))
  }

  // MARK: Coordinators

  private func forgetStep() {
    guard !steps.isEmpty else { return }
    steps[steps.count - 1 - generator.below(min(steps.count, 10))] = nil
    reached.insert("coordinator forgot")
  }

  private func giveUpStep() throws {
    guard !steps.isEmpty else { return }
    try giveUp(steps.count - 1 - generator.below(min(steps.count, 10)))
  }

  private func giveUp(_ number: Int) throws {
    guard let step = steps[number] else { return }
    steps[number] = nil
    reached.insert("gave up")
    _ = try run(
      Self.shard(step.home),
      .burnClaim(BurnClaim(id: step.id, version: step.version, home: step.home, slots: step.asked)))
  }

  private func take(_ number: Int, _ slot: SlotNumber, _ token: UInt64, _ grants: [[LocationGrant]]) throws {
    guard var step = steps[number], step.grants[slot] == nil else { return }
    step.grants[slot] = grants
    if token != 0 { step.parts.append(ClaimPart(slot: slot, token: token)) }
    steps[number] = step
    guard step.grants.count == step.asked.count else { return }
    steps[number] = nil
    let shard = Self.shard(step.home)
    switch step.goal {
    case .hold(let header, let ask):
      var places: [SlotNumber: Int] = [:]
      var remote: [DecidedLine] = []
      for line in ask.lines where Self.shard(line.slot) != shard {
        let place = places[line.slot, default: 0]
        places[line.slot] = place + 1
        remote.append(
          DecidedLine(
            item: RemoteItem(slot: line.slot, tenant: "t", sku: line.sku), grants: step.grants[line.slot]![place]))
      }
      let decide = DecideHold(
        version: step.version, home: step.home, reserve: try reserve(ask, in: shard), remote: remote, parts: step.parts)
      note(try run(shard, .decideHold(header, decide)), shard)
    case .confirm(let header, let hold):
      let decide = DecideConfirm(hold: hold, version: step.version, home: step.home, parts: step.parts)
      note(try run(shard, .decideConfirm(header, decide)), shard)
    }
  }

  // MARK: The network

  private func sendOutbox(shard: Int) {
    let world = worlds[shard]
    for row in world.ledger.outboxRows(after: 0, limit: 5) {
      guard let record = try? world.ledger.outboxRecord(row.claim, world.state) else { continue }
      messages.append(.settle(row.claim, record, home: shard))
    }
  }

  private func inquire(shard: Int) {
    for row in worlds[shard].ledger.pendingClaims(before: Stamp(milliseconds: now - 1_000), limit: 3) {
      messages.append(.inquire(row))
    }
  }

  private func deliver(isRepeated: Bool) throws {
    guard !messages.isEmpty else { return }
    let place = generator.below(messages.count)
    let message = messages[place]
    if !isRepeated {
      messages[place] = messages[messages.count - 1]
      messages.removeLast()
    }
    switch message {
    case .prepare(let step, let claim, let version, let home, let ask):
      try prepare(step, claim, version, home, ask)
    case .prepared(let step, let slot, let token, let grants): try take(step, slot, token, grants)
    case .failed(let step): try giveUp(step)
    case .settle(let claim, let record, let home):
      let shard = Self.shard(claim.slot)
      guard let settle = worlds[shard].ledger.settlement(of: claim, record) else { fatalError("a SKU is missing") }
      let outcome = try run(shard, .settleClaim(settle))
      guard case .claimSettled(claim, let version) = outcome.result else {
        throw StateReadError(message: "\(claim): \(settle) came to \(outcome.result)")
      }
      messages.append(.acknowledge(OutboxAck(claim: claim, version: version), home: home))
    case .acknowledge(let ack, let home): _ = try run(home, .ackOutbox([ack]))
    case .inquire(let row):
      let world = worlds[Self.shard(row.home)]
      if world.ledger.outboxRow(row.claim) == nil {
        reached.insert("burned when asked")
        _ = try run(
          Self.shard(row.home),
          .burnClaim(BurnClaim(id: row.claim.id, version: row.version, home: row.home, slots: [row.claim.slot])))
      }
    }
  }

  private func prepare(
    _ step: Int, _ claim: ClaimKey, _ version: UInt64, _ home: SlotNumber, _ ask: Ask
  ) throws {
    let shard = Self.shard(claim.slot)
    var hash = StableHash()
    hash.combine(UInt64(ask.mode.rawValue) << 32 | UInt64(ask.timeToLive))
    for line in ask.lines { hash.combine(UInt64(line.quantity) << 16 | UInt64(line.location?.rawValue ?? 0)) }
    let outcome = try run(
      shard,
      .prepareClaim(
        RequestHeader(id: claim.id, actor: "shop"),
        PrepareClaim(
          claim: claim, version: version, fingerprint: hash.value, home: home, lines: try reserve(ask, in: shard))))
    guard case .claimPrepared(let grant) = outcome.result else {
      reached.insert(outcome.result == .refused(.requestIDReused) ? "another home's" : "not prepared")
      return messages.append(.failed(step: step))
    }
    if outcome.isReplay { reached.insert("prepared again") }
    let grants = worlds[shard].outcomes.lines[grant.lines].map { line in
      line.location.map { [LocationGrant(location: $0, granted: line.granted)] } ?? []
    }
    messages.append(.prepared(step: step, claim.slot, token: grant.token, grants: grants))
  }

  /// Lets everything arrive until nothing is under way any more.
  func rest() throws {
    steps = steps.map { _ in nil }
    for _ in 0..<200 {
      while !messages.isEmpty { try deliver(isRepeated: false) }
      now += 1_500
      for shard in 0..<Self.shardCount {
        _ = try run(shard, .tick)
        sendOutbox(shard: shard)
        inquire(shard: shard)
      }
      if messages.isEmpty { return }
    }
    throw StateReadError(message: "the ledgers do not come to rest")
  }
}

extension Array {
  /// One of the last, if there is any.
  fileprivate func last(of count: Int, _ generator: inout SeededGenerator) -> Element? {
    isEmpty ? nil : self[self.count - 1 - generator.below(Swift.min(self.count, count))]
  }
}
