internal import Basics

// What one node sends another on a connection: envelopes, one behind the other. Integers are little-endian. Never
// renumber.
//
//   envelope := kind:u8 length:u32 checksum:u32 body
//     length: of the body. checksum: CRC32C of kind, length and body; of kind and length alone for a store frame, which
//     has a checksum of its own.
//
//   kind  1 hello  2 challenge  3 proof  4 welcome  5 refusal      the handshake: see Handshake.swift
//         6 alive            no body: the sender is there and had nothing else to say
//        16 store frame      of the core: see Replication's PeerFrame.swift
//        17 call  18 answer  see RemoteCall.swift
//        19 cluster commands      20 node report
//
// Behind the handshake only the side that dialled sends anything but `alive`. Kinds of a later version are skipped.

/// What an envelope holds. Never renumber.
enum EnvelopeKind: UInt8, CaseIterable, Sendable {
  case hello = 1
  case challenge = 2
  case proof = 3
  case welcome = 4
  case refusal = 5
  case alive = 6
  case storeFrame = 16
  case call = 17
  case answer = 18
  case clusterCommands = 19
  case nodeReport = 20
}

/// The bytes in front of an envelope's body.
struct EnvelopeHead: Equatable, Sendable {
  static let byteCount = 9

  /// The raw value of an ``EnvelopeKind``, or one of a later version.
  var kind: UInt8
  var length: UInt32
  var checksum: UInt32

  init(_ kind: EnvelopeKind, _ body: RawSpan) {
    self.kind = kind.rawValue
    length = UInt32(body.byteCount)
    checksum = Self.checksum(kind.rawValue, UInt32(body.byteCount), body)
  }

  init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    kind = try reader.uint8()
    length = try reader.uint32()
    checksum = try reader.uint32()
  }

  func encode(into writer: inout ByteWriter) {
    writer.uint8(kind)
    writer.uint32(length)
    writer.uint32(checksum)
  }

  func isChecksum(of body: RawSpan) -> Bool { Self.checksum(kind, length, body) == checksum }

  private static func checksum(_ kind: UInt8, _ length: UInt32, _ body: RawSpan) -> UInt32 {
    var crc = CRC32C()
    crc.update(
      [
        kind, UInt8(truncatingIfNeeded: length), UInt8(truncatingIfNeeded: length >> 8),
        UInt8(truncatingIfNeeded: length >> 16), UInt8(truncatingIfNeeded: length >> 24),
      ].rawSpan)
    if kind != EnvelopeKind.storeFrame.rawValue { crc.update(body) }
    return crc.value
  }
}

extension ByteWriter {
  /// Appends a whole envelope.
  mutating func envelope(_ kind: EnvelopeKind, _ body: [UInt8]) {
    EnvelopeHead(kind, body.rawSpan).encode(into: &self)
    append(body)
  }
}

/// Cuts a stream of bytes into envelopes. Bytes of an envelope that is not whole yet are kept; nothing is allocated by a
/// claimed length.
struct EnvelopeReader {
  /// The longest body that is taken; grows when the peer has proved who it is.
  var bodyByteCountMax: Int
  private var partial: [UInt8] = []

  init(bodyByteCountMax: Int) { self.bodyByteCountMax = bodyByteCountMax }

  /// Hands each whole envelope to `take`, which answers whether to go on; what comes behind one that ends it is dropped.
  mutating func read(
    _ bytes: RawSpan, _ take: (_ kind: UInt8, _ body: RawSpan) throws(PeerFault) -> Bool
  ) throws(PeerFault) {
    var offset = 0
    if !partial.isEmpty {
      guard let completed = try complete(with: bytes, take) else { return }
      offset = completed
    }
    while let count = try Self.envelopeByteCount(bytes.extracting(droppingFirst: offset), bodyByteCountMax),
      count <= bytes.byteCount - offset
    {
      let envelope = bytes.extracting(offset..<offset + count)
      offset += count
      guard try Self.open(envelope, take) else { return }
    }
    partial.append(contentsOf: bytes.extracting(droppingFirst: offset).copied())
  }

  /// Adds to the envelope that is not whole; answers how many bytes that took, or `nil` when nothing more is to be read.
  private mutating func complete(
    with bytes: RawSpan, _ take: (UInt8, RawSpan) throws(PeerFault) -> Bool
  ) throws(PeerFault) -> Int? {
    var offset = min(bytes.byteCount, max(0, EnvelopeHead.byteCount - partial.count))
    partial.append(contentsOf: bytes.extracting(first: offset).copied())
    guard let count = try Self.envelopeByteCount(partial.rawSpan, bodyByteCountMax) else { return nil }
    let missing = min(bytes.byteCount - offset, count - partial.count)
    partial.append(contentsOf: bytes.extracting(offset..<offset + missing).copied())
    offset += missing
    guard partial.count == count else { return nil }
    let envelope = partial
    partial.removeAll(keepingCapacity: count <= Self.keptByteCountMax)
    return try Self.open(envelope.rawSpan, take) ? offset : nil
  }

  private static let keptByteCountMax = 1 << 20

  /// `nil` while there are too few bytes to tell.
  private static func envelopeByteCount(_ bytes: RawSpan, _ bodyByteCountMax: Int) throws(PeerFault) -> Int? {
    guard bytes.byteCount >= EnvelopeHead.byteCount else { return nil }
    let head = try PeerFault.reading { () throws(DecodeError) in try EnvelopeHead(bytes) }
    guard Int(head.length) <= bodyByteCountMax else { throw .tooLong(Int(head.length)) }
    return EnvelopeHead.byteCount + Int(head.length)
  }

  private static func open(
    _ envelope: RawSpan, _ take: (UInt8, RawSpan) throws(PeerFault) -> Bool
  ) throws(PeerFault) -> Bool {
    let head = try PeerFault.reading { () throws(DecodeError) in try EnvelopeHead(envelope) }
    let body = envelope.extracting(droppingFirst: EnvelopeHead.byteCount)
    guard head.isChecksum(of: body) else { throw .damaged }
    return try take(head.kind, body)
  }
}
