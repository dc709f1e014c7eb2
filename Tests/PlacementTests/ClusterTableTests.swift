import Basics
import Testing

@testable import Placement

@Suite struct ClusterTableTests {
  @Test func `a cluster is founded once, and alone on its first node`() {
    let cluster = FoundedCluster(shards: 2)
    #expect(cluster.table.isFounded && cluster.table.nodes.map(\.number) == [NodeID(1)])
    #expect(cluster.table.shards.map(\.shard) == [0, 1, 2].map { ShardID($0) })
    #expect(cluster.goal(2) == [GoalMember(node: NodeID(1), life: ReplicaLife(0))])
    var other = Founding(
      cluster: FoundedCluster.id, storeCount: 1, node: NodeID(1), description: FoundedCluster.node(1),
      shardMap: ShardMap(dividedAmong: 2))
    let revision = cluster.table.revision
    #expect(cluster.apply(.found(other)) == .done, "the same once more")
    other.cluster = UniqueID(high: 8, low: 8)
    #expect(cluster.apply(.found(other)) == .refused(.alreadyFounded(cluster: FoundedCluster.id)))
    #expect(cluster.table.revision == revision)
  }

  @Test func `nothing can be done to a cluster that was not founded`() {
    let cluster = FoundedCluster(isFounded: false)
    #expect(cluster.apply(.addNode(FoundedCluster.node(2))) == .refused(.notFounded))
    #expect(cluster.apply(.raiseFeature(2)) == .refused(.notFounded))
    #expect(!cluster.table.isFounded)
  }

  @Test func `a node gets a number once, by its directory, and belongs to the meta shard from then on`() {
    let cluster = FoundedCluster()
    cluster.grow(to: 3)
    #expect(cluster.goal(0).map(\.node) == [1, 2, 3].map { NodeID($0) })
    #expect(cluster.goal(0).map(\.isVoter) == [true, false, false])
    var again = FoundedCluster.node(2)
    again.clientAddress = "elsewhere:1"
    guard case .node(let node, metaLife: ReplicaLife(0)) = cluster.apply(.addNode(again)) else {
      Issue.record("a node that joins again is refused")
      return
    }
    #expect(node.number == NodeID(2) && node.clientAddress == "elsewhere:1")
    #expect(cluster.table.nodes.count == 3)
  }

  @Test func `the number of a lost disk is not to be had`() {
    let cluster = FoundedCluster()
    cluster.grow(to: 2)
    #expect(cluster.apply(.updateNode(NodeID(2), FoundedCluster.node(9))) == .refused(.otherDirectory(NodeID(2))))
    #expect(cluster.apply(.updateNode(NodeID(9), FoundedCluster.node(9))) == .refused(.unknownNode(NodeID(9))))
  }

  @Test func `of two processes that follow the same start the first to be heard is the node`() {
    let cluster = FoundedCluster()
    cluster.grow(to: 2)
    func announce(_ number: UInt32, _ id: UInt64, after earlier: NodeStart) -> (NodeStart, ClusterOutcome) {
      var description = FoundedCluster.node(2)
      description.start = NodeStart(number: number, id: UniqueID(high: 3, low: id))
      return (description.start, cluster.apply(.updateNode(NodeID(2), description, replacing: earlier)))
    }
    let (first, _) = announce(1, 10, after: .none)
    #expect(cluster.table.node(NodeID(2))?.start == first)
    let (second, _) = announce(2, 20, after: first)
    #expect(cluster.table.node(NodeID(2))?.start == second)
    #expect(announce(2, 21, after: first).1 == .refused(.otherStart(NodeID(2))))
    #expect(announce(3, 22, after: first).1 == .refused(.otherStart(NodeID(2))))
    #expect(announce(1, 10, after: second).1 == .refused(.otherStart(NodeID(2))), "starts are not taken back")
    #expect(announce(2, 20, after: first).1 != .refused(.otherStart(NodeID(2))), "what it says otherwise may change")
    // Who joins again has not run since.
    cluster.apply(.addNode(FoundedCluster.node(2)))
    #expect(cluster.table.node(NodeID(2))?.start == second)
  }

  @Test func `a node is removed when it has nothing any more, or by force, and never comes back`() {
    let cluster = FoundedCluster(shards: 2)
    cluster.grow(to: 3)
    #expect(
      cluster.apply(.setNodeState(NodeID(1), .removed, isForced: false))
        == .refused(.nodeHasReplicas(NodeID(1), shardCount: 2)))
    #expect(
      cluster.apply(.setNodeState(NodeID(1), .removed, isForced: true))
        == .refused(.nodeIsNeeded(NodeID(1), shards: [0, 1, 2].map { ShardID($0) })), "the only voter everywhere")
    #expect(
      cluster.apply(.setNodeState(NodeID(1), .removed, isForced: true, losesData: true))
        == .refused(.nodeIsNeeded(NodeID(1), shards: [.meta])), "without a meta shard there is no cluster")
    guard case .node(let node, _) = cluster.apply(.setNodeState(NodeID(3), .removed, isForced: false)) else {
      Issue.record("an empty node cannot be removed")
      return
    }
    #expect(node.state == .removed && cluster.goal(0).map(\.node) == [NodeID(1), NodeID(2)])
    #expect(cluster.apply(.addNode(FoundedCluster.node(3))) == .refused(.nodeIsRemoved(NodeID(3))))
    #expect(
      cluster.apply(.setNodeState(NodeID(3), .active, isForced: false)) == .refused(.nodeIsRemoved(NodeID(3))))
    cluster.apply(.addNode(FoundedCluster.node(4)))
    #expect(cluster.table.nodes.last?.number == NodeID(4), "its number is used up")
  }

  @Test func `a removed node's place stays in a goal until there is another, and nothing else waits for that`() {
    let cluster = FoundedCluster(shards: 1)
    cluster.grow(to: 3)
    cluster.setGoal(1, [1, 2, 3])
    cluster.apply(.setNodeState(NodeID(3), .removed, isForced: true))
    #expect(cluster.table.node(NodeID(3))?.state == .removed && cluster.goal(1).map(\.node).contains(NodeID(3)))
    #expect(cluster.setGoal(1, [1, 2, 3], leader: 2) == .goals(set: 1, refused: []))
    cluster.setGoal(1, [1, 2])
    guard case .goals(set: 0, let refused) = cluster.setGoal(1, [1, 2, 3]) else {
      Issue.record("a removed node gets a replica again")
      return
    }
    #expect(refused.map(\.reason) == [.unusableNode])
  }

  @Test func `a node is not removed whose vote is needed for its own removal`() {
    let cluster = FoundedCluster(shards: 1)
    cluster.grow(to: 3)
    _ = cluster.repair()
    // Two voters of three go one after the other, and the group has not seen the first go yet.
    cluster.setGoal(1, [1])
    cluster.apply(.reportPlaced(PlacedReport(shard: ShardID(1), index: 90, members: cluster.goal(1))))
    guard case .node = cluster.apply(.setNodeState(NodeID(3), .removed, isForced: false)) else {
      Issue.record("two of three are a majority")
      return
    }
    let needed = ClusterOutcome.refused(.nodeIsNeeded(NodeID(2), shards: [.meta]))
    #expect(cluster.apply(.setNodeState(NodeID(2), .removed, isForced: false)) == needed)
    #expect(cluster.apply(.setNodeState(NodeID(2), .removed, isForced: true)) == needed)
    _ = cluster.repair()
    guard case .node = cluster.apply(.setNodeState(NodeID(2), .removed, isForced: false)) else {
      Issue.record("it votes no more")
      return
    }
  }

  @Test func `a node whose replicas could go nowhere else is not drained without force`() {
    let cluster = FoundedCluster(shards: 1)
    cluster.grow(to: 3)
    _ = cluster.repair()
    #expect(
      cluster.apply(.setNodeState(NodeID(3), .draining, isForced: false))
        == .refused(.nodeIsNeeded(NodeID(3), shards: [ShardID(1)])))
    cluster.grow(to: 4)
    guard case .node = cluster.apply(.setNodeState(NodeID(3), .draining, isForced: false)) else {
      Issue.record("there is a fourth node")
      return
    }
  }

  @Test func `a replica keeps its life while it is wanted or there, and a later one has another`() {
    let cluster = FoundedCluster()
    cluster.grow(to: 3)
    cluster.setGoal(1, [1, 2])
    #expect(cluster.goal(1).map(\.life) == [0, 1].map { ReplicaLife($0) })
    let placed = cluster.goal(1)
    cluster.apply(.reportPlaced(PlacedReport(shard: ShardID(1), index: 10, members: placed)))
    cluster.setGoal(1, [1])
    cluster.setGoal(1, [1, 2, 3])
    #expect(cluster.goal(1).map(\.life) == [0, 1, 2].map { ReplicaLife($0) }, "it never left")
    cluster.setGoal(1, [1, 3])
    cluster.apply(.reportPlaced(PlacedReport(shard: ShardID(1), index: 20, members: cluster.goal(1))))
    cluster.setGoal(1, [1, 2, 3])
    #expect(cluster.goal(1).map(\.life) == [0, 3, 2].map { ReplicaLife($0) }, "it had left")
    cluster.setGoal(1, [1, 2, 3], renewed: [3])
    #expect(cluster.goal(1).map(\.life) == [0, 3, 4].map { ReplicaLife($0) })
    for _ in 0..<2 { cluster.apply(.renewMember(ShardID(1), NodeID(2), ReplicaLife(3))) }
    #expect(cluster.goal(1).map(\.life) == [0, 5, 4].map { ReplicaLife($0) }, "once, however often it is asked for")
    cluster.setGoal(2, [1], renewed: [1])
    cluster.apply(.renewMember(ShardID(2), NodeID(1), ReplicaLife(0)))
    #expect(cluster.goal(2).map(\.life) == [ReplicaLife(0)], "nobody could give another one its state")
  }

  @Test func `a goal is set from the revision that it was made from, and only if it makes sense`() {
    let cluster = FoundedCluster()
    cluster.grow(to: 2)
    func refusal(_ goal: ShardGoal) -> GoalRefusal.Reason? {
      guard case .goals(_, let refused) = cluster.apply(.setGoals([goal])) else { return nil }
      return refused.first?.reason
    }
    let both = [1, 2].map { ShardGoal.Place(node: NodeID($0)) }
    let revision = cluster.table.shard(ShardID(1))?.goalRevision ?? 0
    func goal(
      _ places: [ShardGoal.Place], shard: UInt32 = 1, revision: UInt64, leader: UInt32 = 0
    ) -> ShardGoal {
      ShardGoal(
        shard: ShardID(shard), expectedRevision: revision, places: places, preferredLeader: NodeID(leader))
    }
    #expect(refusal(goal(both, shard: 99, revision: revision)) == .unknownShard)
    #expect(refusal(goal(both, revision: revision + 1)) == .staleRevision)
    #expect(refusal(goal([], revision: revision)) == .malformed)
    #expect(refusal(goal(both.reversed(), revision: revision)) == .malformed)
    #expect(refusal(goal([ShardGoal.Place(node: NodeID(9))], revision: revision)) == .unusableNode)
    #expect(refusal(goal(both, revision: revision, leader: 9)) == .leaderIsNoVoter)
    #expect(refusal(goal(both, revision: revision, leader: 2)) == nil)
    #expect(refusal(goal([both[0]], revision: revision)) == .staleRevision)
  }

  @Test func `an old report changes nothing`() {
    let cluster = FoundedCluster()
    cluster.grow(to: 2)
    cluster.setGoal(1, [1, 2])
    let members = cluster.goal(1)
    cluster.apply(.reportPlaced(PlacedReport(shard: ShardID(1), index: 10, members: members)))
    let table = cluster.table
    cluster.apply(.reportPlaced(PlacedReport(shard: ShardID(1), index: 10, members: [members[0]])))
    cluster.apply(.reportPlaced(PlacedReport(shard: ShardID(1), index: 9, members: [members[0]])))
    #expect(cluster.table == table)
  }

  @Test func `a feature is turned on when all nodes know it, and never off`() {
    let cluster = FoundedCluster()
    cluster.apply(.addNode(FoundedCluster.node(2, level: 2)))
    #expect(cluster.apply(.raiseFeature(2)) == .refused(.featureLevelTooLow(NodeID(1), needed: 2)))
    cluster.apply(.updateNode(NodeID(1), FoundedCluster.node(1, level: 3)))
    #expect(cluster.apply(.raiseFeature(2)) == .done && cluster.table.settings.featureLevel == 2)
    #expect(cluster.apply(.raiseFeature(1)) == .done && cluster.table.settings.featureLevel == 2)
    #expect(
      cluster.apply(.addNode(FoundedCluster.node(3, level: 1))) == .refused(.featureLevelTooLow(.none, needed: 2)))
    var settings = ClusterSettings()
    settings.replicationFactor = 5
    #expect(cluster.apply(.putSettings(settings)) == .done)
    #expect(cluster.table.settings.replicationFactor == 5 && cluster.table.settings.featureLevel == 2)
    settings.replicationFactor = 4
    #expect(cluster.apply(.putSettings(settings)) == .refused(.settingsOutOfRange))
  }

  @Test func `the table is there again after a load`() throws {
    let cluster = FoundedCluster(shards: 5, zone: "a")
    cluster.grow(to: 4, zones: ["a", "b"])
    cluster.setGoal(1, [1, 2, 4], leader: 2)
    cluster.apply(.reportPlaced(PlacedReport(shard: ShardID(1), index: 10, members: cluster.goal(1))))
    cluster.apply(.setNodeState(NodeID(3), .draining, isForced: false))
    cluster.apply(.putLocation(Location(tenant: "t", id: "berlin")))
    var loaded = ClusterState(prefix: [0, 0, 0, 0, 0, 0])
    try loaded.load(from: cluster.disk)
    #expect(loaded.table == cluster.table)
    #expect(loaded.stateDigest == cluster.state.stateDigest)
    #expect(loaded.locations.locations.count == 1)
  }
}

@Suite struct ClusterCommandTests {
  private static let commands: [ClusterCommand] = [
    .putLocation(Location(tenant: "t", id: "x")),
    .found(
      Founding(
        cluster: UniqueID(high: 1, low: 2), storeCount: 2, node: NodeID(1),
        description: FoundedCluster.node(1, zone: "z"), shardMap: ShardMap(dividedAmong: 3))),
    .addNode(FoundedCluster.node(2)), .updateNode(NodeID(2), FoundedCluster.node(2)),
    .updateNode(
      NodeID(2), FoundedCluster.node(2), replacing: NodeStart(number: 8, id: UniqueID(high: 8, low: 9))),
    .setNodeState(NodeID(2), .draining, isForced: false), .setNodeState(NodeID(2), .removed, isForced: true),
    .setGoals([
      ShardGoal(
        shard: ShardID(3), expectedRevision: 9,
        places: [ShardGoal.Place(node: NodeID(1)), ShardGoal.Place(node: NodeID(2), isVoter: false, isRenewed: true)],
        preferredLeader: NodeID(1))
    ]),
    .reportPlaced(
      PlacedReport(shard: ShardID(3), index: 77, members: [GoalMember(node: NodeID(4), life: ReplicaLife(5))])),
    .putSettings(ClusterSettings()), .raiseFeature(4), .renewMember(ShardID(1), NodeID(2), ReplicaLife(3)),
  ]

  @Test func `commands read back as they were written`() throws {
    var writer = ByteWriter()
    ClusterCommand.encode(Self.commands, into: &writer)
    var reader = ByteReader(writer.bytes.rawSpan)
    #expect(try ClusterCommand.decodeList(&reader) == Self.commands)
    try reader.finish()
  }

  @Test func `a list cut short at any byte is refused`() {
    var writer = ByteWriter()
    ClusterCommand.encode(Self.commands, into: &writer)
    for count in 0..<writer.count {
      #expect(throws: DecodeError.self) {
        var reader = ByteReader(Array(writer.bytes[..<count]).rawSpan)
        _ = try ClusterCommand.decodeList(&reader)
      }
    }
  }

  @Test func `random bytes are refused or read, and never more`() {
    var generator = SeededGenerator(seed: 4)
    var refused = 0
    for _ in 0..<2_000 {
      var writer = ByteWriter()
      ClusterCommand.encode(Self.commands, into: &writer)
      for _ in 0..<3 {
        let place = Int.random(in: 0..<writer.count, using: &generator)
        writer.bytes[place] = .random(in: 0...255, using: &generator)
      }
      do throws(DecodeError) {
        var reader = ByteReader(writer.bytes.rawSpan)
        let commands = try ClusterCommand.decodeList(&reader)
        #expect(commands.count <= ClusterCommand.listCountMax)
      } catch { refused += 1 }
    }
    #expect(refused > 500)
  }

  @Test func `the bytes of a report never change`() {
    var writer = ByteWriter()
    ClusterCommand.reportPlaced(
      PlacedReport(shard: ShardID(3), index: 77, members: [GoalMember(node: NodeID(4), life: ReplicaLife(5))])
    ).encode(into: &writer)
    #expect(writer.bytes == [7, 22, 3, 0, 0, 0, 77, 0, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0, 5, 0, 0, 0, 1])
  }
}
