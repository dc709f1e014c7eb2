package import Basics
internal import CNGHTTP2

/// The client's side of one HTTP/2 connection that carries gRPC: calls in, bytes out; bytes in, answers out. It knows
/// no socket and no clock. It belongs to the thread of its connection; the rules of use are those of
/// ``ServerSession``.
///
/// Calls beyond what the server takes at once wait here, in order.
@safe package final class ClientSession {
  package let limits: SessionLimits
  package internal(set) var counters = SessionCounters()
  /// When `tick` wants to be called, at the latest.
  package internal(set) var wakeAt: Instant
  package internal(set) var end: SessionEnd?
  /// For the owner's use.
  package var tag: UInt64 = 0

  let methods: MethodTable
  let sessionMetadata: RequestMetadata?
  /// The text that the prepared header fields point to.
  let authority: UnsafeMutableRawBufferPointer
  var delegate: (any ClientSessionDelegate)?
  var native: NativeSession
  var pool = StreamPool()
  var meter: FrameMeter
  var now: Instant
  var isInside = false
  var isFailed = false
  var isLost = false
  /// The server has said GOAWAY, or this side is shutting down.
  var isDraining = false
  var isDrainingTold = false
  var lastWords: [UInt8] = []
  /// The last words are out.
  var isSilent = false

  /// Calls that nghttp2 does not know yet.
  var pending = RingBuffer<CallID>(minimumCapacity: 64)
  /// Calls that are on the wire.
  var openCount = 0
  /// How many streams the server takes at once; conservative until it has said.
  var remoteStreamsMax: UInt32 = 100
  /// The server has said its first words.
  package internal(set) var settingsSeen = false
  /// What the header block that is being read has come to.
  var headerBlockBytes = 0
  var bufferedMessageBytes = 0
  var queuedBytes = 0
  var progressAt: Instant
  var receivedAt: Instant
  var quietSince: Instant
  var startedAt: Instant
  var pingSentAt: Instant?
  var drained: [CallID] = []
  /// `:method`, `:scheme`, `:authority`, `te`, `content-type`, `user-agent`; then `:path`, and what a call adds.
  var fields = HeaderBlock(capacity: 8 + 2 * RequestMetadata.fieldsMax)
  let timeoutText: UnsafeMutablePointer<UInt8>

  /// `authority` is the host and port that the server is known by; `metadata` is added to every call.
  package init(
    methods: MethodTable, authority: String, metadata: RequestMetadata? = nil,
    limits: SessionLimits = .forClients, delegate: any ClientSessionDelegate, now: Instant
  ) {
    self.methods = methods
    self.limits = limits
    self.delegate = delegate
    self.now = now
    sessionMetadata = metadata
    progressAt = now
    receivedAt = now
    quietSince = now
    startedAt = now
    wakeAt = now.advanced(byMilliseconds: limits.handshakeMillisecondsMax)
    meter = FrameMeter(limits.floods, isServer: false, now: now)
    let text = Array(authority.utf8)
    unsafe self.authority = .allocate(byteCount: max(1, text.count), alignment: 1)
    unsafe self.authority.copyBytes(from: text)
    unsafe timeoutText = .allocate(capacity: 16)
    native = unsafe NativeSession(server: false, Self.register)
    unsafe native.setOwner(Unmanaged.passUnretained(self).toOpaque())
    native.greet(limits, server: false)
    prepareFields(authorityCount: text.count)
  }

  deinit {
    unsafe authority.deallocate()
    unsafe timeoutText.deallocate()
  }

  private func prepareFields(authorityCount: Int) {
    unsafe fields.append(nghttp2_nv(":method", "POST"))
    unsafe fields.append(nghttp2_nv(":scheme", "http"))
    unsafe fields.append(
      nghttp2_nv(":authority", keeping: UnsafeRawBufferPointer(start: authority.baseAddress, count: authorityCount)))
    unsafe fields.append(nghttp2_nv(":path", "/"))
    unsafe fields.append(nghttp2_nv("te", "trailers"))
    unsafe fields.append(nghttp2_nv("content-type", "application/grpc"))
    unsafe fields.append(nghttp2_nv("user-agent", "grpc-swift-holdfast/1"))
  }

  /// Where `:path` is in `fields`, and how many fields every call has.
  static let pathField = 3
  static let fixedFields = 7

  /// Calls that were started and are not over.
  package var callCount: Int { pool.usedCount }
  /// Whether `start` takes calls.
  package var isAccepting: Bool { !isFailed && !isLost && !isDraining }
  package var isFinished: Bool { isLost || isFailed || (isDraining && pool.usedCount == 0) || !native.wantsMore }
  package var hasOutput: Bool { !isLost && !isSilent && (!pending.isEmpty || !lastWords.isEmpty || native.wantsWrite) }
  package var queuedByteCount: Int { queuedBytes }

  // MARK: bytes in, bytes out

  /// Takes what the server sent, and tells the delegate of what was in it.
  package func receive(_ bytes: RawSpan, now: Instant) {
    if isFailed || isLost { return }
    enter(now)
    defer { isInside = false }
    receivedAt = now
    switch meter.scan(bytes, now: now, isClosed: { _ in false }) {
    case .fine: feed(bytes)
    case .flood(let type): fail(.flooded(frameType: type), .enhanceYourCalm)
    case .violation(let code): fail(.protocolError(code: Int32(code.rawValue)), code)
    case .notHTTP2: fail(.notHTTP2, .protocolError)
    }
    if meter.unfinishedSince != .distantFuture { wakeBy(meter.unfinishedSince, limits.requestMillisecondsMax) }
    tellDraining()
  }

  private func feed(_ bytes: RawSpan) {
    let result = unsafe bytes.withUnsafeBytes { raw in
      unsafe nghttp2_session_mem_recv(native.raw, raw.baseAddress?.assumingMemoryBound(to: UInt8.self), raw.count)
    }
    if result < 0 { abandon(code: Int32(result)) }
  }

  /// nghttp2 gave up and cannot be asked to say goodbye.
  private func abandon(code: Int32) {
    if isFailed { return }
    isFailed = true
    let isBomb = code == NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
    end = isBomb ? .flooded(frameType: FrameType.headers) : .protocolError(code: code)
    lastWords = NativeSession.goAway(isBomb ? .enhanceYourCalm : .internalError)
    finishAll("the server broke the protocol")
  }

  /// Appends what is to be sent now. Called once a turn; at most `limits.outputBytesMax` and one frame are given.
  package func takeOutput(into output: inout ByteWriter, now: Instant) {
    if isLost || isSilent { return }
    enter(now)
    defer { isInside = false }
    if !isFailed { submitPending() }
    if lastWords.isEmpty {
      if !native.drain(into: &output, limit: output.count + limits.outputBytesMax) { abandon(code: -1) }
    }
    if !lastWords.isEmpty {
      output.append(lastWords)
      lastWords = []
      isSilent = true
    }
    tellWritable()
  }

  private func tellWritable() {
    if drained.isEmpty { return }
    let calls = drained
    drained.removeAll(keepingCapacity: true)
    for call in calls {
      guard let slot = unsafe slot(call) else { continue }
      delegate?.writable(call, tag: unsafe slot.pointee.tag, in: self)
    }
  }

  func tellDraining() {
    guard isDraining, !isDrainingTold else { return }
    isDrainingTold = true
    if end == nil { end = .drained }
    delegate?.draining(self)
  }

  func enter(_ now: Instant) {
    invariant(!isInside, "an HTTP/2 session was entered from one of its own callbacks")
    isInside = true
    self.now = now
  }

  @inline(__always)
  func wakeBy(_ start: Instant, _ milliseconds: UInt64) {
    let instant = start.advanced(byMilliseconds: milliseconds)
    if instant < wakeAt { wakeAt = instant }
  }

  // MARK: calls

  @inline(__always)
  func slot(_ call: CallID) -> UnsafeMutablePointer<StreamSlot>? {
    guard Int(call.index) < pool.capacity else { return nil }
    let slot = unsafe pool[Int(call.index)]
    return unsafe slot.pointee.isUsed && slot.pointee.generation == call.generation ? slot : nil
  }

  @inline(__always)
  func id(_ slot: UnsafeMutablePointer<StreamSlot>) -> CallID {
    unsafe CallID(index: slot.pointee.index, generation: slot.pointee.generation)
  }

  /// Ends a call with what the server said, or with what became of it.
  func finish(
    _ slot: UnsafeMutablePointer<StreamSlot>, _ status: StatusCode, _ certainty: CallCertainty, _ message: String = ""
  ) {
    if unsafe slot.pointee.flags.contains(.answered) { return }
    unsafe slot.pointee.flags.insert(.answered)
    counters.answers += 1
    let call = unsafe id(slot)
    let tag = unsafe slot.pointee.tag
    if message.isEmpty {
      let result = unsafe CallResult(
        status, certainty, message: RawSpan(_unsafeBytes: slot.pointee.statusMessage.bytes),
        details: RawSpan(_unsafeBytes: slot.pointee.statusDetails.bytes))
      delegate?.finished(result, for: call, tag: tag, in: self)
    } else {
      let text = Array(message.utf8)
      let nothing: [UInt8] = []
      delegate?.finished(
        CallResult(status, certainty, message: text.rawSpan, details: nothing.rawSpan), for: call, tag: tag, in: self)
    }
  }

  func release(_ slot: UnsafeMutablePointer<StreamSlot>) {
    bufferedMessageBytes -= unsafe slot.pointee.inputCharged
    queuedBytes -= unsafe slot.pointee.output.count
    unsafe pool.give(back: slot)
    if pool.usedCount == 0 {
      quietSince = now
      wakeBy(now, limits.idleMillisecondsMax)
    }
  }

  // MARK: the end

  func fail(_ reason: SessionEnd, _ code: ErrorCode) {
    if isFailed { return }
    isFailed = true
    end = reason
    native.terminate(code)
    finishAll("the connection failed")
  }

  private func finishAll(_ message: String) {
    for index in 0..<pool.capacity {
      let slot = unsafe pool[index]
      guard unsafe slot.pointee.isUsed else { continue }
      let wasSent = unsafe slot.pointee.flags.contains(.submitted)
      unsafe finish(slot, .unavailable, wasSent ? .unknown : .notProcessed, message)
    }
  }

  /// No new calls; those under way go on. Then the session is finished.
  package func shutdown(now: Instant) {
    if isDraining || isFailed || isLost { return }
    isDraining = true
    isDrainingTold = true
    end = .drained
    _ = unsafe nghttp2_submit_goaway(native.raw, 0, 0, ErrorCode.noError.rawValue, nil, 0)
  }

  /// The connection is over: every call is told, and the delegate is let go.
  package func connectionLost(now: Instant) {
    if isLost { return }
    enter(now)
    defer { isInside = false }
    isLost = true
    if end == nil { end = .connectionLost }
    finishAll("the connection was lost")
    delegate = nil
  }
}
