import Basics
import Inventory
import Raft
import Testing

@testable import Replication

/// What becomes of holds over several shards when something on the way is lost.
@Suite struct AcrossFaultTests {
  private func isPrepare(_ message: AcrossMessage) -> Bool { if case .prepare = message { true } else { false } }
  private func isSettle(_ message: AcrossMessage) -> Bool { if case .settle = message { true } else { false } }
  private func isInquiry(_ message: AcrossMessage) -> Bool { if case .inquire = message { true } else { false } }

  /// A home that hears participants by their answers alone.
  private var answersAlone: StoreLimits {
    var limits = ClusterWorld.limits
    limits.hearsGrantsAsFollower = false
    return limits
  }

  @Test func `a home that follows its participants needs no answer of theirs`() throws {
    let world = try ClusterWorld.across([10, 10, 10])
    world.carriesAnswers = false
    try world.reserveAcross(1, [(1, 1), (2, 2), (3, 3)])
    try world.settle()
    #expect(world.node(1).results[101] != nil, "its own replicas have applied what was set aside")
    #expect(world.store(1).across.stepCount == 0)
    #expect(!world.store(1).hasOpenPreparations, "answers that are still to come are not waited for")
    #expect((1...3).map { world.balances($0) } == [[9, 1], [8, 2], [7, 3]])
    // A refusal needs the answer: nobody is refused for something that was not said.
    try world.reserveAcross(2, [(1, 1), (2, 2), (3, 30)])
    try world.settle()
    #expect(world.node(1).results[102] == nil && world.node(1).lost[102] == nil)
    world.carriesAnswers = true
    try world.pass(milliseconds: 6_000)
    #expect((1...3).map { world.balances($0) } == [[9, 1], [8, 2], [7, 3]])
    #expect(world.isCertain([1, 2, 3]))
  }

  @Test func `what was granted to another request under the same version is not taken for this one's`() throws {
    let world = try ClusterWorld.across([10, 10])
    var isFirst = true
    world.carriesAcross = { message in
      guard isFirst, case .prepare(var other) = message else { return true }
      isFirst = false
      // As a leader would have asked that lost what it was about: it comes first, and both are in one entry.
      other.fingerprint &+= 1
      other.lines[0].quantity = 7
      let bytes = AcrossMessage.prepare(other).encoded()
      _ = try? world.store(2).receive(bytes.rawSpan, in: ShardID(2), for: Waiter(origin: 1, call: 105))
      return true
    }
    try world.reserveAcross(1, [(1, 1), (2, 2)])
    try world.pass(milliseconds: 6_000)
    #expect(world.node(1).results[101] != nil)
    #expect(world.balances(1) == [9, 1] && world.balances(2) == [8, 2])
    #expect(world.isCertain([1, 2]))
  }

  @Test func `a participant that is silent is given up, and what the others set aside comes back`() throws {
    let world = try ClusterWorld.across([10, 10, 10])
    world.carriesAcross = { message in
      if case .prepare(let prepare) = message { prepare.key.slot != SlotNumber(300) } else { true }
    }
    try world.reserveAcross(1, [(1, 1), (2, 2), (3, 3)])
    try world.settle()
    #expect(world.balances(2) == [8, 2])
    try world.pass(milliseconds: 2_500)
    #expect(world.node(1).lost[101] == .notApplied)
    #expect((1...3).map { world.balances($0) } == [[10, 0], [10, 0], [10, 0]])
    #expect(world.isCertain([1, 2, 3]))
  }

  @Test func `a preparation whose answer is lost is not undone by the participant's clock`() throws {
    let world = try ClusterWorld.across([10, 10, 10], limits: answersAlone)
    world.carriesAnswers = false
    world.carriesAcross = { self.isPrepare($0) }
    try world.reserveAcross(1, [(1, 1), (2, 2)])
    try world.pass(milliseconds: 60_000)
    #expect(world.balances(2) == [8, 2], "nobody has told the participant")
    world.carriesAnswers = true
    world.carriesAcross = { _ in true }
    try world.pass(milliseconds: 6_000)
    #expect(world.balances(2) == [10, 0])
    #expect(world.isCertain([1, 2]))
  }

  @Test func `claims of a home that does not answer leave room for the questions to others`() throws {
    var limits = answersAlone
    limits.claimsAskedMax = 1
    let world = try ClusterWorld.across([10, 10, 10], limits: limits)
    world.carriesAnswers = false
    for id in UInt64(1)...4 { try world.reserveAcross(id, [(1, 1), (2, 1)]) }
    try world.settle()
    try world.reserveAcross(5, [(3, 1), (2, 3)])
    try world.settle()
    #expect(world.balances(2) == [3, 7])
    world.carriesAnswers = true
    world.carriesAcross = { message in
      if case .inquire(_, _, let home) = message { home == world.slot(3) } else { false }
    }
    try world.pass(milliseconds: 4_000)
    #expect(world.balances(2) == [6, 4], "what the third shard did not decide came back")
    world.carriesAcross = { _ in true }
    try world.pass(milliseconds: 6_000)
    #expect(world.balances(2) == [10, 0] && world.isCertain([1, 2, 3]))
  }

  @Test func `when home's leader is lost before it decided, the next one burns what participants ask about`() throws {
    let world = try ClusterWorld.across([10, 10, 10], limits: answersAlone)
    world.carriesAnswers = false
    try world.reserveAcross(1, [(1, 1), (2, 2), (3, 3)])
    try world.settle()
    #expect(world.balances(2) == [8, 2] && world.balances(3) == [7, 3])
    world.crash(1)
    world.carriesAnswers = true
    try world.pass(milliseconds: 6_000)
    #expect((1...3).map { world.balances($0) } == [[10, 0], [10, 0], [10, 0]])
    #expect(world.isCertain([1, 2, 3]))
    // The answer that was under way, a leader that comes back: nothing of the step is left.
    try world.restart(1)
    try world.pass(milliseconds: 3_000)
    #expect((1...3).map { world.balances($0) } == [[10, 0], [10, 0], [10, 0]])
  }

  @Test func `when home's leader is lost after it decided, the next one tells the participants`() throws {
    let world = try ClusterWorld.across([10, 10, 10])
    world.carriesAcross = { self.isPrepare($0) }
    try world.reserveAcross(1, [(1, 1), (2, 2), (3, 3)])
    try world.settle()
    #expect(world.node(1).results[101] != nil)
    #expect(!world.isCertain([1, 2, 3]))
    world.crash(1)
    world.carriesAcross = { self.isSettle($0) }
    try world.pass(milliseconds: 6_000)
    #expect((1...3).map { world.balances($0) } == [[9, 1], [8, 2], [7, 3]])
    #expect(world.isCertain([1, 2, 3]), "by the outbox alone")
  }

  @Test func `a participant that asks is told what was decided`() throws {
    let world = try ClusterWorld.across([10, 10])
    world.carriesAcross = { self.isPrepare($0) }
    try world.reserveAcross(1, [(1, 1), (2, 2)])
    try world.settle()
    world.carriesAcross = { !self.isSettle($0) }
    try world.pass(milliseconds: 4_000)
    #expect(world.store(2).status(of: ShardID(2))?.pendingClaimCount == 0)
    #expect(world.balances(2) == [8, 2])
  }

  @Test func `a participant's leader that is lost leaves what it set aside to the next one`() throws {
    let world = try ClusterWorld.across([10, 10, 10])
    world.carriesAcross = { self.isPrepare($0) }
    try world.reserveAcross(1, [(1, 1), (2, 2)])
    try world.settle()
    world.crash(2)
    world.carriesAcross = { _ in true }
    try world.pass(milliseconds: 6_000)
    #expect(world.balances(2) == [8, 2])
    #expect(world.isCertain([1, 2]))
  }

  @Test func `a step that is under way is not undone by a participant that asks early`() throws {
    var limits = ClusterWorld.limits
    limits.claimPatienceMilliseconds = -10_000
    let world = try ClusterWorld.across([10, 10, 10], limits: limits)
    world.node(3).isHoldingDisk = true
    try world.reserveAcross(1, [(1, 1), (2, 2), (3, 3)])
    for _ in 0..<10 {
      world.now = world.now.advanced(byMilliseconds: 50)
      try world.take(turns: 6)
    }
    #expect(world.balances(2) == [8, 2])
    world.node(3).isHoldingDisk = false
    try world.settle()
    #expect(world.node(1).results[101] != nil)
    #expect(world.balances(2) == [8, 2])
  }

  @Test func `questions that come twice are answered twice and have one effect`() throws {
    let world = try ClusterWorld.across([10, 10])
    var copies: [AcrossMessage] = []
    world.carriesAcross = { message in
      copies.append(message)
      return true
    }
    try world.reserveAcross(1, [(1, 1), (2, 2)])
    try world.tellAll()
    #expect(copies.contains { self.isPrepare($0) } && copies.contains { self.isSettle($0) })
    for message in copies {
      _ = try world.store(2).receive(message.encoded().rawSpan, in: ShardID(2), for: Waiter(origin: 1, call: 105))
    }
    try world.tellAll()
    #expect(world.balances(1) == [9, 1] && world.balances(2) == [8, 2])
    #expect(world.isCertain([1, 2]))
  }

  @Test func `those who wait at a Store that stops are all named, once`() throws {
    let world = try ClusterWorld.across([10, 10])
    world.carriesAcross = { _ in false }
    try world.reserveAcross(1, [(1, 1), (2, 2)])
    try world.reserveAcross(1, [(1, 1), (2, 2)], call: 102)
    try world.reserveAcross(3, [(1, 1), (2, 2)])
    try world.settle()
    #expect(world.store(1).abandonWaiters().map(\.call).sorted() == [101, 102, 103])
  }

  @Test func `more steps than the bound allows are refused`() throws {
    var limits = ClusterWorld.limits
    limits.acrossStepsMax = 1
    let world = try ClusterWorld.across([10, 10], limits: limits)
    world.carriesAcross = { _ in false }
    try world.reserveAcross(1, [(1, 1), (2, 2)])
    #expect(throws: StoreRefusal.backlogFull) { try world.reserveAcross(2, [(1, 1), (2, 2)]) }
  }
}

extension Store {
  fileprivate var hasOpenPreparations: Bool {
    var isFound = false
    across.calls.forEach { _, call in
      if case .prepare = call.use { isFound = true }
      return !isFound
    }
    return isFound
  }
}
