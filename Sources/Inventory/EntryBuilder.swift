package import Basics

// The payload of a log entry. Numbers are little-endian; varint is LEB128, zigzag its signed form. Never renumber.
//
//   payload   := version:u8(=1) stamp:i64 count:u32 command*            an empty payload does nothing
//   command   := tag:u8 length:u16 body                                 length is that of the body
//   body      := head content                                           of 0x01...0x08, 0x30...0x39, 0x41...0x43
//              | content                                                of 0x10, 0x11 and 0x40
//              | what ClaimCommands+Codec.swift says                    of 0x20...0x25
//              | what SlotCommand+Codec.swift says                      of 0x50
//   head      := request id:16 flags:u8 [actor:text] [ranked]
//   flags     := 0x01 the id is generated | 0x02 an actor follows | 0x04 ranked locations follow
//   ranked    := count:varint location:varint*
//   text      := length:varint byte*
//
//   content of
//   0x01 putSKU       slot:u16 tenant:text sku:text name:text scale:u8 expected revision:varint lot:zigzag
//                     backorder limit:zigzag attributes:text
//   0x02 receive      sku:varint location:varint quantity:zigzag quality control:u8 reason:text
//   0x03 adjust       sku:varint location:varint account:u8 delta:zigzag reason:text
//   0x04 move         sku:varint location:varint from:u8 to:u8 quantity:zigzag reason:text
//   0x05 reserve      mode:u8 [ranked, when the strategy in the mode byte is ranked] time to live:zigzag
//                     reference:text count:varint line*
//   0x06 extendHold   hold:16 time to live:zigzag
//   0x07 releaseHold  hold:16
//   0x08 confirmHold  hold:16 terms
//   0x10 tick         -
//   0x11 sweepRequests  limit:varint
//   0x40 setLocations   revision:varint count:varint closed*
//   0x41 setCount       sku:varint location:varint counted:zigzag as of:varint reason:text
//   0x42 moveAllocation sku:varint owner:16 from:varint to:varint quantity:zigzag
//   0x43 decideMove     version:varint home slot:u16 decided line, parts of claims (ClaimCommands+Codec.swift), and then
//                       moveAllocation's with sku 0
//
//   The contents of 0x30...0x39, and terms, are in OrderCommands+Codec.swift.
//
//   line      := sku:varint (0 | location + 1):varint quantity:zigzag [minimum:zigzag, in mode upTo]
//   closed    := location:varint closure:u8, ascending by location
//
// The mode byte of a reservation has its sourcing in it as well: see Sourcing.swift.
//
// The fingerprint of a request is the hash of its content, with texts in place of SKU numbers: what the caller said. The
// head is what the gate added, and may differ when the request is repeated (another ranking, another connection).

/// The tags of commands.
enum CommandTag: UInt8 {
  case putSKU = 0x01
  case receive = 0x02
  case adjust = 0x03
  case move = 0x04
  case reserve = 0x05
  case extendHold = 0x06
  case releaseHold = 0x07
  case confirmHold = 0x08
  case tick = 0x10
  case sweepRequests = 0x11
  case prepareClaim = 0x20
  case settleClaim = 0x21
  case decideHold = 0x22
  case decideConfirm = 0x23
  case burnClaim = 0x24
  case ackOutbox = 0x25
  case createOrder = 0x30
  case payOrder = 0x31
  case holdOrder = 0x32
  case resumeOrder = 0x33
  case cancelOrder = 0x34
  case amendOrder = 0x35
  case shipOrder = 0x36
  case completeOrder = 0x37
  case decideOrder = 0x38
  case decideAmend = 0x39
  case setLocations = 0x40
  case setCount = 0x41
  case moveAllocation = 0x42
  case decideMove = 0x43
  case slots = 0x50
}

enum HeadFlags {
  static let generated: UInt8 = 0x01
  static let actor: UInt8 = 0x02
  static let ranked: UInt8 = 0x04
}

/// Collects the commands of a shard's next entry as bytes. Owned by the Store's thread; reused from entry to entry.
package struct EntryBuilder: Sendable {
  static let version: UInt8 = 1
  static let headerByteCount = 13
  /// A command's body is at most this long.
  package static let bodyByteCountMax = 65_535

  var writer = ByteWriter()
  /// The number of commands so far. Each will have one outcome, in order.
  package private(set) var count = 0
  /// Where the command being written begins.
  private var start = 0
  private var linesLeft = 0
  private var mode = ReserveMode.allOrNothing

  package init() { writeHeader() }

  package var isEmpty: Bool { count == 0 }
  package var byteCount: Int { writer.count }

  /// The payload for the commands so far under the leader's stamp; the builder is empty afterwards.
  package mutating func take(stamp: Stamp) -> [UInt8] {
    invariant(linesLeft == 0, "a reservation is only half written")
    writer.patchUInt32(UInt32(truncatingIfNeeded: stamp.milliseconds), at: 1)
    writer.patchUInt32(UInt32(truncatingIfNeeded: stamp.milliseconds >> 32), at: 5)
    writer.patchUInt32(UInt32(count), at: 9)
    let payload = writer.bytes
    removeAll()
    return payload
  }

  /// Forgets all commands; keeps the capacity.
  package mutating func removeAll() {
    let capacity = writer.count
    writer = ByteWriter(capacity: capacity)
    count = 0
    linesLeft = 0
    writeHeader()
  }

  package mutating func append(_ command: Command) {
    begin(command.tag)
    command.encodeBody(to: &writer)
    end()
  }

  private mutating func writeHeader() {
    writer.uint8(Self.version)
    writer.int64(0)
    writer.uint32(0)
  }

  private mutating func begin(_ tag: CommandTag) {
    invariant(linesLeft == 0, "a reservation is only half written")
    start = writer.count
    writer.uint8(tag.rawValue)
    writer.uint16(0)
  }

  private mutating func end() {
    let length = writer.count - start - 3
    invariant(length <= Self.bodyByteCountMax, "the gate let a command through that is too long")
    writer.bytes[start + 1] = UInt8(truncatingIfNeeded: length)
    writer.bytes[start + 2] = UInt8(truncatingIfNeeded: length >> 8)
    count += 1
  }
}

// The hot commands, written from borrowed arguments.
extension EntryBuilder {
  /// Begins a reservation; exactly `lineCount` calls of ``reserveLine(sku:location:quantity:minimum:)`` must follow.
  ///
  /// - Parameter ranked: the gate's ranking; the caller's, if the strategy says so.
  package mutating func beginReserve(
    id: UniqueID, actor: RawSpan = RawSpan(), ranked: Span<LocationNumber> = Span(), mode: ReserveMode,
    sourcing: Sourcing = .plain, timeToLiveMilliseconds: Int64, reference: RawSpan = RawSpan(), lineCount: Int
  ) {
    begin(.reserve)
    let isCallers = sourcing.strategy == .ranked
    let isInHead = !ranked.isEmpty && !isCallers
    let textByteCount = actor.byteCount + reference.byteCount
    writer.write(atMost: 18 + textByteCount + BytePen.varintMax * (5 + ranked.count)) { pen in
      pen.uniqueID(id)
      pen.uint8((actor.isEmpty ? 0 : HeadFlags.actor) | (isInHead ? HeadFlags.ranked : 0))
      if !actor.isEmpty { pen.prefixed(actor) }
      if isInHead { pen.ranking(ranked) }
      pen.uint8(mode.rawValue | sourcing.rawValue << 2)
      if isCallers { pen.ranking(ranked) }
      pen.zigzag(timeToLiveMilliseconds)
      pen.prefixed(reference)
      pen.varint(UInt64(lineCount))
    }
    self.mode = mode
    linesLeft = lineCount
    if lineCount == 0 { end() }
  }

  package mutating func reserveLine(sku: SKUNumber, location: LocationNumber?, quantity: Int64, minimum: Int64 = 1) {
    invariant(linesLeft > 0, "more lines than were announced")
    writer.line(sku: sku, location: location, quantity: quantity, minimum: mode == .upTo ? minimum : nil)
    linesLeft -= 1
    if linesLeft == 0 { end() }
  }

  /// Drops a reservation of which not all lines were written.
  package mutating func cancelReserve() {
    invariant(linesLeft > 0, "no reservation is half written")
    writer.bytes.removeSubrange(start...)
    linesLeft = 0
  }

  package mutating func releaseHold(id: UniqueID, isGenerated: Bool, actor: RawSpan = RawSpan(), hold: UniqueID) {
    begin(.releaseHold)
    head(id: id, isGenerated: isGenerated, actor: actor)
    writer.uniqueID(hold)
    end()
  }

  package mutating func extendHold(
    id: UniqueID, isGenerated: Bool, actor: RawSpan = RawSpan(), hold: UniqueID, timeToLiveMilliseconds: Int64
  ) {
    begin(.extendHold)
    head(id: id, isGenerated: isGenerated, actor: actor)
    writer.uniqueID(hold)
    writer.zigzag(timeToLiveMilliseconds)
    end()
  }

  private mutating func head(id: UniqueID, isGenerated: Bool, actor: RawSpan) {
    writer.uniqueID(id)
    writer.uint8((isGenerated ? HeadFlags.generated : 0) | (actor.isEmpty ? 0 : HeadFlags.actor))
    if !actor.isEmpty { writer.prefixed(actor) }
  }
}

extension ByteWriter {
  mutating func ranking(_ ranked: Span<LocationNumber>) {
    write(atMost: BytePen.varintMax * (1 + ranked.count)) { $0.ranking(ranked) }
  }

  mutating func line(sku: SKUNumber, location: LocationNumber?, quantity: Int64, minimum: Int64?) {
    write(atMost: BytePen.varintMax * 4) { pen in
      pen.varint(UInt64(sku.rawValue))
      pen.varint(location.map { UInt64($0.rawValue) + 1 } ?? 0)
      pen.zigzag(quantity)
      if let minimum { pen.zigzag(minimum) }
    }
  }
}

extension BytePen {
  mutating func ranking(_ ranked: Span<LocationNumber>) {
    varint(UInt64(ranked.count))
    for index in 0..<ranked.count { varint(UInt64(ranked[index].rawValue)) }
  }
}
