internal import Basics

// What one node sends another on a connection: envelopes, one behind the other. Integers are little-endian. Never
// renumber.
//
//   envelope := kind:u8 length:u32 checksum:u32 body                        form 1
//     length: of the body. checksum: CRC32C of kind, length and body; of kind and length alone for a store frame, which
//     has a checksum of its own.
//   envelope := kind:u8 length:u32 checksum:u32 body [bodyChecksum:u32]     form 2
//     length: of all that comes behind the checksum. checksum: CRC32C of kind and length. bodyChecksum: CRC32C of body,
//     missing in a store frame.
//
// Form 2 is that of what a dialler sends behind the handshake to an acceptor that has chosen protocol version 2 or later:
// its head is known to be whole before anybody waits for as many bytes as it announces. In form 1 a flipped bit of the
// length takes all that follows for a body, for as long as that takes to arrive. What an acceptor says is as short as a
// handshake, and stays in form 1.
//
//   kind  1 hello  2 challenge  3 proof  4 welcome  5 refusal      the handshake: see Handshake.swift
//         6 alive            no body: the sender is there and had nothing else to say
//        16 store frame      of the core: see Replication's PeerFrame.swift
//        17 call  18 answer  see RemoteCall.swift
//        19 cluster commands      20 node report
//        21 leaving  22 noted     no body: see PeerLinks+Leaving.swift
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
  case leaving = 21
  case noted = 22
}

/// How an envelope's bytes are checked; see the grammar above.
enum EnvelopeForm: Sendable {
  /// One checksum over all of it.
  case whole
  /// The head has a checksum of its own.
  case headFirst

  /// That of what a dialler sends behind the handshake.
  init(protocolVersion: UInt16) { self = protocolVersion >= 2 ? .headFirst : .whole }

  /// What comes behind the head.
  func tail(_ kind: EnvelopeKind, _ body: [UInt8]) -> [UInt8] {
    guard self == .headFirst, kind != .storeFrame else { return body }
    var writer = ByteWriter(capacity: body.count + EnvelopeHead.checksumByteCount)
    writer.append(body)
    writer.uint32(CRC32C.checksum(body.rawSpan))
    return writer.bytes
  }
}

/// The bytes in front of an envelope's body.
struct EnvelopeHead: Equatable, Sendable {
  static let byteCount = 9
  static let checksumByteCount = 4

  /// The raw value of an ``EnvelopeKind``, or one of a later version.
  var kind: UInt8
  var length: UInt32
  var checksum: UInt32

  /// - Parameter tail: what comes behind the head.
  init(_ kind: EnvelopeKind, _ tail: RawSpan, _ form: EnvelopeForm) {
    self.kind = kind.rawValue
    length = UInt32(tail.byteCount)
    checksum = Self.checksum(kind.rawValue, length, tail, form)
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

  /// Whether the head alone is as it was sent, as far as its form lets it tell.
  func isSound(_ form: EnvelopeForm) -> Bool {
    form == .whole || checksum == Self.checksum(kind, length, RawSpan(), form)
  }

  /// The body, out of all that comes behind a sound head; `nil` when it was damaged.
  @_lifetime(copy tail)
  func body(of tail: RawSpan, _ form: EnvelopeForm) -> RawSpan? {
    switch form {
    case .whole: return checksum == Self.checksum(kind, length, tail, form) ? tail : nil
    case .headFirst:
      if kind == EnvelopeKind.storeFrame.rawValue { return tail }
      guard tail.byteCount >= Self.checksumByteCount else { return nil }
      let body = tail.extracting(droppingLast: Self.checksumByteCount)
      var end = ByteReader(tail.extracting(last: Self.checksumByteCount))
      do throws(DecodeError) { return try end.uint32() == CRC32C.checksum(body) ? body : nil } catch { return nil }
    }
  }

  /// That of a head, with what comes behind it as far as the form covers it.
  private static func checksum(_ kind: UInt8, _ length: UInt32, _ tail: RawSpan, _ form: EnvelopeForm) -> UInt32 {
    var crc = CRC32C()
    crc.update(
      [
        kind, UInt8(truncatingIfNeeded: length), UInt8(truncatingIfNeeded: length >> 8),
        UInt8(truncatingIfNeeded: length >> 16), UInt8(truncatingIfNeeded: length >> 24),
      ].rawSpan)
    if form == .whole, kind != EnvelopeKind.storeFrame.rawValue { crc.update(tail) }
    return crc.value
  }
}

extension ByteWriter {
  /// Appends a whole envelope.
  mutating func envelope(_ kind: EnvelopeKind, _ body: [UInt8], _ form: EnvelopeForm = .whole) {
    let tail = form.tail(kind, body)
    EnvelopeHead(kind, tail.rawSpan, form).encode(into: &self)
    append(tail)
  }
}

/// Cuts a stream of bytes into envelopes. Bytes of an envelope that is not whole yet are kept; nothing is allocated by a
/// claimed length.
struct EnvelopeReader {
  /// The longest body that is taken; grows when the peer has proved who it is.
  var bodyByteCountMax: Int
  var form = EnvelopeForm.whole
  private var partial: [UInt8] = []

  init(bodyByteCountMax: Int) { self.bodyByteCountMax = bodyByteCountMax }

  /// Whether an envelope has begun of which more is to come.
  var isWithinEnvelope: Bool { !partial.isEmpty }

  /// Hands each whole envelope to `take`, which answers whether to go on; what comes behind one that ends it is dropped.
  mutating func read(
    _ bytes: RawSpan, _ take: (_ kind: UInt8, _ body: RawSpan) throws(PeerFault) -> Bool
  ) throws(PeerFault) {
    var offset = 0
    if !partial.isEmpty {
      guard let completed = try complete(with: bytes, take) else { return }
      offset = completed
    }
    while let count = try envelopeByteCount(bytes.extracting(droppingFirst: offset)),
      count <= bytes.byteCount - offset
    {
      let envelope = bytes.extracting(offset..<offset + count)
      offset += count
      guard try open(envelope, take) else { return }
    }
    partial.append(contentsOf: bytes.extracting(droppingFirst: offset).copied())
  }

  /// Adds to the envelope that is not whole; answers how many bytes that took, or `nil` when nothing more is to be read.
  private mutating func complete(
    with bytes: RawSpan, _ take: (UInt8, RawSpan) throws(PeerFault) -> Bool
  ) throws(PeerFault) -> Int? {
    var offset = min(bytes.byteCount, max(0, EnvelopeHead.byteCount - partial.count))
    partial.append(contentsOf: bytes.extracting(first: offset).copied())
    guard let count = try envelopeByteCount(partial.rawSpan) else { return nil }
    let missing = min(bytes.byteCount - offset, count - partial.count)
    partial.append(contentsOf: bytes.extracting(offset..<offset + missing).copied())
    offset += missing
    guard partial.count == count else { return nil }
    let envelope = partial
    partial.removeAll(keepingCapacity: count <= Self.keptByteCountMax)
    return try open(envelope.rawSpan, take) ? offset : nil
  }

  private static let keptByteCountMax = 1 << 20

  /// `nil` while there are too few bytes to tell.
  private func envelopeByteCount(_ bytes: RawSpan) throws(PeerFault) -> Int? {
    guard bytes.byteCount >= EnvelopeHead.byteCount else { return nil }
    let head = try PeerFault.reading { () throws(DecodeError) in try EnvelopeHead(bytes) }
    guard head.isSound(form) else { throw .damaged }
    guard Int(head.length) <= bodyByteCountMax else { throw .tooLong(Int(head.length)) }
    return EnvelopeHead.byteCount + Int(head.length)
  }

  private func open(
    _ envelope: RawSpan, _ take: (UInt8, RawSpan) throws(PeerFault) -> Bool
  ) throws(PeerFault) -> Bool {
    let head = try PeerFault.reading { () throws(DecodeError) in try EnvelopeHead(envelope) }
    guard let body = head.body(of: envelope.extracting(droppingFirst: EnvelopeHead.byteCount), form) else {
      throw .damaged
    }
    return try take(head.kind, body)
  }
}
