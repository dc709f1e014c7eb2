internal import Basics

/// Why leadership is not handed over.
package enum TransferRefusal: Error, Equatable, Sendable {
  case notLeader(leader: MemberID)
  /// Only a voter can lead.
  case notVoter
  case alreadyLeads
}

// Leadership transfer (thesis §3.10): the target is brought up to date while nothing new is proposed, then told to
// campaign at once. If it does not lead within an election timeout, this leader goes on.

extension RaftGroup {
  package mutating func transferLeadership(to target: MemberID) throws(TransferRefusal) {
    guard role == .leader else { throw .notLeader(leader: leader) }
    guard target != member else {
      // To hand over to oneself is to stay: an earlier wish is withdrawn.
      if transferTarget != .none { abortTransfer() }
      throw .alreadyLeads
    }
    guard configuration.isVoter(target), let place = progress.place(of: target) else { throw .notVoter }
    guard target != transferTarget else { return }
    wake()
    electionElapsed = 0
    transferTarget = target
    if progress[place].match == log.lastIndex {
      tellTransferTarget()
    } else {
      sendAppend(place, evenIfEmpty: true)
    }
  }

  mutating func tellTransferTarget() {
    // The target may be elected although a majority hears from this leader.
    reads.giveUpLease()
    send(.timeoutNow, to: transferTarget)
  }

  mutating func abortTransfer() {
    transferTarget = .none
    leaveJointIfDue()
  }

  /// Makes a follower forget who leads, so that it votes at once if asked; its election timeout goes on. For owners that
  /// know better that the leader is gone.
  ///
  /// - Returns: whether there was something to forget. Not with leases, which are promises to that leader.
  @discardableResult
  package mutating func forgetLeader() -> Bool {
    guard role == .follower, leader != .none, !options.usesLeaseReads else { return false }
    leader = .none
    return true
  }
}
