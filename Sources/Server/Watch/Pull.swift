internal import Basics
internal import Placement

// What a stream's Store asks the Store that has a shard, again and again: what is new behind this? The answer comes when
// there is something, or after a while with nothing. A question changes nothing and carries all that it needs, so it may be
// lost, asked twice, or asked elsewhere. Integers are little-endian. Never renumber.
//
//   pull     := version:u8(=1) kind:u8 shard:u32 wait milliseconds:u32 body
//   body     := 1: position                                                   records of the change feed
//             | look, 2: location:text count:u16 sku:text*                    stock
//             | look, 3 or 4: id:16                                           a hold, an order
//   look     := least index:u64 pause milliseconds:u32 interval milliseconds:u32 first:u16 tenant:text count:u16 known:u64*
//
//   answer   := 1: last:u64 stamp:u64 count:u32 position ShardChanges         records; the message is empty without any
//             | 2 to 4: index:u64 next:u16 count:u16 (place:u16 hash:u64)* message     what has changed, as a response;
//                                                                   next is 0 when all was looked at

/// A question about what is new in a shard.
struct Pull: Equatable, Sendable {
  private static let version: UInt8 = 1
  static let waitMillisecondsMax: UInt32 = 10_000

  /// Looks at something, and tells it when it is other than what is known.
  struct Look: Equatable, Sendable {
    /// The state to look at has at least this index, which makes it no older than what was told before.
    /// ``leastIndexNow``: the leader is asked how far it is.
    var leastIndex: UInt64
    /// Not earlier than after this pause, and no more often than once an interval.
    var pauseMilliseconds: UInt32
    var intervalMilliseconds: UInt32
    /// The place to begin at: those before it were looked at by the last question.
    var first = 0
    var tenant: String
    /// What is known, as a hash; one for each SKU. 0: nothing.
    var known: [UInt64]
  }

  /// The state to look at has everything that was acknowledged before the question.
  static let leastIndexNow = UInt64.max

  enum Subject: Equatable, Sendable {
    case records(FeedPosition)
    case stock(Look, location: String, skus: [String])
    case hold(Look, UniqueID)
    case order(Look, UniqueID)
  }

  var shard: ShardID
  var waitMilliseconds: UInt32
  var subject: Subject

  var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.uint8(Self.version)
    writer.uint8(kind)
    writer.uint32(shard.rawValue)
    writer.uint32(waitMilliseconds)
    switch subject {
    case .records(let position): position.encode(into: &writer)
    case .stock(let look, let location, let skus):
      look.encode(into: &writer)
      writer.prefixed(location)
      writer.uint16(UInt16(skus.count))
      for sku in skus { writer.prefixed(sku) }
    case .hold(let look, let id), .order(let look, let id):
      look.encode(into: &writer)
      writer.uniqueID(id)
    }
    return writer.bytes
  }

  private var kind: UInt8 {
    switch subject {
    case .records: 1
    case .stock: 2
    case .hold: 3
    case .order: 4
    }
  }

  init(shard: ShardID, waitMilliseconds: UInt32, subject: Subject) {
    self.shard = shard
    self.waitMilliseconds = waitMilliseconds
    self.subject = subject
  }

  init(decoding bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    let version = try reader.uint8()
    guard version == Self.version else { throw .unknownTag(UInt64(version)) }
    let kind = try reader.uint8()
    shard = ShardID(try reader.uint32())
    waitMilliseconds = min(try reader.uint32(), Self.waitMillisecondsMax)
    switch kind {
    case 1: subject = .records(try FeedPosition(&reader))
    case 2:
      let look = try Look(&reader)
      let location = try reader.prefixedText(limit: 1 << 10)
      let count = try reader.uint16()
      guard Int(count) == look.known.count else { throw .invalid("count") }
      var skus: [String] = []
      for _ in 0..<count { skus.append(try reader.prefixedText(limit: 1 << 10)) }
      subject = .stock(look, location: location, skus: skus)
    case 3, 4:
      let look = try Look(&reader)
      guard look.known.count == 1 else { throw .invalid("count") }
      let id = try reader.uniqueID()
      subject = kind == 3 ? .hold(look, id) : .order(look, id)
    default: throw .unknownTag(UInt64(kind))
    }
    try reader.finish()
  }
}

extension Pull.Look {
  func encode(into writer: inout ByteWriter) {
    writer.uint64(leastIndex)
    writer.uint32(pauseMilliseconds)
    writer.uint32(intervalMilliseconds)
    writer.uint16(UInt16(first))
    writer.prefixed(tenant)
    writer.uint16(UInt16(known.count))
    for hash in known { writer.uint64(hash) }
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    leastIndex = try reader.uint64()
    pauseMilliseconds = try reader.uint32()
    intervalMilliseconds = try reader.uint32()
    first = Int(try reader.uint16())
    tenant = try reader.prefixedText(limit: 1 << 10)
    let count = try reader.uint16()
    known = []
    for _ in 0..<count { known.append(try reader.uint64()) }
    guard first < max(1, known.count) else { throw .invalid("first") }
  }
}

extension Pull {
  var look: Look? {
    switch subject {
    case .records: nil
    case .stock(let look, _, _), .hold(let look, _), .order(let look, _): look
    }
  }

  /// The same, but for the index that the state has at least.
  func looking(atLeastAt index: UInt64) -> Pull {
    guard var look else { return self }
    look.leastIndex = index
    return looking(look)
  }

  /// The same, but for the place to begin at.
  func looking(from first: Int) -> Pull {
    guard var look else { return self }
    look.first = first
    return looking(look)
  }

  private func looking(_ look: Look) -> Pull {
    var pull = self
    switch subject {
    case .records: break
    case .stock(_, let location, let skus): pull.subject = .stock(look, location: location, skus: skus)
    case .hold(_, let id): pull.subject = .hold(look, id)
    case .order(_, let id): pull.subject = .order(look, id)
    }
    return pull
  }
}

/// The next records of a shard.
struct FeedPage: Equatable, Sendable {
  /// The last sequence of the replica that answered.
  var last: UInt64
  /// When the first of the records was made; of none when the replica's last entry was.
  var stamp: Stamp
  var count: Int
  /// Where to go on behind it.
  var next: FeedPosition
  /// An encoded `ShardChanges`; empty when nothing is new.
  var changes: [UInt8]

  /// Nothing is known to come behind it.
  var isLast: Bool { next == .next(last + 1) }

  var encoded: [UInt8] {
    var writer = ByteWriter(capacity: changes.count + 32)
    writer.uint64(last)
    writer.int64(stamp.milliseconds)
    writer.uint32(UInt32(count))
    next.encode(into: &writer)
    writer.append(changes)
    return writer.bytes
  }

  init(last: UInt64, stamp: Stamp, count: Int = 0, next: FeedPosition, changes: [UInt8] = []) {
    self.last = last
    self.stamp = stamp
    self.count = count
    self.next = next
    self.changes = changes
  }

  init(decoding bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    last = try reader.uint64()
    stamp = Stamp(milliseconds: try reader.int64())
    count = Int(try reader.uint32())
    next = try FeedPosition(&reader)
    changes = try reader.span(count: reader.remaining).copied()
  }
}

/// What was seen.
struct Sight: Equatable, Sendable {
  struct Change: Equatable, Sendable {
    /// Which of the known ones.
    var place: Int
    var hash: UInt64
  }

  /// The state that was looked at.
  var index: UInt64
  /// The place at which the next look goes on; `nil` when all was looked at.
  var next: Int?
  var changes: [Change] = []
  /// An encoded response with those that have changed.
  var response: [UInt8] = []

  var encoded: [UInt8] {
    var writer = ByteWriter(capacity: response.count + 16 + 10 * changes.count)
    writer.uint64(index)
    writer.uint16(UInt16(next ?? 0))
    writer.uint16(UInt16(changes.count))
    for change in changes {
      writer.uint16(UInt16(change.place))
      writer.uint64(change.hash)
    }
    writer.append(response)
    return writer.bytes
  }

  init(index: UInt64) { self.index = index }

  init(decoding bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    index = try reader.uint64()
    let next = Int(try reader.uint16())
    self.next = next == 0 ? nil : next
    for _ in 0..<(try reader.uint16()) {
      let place = Int(try reader.uint16())
      changes.append(Change(place: place, hash: try reader.uint64()))
    }
    response = try reader.span(count: reader.remaining).copied()
  }
}
