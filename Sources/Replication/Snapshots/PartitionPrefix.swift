package import Basics

/// What every key of a replica's state begins with. All replicas of a Store share one ordered key space; a snapshot is
/// put together under the next generation while the state of this one goes on being read, and takes its place by one
/// record (see ``ReplicaRecord``).
///
///   prefix := shard:u32be generation:u16be                  never renumber
///
/// Generations go round after 65,536 installs; that is safe, because a generation is emptied before it is used.
package struct PartitionPrefix: Equatable, Sendable {
  package var shard: ShardID
  package var generation: UInt16

  package init(shard: ShardID, generation: UInt16) {
    self.shard = shard
    self.generation = generation
  }

  static let byteCount = 6

  package var bytes: [UInt8] { Self.bytes(UInt64(shard.rawValue) << 16 | UInt64(generation)) }
  /// The first bytes behind every key of this prefix.
  package var end: [UInt8] { Self.bytes((UInt64(shard.rawValue) << 16 | UInt64(generation)) + 1) }

  /// The first bytes of the shard's keys in any generation.
  static func start(of shard: ShardID) -> [UInt8] { bytes(UInt64(shard.rawValue) << 16) }
  /// The first bytes behind the shard's keys in any generation.
  static func end(of shard: ShardID) -> [UInt8] { bytes((UInt64(shard.rawValue) + 1) << 16) }

  private static func bytes(_ number: UInt64) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * (byteCount - 1 - $0))) }
  }
}

extension StateChanges {
  /// Deletes everything under a prefix.
  mutating func deleteAll(under prefix: PartitionPrefix) {
    deleteRange(from: prefix.bytes.rawSpan, to: prefix.end.rawSpan)
  }
}
