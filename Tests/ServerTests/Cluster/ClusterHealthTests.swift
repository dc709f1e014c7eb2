import Basics
import Testing

@testable import Server

@Suite struct ClusterHealthTests {
  private let start = Instant.zero.advanced(byMilliseconds: 60_000)

  private func at(_ milliseconds: UInt64) -> Instant { start.advanced(byMilliseconds: milliseconds) }

  private func report(
    _ node: UInt32, leads shards: [(shard: UInt32, term: UInt64, applied: UInt64)] = [], faulty: Bool = false
  ) -> NodeReport {
    var report = NodeReport(node: NodeID(node))
    for (shard, term, applied) in shards {
      var replica = ReplicaReport(shard: ShardID(shard), life: ReplicaLife(0), role: .leader)
      replica.term = term
      replica.applied = DigestMark(index: applied, digest: 1)
      replica.isFaulty = faulty
      report.replicas.append(replica)
    }
    return report
  }

  @Test func `a node that was not heard for three seconds counts as gone, and comes back with a word`() {
    var health = ClusterHealth(began: start)
    health.take(report(1), at: at(0))
    #expect(health.isLive(NodeID(1), now: at(2_999)))
    #expect(!health.isLive(NodeID(1), now: at(3_000)))
    #expect(health.silentMilliseconds(NodeID(1), now: at(7_000)) == 7_000)
    health.take(report(1), at: at(8_000))
    #expect(health.isLive(NodeID(1), now: at(8_001)))
  }

  @Test func `a new leader holds nobody's silence before its time against it`() {
    let health = ClusterHealth(began: start)
    #expect(health.isLive(NodeID(9), now: at(2_000)))
    #expect(health.silentMilliseconds(NodeID(9), now: at(2_000)) == 2_000)
    #expect(!health.isLive(NodeID(9), now: at(3_000)))
  }

  @Test func `of two who say that they lead, the later term is believed, while its node is there`() {
    var health = ClusterHealth(began: start)
    health.take(report(1, leads: [(4, 7, 10)]), at: at(0))
    health.take(report(2, leads: [(4, 8, 11), (5, 1, 1)]), at: at(1_000))
    #expect(health.leaders(now: at(1_500)).map(\.node) == [NodeID(2), NodeID(2)])
    health.take(report(1, leads: [(4, 7, 10)]), at: at(3_900))
    // Node 2 is gone, and node 1 was deposed: nobody leads.
    #expect(health.leaders(now: at(4_100)).isEmpty)
  }

  @Test func `a replica that takes no part leads nothing`() {
    var health = ClusterHealth(began: start)
    health.take(report(1, leads: [(4, 7, 10)], faulty: true), at: at(0))
    #expect(health.leaders(now: at(1)).isEmpty)
  }

  @Test func `rates are what was applied between two reports`() {
    var health = ClusterHealth(began: start)
    health.take(report(1, leads: [(4, 7, 100)]), at: at(0))
    #expect(health[NodeID(1)]?.rates[ShardID(4)] == nil)
    health.take(report(1, leads: [(4, 7, 600)]), at: at(500))
    #expect(health[NodeID(1)]?.rates[ShardID(4)] == 1_000)
    health.take(report(1, leads: [(4, 7, 600)]), at: at(1_500))
    #expect(health[NodeID(1)]?.rates[ShardID(4)] == nil)
  }

  private func counted(_ node: UInt32, _ shard: UInt32, _ count: UInt64?, leads: Bool = true) -> NodeReport {
    var report = NodeReport(node: NodeID(node))
    var replica = ReplicaReport(shard: ShardID(shard), life: ReplicaLife(0), role: leads ? .leader : .follower)
    replica.commandCount = count
    report.replicas = [replica]
    return report
  }

  @Test func `a shard's load is what its leaders have carried out of late, whoever they are`() {
    var health = ClusterHealth(began: start)
    func load() -> UInt64? { health.commandsPerSecond(of: ShardID(4)) }
    health.take(counted(1, 4, 100), at: at(0))
    health.take(counted(1, 4, 5_100), at: at(5_000))
    #expect(load() == nil, "five seconds say too little")
    health.take(counted(1, 4, 10_100), at: at(10_000))
    #expect(load() == 1_000)
    // Quiet seconds make it half as busy, and no shard without anything to do.
    health.take(counted(1, 4, 10_100), at: at(20_000))
    #expect(load() == 500)
    // Another one leads: what it did before that counts for nothing.
    health.take(counted(2, 4, 70_000, leads: false), at: at(20_000))
    health.take(counted(2, 4, 90_000), at: at(21_000))
    #expect(load() == 500)
    health.take(counted(2, 4, 90_500), at: at(22_000))
    #expect(load() == 500)
    // After a long time the beginning is forgotten.
    for second in UInt64(1)...120 {
      health.take(counted(2, 4, 90_500 + second * 2_000), at: at(22_000 + second * 1_000))
    }
    #expect((1_990...2_000).contains(load() ?? 0))
    // It was started anew, or is of a version that counts nothing.
    health.take(counted(2, 4, 10), at: at(143_000))
    health.take(counted(2, 4, nil), at: at(144_000))
    #expect((1_990...2_000).contains(load() ?? 0))
  }
}

@Suite struct DigestWatchTests {
  private func word(_ node: UInt32, _ digest: UInt64) -> DigestWatch.Word {
    DigestWatch.Word(node: NodeID(node), life: ReplicaLife(0), digest: digest)
  }

  private func watch(_ words: [(node: UInt32, index: UInt64, digest: UInt64)], voters: Int = 3) -> DigestWatch {
    var watch = DigestWatch()
    for (node, index, digest) in words {
      watch.take(
        DigestMark(index: index, digest: digest), of: ShardID(1), on: NodeID(node), ReplicaLife(0), voterCount: voters)
    }
    return watch
  }

  @Test func `equal states and different indexes are nothing to tell of`() {
    let watch = watch([(1, 5, 50), (2, 5, 50), (3, 6, 61), (1, 6, 61), (2, 7, 70)])
    #expect(watch.findings[ShardID(1)] == nil)
  }

  @Test func `the one that a majority contradicts is the minority, whoever is heard last`() {
    for order in [[1, 2, 3], [3, 1, 2], [2, 3, 1]] as [[UInt32]] {
      let finding = watch(order.map { ($0, 5, $0 == 3 ? 51 : 50) }).findings[ShardID(1)]
      #expect(finding?.minority == [word(3, 51)])
      #expect(finding?.words.map(\.node.rawValue) == [1, 2, 3])
    }
  }

  @Test func `two that differ are told of, and neither is taken for wrong`() {
    let finding = watch([(1, 5, 50), (2, 5, 51)]).findings[ShardID(1)]
    #expect(finding?.words == [word(1, 50), word(2, 51)])
    #expect(finding?.minority.isEmpty == true)
  }

  @Test func `two of five are no majority`() {
    let finding = watch([(1, 5, 50), (2, 5, 50), (3, 5, 51)], voters: 5).findings[ShardID(1)]
    #expect(finding?.minority.isEmpty == true)
  }

  @Test func `an empty state says nothing`() {
    #expect(watch([(1, 0, 0), (2, 0, 7)]).findings[ShardID(1)] == nil)
  }

  @Test func `indexes are remembered for a while, and no longer`() {
    var words: [(node: UInt32, index: UInt64, digest: UInt64)] = [(1, 1, 10)]
    for index in 2...UInt64(DigestWatch.rowsMax) { words.append((1, index, index)) }
    #expect(watch(words + [(2, 1, 99)]).findings[ShardID(1)] != nil)
    words.append((1, 100, 100))
    #expect(watch(words + [(2, 1, 99)]).findings[ShardID(1)] == nil)
  }

  @Test func `a finding goes with the replicas that it is about`() {
    var watch = watch([(1, 5, 50), (2, 5, 50), (3, 5, 51)])
    watch.forget { _, word in word.node == NodeID(3) }
    #expect(watch.findings[ShardID(1)] != nil)
    // The minority was made anew; the majority is still there.
    watch.forget { _, word in word.node != NodeID(3) }
    #expect(watch.findings[ShardID(1)] == nil)
  }
}
