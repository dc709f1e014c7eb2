/// Counts the replicas of one shard that one node has had, one after the other: a later one is a member of the group that
/// has nothing to do with an earlier one. Given by the meta shard, ascending for each shard, never twice.
package struct ReplicaLife: RawRepresentable, Hashable, Comparable, Sendable {
  package var rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package init(_ rawValue: UInt32) { self.rawValue = rawValue }

  package var next: ReplicaLife { ReplicaLife(rawValue + 1) }
  package static func < (left: ReplicaLife, right: ReplicaLife) -> Bool { left.rawValue < right.rawValue }
}
