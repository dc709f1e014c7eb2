public import Basics

/// Which shard owns each slot. A value: a newer map replaces an older one whole.
public struct ShardMap: Equatable, Sendable {
  private static let blockSize = 64

  /// The shard of slot `i` at index `i`. Invariant: `Slot.count` elements, none of them the meta shard.
  private let shards: [ShardID]
  /// The shard of each 64 slots in a row, or the meta shard where they are not all of one. It stays in the processor's
  /// nearest cache, and there are few other shards' borders (measured: 0.1 us a reservation of any of 10,000 SKUs).
  private let blocks: [ShardID]
  /// All shards that own a slot, ascending.
  public let inventoryShards: [ShardID]

  /// Divides the slots among shards 1 to `shardCount` in ranges that differ by one slot at the most.
  ///
  /// - Parameter shardCount: from 1 to 16,384.
  public init(dividedAmong shardCount: Int) {
    invariant(shardCount >= 1 && shardCount <= Slot.count, "a map has from 1 to 16,384 shards")
    self.init((0..<Slot.count).map { ShardID(UInt32(1 + $0 * shardCount / Slot.count)) })
  }

  /// A map of ranges, each from its first slot to before the next one's.
  ///
  /// - Parameter starts: the first slot of each range, ascending from 0. `nil` for anything else, and for a range that is
  ///   said to be the meta shard's.
  public init?(starts: [(first: UInt16, shard: ShardID)]) {
    guard let last = starts.last, starts[0].first == 0, Int(last.first) < Slot.count else { return nil }
    guard zip(starts, starts.dropFirst()).allSatisfy({ $0.first < $1.first }) else { return nil }
    guard starts.allSatisfy({ $0.shard != .meta }) else { return nil }
    var shards: [ShardID] = []
    shards.reserveCapacity(Slot.count)
    for (place, start) in starts.enumerated() {
      let end = place + 1 < starts.count ? Int(starts[place + 1].first) : Slot.count
      shards += Array(repeating: start.shard, count: end - Int(start.first))
    }
    self.init(shards)
  }

  @inline(__always)
  public subscript(slot: Slot) -> ShardID {
    let shard = blocks[Int(slot.rawValue) / Self.blockSize]
    return shard == .meta ? shards[Int(slot.rawValue)] : shard
  }

  /// The map in which some slots are another shard's.
  func assigning(_ slots: ClosedRange<UInt16>, to shard: ShardID) -> ShardMap {
    invariant(shard != .meta && Int(slots.upperBound) < Slot.count, "slots are given to a shard that can have them")
    var assigned = shards
    for slot in slots { assigned[Int(slot)] = shard }
    return ShardMap(assigned)
  }

  private init(_ shards: [ShardID]) {
    self.shards = shards
    blocks = stride(from: 0, to: Slot.count, by: Self.blockSize).map { first in
      let shard = shards[first]
      return shards[first..<first + Self.blockSize].allSatisfy { $0 == shard } ? shard : .meta
    }
    var owners: [ShardID] = []
    for shard in shards.sorted() where shard != owners.last { owners.append(shard) }
    inventoryShards = owners
  }

  /// Whether all of the slots are a shard's.
  package func owns(_ slots: ClosedRange<UInt16>, _ shard: ShardID) -> Bool {
    slots.allSatisfy { shards[Int($0)] == shard }
  }

  /// Whether one of the slots is a shard's.
  package func ownsAny(of slots: ClosedRange<UInt16>, _ shard: ShardID) -> Bool {
    slots.contains { shards[Int($0)] == shard }
  }

  /// The ranges of a shard's slots, ascending.
  package func ranges(of shard: ShardID) -> [ClosedRange<UInt16>] {
    ranges.filter { $0.shard == shard }.map(\.slots)
  }

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
