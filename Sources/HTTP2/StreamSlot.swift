internal import Basics
internal import CNGHTTP2

/// What a session knows of one stream. Slots are pooled and never move while their session lives, so that nghttp2 can
/// carry a pointer to one as the stream's user data.
@safe struct StreamSlot: ~Copyable {
  struct Flags: OptionSet {
    var rawValue: UInt32

    // The request as the server finds it.
    static let isPost = Flags(rawValue: 1 << 0)
    static let isGRPC = Flags(rawValue: 1 << 1)
    static let methodKnown = Flags(rawValue: 1 << 2)
    static let timeoutMalformed = Flags(rawValue: 1 << 3)
    static let encodingUnknown = Flags(rawValue: 1 << 4)
    static let headersTooLarge = Flags(rawValue: 1 << 5)

    // What has happened on the stream.
    /// The owner knows of the call.
    static let delivered = Flags(rawValue: 1 << 8)
    /// The final status is decided: a server's answer was given; a client's call was reported finished.
    static let answered = Flags(rawValue: 1 << 9)
    /// The peer has ended its half.
    static let remoteClosed = Flags(rawValue: 1 << 10)
    /// Response headers (server) or the request (client) were handed to nghttp2.
    static let submitted = Flags(rawValue: 1 << 11)
    /// nghttp2 waits to be told that there is more to send.
    static let deferred = Flags(rawValue: 1 << 12)
    /// The end of our half comes after what is queued.
    static let finished = Flags(rawValue: 1 << 13)
    /// The body is not gRPC: it ends without trailers.
    static let plainBody = Flags(rawValue: 1 << 14)
    /// More than the high mark was queued; the owner waits to hear that it may write.
    static let congested = Flags(rawValue: 1 << 15)
    /// The owner asked not to give the peer more credit.
    static let paused = Flags(rawValue: 1 << 16)
    /// We have reset the stream, and it is about to close.
    static let resetHere = Flags(rawValue: 1 << 17)
    /// The refusal is decided and waits for the end of the request.
    static let held = Flags(rawValue: 1 << 19)
    /// Our half is over, on the wire.
    static let localClosed = Flags(rawValue: 1 << 18)

    // The response as the client finds it.
    static let statusSeen = Flags(rawValue: 1 << 20)
    /// nghttp2 could not send the request any more.
    static let notSent = Flags(rawValue: 1 << 21)
  }

  /// Place in the pool; with the generation it names the slot's present use.
  let index: UInt32
  var generation: UInt32 = 0
  /// 0 while the slot is free or, on a client, not yet on the wire.
  var stream: Int32 = 0
  var isUsed = false
  var flags: Flags = []
  var method: UInt16 = 0
  var kind = MethodKind.unary
  var httpStatus: UInt16 = 0
  var status = StatusCode.ok
  /// The HTTP status of an answer that is not gRPC's.
  var plainStatus: StaticString = "500"
  var messageCount: UInt32 = 0
  var headerBytes = 0
  var pausedBytes = 0
  /// What came after the call was answered.
  var discardedBytes = 0
  var tag: UInt64 = 0
  var openedAt = Instant.zero
  var answeredAt = Instant.zero
  /// When the message in `input` began to arrive.
  var partialSince = Instant.zero
  var deadline = Instant.distantFuture
  /// A complete message whose bytes lie in the session's input or in `input`; see `MessageAssembly`.
  var borrowed: UnsafeRawBufferPointer?
  /// The part of a message that has come, with its five bytes of framing.
  var input = StreamBuffer()
  /// How many bytes of `input` and `metadata` are counted in the session's total.
  var inputCharged = 0
  /// `input` holds exactly one whole message, which was handed over or waits in `borrowed`.
  var inputIsComplete = false
  /// Framed messages that nghttp2 has not taken.
  var output = StreamBuffer()
  /// Header fields that gRPC itself does not use: lengths (16 and 32 bits), name, value.
  var metadata = StreamBuffer()
  /// `grpc-message` in its percent-encoded form, and `grpc-status-details-bin` in base64.
  var statusMessage = StreamBuffer()
  var statusDetails = StreamBuffer()
  var requestMetadata: RequestMetadata?

  init(index: UInt32) {
    self.index = index
    unsafe borrowed = nil
  }

  /// Makes the slot ready for another stream.
  mutating func reset() {
    isUsed = false
    generation &+= 1
    stream = 0
    flags = []
    httpStatus = 0
    status = .ok
    messageCount = 0
    headerBytes = 0
    pausedBytes = 0
    discardedBytes = 0
    tag = 0
    deadline = .distantFuture
    unsafe borrowed = nil
    inputIsComplete = false
    inputCharged = 0
    input.reset()
    output.reset()
    if !metadata.isEmpty { metadata.reset() }
    if !statusMessage.isEmpty { statusMessage.reset() }
    if !statusDetails.isEmpty { statusDetails.reset() }
    if requestMetadata != nil { requestMetadata = nil }
  }
}

/// Owns the slots of one session, in chunks that stay where they are.
@safe struct StreamPool: ~Copyable {
  private static let chunkCount = 32

  private var chunks: [UnsafeMutablePointer<StreamSlot>] = unsafe []
  private var free: [UInt32] = []
  private(set) var usedCount = 0

  deinit { unsafe Self.free(chunks) }

  /// Gives all memory back. No slot is in use, and nobody remembers a generation.
  mutating func removeAll() {
    invariant(usedCount == 0, "a stream's memory is given back while it is open")
    unsafe Self.free(chunks)
    unsafe chunks = []
    free = []
  }

  private static func free(_ chunks: [UnsafeMutablePointer<StreamSlot>]) {
    for index in unsafe chunks.indices {
      let chunk = unsafe chunks[index]
      unsafe chunk.deinitialize(count: Self.chunkCount)
      unsafe chunk.deallocate()
    }
  }

  var capacity: Int { unsafe chunks.count * Self.chunkCount }

  subscript(index: Int) -> UnsafeMutablePointer<StreamSlot> {
    unsafe chunks[index / Self.chunkCount] + index % Self.chunkCount
  }

  mutating func take() -> UnsafeMutablePointer<StreamSlot> {
    if free.isEmpty { grow() }
    guard let index = free.popLast() else { invariantViolated("a grown pool is empty") }
    let slot = unsafe self[Int(index)]
    unsafe slot.pointee.isUsed = true
    usedCount += 1
    return unsafe slot
  }

  mutating func give(back slot: UnsafeMutablePointer<StreamSlot>) {
    invariant(unsafe slot.pointee.isUsed, "a stream is given back twice")
    unsafe slot.pointee.reset()
    free.append(unsafe slot.pointee.index)
    usedCount -= 1
  }

  private mutating func grow() {
    let first = UInt32(capacity)
    let chunk = UnsafeMutablePointer<StreamSlot>.allocate(capacity: Self.chunkCount)
    for offset in 0..<Self.chunkCount {
      unsafe (chunk + offset).initialize(to: StreamSlot(index: first + UInt32(offset)))
    }
    unsafe chunks.append(chunk)
    for offset in (0..<Self.chunkCount).reversed() { free.append(first + UInt32(offset)) }
  }
}
