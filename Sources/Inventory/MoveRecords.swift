package import Basics

// What a shard keeps of a move of slots. Never renumber.
//
//   leaving := 1 move:u64 first:u16 last:u16 to:u32 queue first:varint queue next:varint stopping:u8
//              batch:u8 [batch] packing:u8 [stage:u8 behind:text]
//   batch   := first:u16 last:u16 parts:u32 stamp:i64 revision:varint
//   coming  := 1 move:u64 from:u32 first:u16 last:u16 received:varint term:varint sender:u64 cursor:text
//              records:varint bytes:varint chunks:varint batch:u8 [batch parts received:u32 staged:varint]
//              (0 | 1 + last slot that was opened):varint
//
// The queue names what was written for slots that leave, in order (key kind 11): what there is of it is read when it is
// sent; the parcel has what a batch of slots was when it was handed over (kind 30), the staged chunks are those of a part of
// a batch, and of a piece of history, that is longer than one (kind 36, behind the move). A batch counts its chunks as parts.

/// A batch of slots on its way: as many parts, as of the stamp at which the source handed it over, and of the revision at
/// which it had packed it.
package struct SlotBatch: Equatable, Sendable {
  package var slots: ClosedRange<SlotNumber>
  package var partCount: UInt32
  package var stamp: Stamp
  package var revision: UInt64

  package init(slots: ClosedRange<SlotNumber>, partCount: UInt32, stamp: Stamp, revision: UInt64) {
    self.slots = slots
    self.partCount = partCount
    self.stamp = stamp
    self.revision = revision
  }
}

/// What is packed of a batch, in this order. Stored; never renumber.
enum PackingStage: UInt8, CaseIterable, Sendable {
  /// Where nothing new is taken, what was written lately, and what has still to be told.
  case news = 0
  case skus = 1
  case backorders = 2
  case holds = 3
  case unpaidOrders = 4
  case names = 5
  case claims = 6
  /// Nothing speaks of the rows any more: they are removed.
  case rows = 7
}

/// How far a source is with packing what it has handed over.
struct PackingPlace: Equatable, Sendable {
  static let behindBytesMax = 64

  var stage = PackingStage.news
  /// The key of what was packed last in this stage, in the stage's own words; empty at its beginning.
  var behind: [UInt8] = []
}

/// The move by which slots leave a shard: at most one at a time.
package struct LeavingRecord: Equatable, Sendable {
  package var move: UInt64
  package var slots: ClosedRange<SlotNumber>
  /// The target shard's number.
  package var to: UInt32
  /// The oldest entry of the queue that the target is not known to have, and the next one.
  package var queueFirst: UInt64 = 0
  package var queueNext: UInt64 = 0
  /// No more slots are handed over.
  package internal(set) var isStopping = false
  /// What was handed over, and is not known to have arrived.
  package var batch: SlotBatch?
  /// `nil` when all of the batch is packed.
  var packing: PackingPlace?

  init(move: UInt64, slots: ClosedRange<SlotNumber>, to: UInt32) {
    self.move = move
    self.slots = slots
    self.to = to
  }

  package var queueCount: UInt64 { queueNext - queueFirst }
  /// A batch was handed over, and is not packed yet.
  package var isPacking: Bool { packing != nil }

  init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    move = try reader.uint64()
    slots = try reader.slotRange()
    to = try reader.uint32()
    queueFirst = try reader.varint()
    queueNext = try reader.varint()
    guard queueFirst <= queueNext else { throw .invalid("queue") }
    isStopping = try reader.flag()
    batch = try reader.flag() ? try SlotBatch(&reader) : nil
    if try reader.flag() {
      let code = try reader.uint8()
      guard let stage = PackingStage(rawValue: code), batch != nil else { throw .unknownTag(UInt64(code)) }
      packing = PackingPlace(
        stage: stage, behind: try reader.prefixedSpan(limit: PackingPlace.behindBytesMax).copied())
    }
    try reader.finish()
  }

  func encode(to writer: inout ByteWriter) {
    writer.uint8(recordVersion)
    writer.uint64(move)
    writer.slotRange(slots)
    writer.uint32(to)
    writer.varint(queueFirst)
    writer.varint(queueNext)
    writer.uint8(isStopping ? 1 : 0)
    writer.uint8(batch == nil ? 0 : 1)
    batch?.encode(to: &writer)
    writer.uint8(packing == nil ? 0 : 1)
    guard let packing else { return }
    writer.uint8(packing.stage.rawValue)
    writer.prefixed(packing.behind)
  }
}

/// A move by which slots come to a shard.
package struct ComingRecord: Equatable, Sendable {
  package static let cursorBytesMax = 64

  package var move: UInt64
  /// The source shard's number.
  package var from: UInt32
  package var slots: ClosedRange<SlotNumber>
  /// How many pieces of history were taken; each names its number, and only the next one is.
  package var received: UInt64 = 0
  /// Of those who sent them the latest term.
  var term: UInt64 = 0
  /// Who sent the last one.
  package var sender: UInt64 = 0
  /// Where the source goes on: its own words, empty at the beginning.
  package var cursor: [UInt8] = []
  package var records: UInt64 = 0
  package var bytes: UInt64 = 0
  /// Chunks of history that are here of a part that goes on.
  var chunks: UInt32 = 0
  /// The batch that is arriving, and how many of its parts are here.
  package var batch: SlotBatch?
  package var partsReceived: UInt32 = 0
  /// Chunks that are here of a part of it that goes on.
  var chunksOfBatch: UInt32 = 0
  /// The last slot that came. A source hands slots over in ascending order: what it says of earlier ones is late.
  var openedThrough: SlotNumber?

  init(move: UInt64, from: UInt32, slots: ClosedRange<SlotNumber>) {
    self.move = move
    self.from = from
    self.slots = slots
  }

  package init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    move = try reader.uint64()
    from = try reader.uint32()
    slots = try reader.slotRange()
    received = try reader.varint()
    term = try reader.varint()
    sender = try reader.uint64()
    cursor = try reader.prefixedSpan(limit: Self.cursorBytesMax).copied()
    records = try reader.varint()
    self.bytes = try reader.varint()
    chunks = try reader.chunkCount()
    if try reader.flag() {
      batch = try SlotBatch(&reader)
      partsReceived = try reader.uint32()
      chunksOfBatch = try reader.chunkCount()
    }
    let opened = try reader.varint()
    guard opened <= UInt64(SlotStates.count) else { throw .invalid("a slot") }
    openedThrough = opened == 0 ? nil : SlotNumber(UInt16(opened - 1))
    try reader.finish()
  }

  package func encode(to writer: inout ByteWriter) {
    writer.uint8(recordVersion)
    writer.uint64(move)
    writer.uint32(from)
    writer.slotRange(slots)
    writer.varint(received)
    writer.varint(term)
    writer.uint64(sender)
    writer.prefixed(cursor)
    writer.varint(records)
    writer.varint(bytes)
    writer.varint(UInt64(chunks))
    writer.uint8(batch == nil ? 0 : 1)
    if let batch {
      batch.encode(to: &writer)
      writer.uint32(partsReceived)
      writer.varint(UInt64(chunksOfBatch))
    }
    writer.varint(openedThrough.map { UInt64($0.rawValue) + 1 } ?? 0)
  }
}

extension ByteReader {
  @_lifetime(self: copy self)
  fileprivate mutating func chunkCount() throws(DecodeError) -> UInt32 {
    let chunks = try varint()
    guard chunks < UInt64(ParcelChunk.countMax) else { throw .invalid("chunks") }
    return UInt32(chunks)
  }
}

extension SlotBatch {
  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    slots = try reader.slotRange()
    partCount = try reader.uint32()
    stamp = Stamp(milliseconds: try reader.int64())
    guard stamp >= .zero, stamp.milliseconds <= Rules.stampMax else { throw .invalid("stamp") }
    revision = try reader.varint()
    guard revision <= Rules.revisionMax else { throw .invalid("revision") }
  }

  func encode(to writer: inout ByteWriter) {
    writer.slotRange(slots)
    writer.uint32(partCount)
    writer.int64(stamp.milliseconds)
    writer.varint(revision)
  }
}
