internal import Basics
internal import Raft

// A node that is to stop, or that should lead nothing, gives its leaderships away: so nobody waits for an election.

extension Store {
  /// Whether groups of this Store have members on other nodes.
  package var hasPeers: Bool { peers.hasNeighbours }

  /// Begins to hand every leadership to the voter that is furthest, of those alive. A transfer that fails is begun anew by
  /// the next call.
  ///
  /// - Returns: how many groups this Store still leads that another voter could lead.
  package func handOverLeadership() -> Int {
    guard leaderCount > 0 else { return 0 }
    var count = 0
    for case let replica? in replicas where replica.raft.isLeader && replica.fault == nil {
      guard let target = replica.bestSuccessor else { continue }
      count += 1
      guard replica.raft.transferTarget == .none else { continue }
      do throws(TransferRefusal) {
        try replica.raft.transferLeadership(to: target)
        mark(replica)
        wantsTurn = true
      } catch { invariantViolated("a voter cannot be handed the leadership: \(error)") }
    }
    return count
  }
}
