import Basics
import Placement
import Raft
import Testing

@testable import Replication

/// Members are named by their node; `20` is the second life of node 2.
@Suite struct GoalStepTests {
  private func member(_ number: UInt32) -> MemberID {
    number < 10
      ? MemberID(node: NodeID(number)) : MemberID(node: NodeID(number / 10), life: ReplicaLife(1 + number % 10))
  }

  private func members(_ numbers: [UInt32]) -> [MemberID] { numbers.map(member) }

  private func step(
    _ voters: [UInt32], learners: [UInt32] = [], leader: UInt32 = 1, ready: [UInt32]? = nil, silent: [UInt32] = [],
    preferred: UInt32? = nil, to goalVoters: [UInt32], _ goalLearners: [UInt32] = []
  ) -> GoalStep {
    let configuration = Configuration(voters: members(voters), learners: members(learners))
    let view = GroupView(
      member: member(leader), configuration: configuration, ready: members(ready ?? voters + learners),
      silent: members(silent), preferred: preferred.map(member) ?? .none)
    let goal = GroupGoal(
      (goalVoters + goalLearners).map { number in
        GoalMember(node: member(number).node, life: member(number).life, isVoter: goalVoters.contains(number))
      })
    return GoalStep(view, goal)
  }

  private func change(_ operations: ConfigurationChange.Operation...) -> GoalStep {
    .change(ConfigurationChange(operations))
  }

  @Test func `what is as it should be stays`() {
    #expect(step([1, 2, 3], to: [1, 2, 3]) == .met)
    #expect(step([1], learners: [2], to: [1], [2]) == .met)
  }

  @Test func `a joint configuration is left by itself`() {
    let view = GroupView(
      member: member(1), configuration: Configuration(voters: members([1, 2]), votersOutgoing: members([1])),
      ready: members([1, 2]), preferred: .none)
    #expect(GoalStep(view, GroupGoal([])) == .wait)
  }

  @Test func `who is new is a learner first, one after the other`() {
    #expect(step([1], to: [1, 2, 3]) == change(.addLearner(member(2))))
    #expect(step([1], learners: [2], to: [1, 2, 3]) == change(.addLearner(member(3))))
  }

  @Test func `learners vote when all that are to vote have everything`() {
    #expect(step([1], learners: [2, 3], ready: [1, 2], to: [1, 2, 3]) == .wait)
    #expect(step([1], learners: [2, 3], to: [1, 2, 3]) == change(.addVoter(member(2)), .addVoter(member(3))))
  }

  @Test func `a newcomer that is gone keeps nobody else from voting, and the number of voters stays odd`() {
    #expect(
      step([1], learners: [2, 3, 4, 5], ready: [1, 2, 3, 4], silent: [5], to: [1, 2, 3, 4, 5])
        == change(.addVoter(member(2)), .addVoter(member(3))))
    #expect(
      step([1], learners: [2, 3], ready: [1, 2], silent: [3], to: [1, 2, 3]) == .wait,
      "two outlive no more than one")
    #expect(
      step([1], learners: [2, 3, 4, 5], ready: [1, 2, 3], silent: [5], to: [1, 2, 3, 4, 5]) == .wait,
      "4 is still catching up")
    #expect(
      step([1, 2, 3], learners: [4, 5], ready: [1, 2, 3, 4], silent: [5], to: [1, 4, 5]) == .wait,
      "nobody leaves for one who may never come")
  }

  @Test func `voters are replaced all at once, and only by a majority that is alive`() {
    #expect(
      step([1, 2, 3], learners: [4, 5], to: [1, 4, 5])
        == change(.addVoter(member(4)), .addVoter(member(5)), .remove(member(2)), .remove(member(3))))
    #expect(step([1, 2, 3, 4, 5], ready: [1, 4, 5], to: [1, 2, 3]) == .wait, "2 and 3 are dead")
    #expect(step([1, 2, 3], ready: [1, 2], to: [1, 2]) == change(.remove(member(3))))
  }

  @Test func `a leader that goes hands over first, to the preferred one if it can`() {
    #expect(step([1, 2, 3], learners: [4], to: [2, 3, 4]) == .handOver(to: member(2)))
    #expect(step([1, 2, 3], learners: [4], preferred: 3, to: [2, 3, 4]) == .handOver(to: member(3)))
    #expect(
      step([1, 2, 3], learners: [4], ready: [1, 3, 4], preferred: 2, to: [2, 3, 4]) == .handOver(to: member(3)))
    #expect(step([1, 2, 3], learners: [4], ready: [1, 4], to: [2, 3, 4]) == .wait)
    #expect(
      step([1, 2, 3], learners: [4, 5], ready: [1, 2, 4, 5], to: [3, 4, 5])
        == change(.addVoter(member(4)), .addVoter(member(5)), .remove(member(2))), "3 is not there to lead")
  }

  @Test func `where nobody that stays has a vote they get theirs first`() {
    #expect(step([1], learners: [2], to: [2]) == change(.addVoter(member(2))))
    #expect(step([1, 2], to: [2]) == .handOver(to: member(2)))
    #expect(
      step([1, 2, 3], learners: [4, 5, 6], to: [4, 5, 6])
        == change(
          .addVoter(member(4)), .addVoter(member(5)), .addVoter(member(6)), .remove(member(2)), .remove(member(3))))
  }

  @Test func `who is to be a learner is demoted`() {
    #expect(step([1, 2, 3], to: [1], [2, 3]) == change(.addLearner(member(2)), .addLearner(member(3))))
  }

  @Test func `learners that nobody wants go before anyone comes`() {
    #expect(step([1], learners: [2], to: [1, 3]) == change(.remove(member(2))))
  }

  @Test func `an earlier life goes before a later one of its node can come`() {
    #expect(step([1, 2, 3], to: [1, 20, 3]) == change(.remove(member(2))))
    #expect(step([1, 3], to: [1, 20, 3]) == change(.addLearner(member(20))))
    #expect(step([1, 2, 3], ready: [1, 2], to: [1, 20, 3]) == .wait, "the others alone would be no majority")
    #expect(step([1], to: [10, 2]) == change(.addLearner(member(2))))
    #expect(step([1], learners: [2], to: [10, 2]) == change(.addVoter(member(2))), "nobody else has a vote yet")
    #expect(step([1, 2], to: [10, 2]) == .handOver(to: member(2)))
    #expect(step([1, 2, 3], leader: 2, to: [1, 20, 3]) == .handOver(to: member(1)))
    #expect(step([1], learners: [2], to: [1, 20]) == change(.remove(member(2))))
  }
}
