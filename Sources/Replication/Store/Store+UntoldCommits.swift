internal import Basics
internal import Raft

// A commit index that moved is told by the next entry. Told at once, by messages of its own, it would cost each follower a
// turn and the leader one for the answer, as much as the entry itself; and few wait for it: those who read a follower's state
// say how old it may be, and feeds and watches there are so much later.

/// Leaders whose followers do not know yet that the commit index moved. Owned by the Store.
struct UntoldCommits {
  private(set) var leaders: [(replica: Replica, commit: LogIndex)] = []
  /// When they are told; as long as there is somebody to tell.
  private(set) var due = Instant.distantFuture

  mutating func add(_ replica: Replica, _ commit: LogIndex, due: Instant) {
    if leaders.isEmpty { self.due = due }
    leaders.append((replica, commit))
  }

  mutating func takeAll() -> [(replica: Replica, commit: LogIndex)] {
    defer { self = UntoldCommits() }
    return leaders
  }
}

extension Store {
  /// Called when a replica's turn is over.
  func noteUntoldCommit(of replica: Replica) {
    guard !replica.owesCommit, let commit = replica.raft.untoldCommit else { return }
    replica.owesCommit = true
    untold.add(replica, commit, due: now.advanced(byMilliseconds: limits.untoldCommitMilliseconds))
  }

  /// Tells what no entry has told meanwhile.
  func tellCommitsIfDue() {
    guard now >= untold.due else { return }
    for (replica, commit) in untold.takeAll() {
      replica.owesCommit = false
      guard !replica.isGone, replica.fault == nil else { continue }
      replica.raft.tellCommit(through: commit)
      mark(replica)
    }
  }
}
