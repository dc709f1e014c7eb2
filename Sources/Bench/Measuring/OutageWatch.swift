/// What the loss of a node meant to those who called it. Times are in nanoseconds: `lostAt` of the load's start, the
/// others from the last success before the loss.
struct Outage: Sendable, Equatable {
  var node: UInt64
  var address: String
  var lostAt: UInt64
  /// Shards that the node led, as far as was known.
  var shardCount: Int
  /// The first success in one of these shards, and the first in the last of them.
  var firstBack: UInt64?
  var allBack: UInt64?
}

/// Watches how long the shards of a lost node are without a success. Owned by one worker's links.
struct OutageWatch {
  private(set) var outages: [Outage] = []
  /// When the last success before each outage was.
  private var silentSince: [UInt64] = []
  /// The outage in which each slot is; empty while there is none.
  private var outageOfSlot: [Int32] = []
  private var openSlotCount = 0

  var isOpen: Bool { openSlotCount > 0 }

  /// A node is gone that led `slots`.
  mutating func begin(_ outage: Outage, slots: [Int], silentSince: UInt64) {
    let number = Int32(outages.count)
    outages.append(outage)
    self.silentSince.append(silentSince)
    if outageOfSlot.isEmpty { outageOfSlot = Array(repeating: -1, count: 1 << 14) }
    for slot in slots where outageOfSlot[slot] < 0 {
      outageOfSlot[slot] = number
      openSlotCount += 1
    }
  }

  /// A call for a slot succeeded: its whole shard is back.
  mutating func succeeded(_ slot: UInt16, _ shardOfSlot: [UInt16], at now: UInt64) {
    let number = Int(outageOfSlot[Int(slot)])
    guard number >= 0 else { return }
    let gap = now > silentSince[number] ? now - silentSince[number] : 0
    if outages[number].firstBack == nil { outages[number].firstBack = gap }
    var left = 0
    for other in outageOfSlot.indices where Int(outageOfSlot[other]) == number {
      if shardOfSlot.isEmpty || shardOfSlot[other] == shardOfSlot[Int(slot)] {
        outageOfSlot[other] = -1
        openSlotCount -= 1
      } else {
        left += 1
      }
    }
    if left == 0 { outages[number].allBack = gap }
  }
}
