internal import Basics
internal import Raft

// The bodies of the records by which a snapshot travels; the grammar is at the head of PeerFrame.swift. The receiver asks
// for one part after the other, so that what is under way is bounded by one part and every loss is mended by asking again.

/// The leader has a snapshot for a follower.
struct SnapshotOffer: Equatable {
  /// Raft's message, whose step waits for the data.
  var message: Message
  var cut: CutNumber
  var snapshot: Snapshot

  static func encode(_ message: Message, _ cut: CutNumber, into writer: inout ByteWriter) {
    writer.uint64(cut.rawValue)
    message.encode(into: &writer)
  }

  init(_ body: RawSpan) throws(DecodeError) {
    var reader = ByteReader(body)
    cut = CutNumber(try reader.uint64())
    message = try Message(decoding: reader.span(count: reader.remaining), limits: MessageLimits())
    guard case .snapshot(let snapshot) = message.body else { throw .invalid("an offer without a snapshot") }
    self.snapshot = snapshot
  }
}

/// From whom, to whom, and which snapshot of the sender's: the head of the other records.
struct TransferHead: Equatable {
  var from: MemberID
  var to: MemberID
  var cut: CutNumber

  func encode(into writer: inout ByteWriter) {
    writer.uint64(from.rawValue)
    writer.uint64(to.rawValue)
    writer.uint64(cut.rawValue)
  }

  init(from: MemberID, to: MemberID, cut: CutNumber) {
    self.from = from
    self.to = to
    self.cut = cut
  }

  init(_ reader: inout ByteReader) throws(DecodeError) {
    from = MemberID(try reader.uint64())
    to = MemberID(try reader.uint64())
    cut = CutNumber(try reader.uint64())
  }
}

/// The receiver wants the part behind a position.
struct ChunkRequest: Equatable {
  var head: TransferHead
  var number: UInt64
  var position: [UInt8]

  func encode(into writer: inout ByteWriter) {
    head.encode(into: &writer)
    writer.uint64(number)
    writer.prefixed(position)
  }

  init(head: TransferHead, number: UInt64, position: [UInt8]) {
    self.head = head
    self.number = number
    self.position = position
  }

  init(_ body: RawSpan) throws(DecodeError) {
    var reader = ByteReader(body)
    head = try TransferHead(&reader)
    number = try reader.uint64()
    position = try reader.prefixedSpan(limit: SlicePairs.keyByteCountMax).copied()
    try reader.finish()
  }
}

/// One part of a snapshot, as it stands in a frame. Its own checksum goes from the sender's disk to the receiver's state,
/// whatever carries the frame.
struct Chunk: ~Escapable {
  let head: TransferHead
  let number: UInt64
  let isLast: Bool
  /// About how many bytes this part and all that follow take.
  let restByteCount: UInt64
  let position: [UInt8]
  let end: [UInt8]
  let pairs: RawSpan

  static func encode(
    _ head: TransferHead, number: UInt64, _ slice: SnapshotSlice, into writer: inout ByteWriter
  ) {
    head.encode(into: &writer)
    writer.uint64(number)
    writer.uint8(slice.isLast ? 1 : 0)
    writer.uint64(slice.restByteCount)
    writer.prefixed(slice.request.position)
    writer.prefixed(slice.end)
    writer.uint32(CRC32C.checksum(slice.pairs.rawSpan))
    writer.append(slice.pairs)
  }

  @_lifetime(copy body)
  init(_ body: RawSpan) throws(DecodeError) {
    var reader = ByteReader(body)
    head = try TransferHead(&reader)
    number = try reader.uint64()
    isLast = try reader.uint8() == 1
    restByteCount = try reader.uint64()
    position = try reader.prefixedSpan(limit: SlicePairs.keyByteCountMax).copied()
    end = try reader.prefixedSpan(limit: SlicePairs.keyByteCountMax).copied()
    let checksum = try reader.uint32()
    pairs = try reader.span(count: reader.remaining)
    guard CRC32C.checksum(pairs) == checksum else { throw .invalid("a chunk's checksum does not match") }
    guard SlicePairs.areSound(pairs, behind: position, through: end) else { throw .invalid("a chunk's pairs") }
  }
}

/// The receiver needs no more.
struct SnapshotEnd: Equatable {
  var head: TransferHead
  var isDelivered: Bool

  func encode(into writer: inout ByteWriter) {
    head.encode(into: &writer)
    writer.uint8(isDelivered ? 0 : 1)
  }

  init(head: TransferHead, isDelivered: Bool) {
    self.head = head
    self.isDelivered = isDelivered
  }

  init(_ body: RawSpan) throws(DecodeError) {
    var reader = ByteReader(body)
    head = try TransferHead(&reader)
    isDelivered = try reader.uint8() == 0
    try reader.finish()
  }
}
