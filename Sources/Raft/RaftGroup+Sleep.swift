internal import Basics

// Idle groups cost nothing: a leader whose followers have everything says so in a last round of heartbeats, and nobody's
// ticks count until something happens. A follower asleep does not notice that its leader is gone: the owner, who hears from
// nodes and not from groups, wakes the groups that a silent node led.

extension RaftGroup {
  /// Whether a leader has nothing to do: everybody is alive and has everything, and nobody waits. Not a leader that was
  /// removed: if it restarts it does not campaign, and nobody would wake the others.
  package var maySleep: Bool {
    guard role == .leader, !isAsleep, transferTarget == .none, reads.isEmpty, !reads.wantsRound, outgoing.isEmpty,
      log.persisted == log.lastIndex, hardState.commit == log.lastIndex, appliedIndex == log.lastIndex,
      !configuration.leavesAutomatically, configuration.isVoter(member)
    else { return false }
    return progress.all.allSatisfy { $0.isActive && $0.state == .replicate && $0.match == log.lastIndex }
  }

  /// Puts the group to sleep. Requires ``maySleep``.
  package mutating func sleep() {
    invariant(maySleep, "a group with work to do was put to sleep")
    broadcastHeartbeat(sleepsAt: log.lastIndex)
    reads.endLease()
    isAsleep = true
  }

  /// Lets ticks count again, with a whole election timeout ahead.
  package mutating func wake() {
    guard isAsleep else { return }
    isAsleep = false
    electionElapsed = 0
    // A leader is heard from with the next tick.
    heartbeatElapsed = options.heartbeatTicks
  }

  /// Everything wakes a group but the answers to the rounds that were under way when it fell asleep.
  mutating func wakeUp(for message: Message) {
    guard isAsleep else { return }
    if case .heartbeatResponse = message.body, message.term == term { return }
    wake()
    // The leader may sleep on, for nobody told it; then this member's patience would end, and it would help whoever woke it
    // to be elected in that leader's place. What is said is known to the leader; to hear anything wakes it.
    guard role == .follower, leader != .none, message.from != leader else { return }
    promise(.appendResponse(.accepted(through: hardState.commit)), to: leader)
  }
}
