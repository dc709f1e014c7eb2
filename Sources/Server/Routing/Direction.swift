internal import Basics
internal import Replication

/// Where a call for a shard goes next.
enum Direction: Equatable {
  /// This Store leads the shard.
  case here
  case to(NodeID)
  /// Nowhere yet: a leader is being elected, or is out of reach.
  case wait
}

/// What a Store knows when it looks for a call's way. A plain value: the choice is a function of it.
struct Wayfinder {
  /// How often a call is sent on at most: to a node that may know the leader, to the leader, and once more for a
  /// leadership that moved meanwhile.
  static let hopsMax = 3
  /// An election takes about that long; who knows no leader then is perhaps the only one, and asks another replica's node.
  static let relayMilliseconds: UInt64 = 300

  /// What the replica here knows.
  var leadership: Leadership
  /// Who said last that it leads the shard, in a report to all nodes.
  var reported: NodeID?
  /// The other nodes that have a replica.
  var others: [NodeID]
  /// The call: how often it was sent on before it came here, how long it has waited here, and how often it was tried.
  var hops: Int
  var waitedMilliseconds: UInt64
  var attempts: Int

  func direction(_ isReachable: (NodeID) -> Bool) -> Direction {
    if leadership == .here { return .here }
    guard hops < Self.hopsMax else { return .wait }
    switch leadership {
    case .here, .changing: return .wait
    case .at(let leader):
      // The shortest way, as long as there is one; a call that already came from elsewhere does not go round.
      return isReachable(leader) ? .to(leader) : relay(isReachable)
    case .unknown: return relay(isReachable)
    case .notHere: return another(isReachable)
    }
  }

  /// By way of another node, when there has been time for an election. A call that was relayed waits where it is: two
  /// nodes that both know nothing would only send it to and fro.
  private func relay(_ isReachable: (NodeID) -> Bool) -> Direction {
    guard hops == 0, waitedMilliseconds >= Self.relayMilliseconds else { return .wait }
    return another(isReachable)
  }

  /// The node that is said to lead; else one that has a replica, another one with each attempt.
  private func another(_ isReachable: (NodeID) -> Bool) -> Direction {
    if let reported, attempts % 2 == 0, isReachable(reported) { return .to(reported) }
    let reachable = others.filter(isReachable)
    return reachable.isEmpty ? .wait : .to(reachable[attempts % reachable.count])
  }
}
