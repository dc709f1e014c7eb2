internal import Basics
internal import Placement

/// Which slots the commands of a Store are about: of one command in so many on average, the newest of them. It is enough to
/// tell how much a shard has to do and where its work is halved, and costs a command one branch. Owned by the Store's
/// thread.
struct LoadSamples {
  static let commandsPerSample: UInt32 = 32
  static let countMax = 4_096
  /// With fewer a shard's work is not known.
  static let countMin = 16

  private var slots: [Slot] = []
  private var next = 0
  /// Commands until the next that is kept: by chance, for callers may come in turns.
  private var left = Self.commandsPerSample
  private var random: SeededGenerator?
  /// The first slot of each command that was looked at since the last ``count(_:)``.
  private var uncounted: [Slot] = []
  private var counts = SortedMap<ShardID, UInt64>()

  /// - Parameter seed: of the distances between samples; `nil` for equal ones.
  init(seed: UInt64? = 1) { random = seed.map { SeededGenerator(seed: $0) } }

  /// A command is carried out here that speaks of these slots.
  @inline(__always)
  mutating func note(_ slots: [Slot]) {
    left &-= 1
    if left == 0 { keep(slots) }
  }

  private mutating func keep(_ new: [Slot]) {
    left = Self.commandsPerSample
    if let chance = random?.next() { left = 1 + UInt32(chance % UInt64(2 * Self.commandsPerSample - 1)) }
    if let first = new.first, uncounted.count < Self.countMax { uncounted.append(first) }
    for slot in new {
      if slots.count < Self.countMax {
        slots.append(slot)
      } else {
        slots[next] = slot
        next = (next + 1) % Self.countMax
      }
    }
  }

  /// About how many commands were carried out here since the start, by shard. To be called about once a second.
  mutating func count(_ owner: (Slot) -> ShardID) -> SortedMap<ShardID, UInt64> {
    for slot in uncounted { counts.update(owner(slot), default: 0) { $0 += UInt64(Self.commandsPerSample) } }
    uncounted.removeAll(keepingCapacity: true)
    return counts
  }

  /// Of each shard of which enough is known: the slots up to this one have half of its work.
  func middles(_ owner: (Slot) -> ShardID) -> SortedMap<ShardID, UInt16> {
    var byShard = SortedMap<ShardID, [UInt16]>()
    for slot in slots.map(\.rawValue).sorted() {
      guard let known = Slot(rawValue: slot) else { continue }
      byShard.update(owner(known), default: []) { $0.append(slot) }
    }
    var middles = SortedMap<ShardID, UInt16>()
    byShard.forEach { shard, slots in
      if slots.count >= Self.countMin { middles[shard] = slots[(slots.count - 1) / 2] }
      return true
    }
    return middles
  }
}
