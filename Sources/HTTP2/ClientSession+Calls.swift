package import Basics
internal import CNGHTTP2

/// Starting, sending and cancelling calls.
extension ClientSession {
  /// Starts a unary or server-streaming call, which is sent with the next output. `nil` when the session takes no more
  /// calls. `tag` comes back with everything about the call.
  package func start(
    _ method: MethodID, message: RawSpan, deadline: Instant = .distantFuture, tag: UInt64,
    metadata: RequestMetadata? = nil
  ) -> CallID? {
    invariant(methods.kind(method).takesOneMessage, "a streaming call is opened, not started")
    guard let slot = unsafe begin(method, deadline, tag, metadata) else { return nil }
    unsafe queue(slot, message)
    unsafe slot.pointee.flags.insert(.finished)
    return unsafe id(slot)
  }

  /// Opens a client-streaming or bidirectional call, to be followed by `send` and `finishSending`.
  package func open(
    _ method: MethodID, deadline: Instant = .distantFuture, tag: UInt64, metadata: RequestMetadata? = nil
  ) -> CallID? {
    guard let slot = unsafe begin(method, deadline, tag, metadata) else { return nil }
    return unsafe id(slot)
  }

  /// Queues one message of an open call; answers the bytes queued on the stream, or `nil` when the call is over.
  /// Above `limits.streamQueuedBytesHigh` the owner should wait for `writable`.
  @discardableResult
  package func send(_ call: CallID, message: RawSpan) -> Int? {
    guard let slot = unsafe unfinished(call) else { return nil }
    unsafe queue(slot, message)
    unsafe wakeStream(slot)
    let count = unsafe slot.pointee.output.count
    if count > limits.streamQueuedBytesHigh { unsafe slot.pointee.flags.insert(.congested) }
    return count
  }

  /// Ends the request after the messages that are queued.
  @discardableResult
  package func finishSending(_ call: CallID) -> Bool {
    guard let slot = unsafe unfinished(call) else { return false }
    unsafe slot.pointee.flags.insert(.finished)
    unsafe wakeStream(slot)
    return true
  }

  /// Gives a call up: the delegate is told `CANCELLED`, and the server too if it has heard of the call.
  package func cancel(_ call: CallID) {
    guard let slot = unsafe slot(call), unsafe !slot.pointee.flags.contains(.answered) else { return }
    unsafe abandon(slot, .cancelled, "the call was cancelled")
  }

  /// Gives the server no more credit for a call; at most one window more is delivered.
  package func pause(_ call: CallID) {
    if let slot = unsafe slot(call) { unsafe slot.pointee.flags.insert(.paused) }
  }

  package func resume(_ call: CallID) {
    guard let slot = unsafe slot(call) else { return }
    unsafe slot.pointee.flags.remove(.paused)
    _ = unsafe nghttp2_session_consume_stream(native.raw, slot.pointee.stream, slot.pointee.pausedBytes)
    unsafe slot.pointee.pausedBytes = 0
  }

  // MARK: helpers

  @inline(__always)
  private func begin(
    _ method: MethodID, _ deadline: Instant, _ tag: UInt64, _ metadata: RequestMetadata?
  ) -> UnsafeMutablePointer<StreamSlot>? {
    guard isAccepting, pending.count < limits.pendingCallsMax else { return nil }
    let slot = unsafe pool.take()
    unsafe slot.pointee.method = method.rawValue
    unsafe slot.pointee.kind = methods.kind(method)
    unsafe slot.pointee.tag = tag
    unsafe slot.pointee.deadline = deadline
    if let metadata { unsafe slot.pointee.requestMetadata = metadata }
    if deadline < wakeAt { wakeAt = deadline }
    // The server's silence counts from the first call on.
    if pool.usedCount == 1 { wakeBy(max(receivedAt, quietSince), limits.keepAliveMilliseconds) }
    counters.calls += 1
    unsafe pending.append(id(slot))
    return unsafe slot
  }

  @inline(__always)
  private func unfinished(_ call: CallID) -> UnsafeMutablePointer<StreamSlot>? {
    guard !isFailed, !isLost, let slot = unsafe slot(call) else { return nil }
    return unsafe slot.pointee.flags.isDisjoint(with: [.answered, .finished]) ? slot : nil
  }

  @inline(__always)
  private func queue(_ slot: UnsafeMutablePointer<StreamSlot>, _ message: RawSpan) {
    if queuedBytes == 0 {
      progressAt = now
      wakeBy(now, limits.slowReaderMillisecondsMax)
    }
    queuedBytes += MessageFraming.prefixBytes + message.byteCount
    if queuedBytes > limits.queuedBytesHardMax { wakeAt = now }
    unsafe slot.pointee.enqueue(message)
    counters.messagesSent += 1
  }

  private func wakeStream(_ slot: UnsafeMutablePointer<StreamSlot>) {
    guard unsafe slot.pointee.flags.contains(.deferred) else { return }
    unsafe slot.pointee.flags.remove(.deferred)
    _ = unsafe nghttp2_session_resume_data(native.raw, slot.pointee.stream)
  }

  /// Ends a call from this side.
  func abandon(_ slot: UnsafeMutablePointer<StreamSlot>, _ status: StatusCode, _ message: String) {
    let wasSent = unsafe slot.pointee.flags.contains(.submitted)
    unsafe finish(slot, status, wasSent ? .unknown : .notProcessed, message)
    if wasSent {
      native.reset(unsafe slot.pointee.stream, .cancel)
    } else {
      unsafe release(slot)
    }
  }

  // MARK: onto the wire

  /// Hands waiting calls to nghttp2 while the server takes more streams.
  func submitPending() {
    let streamsMax = Int(min(remoteStreamsMax, limits.concurrentStreamsMax))
    while openCount < streamsMax || isDraining, let call = pending.popFirst() {
      guard let slot = unsafe slot(call) else { continue }
      if isDraining {
        unsafe finish(slot, .unavailable, .notProcessed, "the server is shutting down")
        unsafe release(slot)
      } else if unsafe slot.pointee.deadline <= now {
        unsafe abandon(slot, .deadlineExceeded, "the deadline has passed")
      } else {
        unsafe submit(slot)
      }
    }
  }

  private func submit(_ slot: UnsafeMutablePointer<StreamSlot>) {
    fields.truncate(to: Self.fixedFields)
    let path = unsafe methods.path(MethodID(rawValue: slot.pointee.method))
    unsafe fields.replace(Self.pathField, nghttp2_nv(":path", keeping: path))
    let deadline = unsafe slot.pointee.deadline
    if deadline != .distantFuture { appendTimeout(deadline.nanoseconds(since: now)) }
    let stream: Int32
    let own = unsafe slot.pointee.requestMetadata
    if sessionMetadata == nil, own == nil {
      stream = unsafe submitFields(slot, fields)
    } else {
      stream = RequestMetadata.with([sessionMetadata, own], &fields) { unsafe submitFields(slot, $0) }
    }
    if stream < 0 { return unsafe refused(slot, stream) }
    unsafe slot.pointee.stream = stream
    unsafe slot.pointee.flags.insert(.submitted)
    unsafe slot.pointee.openedAt = now
    openCount += 1
  }

  /// nghttp2 copies the fields before it returns, except text that outlives the session's streams.
  private func submitFields(_ slot: UnsafeMutablePointer<StreamSlot>, _ fields: borrowing HeaderBlock) -> Int32 {
    var provider = unsafe nghttp2_data_provider()
    unsafe provider.source.ptr = UnsafeMutableRawPointer(slot)
    unsafe provider.read_callback = { _, _, buffer, length, flags, source, owner in
      guard let owner = unsafe owner, let buffer = unsafe buffer, let flags = unsafe flags,
        let slot = unsafe source?.pointee.ptr?.assumingMemoryBound(to: StreamSlot.self)
      else { return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue) }
      return unsafe Unmanaged<ClientSession>.fromOpaque(owner)._withUnsafeGuaranteedRef {
        unsafe $0.read(slot, buffer, length, flags)
      }
    }
    return unsafe nghttp2_submit_request(native.raw, nil, fields.pointer, fields.count, &provider, slot)
  }

  /// A timeout in whole milliseconds is likely to come again and worth an entry in the header table; another is not.
  private func appendTimeout(_ nanoseconds: UInt64) {
    let count = unsafe GRPCTimeout.write(nanoseconds, to: timeoutText)
    var field = unsafe nghttp2_nv("grpc-timeout", copying: UnsafeRawBufferPointer(start: timeoutText, count: count))
    if nanoseconds % 1_000_000 != 0 { unsafe field.flags |= UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue) }
    unsafe fields.append(field)
  }

  /// The connection has no stream ids left: it is to be replaced.
  private func refused(_ slot: UnsafeMutablePointer<StreamSlot>, _ code: Int32) {
    isDraining = true
    unsafe finish(slot, .unavailable, .notProcessed, "the connection takes no more streams")
    unsafe release(slot)
    tellDraining()
  }

  /// nghttp2 asks for the next bytes of a stream's request.
  private func read(
    _ slot: UnsafeMutablePointer<StreamSlot>, _ buffer: UnsafeMutablePointer<UInt8>, _ length: Int,
    _ flags: UnsafeMutablePointer<UInt32>
  ) -> Int {
    let count = unsafe slot.pointee.output.take(into: buffer, count: length)
    queuedBytes -= count
    progressAt = now
    meter.dataSent()
    let left = unsafe slot.pointee.output.count
    if unsafe left == 0 && slot.pointee.flags.contains(.finished) {
      unsafe flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
      return count
    }
    if unsafe slot.pointee.flags.contains(.congested), left <= limits.streamQueuedBytesHigh / 2 {
      unsafe slot.pointee.flags.remove(.congested)
      unsafe drained.append(id(slot))
    }
    if count > 0 { return count }
    unsafe slot.pointee.flags.insert(.deferred)
    return Int(NGHTTP2_ERR_DEFERRED.rawValue)
  }
}
