package import Basics

// The journal's old end may be cut off. What is left then begins with balances: those of each row right behind the last
// movement that is gone, as if one movement had brought them there.
//
//   journal start := 1 cut:varint stamp:varint bytes:varint          kind 32
//   journal base  := as a stock row, with nothing drained            kind 33, by row
//
// A replica cuts when it likes: like forgetting requests it only frees space, and the digest leaves it out.

/// Where a replica's journal begins.
package struct JournalStart: Equatable, Sendable {
  /// The sequence of the last movement that is gone; 0 when none is.
  package var cut: UInt64 = 0
  /// When that movement was made.
  package var stamp = Stamp.zero
  /// The bytes that are gone.
  package var bytes: UInt64 = 0

  package init() {}

  /// The first sequence that is there, or will be.
  package var first: UInt64 { cut + 1 }

  init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    cut = try reader.varint()
    guard cut < .max else { throw .invalid("sequence") }
    stamp = try reader.stamp()
    self.bytes = try reader.varint()
    try reader.finish()
  }

  func encode(to writer: inout ByteWriter) {
    writer.uint8(recordVersion)
    writer.varint(cut)
    writer.stamp(stamp)
    writer.varint(bytes)
  }

  /// As the state under a prefix has it.
  package static func read(prefix: [UInt8], _ reader: any StateReader) throws(StateReadError) -> JournalStart {
    var key = KeyBuffer(prefix: prefix)
    key.set(.journalStart)
    var bytes: [UInt8] = []
    guard try reader.read(key: key.bytes.rawSpan, into: &bytes) else { return JournalStart() }
    do { return try JournalStart(bytes.rawSpan) } catch { throw Ledger.damage("where the journal begins", error) }
  }
}

/// How much of the journal is kept. What is older than the age, or beyond the bytes, may go.
package struct JournalRetention: Equatable, Sendable {
  /// `nil`: for ever.
  package var ageMilliseconds: Int64?
  /// Of one shard; `nil`: all.
  package var bytesMax: UInt64?

  package init(ageMilliseconds: Int64? = nil, bytesMax: UInt64? = nil) {
    self.ageMilliseconds = ageMilliseconds
    self.bytesMax = bytesMax
  }

  package var keepsAll: Bool { ageMilliseconds == nil && bytesMax == nil }
}

/// A step of cutting: what the base is to be, and where the journal begins then.
package struct JournalCut: Equatable, Sendable {
  package struct Row: Equatable, Sendable {
    package var stock: StockKey
    package var balances: Balances
    package var lastSequence: UInt64
  }

  /// Of the state that it was made from.
  package var prefix: [UInt8]
  package var before: JournalStart
  package var after: JournalStart
  /// The rows that the movements between have touched.
  package var rows: [Row] = []
  /// More may go already.
  package var hasMore = false
  /// When the first entry that stays was made; `nil` when none does.
  package var firstStamp: Stamp?
}
