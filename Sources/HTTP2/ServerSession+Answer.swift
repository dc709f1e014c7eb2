internal import Basics
internal import CNGHTTP2

/// Answers. Each may come in any later turn, and answers `false` or `nil` when the call is over.
extension ServerSession {
  // The header blocks of nearly every answer. Written never, so any thread may read them.
  private static let okHeaders = HeaderList([(":status", "200"), ("content-type", "application/grpc")])
  private static let okTrailers = HeaderList([("grpc-status", "0")])

  /// The one message of a unary or client-streaming call, and status OK.
  @discardableResult
  package func respond(_ stream: StreamID, message: RawSpan) -> Bool {
    guard let slot = unsafe unanswered(stream) else { return false }
    unsafe queue(slot, message)
    unsafe complete(slot, .ok)
    return true
  }

  /// Ends a call with a status other than OK, with or without messages before it. `details` is an encoded
  /// `google.rpc.Status`, or empty.
  @discardableResult
  package func fail(_ stream: StreamID, _ code: StatusCode, message: String, details: [UInt8] = []) -> Bool {
    finish(stream, code, message: message, details: details)
  }

  /// The same with a message in UTF-8 and details that are borrowed.
  @discardableResult
  package func fail(_ stream: StreamID, _ code: StatusCode, message: RawSpan, details: RawSpan) -> Bool {
    guard let slot = unsafe unanswered(stream) else { return false }
    unsafe conclude(slot, code, message, details)
    return true
  }

  /// Ends a streaming call after the messages that are queued.
  @discardableResult
  package func finish(
    _ stream: StreamID, _ code: StatusCode = .ok, message: String = "", details: [UInt8] = []
  ) -> Bool {
    guard let slot = unsafe unanswered(stream) else { return false }
    unsafe conclude(slot, code, message, details)
    return true
  }

  /// Queues one message of a server-streaming or bidirectional call; answers the bytes queued on the stream, or `nil`
  /// when the call is over. Above `limits.streamQueuedBytesHigh` the owner should wait for `writable`.
  @discardableResult
  package func send(_ stream: StreamID, message: RawSpan) -> Int? {
    guard let slot = unsafe unanswered(stream) else { return nil }
    unsafe queue(slot, message)
    unsafe startAnswer(slot)
    let count = unsafe slot.pointee.output.count
    if count > limits.streamQueuedBytesHigh { unsafe slot.pointee.flags.insert(.congested) }
    return count
  }

  /// Whether an answer to the call would go anywhere.
  package func isUnanswered(_ stream: StreamID) -> Bool { unsafe unanswered(stream) != nil }

  /// Keeps a number with the call that comes back in each ``ServerCall``.
  package func setTag(_ tag: UInt64, for stream: StreamID) {
    guard let slot = unsafe native.slot(stream.rawValue) else { return }
    unsafe slot.pointee.tag = tag
  }

  /// Gives the caller no more credit: it can send at most one window more, which is still delivered.
  package func pause(_ stream: StreamID) {
    guard let slot = unsafe native.slot(stream.rawValue) else { return }
    unsafe slot.pointee.flags.insert(.paused)
  }

  package func resume(_ stream: StreamID) {
    guard let slot = unsafe native.slot(stream.rawValue) else { return }
    unsafe slot.pointee.flags.remove(.paused)
    _ = unsafe nghttp2_session_consume_stream(native.raw, stream.rawValue, slot.pointee.pausedBytes)
    unsafe slot.pointee.pausedBytes = 0
  }

  // MARK: helpers

  @inline(__always)
  func unanswered(_ stream: StreamID) -> UnsafeMutablePointer<StreamSlot>? {
    if isFailed || isLost { return nil }
    guard let slot = unsafe native.slot(stream.rawValue) else { return nil }
    return unsafe slot.pointee.flags.contains(.answered) ? nil : slot
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

  /// The session's own refusal of a call, whether or not the owner knows of it yet.
  func refuse(_ slot: UnsafeMutablePointer<StreamSlot>, _ code: StatusCode, _ message: String) {
    if unsafe slot.pointee.flags.contains(.answered) { return }
    let wasDelivered = unsafe slot.pointee.flags.contains(.delivered)
    let told = unsafe call(slot)
    unsafe slot.pointee.flags.formUnion(holdsBack(slot))
    unsafe conclude(slot, code, message, [])
    unsafe slot.pointee.dropRequest()
    unsafe slot.pointee.charge(&bufferedMessageBytes)
    if wasDelivered {
      counters.cancellations += 1
      delegate?.cancelled(told, code == .deadlineExceeded ? .deadlineExceeded : .refused(code), in: self)
    }
  }

  /// A refusal before the end of the request is held back until the rest has come, for a moment: some clients (curl
  /// 7.88) lose an answer that overtakes their request, whether or not the stream is then reset.
  private func holdsBack(_ slot: UnsafeMutablePointer<StreamSlot>) -> StreamSlot.Flags {
    if unsafe slot.pointee.flags.contains(.remoteClosed) { return [] }
    wakeBy(now, limits.refusalMillisecondsMax)
    return .held
  }

  /// Sends a refusal that was held back.
  func releaseHeld(_ slot: UnsafeMutablePointer<StreamSlot>) {
    guard unsafe slot.pointee.flags.contains(.held) else { return }
    unsafe slot.pointee.flags.remove(.held)
    if unsafe slot.pointee.flags.contains(.plainBody) { return unsafe submitPlainly(slot) }
    unsafe begin(slot)
  }

  private func conclude(
    _ slot: UnsafeMutablePointer<StreamSlot>, _ code: StatusCode, _ message: String, _ details: [UInt8]
  ) {
    let text = Array(message.utf8)
    unsafe conclude(slot, code, text.rawSpan, details.rawSpan)
  }

  private func conclude(
    _ slot: UnsafeMutablePointer<StreamSlot>, _ code: StatusCode, _ message: RawSpan, _ details: RawSpan
  ) {
    if message.byteCount > 0 { unsafe GRPCText.percentEncode(message, into: &slot.pointee.statusMessage) }
    if details.byteCount > 0 { unsafe GRPCText.base64Encode(details, into: &slot.pointee.statusDetails) }
    unsafe complete(slot, code)
  }

  /// The call's outcome is decided: what is queued, then trailers.
  @inline(__always)
  func complete(_ slot: UnsafeMutablePointer<StreamSlot>, _ code: StatusCode) {
    unsafe slot.pointee.flags.insert([.answered, .finished])
    unsafe slot.pointee.status = code
    unsafe slot.pointee.answeredAt = now
    counters.answers += 1
    meter.callAnswered()
    if unsafe !slot.pointee.flags.contains(.held) { unsafe begin(slot) }
  }

  @inline(__always)
  private func begin(_ slot: UnsafeMutablePointer<StreamSlot>) {
    let nothingSent = unsafe !slot.pointee.flags.contains(.submitted) && slot.pointee.output.isEmpty
    if nothingSent { return unsafe submitTrailersOnly(slot) }
    unsafe startAnswer(slot)
  }

  /// Hands the response headers to nghttp2, or tells it that there is more to send.
  @inline(__always)
  private func startAnswer(_ slot: UnsafeMutablePointer<StreamSlot>) {
    if unsafe !slot.pointee.flags.contains(.submitted) {
      unsafe slot.pointee.flags.insert(.submitted)
      unsafe submit(slot, Self.okHeaders.pointer, Self.okHeaders.count)
    } else if unsafe slot.pointee.flags.contains(.deferred) {
      unsafe slot.pointee.flags.remove(.deferred)
      _ = unsafe nghttp2_session_resume_data(native.raw, slot.pointee.stream)
    }
  }

  private func submit(
    _ slot: UnsafeMutablePointer<StreamSlot>, _ headers: UnsafeMutablePointer<nghttp2_nv>, _ count: Int
  ) {
    var provider = unsafe nghttp2_data_provider()
    unsafe provider.source.ptr = UnsafeMutableRawPointer(slot)
    unsafe provider.read_callback = { _, _, buffer, length, flags, source, owner in
      guard let owner = unsafe owner, let buffer = unsafe buffer, let flags = unsafe flags,
        let slot = unsafe source?.pointee.ptr?.assumingMemoryBound(to: StreamSlot.self)
      else { return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue) }
      return unsafe Unmanaged<ServerSession>.fromOpaque(owner)._withUnsafeGuaranteedRef {
        unsafe $0.read(slot, buffer, length, flags)
      }
    }
    let result = unsafe nghttp2_submit_response(native.raw, slot.pointee.stream, headers, count, &provider)
    invariant(result == 0, "a response was refused (\(result))")
  }

  /// nghttp2 asks for the next bytes of a stream's answer.
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
      if unsafe !slot.pointee.flags.contains(.plainBody) {
        unsafe flags.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
        unsafe submitTrailers(slot)
      }
      return count
    }
    if unsafe slot.pointee.flags.contains(.congested), left <= limits.streamQueuedBytesHigh / 2 {
      unsafe slot.pointee.flags.remove(.congested)
      drained.append(StreamID(rawValue: unsafe slot.pointee.stream))
    }
    if count > 0 { return count }
    unsafe slot.pointee.flags.insert(.deferred)
    return Int(NGHTTP2_ERR_DEFERRED.rawValue)
  }

  private func submitTrailers(_ slot: UnsafeMutablePointer<StreamSlot>) {
    if unsafe slot.pointee.status == .ok && slot.pointee.statusMessage.isEmpty && slot.pointee.statusDetails.isEmpty {
      let result = unsafe nghttp2_submit_trailer(
        native.raw, slot.pointee.stream, Self.okTrailers.pointer, Self.okTrailers.count)
      invariant(result == 0, "trailers were refused (\(result))")
      return
    }
    fields.truncate(to: 0)
    unsafe appendStatus(slot)
    let result = unsafe nghttp2_submit_trailer(native.raw, slot.pointee.stream, fields.pointer, fields.count)
    invariant(result == 0, "trailers were refused (\(result))")
  }

  private func submitTrailersOnly(_ slot: UnsafeMutablePointer<StreamSlot>) {
    unsafe slot.pointee.flags.insert(.submitted)
    fields.truncate(to: 0)
    unsafe fields.append(nghttp2_nv(":status", "200"))
    unsafe fields.append(nghttp2_nv("content-type", "application/grpc"))
    if unsafe slot.pointee.status == .unimplemented {
      unsafe fields.append(nghttp2_nv("grpc-accept-encoding", "identity"))
    }
    unsafe appendStatus(slot)
    let result = unsafe nghttp2_submit_response(native.raw, slot.pointee.stream, fields.pointer, fields.count, nil)
    invariant(result == 0, "a response was refused (\(result))")
  }

  private func appendStatus(_ slot: UnsafeMutablePointer<StreamSlot>) {
    unsafe fields.append(nghttp2_nv("grpc-status", slot.pointee.status.text))
    if unsafe !slot.pointee.statusMessage.isEmpty {
      unsafe fields.append(nghttp2_nv("grpc-message", copying: slot.pointee.statusMessage.bytes))
    }
    if unsafe !slot.pointee.statusDetails.isEmpty {
      unsafe fields.append(nghttp2_nv("grpc-status-details-bin", copying: slot.pointee.statusDetails.bytes))
    }
  }

  /// An answer for something that is not a gRPC call: an HTTP status and a sentence.
  func answerPlainly(_ slot: UnsafeMutablePointer<StreamSlot>, _ status: StaticString, _ text: String) {
    unsafe slot.pointee.flags.insert([.answered, .finished, .plainBody, .held])
    unsafe slot.pointee.answeredAt = now
    unsafe slot.pointee.plainStatus = status
    let body = Array(text.utf8)
    unsafe slot.pointee.output.append(body.rawSpan)
    // The reader's time begins with the first byte that waits for it.
    if queuedBytes == 0 { progressAt = now }
    queuedBytes += body.count
    wakeBy(now, limits.refusalMillisecondsMax)
  }

  private func submitPlainly(_ slot: UnsafeMutablePointer<StreamSlot>) {
    unsafe slot.pointee.flags.insert(.submitted)
    fields.truncate(to: 0)
    unsafe fields.append(nghttp2_nv(":status", slot.pointee.plainStatus))
    unsafe fields.append(nghttp2_nv("content-type", "text/plain"))
    unsafe fields.append(nghttp2_nv("allow", "POST"))
    unsafe submit(slot, fields.pointer, fields.count)
  }
}

/// A header block that never changes.
@safe struct HeaderList: @unchecked Sendable {
  /// Allocated once and never freed or written again, which is what makes it safe to share.
  let pointer: UnsafeMutablePointer<nghttp2_nv>
  let count: Int

  init(_ fields: [(name: StaticString, value: StaticString)]) {
    unsafe pointer = .allocate(capacity: fields.count)
    count = fields.count
    for (index, field) in fields.enumerated() {
      unsafe (pointer + index).initialize(to: nghttp2_nv(field.name, field.value))
    }
  }
}
