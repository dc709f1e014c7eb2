package import Basics

// What one Store tells the Stores of another node: many shards' records in one frame. Numbers are little-endian, varint
// is LEB128. Never renumber.
//
//   frame   := length:u32 checksum:u32 content             length of the content; CRC32C of the content
//   content := head record*
//   head    := version:u8(=1) from:u32 to:u32 incarnation:u64 wall:i64
//   record  := tag:u8 shard:u32 length:u32 body            a record with an unknown tag is skipped
//
//   tag 1  message        a Raft message of the shard (its grammar is in Raft)
//   tag 2  offer          snapshot                          Raft's message (a snapshot), cut:u64
//   tag 3  chunkRequest   from:u64 to:u64 cut:u64 number:u64 position:text
//   tag 4  chunk          from:u64 to:u64 cut:u64 number:u64 last:u8 rest:u64 position:text end:text checksum:u32 pairs
//   tag 5  snapshotEnd    from:u64 to:u64 cut:u64 outcome:u8(0 delivered, 1 failed)
//   text    := length:varint byte*
//
// A frame without records is a heartbeat of the node: it says that the node is there, in which life of its process, and
// what its wall clock shows.

/// What every frame says about its sender.
package struct FrameHead: Equatable, Sendable {
  static let version: UInt8 = 1
  static let byteCount = 25
  /// Length and checksum, before the content.
  package static let prefixByteCount = 8
  /// A longer content is refused before it is read.
  package static let contentByteCountMax = 64 << 20

  package var from: NodeID
  package var to: NodeID
  /// Differs with each start of the sending process: what it promised without writing it down is then forgotten.
  package var incarnation: UInt64
  /// The sender's wall clock.
  package var wall: Stamp

  package init(from: NodeID, to: NodeID, incarnation: UInt64, wall: Stamp) {
    self.from = from
    self.to = to
    self.incarnation = incarnation
    self.wall = wall
  }

  func encode(into writer: inout ByteWriter) {
    writer.uint8(Self.version)
    writer.uint32(from.rawValue)
    writer.uint32(to.rawValue)
    writer.uint64(incarnation)
    writer.int64(wall.milliseconds)
  }

  init(_ reader: inout ByteReader) throws(DecodeError) {
    let version = try reader.uint8()
    guard version == Self.version else { throw .unknownTag(UInt64(version)) }
    from = NodeID(try reader.uint32())
    to = NodeID(try reader.uint32())
    incarnation = try reader.uint64()
    wall = Stamp(milliseconds: try reader.int64())
  }

  /// The node that a frame says it is from. Nothing is checked: the frame is read whole later.
  package static func sender(of frame: RawSpan) throws(DecodeError) -> NodeID {
    var reader = ByteReader(frame)
    try reader.skip(prefixByteCount + 1)
    return NodeID(try reader.uint32())
  }

  /// How long the frame is that begins with these bytes, both parts together; `nil` while there are too few bytes to
  /// tell. For whoever cuts a stream of bytes into frames.
  package static func frameByteCount(_ bytes: RawSpan) throws(DecodeError) -> Int? {
    guard bytes.byteCount >= 4 else { return nil }
    var reader = ByteReader(bytes)
    let length = try reader.uint32()
    guard length <= contentByteCountMax else {
      throw .tooLong(length: UInt64(length), limit: UInt64(contentByteCountMax))
    }
    return prefixByteCount + Int(length)
  }
}

/// What a record is. Never renumber.
package enum FrameTag: UInt8, Sendable {
  case message = 1
  case offer = 2
  case chunkRequest = 3
  case chunk = 4
  case snapshotEnd = 5
}

/// Gathers the records for one node. Owned by the Store's thread.
struct FrameWriter {
  /// A frame that has reached this is closed, and the next record begins another.
  static let closingByteCount = 1 << 20
  private static let contentStart = FrameHead.prefixByteCount

  private var writer = ByteWriter()
  private var closed: [[UInt8]] = []

  /// Adds a record whose body is what `encode` appends. The head's wall clock and incarnation are the frame's.
  mutating func add(_ tag: FrameTag, _ shard: ShardID, _ head: FrameHead, _ encode: (inout ByteWriter) -> Void) {
    if writer.isEmpty { begin(head) }
    writer.uint8(tag.rawValue)
    writer.uint32(shard.rawValue)
    let lengthOffset = writer.count
    writer.uint32(0)
    encode(&writer)
    writer.patchUInt32(UInt32(writer.count - lengthOffset - 4), at: lengthOffset)
    if writer.count >= Self.closingByteCount { close() }
  }

  var isEmpty: Bool { writer.isEmpty && closed.isEmpty }

  /// Adds a frame without records.
  mutating func addHeartbeat(_ head: FrameHead) {
    if writer.isEmpty { begin(head) }
    close()
  }

  /// Takes the finished frames, in order.
  mutating func take(_ body: ([UInt8]) -> Void) {
    if !writer.isEmpty { close() }
    for frame in closed { body(frame) }
    closed.removeAll(keepingCapacity: true)
  }

  private mutating func begin(_ head: FrameHead) {
    writer.uint32(0)
    writer.uint32(0)
    head.encode(into: &writer)
  }

  private mutating func close() {
    let count = writer.count - Self.contentStart
    invariant(count <= FrameHead.contentByteCountMax, "a record is longer than a frame may be")
    let checksum = Self.checksum(writer.bytes)
    writer.patchUInt32(UInt32(count), at: 0)
    writer.patchUInt32(checksum, at: 4)
    closed.append(writer.copiedBytes())
    writer.removeAll()
  }

  private static func checksum(_ frame: [UInt8]) -> UInt32 {
    CRC32C.checksum(frame.rawSpan.extracting(droppingFirst: contentStart))
  }
}

/// Reads one whole frame from borrowed bytes.
package struct FrameReader: ~Escapable {
  package let head: FrameHead
  private var reader: ByteReader

  /// Checks length, checksum and head.
  @_lifetime(copy frame)
  package init(_ frame: RawSpan) throws(DecodeError) {
    var reader = ByteReader(frame)
    let length = try reader.uint32()
    let checksum = try reader.uint32()
    guard length == reader.remaining else { throw .truncated }
    guard CRC32C.checksum(frame.extracting(droppingFirst: FrameHead.prefixByteCount)) == checksum else {
      throw .invalid("a frame's checksum does not match")
    }
    head = try FrameHead(&reader)
    self.reader = reader
  }

  /// The next record; `nil` at the end. Records with tags of a later version are left out.
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  package mutating func next() throws(DecodeError) -> FrameRecord? {
    while !reader.isAtEnd {
      let tag = try reader.uint8()
      let shard = ShardID(try reader.uint32())
      let length = try reader.uint32()
      let body = try reader.span(count: Int(length))
      if let tag = FrameTag(rawValue: tag) { return FrameRecord(tag: tag, shard: shard, body: body) }
    }
    return nil
  }
}

/// One record of a frame, still encoded.
package struct FrameRecord: ~Escapable {
  package let tag: FrameTag
  package let shard: ShardID
  package let body: RawSpan

  @_lifetime(copy body)
  init(tag: FrameTag, shard: ShardID, body: RawSpan) {
    self.tag = tag
    self.shard = shard
    self.body = body
  }
}
