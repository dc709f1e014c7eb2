import Basics
import Raft
import Testing

@testable import Replication

/// A group whose majority is gone for good, and what is left of it.
@Suite struct ForcedMembershipTests {
  private let shard = ShardID(1)

  /// How the members of the world begin: the disk has a record of its own only once the members have changed.
  private func founding(_ node: UInt32) -> ReplicaSpecification {
    let founders = (1...3).map { MemberID(node: NodeID($0)) }
    return ReplicaSpecification(shard: shard, member: founders[Int(node) - 1], beginning: .founding(founders))
  }

  /// Node 1 is what is left: writes what keeps it alone, as an offline tool would, and starts it again.
  private func keepAlone(_ world: ClusterWorld, term: UInt64 = 1_000) throws {
    let node = world.node(1)
    let partitions = MemoryPartitions(node.partitions.durable)
    let loader = try StoreLoader(node: node.id, partitions: partitions, replicas: [founding(1)], hashSeed: 1)
    let applied = try #require(loader.applied.first { $0.shard == shard }?.applied)
    let recovered = node.log.recover(shard, applied: applied)
    let log = try #require(recovered)
    let record = try ReplicaRecord.all(partitions).first { $0.shard == shard }?.record ?? founding(1).record
    var changes = StateChanges()
    var records: [LogBatch.Record] = []
    ForcedMembership.keepAlone(shard, record, log, term: Term(term), into: &changes, &records)
    #expect(try partitions.write(changes, applied: []) == .written)
    _ = partitions.requestFlush(FlushNumber(1))
    #expect(partitions.flush() != nil)
    node.partitions = partitions
    node.log.write(records)
    try world.restart(1)
  }

  @Test func `one of three that is kept alone leads, has every acknowledged effect and takes more`() throws {
    let world = try ClusterWorld()
    try world.elect(1)
    try world.stock(10, leader: 1)
    try world.store(1).proposeHold(3, quantity: 4)
    try world.settle()
    #expect(world.node(1).completed.contains(3))
    for number in 1...3 as ClosedRange<UInt32> { world.crash(number) }
    try keepAlone(world)
    try world.settle()
    #expect(world.leader() == 1)
    #expect(world.store(1).available() == 6)
    #expect(try #require(world.store(1).status(of: shard)).configuration.voters == [MemberID(1)])
    try world.store(1).proposeHold(4, quantity: 6)
    try world.settle()
    #expect(world.node(1).completed.contains(4))
    #expect(world.store(1).available() == 0)
  }

  @Test func `a change of members that was in the log and not applied has no effect`() throws {
    let world = try ClusterWorld()
    try world.elect(1)
    try world.stock(10, leader: 1)
    world.isolate(1)
    let gone = MemberID(node: NodeID(2))
    try world.store(1).propose(
      ConfigurationChange([.remove(gone)]), Waiter(origin: 0, call: 9), to: shard)
    try world.store(1).proposeHold(10, quantity: 1)
    try world.settle()
    for number in 1...3 as ClosedRange<UInt32> { world.crash(number) }
    try keepAlone(world)
    try world.settle()
    let status = try #require(world.store(1).status(of: shard))
    #expect(status.configuration == Configuration(voters: [MemberID(1)]))
    #expect(status.commitIndex == status.lastIndex && status.appliedIndex == status.lastIndex)
    // The hold behind the change was in the kept log, so it is kept.
    #expect(world.store(1).available() == 9)
  }

  @Test func `what keeps a replica alone can be written twice`() throws {
    let world = try ClusterWorld()
    try world.elect(1)
    try world.stock(10, leader: 1)
    for number in 1...3 as ClosedRange<UInt32> { world.crash(number) }
    try keepAlone(world, term: 500)
    world.crash(1)
    try keepAlone(world, term: 600)
    try world.settle()
    #expect(world.leader() == 1 && world.store(1).available() == 10)
  }

  @Test func `an emptied replica keeps its life, knows nobody, and gets all of it with a snapshot`() throws {
    let world = try ClusterWorld()
    try world.elect(1)
    try world.stock(10, leader: 1)
    for number in 1...3 as ClosedRange<UInt32> { world.crash(number) }
    try keepAlone(world)
    try world.settle()
    let node = world.node(2)
    let partitions = MemoryPartitions(node.partitions.durable)
    let record = try ReplicaRecord.all(partitions).first?.record ?? founding(2).record
    var changes = StateChanges()
    var records: [LogBatch.Record] = []
    ForcedMembership.bury(shard, record, into: &changes, &records)
    ForcedMembership.rejoin(shard, record, into: &changes)
    #expect(try partitions.write(changes, applied: []) == .written)
    _ = partitions.requestFlush(FlushNumber(1))
    #expect(partitions.flush() != nil)
    node.partitions = partitions
    node.log.write(records)
    try world.restart(2)
    let emptied = try #require(world.store(2).status(of: shard))
    #expect(emptied.configuration == Configuration() && emptied.lastIndex == .zero)
    // Nobody asks it for years, and it never campaigns.
    try world.pass(milliseconds: 5_000)
    #expect(world.store(2).status(of: shard)?.term == .zero)
    let member = MemberID(node: NodeID(2))
    try world.store(1).propose(ConfigurationChange([.addLearner(member)]), Waiter(origin: 0, call: 20), to: shard)
    try world.pass(milliseconds: 2_000)
    #expect(world.agrees(nodes: [1, 2]))
  }

  @Test func `what the log knows to be committed is applied offline, members included`() throws {
    let world = try ClusterWorld()
    try world.elect(1)
    try world.stock(10, leader: 1)
    let gone = MemberID(node: NodeID(3))
    try world.store(1).propose(ConfigurationChange([.remove(gone)]), Waiter(origin: 0, call: 9), to: shard)
    try world.pass(milliseconds: 500)
    #expect(world.store(1).status(of: shard)?.configuration.voters.count == 2)
    world.crash(1)
    let node = world.node(1)
    let partitions = MemoryPartitions(node.partitions.durable)
    #expect(try ReplicaRecord.all(partitions).isEmpty, "nothing was flushed")
    let loader = try StoreLoader(node: node.id, partitions: partitions, replicas: [founding(1)], hashSeed: 1)
    let logs = loader.applied.compactMap { shard, applied in
      node.log.recover(shard, applied: applied).map { (shard, $0) }
    }
    let store = try loader.store(logs: logs, now: .zero, wall: .zero)
    #expect(try store.replayCommitted())
    #expect(try #require(store.record(of: shard)).configuration.voters == [MemberID(1), MemberID(2)])
    #expect(try ReplicaRecord.all(partitions).first?.record.configuration.voters == [MemberID(1), MemberID(2)])
    #expect(store.available() == 10)
  }
}
