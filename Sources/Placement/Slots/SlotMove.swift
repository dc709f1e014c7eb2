package import Basics

/// Slots on their way from one shard to another: what ops ordered, and how far the source's leader says that it has come.
/// It is done when the map gives all of its slots to the target, and the source has nothing more to give.
///
/// Slots change their shard in the map in small ranges, each after the target has everything of them; so at any moment each
/// slot has one owner, and a move can be stopped between two ranges. What has moved by then stays where it is.
package struct SlotMove: Equatable, Sendable {
  /// Stored; never renumber.
  package enum State: UInt8, Sendable, CaseIterable {
    case running = 0
    /// Begins no further range until it is resumed.
    case paused = 1
    /// Begins no further range any more.
    case cancelled = 2
    /// Nothing is left to be done.
    case finished = 3
  }

  /// What the source is doing. Stored; never renumber.
  package enum Phase: UInt8, Sendable, CaseIterable {
    /// Nothing yet: the target is being founded, or an earlier move of the source goes first.
    case waiting = 0
    /// Settled records and orders are copied while the source serves.
    case copying = 1
    /// Slots are handed over.
    case handingOver = 2
  }

  /// The meta shard's log index of its order, with the place in it in the lowest 16 bits.
  package var id: UInt64
  package var slots: ClosedRange<UInt16>
  package var from: ShardID
  package var to: ShardID
  package var state = State.running
  package var phase = Phase.waiting
  /// When it was ordered, and when the first of its slots had moved.
  package var ordered: Stamp
  package var firstMoved = Stamp.zero
  /// How many of its slots the target was given.
  package internal(set) var movedCount: UInt32 = 0
  /// What was last reported, and when: records and bytes of history that the target has.
  package var reported = Stamp.zero
  package var recordsCopied: UInt64 = 0
  package var bytesCopied: UInt64 = 0
  /// The meta shard's log index of the last change.
  package var revision: UInt64 = 0

  package init(id: UInt64, slots: ClosedRange<UInt16>, from: ShardID, to: ShardID, ordered: Stamp) {
    self.id = id
    self.slots = slots
    self.from = from
    self.to = to
    self.ordered = ordered
  }

  package var isOver: Bool {
    switch state {
    case .finished: true
    case .running, .paused, .cancelled: false
    }
  }

  /// How long the slots that are left will take if they go as fast as those before, in seconds; `nil` while none has moved.
  package func secondsLeft(now: Stamp) -> UInt64? {
    let moved = Int(movedCount)
    guard moved > 0, state == .running else { return nil }
    let elapsed = max(now.milliseconds - firstMoved.milliseconds, 0)
    return UInt64(elapsed) * UInt64(slots.count - moved) / UInt64(moved) / 1_000
  }
}

/// What ops order: ranges of slots that are to go from a shard to another one, which may be made for them.
package struct MoveOrder: Equatable, Sendable {
  package static let rangesMax = 256

  package var from: ShardID
  /// The shard that gets them; the meta shard's number for one that is to be made.
  package var to: ShardID
  /// Ascending, none empty, each wholly the source's.
  package var ranges: [ClosedRange<UInt16>]
  /// Of a shard that is to be made: the nodes that its replicas are founded on, ascending; all vote.
  package var founders: [NodeID]
  package var preferredLeader: NodeID

  package init(
    from: ShardID, to: ShardID = .meta, ranges: [ClosedRange<UInt16>], founders: [NodeID] = [],
    preferredLeader: NodeID = .none
  ) {
    self.from = from
    self.to = to
    self.ranges = ranges
    self.founders = founders
    self.preferredLeader = preferredLeader
  }

  package var slotCount: Int { ranges.reduce(0) { $0 + $1.count } }
}

/// A source leader's word on how a move goes.
package struct MoveReport: Equatable, Sendable {
  package var move: UInt64
  package var phase: SlotMove.Phase
  package var recordsCopied: UInt64
  package var bytesCopied: UInt64

  package init(move: UInt64, phase: SlotMove.Phase, recordsCopied: UInt64, bytesCopied: UInt64) {
    self.move = move
    self.phase = phase
    self.recordsCopied = recordsCopied
    self.bytesCopied = bytesCopied
  }
}
