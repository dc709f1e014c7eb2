internal import Basics

extension Configuration {
  /// The configuration after a change, or why it cannot be made. Deterministic: every member decides alike.
  package func changed(by change: ConfigurationChange) throws(ConfigurationChangeError) -> Configuration {
    if change.leavesJoint { return try leavingJoint() }
    if isMutated(.changesInOneStep) { return try changedSimply(by: change.operations) }
    let isSimple = change.transition == .automatic && change.operations.count <= 1
    if isSimple { return try changedSimply(by: change.operations) }
    return try enteringJoint(change.operations, leavesAutomatically: change.transition != .jointExplicit)
  }

  /// The incoming majority becomes like `operations` say, beside the present one (thesis §4.3).
  package func enteringJoint(
    _ operations: [ConfigurationChange.Operation], leavesAutomatically: Bool
  ) throws(ConfigurationChangeError) -> Configuration {
    guard !isJoint else { throw .alreadyJoint }
    guard !voters.isEmpty else { throw .noVoters }
    var changed = self
    changed.votersOutgoing = voters
    changed.leavesAutomatically = leavesAutomatically
    try changed.apply(operations)
    return changed
  }

  package func leavingJoint() throws(ConfigurationChangeError) -> Configuration {
    guard isJoint else { throw .notJoint }
    var changed = self
    changed.votersOutgoing = []
    changed.learnersNext = []
    changed.leavesAutomatically = false
    for learner in learnersNext { changed.learners.insertSorted(learner) }
    return changed
  }

  /// A change of at most one voter: any majority before it and any after it have a member in common (thesis §4.1).
  package func changedSimply(
    by operations: [ConfigurationChange.Operation]
  ) throws(ConfigurationChangeError) -> Configuration {
    guard !isJoint else { throw .changesSimplyWhileJoint }
    var changed = self
    try changed.apply(operations)
    let removed = voters.count { !changed.voters.containsSorted($0) }
    let added = changed.voters.count { !voters.containsSorted($0) }
    guard removed + added <= 1 || isMutated(.changesInOneStep) else { throw .changesSeveralVoters }
    return changed
  }

  private mutating func apply(_ operations: [ConfigurationChange.Operation]) throws(ConfigurationChangeError) {
    for operation in operations {
      switch operation {
      case .addVoter(let member): if member != .none { makeVoter(member) }
      case .addLearner(let member): if member != .none { makeLearner(member) }
      case .remove(let member): if member != .none { remove(member) }
      case .update: break
      }
    }
    guard !voters.isEmpty else { throw .removesAllVoters }
  }

  private mutating func makeVoter(_ member: MemberID) {
    learners.removeSorted(member)
    learnersNext.removeSorted(member)
    voters.insertSorted(member)
  }

  /// Who still votes in the outgoing majority becomes a learner only when that is left: nobody is both.
  private mutating func makeLearner(_ member: MemberID) {
    guard !learners.containsSorted(member) else { return }
    remove(member)
    if votersOutgoing.containsSorted(member) {
      learnersNext.insertSorted(member)
    } else {
      learners.insertSorted(member)
    }
  }

  private mutating func remove(_ member: MemberID) {
    voters.removeSorted(member)
    learners.removeSorted(member)
    learnersNext.removeSorted(member)
  }
}
