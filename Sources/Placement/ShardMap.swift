public import Basics

/// Which shard owns each slot. A value: a newer map replaces an older one whole.
public struct ShardMap: Equatable, Sendable {
  /// The shard of slot `i` at index `i`. Invariant: `Slot.count` elements, none of them the meta shard.
  private let shards: [ShardID]
  /// All shards that own a slot, ascending.
  public let inventoryShards: [ShardID]

  /// Divides the slots among shards 1 to `shardCount` in ranges that differ by one slot at the most.
  ///
  /// - Parameter shardCount: from 1 to 16,384.
  public init(dividedAmong shardCount: Int) {
    invariant(shardCount >= 1 && shardCount <= Slot.count, "a map has from 1 to 16,384 shards")
    shards = (0..<Slot.count).map { ShardID(UInt32(1 + $0 * shardCount / Slot.count)) }
    inventoryShards = (1...shardCount).map { ShardID(UInt32($0)) }
  }

  @inline(__always)
  public subscript(slot: Slot) -> ShardID { shards[Int(slot.rawValue)] }

  /// The ranges of slots, ascending, each with its shard; neighbours differ.
  public var ranges: [(slots: ClosedRange<UInt16>, shard: ShardID)] {
    var ranges: [(slots: ClosedRange<UInt16>, shard: ShardID)] = []
    var first = 0
    for slot in 1...Slot.count where slot == Slot.count || shards[slot] != shards[first] {
      ranges.append((UInt16(first)...UInt16(slot - 1), shards[first]))
      first = slot
    }
    return ranges
  }
}
