internal import Basics
internal import Raft
internal import Replication

/// What one node's data directory holds of each shard, for whoever plans what is left of a cluster. A value that is
/// carried from host to host as JSON.
package struct NodeReport: Codable, Equatable, Sendable {
  package static let currentVersion = 2

  package var version = NodeReport.currentVersion
  /// The cluster's id, as a UUID.
  package var cluster: String
  /// The data directory's id, as a UUID.
  package var directory: String
  /// The node's number.
  package var node: UInt32
  package var path: String
  /// Every replica that is there, also one that nothing was ever changed in.
  package var replicas: [ReplicaReport]
  /// All shards of the cluster as far as this node knows, and how new its knowledge is.
  package var shards: [UInt32]
  package var tableRevision: UInt64
}

/// A member of a group as reports and plans name it: the n-th replica of a shard that a node has had, from 0.
package struct MemberName: Codable, Hashable, Sendable, CustomStringConvertible {
  package var node: UInt32
  package var life: UInt32

  init(_ member: MemberID) {
    node = member.node.rawValue
    life = member.life.rawValue
  }

  package var description: String { life == 0 ? "node \(node)" : "node \(node), life \(life)" }
}

/// One replica, as its disk has it.
package struct ReplicaReport: Codable, Equatable, Sendable {
  package var shard: UInt32
  /// The Store of the node that has it, from 0.
  package var store: Int
  package var member: MemberName
  /// Who is in the group, after all that the log knows to be committed.
  package var voters: [MemberName]
  /// Of a joint configuration, the majority that is being left; else empty.
  package var votersOutgoing: [MemberName]
  package var learners: [MemberName]
  /// The term that the member is in.
  package var term: UInt64
  package var lastTerm: UInt64
  package var lastIndex: UInt64
  package var commitIndex: UInt64
  package var appliedIndex: UInt64
  /// The stamp of the last entry that is known to be committed: milliseconds since 1970-01-01 00:00 UTC. Everything that
  /// was acknowledged with an earlier stamp is here. Of entries behind it nobody can say this: a leader that was cut off
  /// goes on stamping, while others whom it does not hear acknowledge.
  package var committedStamp: Int64

  /// Whether this log may lead one that ends as the other one does (thesis §3.6.1).
  func isAtLeastAsUpToDate(as other: ReplicaReport) -> Bool {
    lastTerm > other.lastTerm || (lastTerm == other.lastTerm && lastIndex >= other.lastIndex)
  }
}
