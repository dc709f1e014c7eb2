package import Basics
internal import Raft

/// Who leads a shard, as this Store's replica knows it.
package enum Leadership: Equatable, Sendable {
  /// This replica, and its state holds everything that was ever acknowledged.
  case here
  /// This replica, but not yet or not for long: it has not applied what was committed before its term, or hands over.
  case changing
  case at(NodeID)
  /// Nobody that this replica has heard of.
  case unknown
  /// The shard has no replica here, or one that takes no part any more.
  case notHere
}

/// What an edge asks before it lets a call in: whether this Store may decide it, and who may if it is another.
extension Store {
  /// Whether commands for a shard are decided here. Before a new leader has applied what was committed before its term, a
  /// SKU that was acknowledged may be missing from its state: a call checked against it would be refused for no reason.
  @inline(__always)
  package func leads(_ shard: ShardID) -> Bool {
    guard let replica = replica(of: shard) else { return false }
    return replica.raft.isLeader && replica.raft.transferTarget == .none && replica.fault == nil
      && replica.hasOpenedTerm
  }

  package func hasReplica(of shard: ShardID) -> Bool { replica(of: shard) != nil }

  /// Whether this replica may be asked for a linearizable read. While it hands over it still answers them.
  package func answersReads(of shard: ShardID) -> Bool {
    guard let replica = replica(of: shard) else { return false }
    return replica.raft.isLeader && replica.fault == nil
  }

  package func leadership(of shard: ShardID) -> Leadership {
    guard let replica = replica(of: shard), replica.fault == nil else { return .notHere }
    if replica.raft.isLeader { return leads(shard) ? .here : .changing }
    let leader = replica.raft.leader.node
    // What leads on this node and is not this replica is an earlier life of it.
    return leader == .none || leader == node ? .unknown : .at(leader)
  }

  /// The other nodes that have members of a shard's group, as far as the replica here knows; none without one.
  package func neighbours(in shard: ShardID) -> [NodeID] {
    guard let replica = replica(of: shard) else { return [] }
    return replica.raft.configuration.members.map(\.node).filter { $0 != node }
  }

  /// Whether this replica decides its group alone: what it has applied is then all there is.
  package func decidesAlone(_ shard: ShardID) -> Bool { replica(of: shard)?.raft.isSoleVoter ?? false }

  /// Whether nothing was heard for too long of a node that this Store's groups have members on.
  package func isSilent(_ node: NodeID) -> Bool { peers.find(node)?.isSilent ?? false }
}

// MARK: - Reads of this replica's own state

extension Store {
  /// Whether the replica's own state can be shown to somebody who knows how old it may be, whoever leads.
  package func showsOwnState(of shard: ShardID) -> Bool {
    guard let replica = replica(of: shard) else { return false }
    return replica.fault == nil && replica.install == nil
  }

  /// Asks for a read of this replica's own state, without asking the group. It is answered in the effects of this turn, or
  /// of the first one after a stall: then what was applied is in the partition too, and the two say the same.
  package func readOwnState(_ waiter: Waiter, of shard: ShardID) throws(StoreRefusal) {
    guard showsOwnState(of: shard) else { throw .notHere }
    guard ownReads.count < limits.pendingReadsMax else { throw .backlogFull }
    ownReads.append(ReadCompletion(waiter: waiter, shard: shard))
    wantsTurn = true
  }

  /// The changes of the turn are in the partitions.
  func completeOwnReads() {
    for read in ownReads {
      if showsOwnState(of: read.shard) {
        effects.reads.append(read)
      } else {
        lost.add(read.waiter, read.shard, .unread)
      }
    }
    ownReads.removeAll(keepingCapacity: true)
  }
}
