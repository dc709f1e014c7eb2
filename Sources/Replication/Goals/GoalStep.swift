internal import Basics
internal import Raft

/// What a leader does next so that its group becomes what the goal wants. A function of the goal and of the configuration
/// that is in effect, of nothing else that is remembered: so whoever leads next goes on where this one was.
///
/// The order is what keeps the group safe and alive. Who is new is a learner first, and has everything before it votes
/// (thesis §4.2.1). Voters change all at once, through a joint configuration, and only into a majority that is alive: a
/// group is never left between two majorities of which one cannot answer. A leader that is to go hands over first: nobody
/// waits for an election timeout.
enum GoalStep: Equatable {
  case met
  /// Nothing can be done now.
  case wait
  case change(ConfigurationChange)
  case handOver(to: MemberID)
}

/// What a leader sees of its group. Owned by the call that makes it.
struct GroupView {
  var member: MemberID
  var configuration: Configuration
  /// Those that are alive and have almost everything, this leader among them; ascending.
  var ready: [MemberID]
  /// Those of which nothing was heard for an election timeout; ascending.
  var silent: [MemberID] = []
  /// The member that goes first if the leadership moves; ``MemberID/none``: any.
  var preferred: MemberID

  func isReady(_ member: MemberID) -> Bool { ready.contains(member) }
}

extension GoalStep {
  init(_ view: GroupView, _ goal: GroupGoal) {
    let configuration = view.configuration
    // It is left without anybody's help.
    if configuration.isJoint {
      self = .wait
    } else if goal.isMet(by: configuration) {
      self = .met
    } else {
      self =
        Self.removingLearners(configuration, goal) ?? Self.addingLearners(configuration, goal)
        ?? Self.removingEarlierLives(view, goal) ?? Self.changingVoters(view, goal)
    }
  }

  /// Learners that nobody wants go, an earlier life of a node among them.
  private static func removingLearners(_ configuration: Configuration, _ goal: GroupGoal) -> GoalStep? {
    configuration.learners.first { !goal.contains($0) }.map { .change(ConfigurationChange([.remove($0)])) }
  }

  /// A node holds one replica of a shard at a time: a later life can only come when the earlier one has left.
  private static func addingLearners(_ configuration: Configuration, _ goal: GroupGoal) -> GoalStep? {
    let missing = (goal.voters + goal.learners).filter { member in
      !configuration.members.contains { $0.node == member.node }
    }
    return missing.min().map { .change(ConfigurationChange([.addLearner($0)])) }
  }

  /// An earlier life goes as soon as the other voters are a majority by themselves. Until then they become more.
  private static func removingEarlierLives(_ view: GroupView, _ goal: GroupGoal) -> GoalStep? {
    let voters = view.configuration.voters
    guard let earlier = voters.first(where: { goal.supersedes($0) }) else { return nil }
    let rest = voters.filter { $0 != earlier }
    if view.isMajorityReady(of: rest) {
      return earlier == view.member ? handOver(view, among: rest) : .change(ConfigurationChange([.remove(earlier)]))
    }
    let coming = goal.voters.filter { view.configuration.isLearner($0) && view.isReady($0) }
    guard !coming.isEmpty, view.isMajorityReady(of: voters + coming) else { return .wait }
    return .change(ConfigurationChange(coming.map { .addVoter($0) }))
  }

  private static func changingVoters(_ view: GroupView, _ goal: GroupGoal) -> GoalStep {
    let configuration = view.configuration
    let coming = goal.voters.filter { !configuration.isVoter($0) }
    let missing = coming.filter { !view.isReady($0) }
    guard missing.isEmpty else {
      // Who is still catching up is waited for. Who is gone may never come, and keeps nobody else from voting.
      guard missing.allSatisfy({ view.silent.contains($0) }) else { return .wait }
      return promoting(coming.filter { view.isReady($0) }, view)
    }
    var going = configuration.voters.filter { !goal.voters.contains($0) }
    if going.contains(view.member) {
      let successors = configuration.voters.filter { goal.voters.contains($0) && view.isReady($0) }
      if !successors.isEmpty { return handOver(view, among: successors) }
      // Nobody who stays has a vote and is there: others get theirs beside this leader's, which goes in a second step.
      going.removeAll { $0 == view.member }
    }
    var voters = goal.voters
    if !going.contains(view.member), !voters.contains(view.member) { voters.append(view.member) }
    guard view.isMajorityReady(of: voters) else { return .wait }
    guard !coming.isEmpty || !going.isEmpty else { return .wait }
    var operations: [ConfigurationChange.Operation] = coming.map { .addVoter($0) }
    for member in going { operations.append(goal.learners.contains(member) ? .addLearner(member) : .remove(member)) }
    return .change(ConfigurationChange(operations))
  }

  /// Gives a vote to some of those that are to have one. Nobody leaves for them, and their number is kept odd: one voter
  /// more, where the number becomes even, outlives no more failures and is one more that can fail.
  private static func promoting(_ arrived: [MemberID], _ view: GroupView) -> GoalStep {
    let voters = view.configuration.voters
    let added = (voters.count + arrived.count) % 2 == 0 ? Array(arrived.dropLast()) : arrived
    guard !added.isEmpty, view.isMajorityReady(of: voters + added) else { return .wait }
    return .change(ConfigurationChange(added.map { .addVoter($0) }))
  }

  /// Hands over to the preferred member, else to the first of those that are ready.
  private static func handOver(_ view: GroupView, among members: [MemberID]) -> GoalStep {
    let ready = members.filter { $0 != view.member && view.isReady($0) }
    guard let first = ready.first else { return .wait }
    return .handOver(to: ready.contains(view.preferred) ? view.preferred : first)
  }
}

extension GroupView {
  func isMajorityReady(of voters: [MemberID]) -> Bool { voters.count { isReady($0) } > voters.count / 2 }
}
