package import Basics

/// What moves slots between shards. Proposed by the leaders of the source and of the target, never by a caller; each may be
/// proposed again at any time, and then does nothing.
package enum SlotCommand: Equatable, Sendable {
  // The source's.

  /// From here on what is written for these slots is queued for the target.
  case beginMove(move: UInt64, slots: ClosedRange<SlotNumber>, to: UInt32)
  /// Orders that touch the leaving slots, and others: their lines become claims, each in its slot.
  case straddle(move: UInt64, orders: [UniqueID])
  /// The target has the queue up to here.
  case acknowledgeQueue(move: UInt64, through: UInt64)
  /// Holds that touch slots which leave next, and others, become ones over shards: as many as an entry may.
  case straddleHolds(move: UInt64, slots: ClosedRange<SlotNumber>)
  /// The slots are this shard's no more: what they have becomes the parcel, up to about a limit of it with this entry.
  case handOver(move: UInt64, slots: ClosedRange<SlotNumber>, limit: UInt32 = packedMax)
  /// The parcel gets more of what the slots have.
  case packSlots(move: UInt64, limit: UInt32 = packedMax)
  /// The slots are the target's for everybody: the parcel is not needed any more.
  case forgetSlots(move: UInt64, slots: ClosedRange<SlotNumber>)
  case endMove(move: UInt64)
  /// Nothing more is handed over: only from then on may the target be told that nothing comes.
  case stopMove(move: UInt64)

  // The target's.

  case importHistory(ImportHistory)
  case importSlots(ImportSlots)
  /// Nothing more comes.
  case endImport(move: UInt64)

  // Whoever has records of slots that it does not have.

  /// Deletes settled records and orders whose slots are not here.
  case forgetRecords(settled: [UniqueID], orders: [UniqueID])
  /// All of them are gone.
  case endLeftovers(slots: ClosedRange<SlotNumber>)
}

/// A piece of what was settled for slots that are still another shard's.
package struct ImportHistory: Equatable, Sendable {
  package var move: UInt64
  package var from: UInt32
  /// The slots of the whole move.
  package var slots: ClosedRange<SlotNumber>
  /// The term in which the sender leads the source: after a piece of a later one nothing of an earlier one is taken, however
  /// long a leader that was deposed believes to lead.
  package var term: UInt64
  /// Who sends it: differs between leaders of the source.
  package var sender: UInt64
  /// One more than the pieces that were taken: any other one is not.
  package var number: UInt64
  /// Where the source goes on behind it.
  package var cursor: [UInt8]
  /// Records, as ``ParcelWriter`` writes them.
  package var part: [UInt8]

  package init(
    move: UInt64, from: UInt32, slots: ClosedRange<SlotNumber>, term: UInt64 = 0, sender: UInt64 = 0,
    number: UInt64, cursor: [UInt8], part: [UInt8]
  ) {
    self.move = move
    self.from = from
    self.slots = slots
    self.term = term
    self.sender = sender
    self.number = number
    self.cursor = cursor
    self.part = part
  }
}

/// A part of what a batch of slots has. With the last one the slots are this shard's.
package struct ImportSlots: Equatable, Sendable {
  package var move: UInt64
  package var from: UInt32
  package var moving: ClosedRange<SlotNumber>
  package var batch: SlotBatch
  package var part: UInt32
  package var bytes: [UInt8]

  package init(
    move: UInt64, from: UInt32, moving: ClosedRange<SlotNumber>, batch: SlotBatch, part: UInt32, bytes: [UInt8]
  ) {
    self.move = move
    self.from = from
    self.moving = moving
    self.batch = batch
    self.part = part
    self.bytes = bytes
  }
}

/// What came of a command about slots.
package enum SlotOutcome: Equatable, Sendable {
  /// It took effect, or had before.
  case done
  /// It does not fit what is: it comes too late, or too early.
  case notNow
}
