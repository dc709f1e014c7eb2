internal import Basics

// Grammar of a log segment (little-endian). Never renumber, never reorder; a change is a new version.
//
//   segment := header batch* rest
//   header  := one page: magic:"HFLOGSEG" version:u32 crc:u32 owner:16 byte* store:u32 0:u32 sequence:u64
//              byteCount:u64 salt:u64, then zeros. `crc` is over the whole page with itself taken as zero.
//   batch   := magic:u32 crc:u32 byteCount:u32 recordCount:u32 segment:u64 sequence:u64 first:u64 previous:u32 0:u32
//              record* , then zeros to the end of its page
//   record  := crc:u32 length:u32 shard:u32 kind:u8 0:u24 index:u64 term:u64 payload:length*byte
//   rest    := zeros, or what an earlier life of the file left
//
// A file lives again and again under another `sequence` and `salt`. What an earlier life left never passes for a batch
// of this one, nor do bytes inside a payload: the checksums of batches begin with both numbers, those of records also
// with the batch's `sequence`, and the salt is random and told to nobody. `owner` and `store` are those of the data
// directory, so that a segment of another log is not taken either.
//
// A batch is what one durable write carried, and begins on a page of its own: a torn write cannot harm what was
// acknowledged before. `byteCount` is the batch without the zeros at its end. `sequence` counts batches over all
// segments without gaps; `first` is the sequence of the segment's first batch; `previous` is the `crc` of the batch
// before. Batch k+1 is written only after batch k is durable: the head of a later batch proves every earlier one.
//
// The first batch of a segment begins with one `checkpoint` record for each shard.

/// The first page of a segment.
struct SegmentHeader: Equatable {
  static let magic: UInt64 = 0x4745_5347_4F4C_4648
  static let version: UInt32 = 1

  var owner: UniqueID
  var store: UInt32
  /// Which life of which file: grows by one from segment to segment.
  var sequence: UInt64
  var byteCount: UInt64
  var salt: UInt64

  var life: SegmentLife { SegmentLife(sequence: sequence, salt: salt) }

  /// The page that holds this header.
  func encoded() -> [UInt8] {
    var writer = ByteWriter(capacity: DiskPage.byteCount)
    writer.uint64(Self.magic)
    writer.uint32(Self.version)
    writer.uint32(0)
    writer.uniqueID(owner)
    writer.uint32(store)
    writer.uint32(0)
    writer.uint64(sequence)
    writer.uint64(byteCount)
    writer.uint64(salt)
    writer.append([UInt8](repeating: 0, count: DiskPage.byteCount - writer.count))
    writer.patchUInt32(CRC32C.checksum(writer.bytes.rawSpan), at: 12)
    return writer.bytes
  }

  /// Reads a header; the error says what is wrong with the page.
  init(_ page: RawSpan) throws(DecodeError) {
    guard page.byteCount == DiskPage.byteCount else { throw .truncated }
    var reader = ByteReader(page)
    guard try reader.uint64() == Self.magic else { throw .invalid("this is not a log segment") }
    let version = try reader.uint32()
    let crc = try reader.uint32()
    var check = CRC32C()
    check.update(page.extracting(0..<12))
    check.update([0, 0, 0, 0].rawSpan)
    check.update(page.extracting(16..<DiskPage.byteCount))
    guard check.value == crc else { throw .invalid("the checksum of the segment's header does not match") }
    guard version == Self.version else { throw .invalid("segment format \(version) is not known") }
    owner = try reader.uniqueID()
    store = try reader.uint32()
    try reader.skip(4)
    sequence = try reader.uint64()
    byteCount = try reader.uint64()
    salt = try reader.uint64()
  }

  init(owner: UniqueID, store: UInt32, sequence: UInt64, byteCount: UInt64, salt: UInt64) {
    self.owner = owner
    self.store = store
    self.sequence = sequence
    self.byteCount = byteCount
    self.salt = salt
  }
}

/// One life of a segment's file: what tells its batches from those that an earlier life left.
struct SegmentLife: Equatable {
  let sequence: UInt64
  private let seed: CRC32C

  init(sequence: UInt64, salt: UInt64) {
    self.sequence = sequence
    var writer = ByteWriter(capacity: 16)
    writer.uint64(salt)
    writer.uint64(sequence)
    var crc = CRC32C()
    crc.update(writer.bytes.rawSpan)
    seed = crc
  }

  /// The checksum of a batch's head, from behind its checksum on.
  func checksum(_ head: RawSpan) -> UInt32 {
    var crc = seed
    crc.update(head)
    return crc.value
  }

  /// The register in which the checksum of each record of a batch begins.
  func recordSeed(batch: UInt64) -> CRC32C {
    var writer = ByteWriter(capacity: 8)
    writer.uint64(batch)
    var crc = seed
    crc.update(writer.bytes.rawSpan)
    return crc
  }

  static func == (left: SegmentLife, right: SegmentLife) -> Bool {
    left.sequence == right.sequence && left.seed.value == right.seed.value
  }
}

/// The head of a batch.
struct BatchHeader: Equatable {
  static let magic: UInt32 = 0x4842_4648
  static let byteCount = 48

  /// Bytes of this head and the records, without the zeros that fill the last page.
  var contentByteCount: Int
  var recordCount: Int
  var segment: UInt64
  var sequence: UInt64
  /// The sequence of the first batch of this segment.
  var first: UInt64
  var previousChecksum: UInt32
  /// This head's checksum; set when encoded or read.
  var checksum: UInt32 = 0

  /// Bytes on disk.
  var diskByteCount: Int { DiskPage.roundedUp(contentByteCount) }

  mutating func encode(into writer: inout ByteWriter, life: SegmentLife) {
    writer.removeAll()
    writer.uint32(Self.magic)
    writer.uint32(0)
    writer.uint32(UInt32(contentByteCount))
    writer.uint32(UInt32(recordCount))
    writer.uint64(segment)
    writer.uint64(sequence)
    writer.uint64(first)
    writer.uint32(previousChecksum)
    writer.uint32(0)
    checksum = life.checksum(writer.bytes.rawSpan.extracting(8..<Self.byteCount))
    writer.patchUInt32(checksum, at: 4)
  }

  /// Reads a head that stands at the start of `bytes`; `nil` when there is none of this segment's life.
  init?(_ bytes: RawSpan, life: SegmentLife) {
    guard bytes.byteCount >= Self.byteCount else { return nil }
    var reader = ByteReader(bytes)
    do throws(DecodeError) {
      guard try reader.uint32() == Self.magic else { return nil }
      checksum = try reader.uint32()
      contentByteCount = Int(try reader.uint32())
      recordCount = Int(try reader.uint32())
      segment = try reader.uint64()
      sequence = try reader.uint64()
      first = try reader.uint64()
      previousChecksum = try reader.uint32()
      guard try reader.uint32() == 0, segment == life.sequence, contentByteCount >= Self.byteCount else { return nil }
    } catch { return nil }
    guard life.checksum(bytes.extracting(8..<Self.byteCount)) == checksum else { return nil }
  }

  init(segment: UInt64, sequence: UInt64, first: UInt64, previousChecksum: UInt32) {
    contentByteCount = Self.byteCount
    recordCount = 0
    self.segment = segment
    self.sequence = sequence
    self.first = first
    self.previousChecksum = previousChecksum
  }
}
