/// Who belongs to a group, and in which capacity (thesis §4). A value; changed only by ``ConfigurationChange``.
///
/// Invariants: every list ascends without repetition. A learner is no voter of either majority. `learnersNext` and
/// `leavesAutomatically` are empty and false unless the configuration is joint. A learner-to-be votes in the outgoing
/// majority.
package struct Configuration: Equatable, Sendable {
  /// The majority; of a joint configuration, the incoming one.
  package internal(set) var voters: [MemberID] = []
  /// Of a joint configuration, the majority that is being left; else empty.
  package internal(set) var votersOutgoing: [MemberID] = []
  /// Those who receive the log and never count.
  package internal(set) var learners: [MemberID] = []
  /// Voters of the outgoing majority that become learners when the joint configuration is left.
  package internal(set) var learnersNext: [MemberID] = []
  /// Whether the leader proposes by itself to leave the joint configuration.
  package internal(set) var leavesAutomatically = false

  package init() {}

  /// A configuration, joint if there are outgoing voters. Requires that no learner is a voter.
  package init(voters: [MemberID], votersOutgoing: [MemberID] = [], learners: [MemberID] = []) {
    for voter in voters { self.voters.insertSorted(voter) }
    for voter in votersOutgoing { self.votersOutgoing.insertSorted(voter) }
    for learner in learners { self.learners.insertSorted(learner) }
  }

  /// Whether the group is between two majorities, both of which must agree to everything (thesis §4.3).
  package var isJoint: Bool { !votersOutgoing.isEmpty }

  package func isVoter(_ member: MemberID) -> Bool {
    voters.containsSorted(member) || votersOutgoing.containsSorted(member)
  }

  package func isLearner(_ member: MemberID) -> Bool { learners.containsSorted(member) }

  package func contains(_ member: MemberID) -> Bool { isVoter(member) || isLearner(member) }

  /// Everybody, ascending.
  package var members: [MemberID] {
    var all = voters
    for member in votersOutgoing { all.insertSorted(member) }
    for member in learners { all.insertSorted(member) }
    return all
  }
}

/// Ascending lists without repetition: sets whose order is the same in every process.
extension [MemberID] {
  func containsSorted(_ member: MemberID) -> Bool {
    let place = placeSorted(of: member)
    return place < count && self[place] == member
  }

  @discardableResult
  mutating func insertSorted(_ member: MemberID) -> Bool {
    let place = placeSorted(of: member)
    if place < count && self[place] == member { return false }
    insert(member, at: place)
    return true
  }

  @discardableResult
  mutating func removeSorted(_ member: MemberID) -> Bool {
    let place = placeSorted(of: member)
    guard place < count && self[place] == member else { return false }
    remove(at: place)
    return true
  }

  /// The first place whose member is not below `member`.
  private func placeSorted(of member: MemberID) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < member { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
