internal import Raft

// A disk that hangs. A leader whose log writer does not answer proposes nothing more: its followers have a disk each, so one
// of them is to lead.

extension Store {
  /// Looks at the batch that the log writer has, once a tick.
  func watchDisk() {
    // A node by itself has nobody to leave anything to.
    let isOverdue =
      peers.hasNeighbours && batchInFlight.map { tick - $0.tick >= limits.diskSilenceTicksMax } ?? false
    if isOverdue { diskOverdueTick = tick }
    isDiskSlow = diskOverdueTick.map { tick - $0 < limits.slowDiskTicks } ?? false
    if isOverdue || isStandingBack { standBack(isOverdue) }
    if isOverdue { leaveLeadershipsToQuickDisks() }
  }

  /// Whoever cannot write its own vote does not ask for others'. Only as long as the disk hangs: if all disks did, somebody
  /// must lead when they answer again.
  private func standBack(_ isOverdue: Bool) {
    isStandingBack = isOverdue
    for case let replica? in replicas where replica.raft.standsBack != isOverdue {
      replica.raft.standsBack = isOverdue
    }
  }

  /// A follower that has everything, also what this disk has not, shows that its own disk works. To wait for more would be
  /// in vain: nothing is proposed here. To hand over to another one would be no better than to stay.
  private func leaveLeadershipsToQuickDisks() {
    for case let replica? in replicas where replica.raft.isLeader && replica.fault == nil {
      guard replica.raft.transferTarget == .none, let progress = replica.bestSuccessorProgress,
        progress.match == replica.raft.lastIndex
      else { continue }
      begin(transferOf: replica, to: progress.member)
    }
  }
}
