/// A change of the group's configuration, as the payload of one entry (thesis §4).
///
/// Several operations, or any with an explicit transition, go through a joint configuration; no operation at all leaves
/// one.
package struct ConfigurationChange: Equatable, Sendable {
  /// What happens to one member. Stored; never renumber.
  package enum Operation: Equatable, Sendable {
    /// Makes it a voter, whatever it was.
    case addVoter(MemberID)
    /// Makes it a learner; a voter is demoted.
    case addLearner(MemberID)
    case remove(MemberID)
    /// Changes nothing here: what an owner knows about a member, such as its address, is to be replaced.
    case update(MemberID)
  }

  /// How the change takes effect. Stored; never renumber.
  package enum Transition: UInt8, Sendable, CaseIterable {
    /// Simple if one voter changes at most, else joint and left automatically.
    case automatic = 0
    /// Joint, and left by the leader itself as soon as the joint configuration is committed.
    case jointImplicit = 1
    /// Joint, and left by a later change without operations.
    case jointExplicit = 2
  }

  package var transition: Transition
  package var operations: [Operation]
  /// The owner's own bytes, such as the address of a new member; nothing here reads them.
  package var context: [UInt8]

  package init(_ operations: [Operation], transition: Transition = .automatic, context: [UInt8] = []) {
    self.operations = operations
    self.transition = transition
    self.context = context
  }

  /// The change that leaves a joint configuration.
  package static let leaveJoint = ConfigurationChange([])

  package var leavesJoint: Bool { operations.isEmpty && transition == .automatic }
}

/// Why a change cannot be made to a configuration.
package enum ConfigurationChangeError: Error, Equatable, Sendable {
  case alreadyJoint
  case notJoint
  case removesAllVoters
  case noVoters
  case changesSeveralVoters
  case changesSimplyWhileJoint
}

/// Why a leader, or a member that does not lead, refuses to propose a change.
package enum ChangeRefusal: Error, Equatable, Sendable {
  case notProposable(ProposalRefusal)
  /// An earlier change may not be applied yet; one at a time (thesis §4.1).
  case changePending(through: LogIndex)
  case impossible(ConfigurationChangeError)
  /// A learner that is to become a voter is further behind than ``RaftOptions/promotionLagEntriesMax`` allows.
  case notCaughtUp(MemberID)
  /// More voters or learners than the options allow.
  case tooManyMembers
}

/// Why a proposal is not taken. It has surely no effect.
package enum ProposalRefusal: Error, Equatable, Sendable {
  /// Another member leads, or none (``MemberID/none``).
  case notLeader(leader: MemberID)
  /// Leadership is on its way to this member (thesis §3.10).
  case transferring(to: MemberID)
  /// A leader that was removed, or demoted, takes no proposals.
  case notMember
  /// More bytes are uncommitted than the options allow.
  case backlogFull
  /// The payload alone is larger than a message may be.
  case tooLarge
}
