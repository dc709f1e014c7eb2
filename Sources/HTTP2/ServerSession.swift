package import Basics
internal import CNGHTTP2

/// The server's side of one HTTP/2 connection that carries gRPC: bytes in, calls out; answers in, bytes out. It knows
/// no socket and no clock. It belongs to the thread of its connection.
///
/// The owner feeds `receive`, takes the output of a whole turn with `takeOutput`, calls `tick` when `wakeAt` has come
/// and `connectionLost` when the connection is over, and closes the connection once `isFinished` and all output is
/// written. nghttp2 runs only inside `receive` and `takeOutput`; its callbacks queue frames, which it allows, and
/// never send, receive or free, which it does not.
@safe package final class ServerSession {
  package let limits: SessionLimits
  package internal(set) var counters = SessionCounters()
  /// When `tick` wants to be called, at the latest.
  package internal(set) var wakeAt: Instant
  /// Set when the session accepts nothing more, or nothing new.
  package internal(set) var end: SessionEnd?
  /// For the owner's use.
  package var tag: UInt64 = 0

  let methods: MethodTable
  let budget: SessionBudget?
  /// What the budget knows of this session.
  var budgeted = 0
  /// Retained until the connection is lost.
  var delegate: (any ServerSessionDelegate)?
  var native: NativeSession
  var pool = StreamPool()
  var meter: FrameMeter
  var now: Instant
  /// nghttp2 or the delegate is being called: the entry points are closed.
  var isInside = false
  /// No more input is looked at, and what nghttp2 still has to say is the last.
  var isFailed = false
  /// The owner has said that the connection is over.
  var isLost = false
  /// Bytes to send in place of nghttp2's, after it broke or when the peer does not speak HTTP/2.
  var lastWords: [UInt8] = []
  /// The last words are out.
  var isSilent = false

  /// The stream whose header block is being read.
  var current: UnsafeMutablePointer<StreamSlot>?
  /// The stream that has a complete message in the input of the present `receive`.
  var borrower: UnsafeMutablePointer<StreamSlot>?
  /// What the header block that is being read has come to.
  var headerBlockBytes = 0
  var bufferedMessageBytes = 0
  var queuedBytes = 0
  /// When queued bytes last moved, or began to wait.
  var progressAt: Instant
  var receivedAt: Instant
  /// When the last stream ended.
  var quietSince: Instant
  var startedAt: Instant
  var settingsSeen = false
  var pingSentAt: Instant?
  var shutdownNoticeAt: Instant?
  /// Streams to be told that they may write, after nghttp2 has returned.
  var drained: [StreamID] = []
  var fields = HeaderBlock(capacity: 8)
  /// The highest stream that the peer has opened.
  var highestStream: UInt32 = 0
  /// The streams that were reset from this side most recently.
  var resetHere = RecentStreams()

  package init(
    methods: MethodTable, limits: SessionLimits = SessionLimits(), budget: SessionBudget? = nil,
    delegate: any ServerSessionDelegate, now: Instant
  ) {
    self.methods = methods
    self.budget = budget
    self.limits = limits
    self.delegate = delegate
    self.now = now
    unsafe current = nil
    unsafe borrower = nil
    progressAt = now
    receivedAt = now
    quietSince = now
    startedAt = now
    wakeAt = now.advanced(byMilliseconds: limits.handshakeMillisecondsMax)
    meter = FrameMeter(limits.floods, isServer: true, now: now)
    native = unsafe NativeSession(server: true, Self.register)
    unsafe native.setOwner(Unmanaged.passUnretained(self).toOpaque())
    native.greet(limits, server: true)
    budget?.join()
  }

  deinit {
    if isLost { return }
    isLost = true
    settle()
    budget?.leave()
  }

  /// Streams that are open, answered or not.
  package var streamCount: Int { pool.usedCount }
  /// Nothing more will come of this session: once its output is written, the connection may be closed.
  package var isFinished: Bool { isLost || isFailed || !native.wantsMore }
  /// Whether `takeOutput` may have something to give.
  package var hasOutput: Bool { !isLost && !isSilent && (!lastWords.isEmpty || native.wantsWrite) }
  /// Bytes of answers that are waiting for the peer.
  package var queuedByteCount: Int { queuedBytes }

  // MARK: bytes in, bytes out

  /// Takes what the peer sent, and tells the delegate of what was in it.
  package func receive(_ bytes: RawSpan, now: Instant) {
    if isFailed || isLost { return }
    enter(now)
    defer { isInside = false }
    receivedAt = now
    switch meter.scan(bytes, now: now, isClosed: { isClosed($0) }) {
    case .fine: feed(bytes)
    case .flood(let type): fail(.flooded(frameType: type), .enhanceYourCalm)
    case .violation(let code): fail(.protocolError(code: Int32(code.rawValue)), code)
    case .notHTTP2: refuseOtherProtocol()
    }
    if meter.unfinishedSince != .distantFuture { wakeBy(meter.unfinishedSince, limits.requestMillisecondsMax) }
  }

  private func feed(_ bytes: RawSpan) {
    let result = unsafe bytes.withUnsafeBytes { raw in
      unsafe nghttp2_session_mem_recv(native.raw, raw.baseAddress?.assumingMemoryBound(to: UInt8.self), raw.count)
    }
    if let slot = unsafe borrower {
      unsafe keep(slot)
      unsafe borrower = nil
    }
    if result < 0 { abandon(code: Int32(result)) }
  }

  /// Appends what is to be sent now. Called once a turn; at most `limits.outputBytesMax` and one frame are given.
  package func takeOutput(into output: inout ByteWriter, now: Instant) {
    if isLost || isSilent { return }
    enter(now)
    defer { isInside = false }
    if lastWords.isEmpty {
      if !native.drain(into: &output, limit: output.count + limits.outputBytesMax) { abandon(code: -1) }
    }
    if !lastWords.isEmpty {
      output.append(lastWords)
      lastWords = []
      isSilent = true
    }
    tellWritable()
    settle()
  }

  private func tellWritable() {
    if drained.isEmpty { return }
    let streams = drained
    drained.removeAll(keepingCapacity: true)
    for stream in streams {
      guard let slot = unsafe native.slot(stream.rawValue) else { continue }
      if unsafe slot.pointee.flags.contains(.answered) { continue }
      delegate?.writable(unsafe call(slot), in: self)
    }
  }

  /// Tells the budget what this session holds.
  @inline(__always)
  func settle() {
    guard let budget else { return }
    let held = isLost ? 0 : bufferedMessageBytes + queuedBytes
    if held == budgeted { return }
    budget.change(from: budgeted, to: held)
    budgeted = held
  }

  /// Whether so much waits for the peer that no more calls are taken from it until it has read. One input can hold
  /// thousands of messages, each with a large answer, and the limits on time see nothing before it is worked off.
  @inline(__always)
  var isCongested: Bool { queuedBytes > 0 && (queuedBytes > limits.queuedBytesHardMax || holdsTooMuch) }

  /// Whether this session must give something back, for its own limit or for the limit on all.
  var holdsTooMuch: Bool {
    settle()
    return budget?.isOver(budgeted) ?? false
  }

  func enter(_ now: Instant) {
    invariant(!isInside, "an HTTP/2 session was entered from one of its own callbacks")
    isInside = true
    self.now = now
  }

  // MARK: streams

  /// Whether the peer itself has ended a stream, so that it may not send on it. nghttp2 would only ignore what it
  /// sends. Streams that we reset may have frames under way; so may those of the present input.
  private func isClosed(_ stream: UInt32) -> Bool {
    guard stream <= highestStream, stream & 1 == 1 else { return false }
    if unsafe native.slot(Int32(stream)) != nil { return false }
    return !resetHere.contains(Int32(stream))
  }

  @inline(__always)
  func call(_ slot: UnsafeMutablePointer<StreamSlot>) -> ServerCall {
    unsafe ServerCall(
      stream: StreamID(rawValue: slot.pointee.stream), method: MethodID(rawValue: slot.pointee.method),
      kind: slot.pointee.kind, deadline: slot.pointee.deadline, tag: slot.pointee.tag)
  }

  /// Tells the owner of an unanswered call that it is over.
  func cancel(_ slot: UnsafeMutablePointer<StreamSlot>, _ reason: Cancellation) {
    guard unsafe slot.pointee.flags.contains(.delivered), unsafe !slot.pointee.flags.contains(.answered) else { return }
    unsafe slot.pointee.flags.insert(.answered)
    counters.cancellations += 1
    delegate?.cancelled(unsafe call(slot), reason, in: self)
  }

  func release(_ slot: UnsafeMutablePointer<StreamSlot>) {
    if unsafe current == slot { unsafe current = nil }
    if unsafe borrower == slot { unsafe borrower = nil }
    bufferedMessageBytes -= unsafe slot.pointee.inputCharged
    queuedBytes -= unsafe slot.pointee.output.count
    unsafe pool.give(back: slot)
    if pool.usedCount == 0 {
      quietSince = now
      wakeBy(now, min(limits.idleMillisecondsMax, limits.spareMillisecondsMax))
    }
  }

  // MARK: the end

  /// The peer is at fault: GOAWAY, and nothing more is read.
  func fail(_ reason: SessionEnd, _ code: ErrorCode) {
    if isFailed { return }
    isFailed = true
    end = reason
    native.terminate(code)
    cancelAll(.connectionLost)
  }

  /// nghttp2 gave up. It cannot be asked to say goodbye, so the frame is written here.
  private func abandon(code: Int32) {
    if isFailed { return }
    isFailed = true
    let isBomb = code == NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
    let isFlood =
      isBomb || code == NGHTTP2_ERR_FLOODED.rawValue || code == NGHTTP2_ERR_TOO_MANY_CONTINUATIONS.rawValue
    end =
      isFlood ? .flooded(frameType: isBomb ? FrameType.headers : FrameType.ping) : .protocolError(code: code)
    lastWords = NativeSession.goAway(isFlood ? .enhanceYourCalm : .internalError)
    cancelAll(.connectionLost)
  }

  /// A browser or `curl` without `--http2-prior-knowledge` deserves a sentence that it can read.
  private func refuseOtherProtocol() {
    isFailed = true
    end = .notHTTP2
    let body = "This port speaks gRPC over HTTP/2 with prior knowledge.\n"
    lastWords = Array(
      """
      HTTP/1.1 505 HTTP Version Not Supported\r
      content-type: text/plain\r
      content-length: \(body.utf8.count)\r
      connection: close\r
      \r
      \(body)
      """.utf8)
  }

  func cancelAll(_ reason: Cancellation) {
    for index in 0..<pool.capacity {
      let slot = unsafe pool[index]
      if unsafe slot.pointee.isUsed { unsafe cancel(slot, reason) }
    }
  }

  /// The connection is over: every open call is told, and the delegate is let go.
  package func connectionLost(now: Instant) {
    if isLost { return }
    enter(now)
    defer { isInside = false }
    isLost = true
    if end == nil { end = .connectionLost }
    cancelAll(.connectionLost)
    delegate = nil
    settle()
    budget?.leave()
  }
}
