import Basics
import Inventory
import Placement
import Raft
import Testing

@testable import Replication

/// Slots of shard 1 that go to shard 2, both led by the one node.
@Suite struct SlotMoveTests {
  private let one = ShardID(1)
  private let two = ShardID(2)

  private func world(limits: StoreLimits = ClusterWorld.limits) throws -> ClusterWorld {
    try ClusterWorld.founded(nodes: 1, shards: [1, 2], limits: limits)
  }

  /// Holds of shard 1 that were released before the move.
  private func settled(_ world: ClusterWorld, _ calls: ClosedRange<UInt64>) throws -> [UniqueID] {
    for call in calls {
      try world.store(1).proposeHold(call)
      try world.settle()
      try world.store(1).propose(Waiter(origin: 0, call: 1_000 + call), to: one) {
        $0.append(
          .releaseHold(RequestHeader(id: UniqueID(high: 3, low: call)), hold: UniqueID(high: 1, low: call)))
      }
      try world.settle()
    }
    return calls.map { UniqueID(high: 1, low: $0) }
  }

  private func move(_ world: ClusterWorld, from: ShardID, to: ShardID) throws {
    try world.command(.beginMoves(MoveOrder(from: from, to: to, ranges: [0...99])))
  }

  private func finish(_ world: ClusterWorld) throws {
    for _ in 0..<300 {
      try world.pass(milliseconds: 50)
      if try world.table.moves.allSatisfy(\.isOver) { return }
    }
    Issue.record("the move does not end: \(try world.table.moves)")
  }

  private func missing(_ ids: [UniqueID], in shard: ShardID, _ world: ClusterWorld) throws -> [UniqueID] {
    try ids.filter { try world.store(1).hold($0, in: shard)?.state != .released }
  }

  @Test(arguments: 0...3)
  func `what was settled before a move is known after it, whichever question or answer is lost`(lost: Int) throws {
    for losesAnswer in [false, true] {
      let world = try world()
      let ids = try settled(world, 10...14)
      var count = 0
      world.carriesSlots = { isAnswer in
        guard isAnswer == losesAnswer else { return true }
        count += 1
        return count != lost + 1
      }
      try move(world, from: one, to: two)
      try finish(world)
      #expect(count > lost)
      #expect(try missing(ids, in: two, world).isEmpty, "answer: \(losesAnswer)")
      #expect(world.store(1).takesCommands(for: SlotNumber(0), in: two))
    }
  }

  @Test func `what was settled comes back with its slots, although the way back is ordered at once`() throws {
    let world = try world()
    let ids = try settled(world, 10...14)
    try move(world, from: one, to: two)
    try finish(world)
    try move(world, from: two, to: one)
    try finish(world)
    #expect(try missing(ids, in: one, world).isEmpty)
    try world.pass(milliseconds: 2_000)
    #expect(try missing(ids, in: one, world).isEmpty)
    #expect(!world.store(1).hasLeftovers(in: one) && !world.store(1).hasLeftovers(in: two))
  }

  /// A move that copies in small slices, for so long, and the holds that were released before it.
  private func moving(
    _ limits: StoreLimits, for milliseconds: UInt64
  ) throws -> (world: ClusterWorld, ids: [UniqueID], move: SlotMove) {
    var limits = limits
    (limits.moveSliceBytesMax, limits.moveSlicesPerTickMax) = (150, 1)
    let world = try world(limits: limits)
    let ids = try settled(world, 10...30)
    try move(world, from: one, to: two)
    try world.pass(milliseconds: milliseconds)
    return (world, ids, try #require(try world.table.moves.first))
  }

  private func queueCount(_ world: ClusterWorld) -> UInt64 {
    world.store(1).ledger(of: one)?.machine.leaving?.queueCount ?? 0
  }

  @Test(arguments: [false, true])
  func `the queue of a move stays short while it copies, and while it rests`(rests: Bool) throws {
    var limits = ClusterWorld.limits
    (limits.moveQueueBacklogMax, limits.moveQueueMax, limits.moveQueueSendMax) = (10, 4, 3)
    let (world, before, move) = try moving(limits, for: 100)
    var ids = before
    if rests { try world.command(.setMoveState(move: move.id, .paused)) }
    var longest: UInt64 = 0
    for call in 40...90 as ClosedRange<UInt64> {
      let new = try settled(world, call...call)
      // Until the slots are shard 2's.
      guard try missing(new, in: one, world).isEmpty else { break }
      ids += new
      try world.pass(milliseconds: 50)
      longest = max(longest, queueCount(world))
    }
    #expect(longest >= 10 && longest <= 20, "\(longest)")
    if rests { try world.command(.setMoveState(move: move.id, .running)) }
    try finish(world)
    #expect(try missing(ids, in: two, world).isEmpty)
  }

  @Test func `a move that is cancelled while it copies leaves everything where it was`() throws {
    let (world, ids, move) = try moving(ClusterWorld.limits, for: 200)
    try world.command(.setMoveState(move: move.id, .cancelled))
    try finish(world)
    try world.pass(milliseconds: 2_000)
    #expect(try missing(ids, in: one, world).isEmpty)
    #expect(world.store(1).takesCommands(for: SlotNumber(0), in: one) && !world.store(1).hasLeftovers(in: two))
  }

  /// Of what is carried for the move only so much arrives at first: at some number the claim has come to shard 2, and its
  /// slot is not open there.
  @Test(arguments: 4...14)
  func `a claim that has come with its slot is settled when the slot is open, and not before`(carried: Int) throws {
    var limits = ClusterWorld.limits
    limits.movePackedMax = 2
    let world = try world(limits: limits)
    world.store(1).foundingMap = ShardMap(dividedAmong: 2)
    let slot = SlotNumber(0)
    let line = ReserveLine(sku: SKUNumber(1), location: LocationNumber(0), quantity: 1)
    for number in UInt64(1)...5 {
      let claim = ClaimKey(id: UniqueID(high: 5, low: number), slot: slot)
      try world.store(1).propose(Waiter(origin: 0, call: 50 + number), to: one) {
        $0.append(
          .prepareClaim(
            RequestHeader(id: claim.id),
            PrepareClaim(
              claim: claim, version: 1, fingerprint: 1, home: SlotNumber(150),
              lines: Reserve(mode: .allOrNothing, lines: [line]))))
      }
    }
    try world.settle()
    func pending(_ shard: ShardID) -> Int { world.store(1).ledger(of: shard)?.machine.pendingClaimCount ?? 0 }
    #expect(pending(one) == 5)
    world.carriesAcross = { _ in false }
    var count = 0
    world.carriesSlots = { _ in
      count += 1
      return count <= carried
    }
    try move(world, from: one, to: two)
    try world.pass(milliseconds: 300)
    world.carriesAcross = { _ in true }
    var most = 0
    for _ in 0..<60 where !world.store(1).ownsSlot(slot, in: two) {
      try world.pass(milliseconds: 50)
      most = max(most, pending(two))
      if !world.store(1).ownsSlot(slot, in: two) { #expect(pending(two) == most) }
    }
    world.carriesSlots = { _ in true }
    try finish(world)
    try world.pass(milliseconds: 3_000)
    #expect(pending(one) == 0 && pending(two) == 0, "\(pending(one)) \(pending(two))")
  }

  /// A step of an order of slot 0 that asks another slot.
  private func step(_ id: UInt64) -> AcrossRequest {
    let header = RequestHeader(id: UniqueID(high: 8, low: id))
    let home = SlotNumber(0)
    let part = AcrossPart(slot: SlotNumber(8_200), lines: [AcrossLine(sku: Array("x".utf8), quantity: 1)])
    return AcrossRequest(claim: header.id, header, home: home, tenant: [], parts: [part]) { version, _ in
      .burnClaim(BurnClaim(id: header.id, version: version, home: home, slots: [part.slot]))
    }
  }

  /// Ticks for which slot 0 was closed before it went.
  private func closedTicks(_ world: ClusterWorld, hasStep: Bool) throws -> Int {
    world.carriesAcross = { _ in false }
    if hasStep { try world.store(1).begin(step(1), in: one, for: Waiter(origin: 0, call: 700)) }
    try move(world, from: one, to: two)
    var closed = 0
    for _ in 0..<100 where world.store(1).ownsSlot(SlotNumber(0), in: one) {
      try world.pass(milliseconds: 50)
      guard world.store(1).ownsSlot(SlotNumber(0), in: one), !world.store(1).takesCommands(for: SlotNumber(0), in: one)
      else { continue }
      closed += 1
      #expect(throws: StoreRefusal.noLeader) {
        try world.store(1).begin(step(2), in: one, for: Waiter(origin: 0, call: 701))
      }
    }
    world.carriesAcross = { _ in true }
    try finish(world)
    return closed
  }

  @Test func `slots wait for a while for what is under way for their holds and orders, and take nothing new`() throws {
    #expect(try closedTicks(world(), hasStep: false) <= 2)
    let waited = try closedTicks(world(), hasStep: true)
    #expect(waited >= 8 && waited <= 12, "\(waited)")
  }

  @Test func `slots that cannot go yet take commands until they can`() throws {
    let world = try world()
    // More is to be told than goes with a batch, and nobody hears it.
    world.carriesAcross = { _ in false }
    let slots = (200..<300).map { SlotNumber($0) }
    for call in 100..<142 as Range<UInt64> {
      try world.store(1).propose(Waiter(origin: 0, call: call), to: one) {
        $0.append(
          .burnClaim(BurnClaim(id: UniqueID(high: 5, low: call), version: 1, home: SlotNumber(0), slots: slots)))
      }
      try world.settle()
    }
    try move(world, from: one, to: two)
    var closed = 0
    for _ in 0..<40 {
      try world.pass(milliseconds: 50)
      if !world.store(1).takesCommands(for: SlotNumber(0), in: one) { closed += 1 }
    }
    #expect(closed == 0)
    world.carriesAcross = { _ in true }
    try finish(world)
    #expect(world.store(1).takesCommands(for: SlotNumber(0), in: two))
  }
}
