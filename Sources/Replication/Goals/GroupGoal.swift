internal import Basics
internal import Placement
internal import Raft

/// Whom a shard's goal wants in its group. All lists ascend.
struct GroupGoal: Equatable {
  var voters: [MemberID] = []
  var learners: [MemberID] = []

  init(_ members: [GoalMember]) {
    for member in members {
      let id = MemberID(node: member.node, life: member.life)
      if member.isVoter { voters.append(id) } else { learners.append(id) }
    }
    // In a member's number its life comes before its node.
    voters.sort()
    learners.sort()
  }

  func contains(_ member: MemberID) -> Bool { voters.contains(member) || learners.contains(member) }

  /// Whether the goal wants another life of the member's node.
  func supersedes(_ member: MemberID) -> Bool {
    !contains(member) && (voters + learners).contains { $0.node == member.node }
  }

  /// Whether the group is as the goal wants it.
  func isMet(by configuration: Configuration) -> Bool {
    !configuration.isJoint && configuration.voters == voters && configuration.learners == learners
  }
}

extension [GoalMember] {
  /// The members of a group that is not between two majorities.
  init(_ configuration: Configuration) {
    self = configuration.members.map { member in
      GoalMember(node: member.node, life: member.life, isVoter: configuration.isVoter(member))
    }
    sort { $0.node < $1.node }
  }

  func contains(_ member: MemberID) -> Bool { contains { $0.node == member.node && $0.life == member.life } }
}
