package import Basics
internal import Raft

// For whoever checks a Store from outside, between two turns.

extension Store {
  /// Checks what must hold of every group.
  package func checkInvariants() {
    for case let replica? in replicas { replica.raft.checkInvariants() }
  }

  /// Where the state of a replica is; `nil` for a shard that is not here.
  package func partition(of shard: ShardID) -> PartitionPrefix? {
    guard let replica = replica(of: shard) else { return nil }
    return PartitionPrefix(shard: shard, generation: replica.record.generation)
  }
}
extension Store {
  package var debugText: String {
    var text = "wantsTurn \(wantsTurn) needsTicks \(awakeCount) stalled \(isStalled) now \(now) nextTick \(nextTick) due \(String(describing: due.first())) stamp \(clock.stamp) inFlight \(batchInFlight != nil)"
    for case let replica? in replicas { text += " [\(replica.shard) out \(replica.raft.hasOutgoing) com \(replica.raft.hasCommitted) ready \(replica.raft.hasReady) leader \(replica.raft.isLeader) cmds \(replica.machine.commandCount)]" }
    return text
  }
}
