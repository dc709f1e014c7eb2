internal import Basics

extension RaftGroup {
  /// Checks what must hold between any two calls.
  package func checkInvariants() {
    invariant(appliedIndex <= commitHandedOut, "applied beyond what was handed out")
    invariant(commitHandedOut <= hardState.commit, "handed out beyond the commit index")
    invariant(hardState.commit <= log.lastIndex, "committed beyond the log")
    invariant(log.start.index <= appliedIndex || installing != nil, "an entry left memory before it was applied")
    invariant(log.persisted <= log.handedOut, "persisted beyond what was handed out")
    invariant(log.handedOut <= log.lastIndex, "handed out beyond the log")
    invariant(storedStart <= log.start.index, "memory reaches further back than the disk")
    // What a group starts from may have a term that no member was in.
    invariant(log.count == 0 || log.last.term <= term, "the log is ahead of the term")
    checkConfiguration()
    switch role {
    case .leader: checkLeader()
    case .candidate: invariant(hardState.vote == member, "a candidate voted for another member")
    case .follower, .preCandidate: break
    }
    if role != .leader {
      invariant(transferTarget == .none, "only a leader hands over")
      invariant(reads.isEmpty, "only a leader answers reads")
    }
  }

  private func checkLeader() {
    invariant(hardState.vote == member, "a leader voted for another member")
    invariant(leader == member, "a leader follows another")
    invariant(log.last.term == term, "a leader's log lacks its no-op")
    invariant(uncommittedBytes >= 0, "more bytes were committed than proposed")
    for progress in progress.all {
      invariant(progress.match < progress.next, "member \(progress.member) has what was never sent")
      invariant(progress.match <= log.lastIndex, "member \(progress.member) has more than its leader")
      invariant(progress.acknowledgedRound <= reads.round, "a round was answered before it was sent")
      invariant((progress.state == .snapshot) || progress.pendingSnapshot == .zero, "a snapshot is pending for nobody")
    }
  }

  private func checkConfiguration() {
    invariant(progress.count == configuration.members.count, "a member without progress")
    for learner in configuration.learners {
      invariant(!configuration.isVoter(learner), "member \(learner) votes and learns")
    }
    for next in configuration.learnersNext {
      invariant(configuration.votersOutgoing.containsSorted(next), "member \(next) is to learn and never voted")
    }
    invariant(
      configuration.isJoint || (configuration.learnersNext.isEmpty && !configuration.leavesAutomatically),
      "a simple configuration with joint parts")
  }
}
