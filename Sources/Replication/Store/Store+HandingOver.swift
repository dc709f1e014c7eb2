internal import Basics
internal import Raft

// A node that is to stop, or that should lead nothing, gives its leaderships away: so nobody waits for an election.

extension Store {
  /// Whether groups of this Store have members on other nodes.
  package var hasPeers: Bool { peers.hasNeighbours }

  /// Begins to hand every leadership to the voter that is furthest, of those alive. A transfer that fails is begun anew by
  /// the next call.
  ///
  /// - Parameter begins: whether transfers are begun, or only counted what is led.
  /// - Returns: how many groups this Store still leads that have a voter on another node which is there.
  package func handOverLeadership(begins: Bool = true) -> Int {
    guard leaderCount > 0 else { return 0 }
    var count = 0
    for case let replica? in replicas where replica.raft.isLeader && replica.fault == nil {
      guard hasSuccessor(replica) else { continue }
      count += 1
      // Just when a leader has counted whom it heard, it takes nobody for alive: the next call finds one.
      guard begins, replica.raft.transferTarget == .none, let target = replica.bestSuccessor else { continue }
      begin(transferOf: replica, to: target)
    }
    return count
  }

  /// Requires that this replica leads, and that the target is another voter.
  func begin(transferOf replica: Replica, to target: MemberID) {
    // What was taken before goes first: with the transfer under way nothing is proposed.
    replica.proposeCommands(stamp: clock.stamp)
    do throws(TransferRefusal) {
      try replica.raft.transferLeadership(to: target)
      mark(replica)
      wantsTurn = true
    } catch { invariantViolated("a voter cannot be handed the leadership: \(error)") }
  }

  /// Whether a voter of the group is on another node that was heard of lately.
  private func hasSuccessor(_ replica: Replica) -> Bool {
    replica.raft.configuration.members.contains { member in
      guard member.node != node, replica.raft.configuration.isVoter(member) else { return false }
      return peers.find(member.node)?.isSilent == false
    }
  }
}
