import Basics
import Raft
import Replication
import Testing

@testable import Recovery

/// What is kept, what goes, and what a plan refuses.
@Suite struct RecoveryPlanTests {
  private func member(_ node: UInt32) -> MemberName { MemberName(MemberID(node: NodeID(node))) }

  private func replica(
    _ shard: UInt32, on node: UInt32, voters: [UInt32] = [1, 2, 3], outgoing: [UInt32] = [], learners: [UInt32] = [],
    lastTerm: UInt64 = 5, lastIndex: UInt64 = 100, term: UInt64 = 5
  ) -> ReplicaReport {
    ReplicaReport(
      shard: shard, store: 0, member: member(node), voters: voters.map(member), votersOutgoing: outgoing.map(member),
      learners: learners.map(member), term: term, lastTerm: lastTerm, lastIndex: lastIndex, commitIndex: lastIndex,
      appliedIndex: lastIndex, committedStamp: 1_000)
  }

  private func report(
    _ node: UInt32, _ replicas: [ReplicaReport], cluster: String = "c", shards: [UInt32] = []
  ) -> NodeReport {
    NodeReport(
      cluster: cluster, directory: "d\(node)", node: node, path: "/n\(node)", replicas: replicas, shards: shards,
      tableRevision: UInt64(shards.count))
  }

  @Test func `a shard that has its majority is left alone`() throws {
    let plan = try RecoveryPlan([report(1, [replica(1, on: 1)]), report(2, [replica(1, on: 2)])], lost: [3])
    #expect(plan.untouched == [1] && plan.kept.isEmpty && plan.emptied.isEmpty)
  }

  @Test func `the only one of three that is left is kept, in a term above all it knows`() throws {
    let plan = try RecoveryPlan([report(1, [replica(1, on: 1, term: 9)])], lost: [2, 3])
    #expect(
      plan.kept.map(\.member) == [member(1)] && plan.kept[0].newTerm == 9 + RecoveryPlan.termGap
        && plan.kept[0].wasVoter)
  }

  @Test func `of two of five the later last term is kept, then the longer log, and the other goes`() throws {
    let voters: [UInt32] = [1, 2, 3, 4, 5]
    let reports = [
      report(
        1,
        [
          replica(1, on: 1, voters: voters, lastTerm: 6, lastIndex: 90, term: 6),
          replica(2, on: 1, voters: voters, lastIndex: 90),
        ]),
      report(
        2,
        [replica(1, on: 2, voters: voters, lastIndex: 200, term: 8), replica(2, on: 2, voters: voters, lastIndex: 91)]),
    ]
    let plan = try RecoveryPlan(reports, lost: [3, 4, 5])
    #expect(plan.kept.map(\.member) == [member(1), member(2)])
    #expect(plan.kept.map(\.newTerm) == [8, 5].map { $0 + RecoveryPlan.termGap })
    #expect(plan.emptied.map(\.member) == [member(2), member(1)])
    #expect(plan.emptied.map(\.directory) == ["d2", "d1"])
  }

  @Test func `both majorities of a joint configuration count`() throws {
    let reports = [1, 2, 4].map { report($0, [replica(1, on: $0, voters: [1, 2, 4], outgoing: [3, 5, 6])]) }
    let plan = try RecoveryPlan(reports, lost: [3, 5, 6])
    #expect(plan.kept.count == 1 && plan.emptied.count == 2)
  }

  @Test func `a voter is kept before a learner that is further, and a learner where no voter is left`() throws {
    let both = try RecoveryPlan(
      [
        report(1, [replica(1, on: 1, learners: [4], lastIndex: 10)]),
        report(4, [replica(1, on: 4, learners: [4], lastIndex: 20)]),
      ], lost: [2, 3])
    #expect(both.kept.map(\.member) == [member(1)] && both.kept[0].wasVoter)
    let learner = try RecoveryPlan([report(4, [replica(1, on: 4, learners: [4])])], lost: [1, 2, 3])
    #expect(learner.kept.map(\.member) == [member(4)] && !learner.kept[0].wasVoter)
  }

  @Test func `a node that is in a group, not reported and not lost, is asked for`() {
    #expect(throws: RecoveryError.self) { try RecoveryPlan([report(1, [replica(1, on: 1)])], lost: [2]) }
  }

  @Test func `reports of two clusters, of one directory twice, or of a lost node make no plan`() {
    let one = report(1, [replica(1, on: 1)])
    let other = report(2, [replica(1, on: 2)], cluster: "other")
    #expect(throws: RecoveryError.self) { try RecoveryPlan([one, other], lost: [3]) }
    #expect(throws: RecoveryError.self) { try RecoveryPlan([one, one], lost: [2, 3]) }
    #expect(throws: RecoveryError.self) { try RecoveryPlan([one], lost: [1, 2, 3]) }
    #expect(throws: RecoveryError.self) { try RecoveryPlan([], lost: [1]) }
  }

  @Test func `a shard of which no survivor has a copy is named as lost, whatever else there is to do`() throws {
    let plan = try RecoveryPlan([report(1, [replica(1, on: 1)], shards: [1, 2])], lost: [2, 3])
    #expect(plan.gone == [2] && plan.kept.map(\.shard) == [1])
  }

  @Test func `a replica that has joined and received nothing is neither kept nor counted`() throws {
    let joined = replica(1, on: 2, voters: [], lastTerm: 0, lastIndex: 0, term: 0)
    let plan = try RecoveryPlan([report(1, [replica(1, on: 1)]), report(2, [joined])], lost: [3])
    #expect(plan.kept.map(\.member) == [member(1)] && plan.emptied.isEmpty)
  }
}
