internal import Basics
internal import Inventory

/// The moves of slots that this Store has a part in. Owned by the Store and its thread.
struct SlotMoves {
  /// What the Store waits for.
  enum Wait {
    /// A source's mover waits for its own command or for the target's answer.
    case mover(ShardID)
    /// Another shard's leader waits for this one to take in what it sent.
    case caller(Waiter, SlotMessage, ShardID)
  }

  /// Of the shards that are led here and give slots away, or have records of slots that are not here.
  var movers = SortedMap<ShardID, SlotMover>()
  private var waits = SortedMap<UInt64, Wait>()
  private var nextToken: UInt64 = 1
  /// Something has happened: the movers are to be looked at in the next turn.
  var isDue = false
  /// When they were looked at last, in the Store's ticks.
  var lastTick: UInt64 = 0

  var isOpen: Bool { !movers.isEmpty }

  mutating func begin(_ wait: Wait) -> UInt64 {
    let token = nextToken
    nextToken += 1
    waits[token] = wait
    return token
  }

  mutating func end(_ token: UInt64) -> Wait? { waits.removeValue(forKey: token) }
}
