/// The number of a shard: a set of slots served by one Raft group. Shard 0 is the meta shard. Never reused.
public struct ShardID: RawRepresentable, Hashable, Comparable, Sendable {
  public var rawValue: UInt32

  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inlinable public init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// The shard that holds nodes, the shard map and locations.
  public static let meta = ShardID(0)

  @inlinable public static func < (left: ShardID, right: ShardID) -> Bool { left.rawValue < right.rawValue }
}

extension ShardID: CustomStringConvertible {
  public var description: String { String(rawValue) }
}
