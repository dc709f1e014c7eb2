internal import Basics
internal import Placement

/// Which slots the commands of a Store are about: of one command in so many, the newest of them. It is enough to tell how
/// much a shard has to do and where its work is halved, and costs a command one branch. Owned by the Store's thread.
struct LoadSamples {
  /// A power of two.
  static let commandsPerSample: UInt32 = 32
  static let countMax = 4_096
  /// With fewer a shard's work is not known.
  static let countMin = 16

  private var slots: [Slot] = []
  private var next = 0
  private var commands: UInt32 = 0
  /// The first slot of each command that was looked at since the last ``count(_:)``.
  private var uncounted: [Slot] = []
  private var counts = SortedMap<ShardID, UInt64>()

  /// A command is carried out here that speaks of these slots.
  @inline(__always)
  mutating func note(_ slots: [Slot]) {
    commands &+= 1
    if commands & (Self.commandsPerSample - 1) == 0 { keep(slots) }
  }

  private mutating func keep(_ new: [Slot]) {
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
