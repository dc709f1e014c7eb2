internal import Basics
internal import CNGHTTP2

/// As on the server's side: the owner holds the session for as long as nghttp2 is running.
@inline(__always)
private func session(_ owner: UnsafeMutableRawPointer?, _ body: (ClientSession) -> Int32) -> Int32 {
  guard let owner = unsafe owner else { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
  return unsafe Unmanaged<ClientSession>.fromOpaque(owner)._withUnsafeGuaranteedRef { body($0) }
}

/// From header fields and DATA to messages and a status.
extension ClientSession {
  static func register(_ callbacks: OpaquePointer) {
    unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, _, owner in
      unsafe session(owner) {
        $0.headerBlockBytes = 0
        return 0
      }
    }
    unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks) {
      _, frame, name, nameCount, value, count, _, owner in
      unsafe session(owner) {
        unsafe $0.header(frame, name, nameCount, UnsafeBufferPointer(start: value, count: count))
      }
    }
    unsafe nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks) {
      _, _, _, nameCount, _, count, _, owner in
      unsafe session(owner) { $0.headerDecoded(nameCount + count) ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
    }
    unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, stream, bytes, count, owner in
      unsafe session(owner) { unsafe $0.data(stream, UnsafeRawBufferPointer(start: bytes, count: count)) }
    }
    unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, owner in
      unsafe session(owner) { unsafe $0.frameReceived(frame) }
    }
    unsafe nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks) { _, frame, _, owner in
      unsafe session(owner) { unsafe $0.frameNotSent(frame) }
    }
    unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, stream, code, owner in
      unsafe session(owner) { $0.streamClosed(stream, ErrorCode(rawValue: code)) }
    }
  }

  /// Counts a field of any header block, whether or not HTTP allows it; `false` ends the session where it stands.
  @inline(__always)
  private func headerDecoded(_ textBytes: Int) -> Bool {
    counters.headerBytes &+= UInt64(truncatingIfNeeded: textBytes &+ 32)
    headerBlockBytes &+= textBytes &+ 32
    return headerBlockBytes <= limits.headerListBytesMax &* limits.headerBombFactor
  }

  private func header(
    _ frame: UnsafePointer<nghttp2_frame>?, _ name: UnsafePointer<UInt8>?, _ nameCount: Int,
    _ value: UnsafeBufferPointer<UInt8>
  ) -> Int32 {
    if !headerDecoded(nameCount + value.count) { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
    guard let frame = unsafe frame, let name = unsafe name, let slot = unsafe native.slot(frame.pointee.hd.stream_id)
    else { return 0 }
    unsafe slot.pointee.headerBytes += nameCount + value.count + 32
    if unsafe slot.pointee.headerBytes > limits.headerListBytesMax * 2 {
      unsafe abandon(
        slot, .resourceExhausted, "the server's header list is larger than \(limits.headerListBytesMax) bytes")
      return 0
    }
    switch unsafe HeaderName(name, nameCount) {
    case .status: unsafe slot.pointee.httpStatus = unsafe UInt16(clamping: Self.number(value) ?? 0)
    case .contentType: if unsafe value.isGRPCContentType { unsafe slot.pointee.flags.insert(.isGRPC) }
    case .grpcStatus:
      unsafe slot.pointee.flags.insert(.statusSeen)
      unsafe slot.pointee.status =
        unsafe Self.number(value).flatMap(UInt8.init(exactly:)).flatMap(StatusCode.init) ?? .unknown
    case .grpcMessage:
      unsafe slot.pointee.statusMessage.reset()
      unsafe slot.pointee.statusMessage.append(UnsafeRawBufferPointer(value))
    case .grpcStatusDetails:
      unsafe slot.pointee.statusDetails.reset()
      unsafe slot.pointee.statusDetails.append(UnsafeRawBufferPointer(value))
    case .grpcEncoding: if unsafe !value.equals("identity") { unsafe slot.pointee.flags.insert(.encodingUnknown) }
    case .method, .path, .grpcTimeout, .ignored, .metadata: break
    }
    return 0
  }

  private static func number(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard text.count >= 1, text.count <= 9 else { return nil }
    var value = 0
    for offset in 0..<text.count {
      let digit = unsafe text[offset] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value * 10 + Int(digit)
    }
    return value
  }

  private func data(_ stream: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32 {
    guard let slot = unsafe native.slot(stream) else {
      native.consume(stream, bytes.count)
      return 0
    }
    if unsafe slot.pointee.flags.contains(.paused) {
      unsafe slot.pointee.pausedBytes += bytes.count
      _ = unsafe nghttp2_session_consume_connection(native.raw, bytes.count)
    } else {
      native.consume(stream, bytes.count)
    }
    // The body of an error page is not a message.
    guard unsafe slot.pointee.flags.contains(.isGRPC) && slot.pointee.httpStatus == 200 else { return 0 }
    unsafe readMessages(slot, bytes)
    unsafe slot.pointee.charge(&bufferedMessageBytes)
    if bufferedMessageBytes > limits.bufferedMessageBytesMax, unsafe slot.pointee.input.count > 0 {
      unsafe abandon(slot, .resourceExhausted, "too many incomplete messages on this connection")
    }
    return 0
  }

  private func readMessages(_ slot: UnsafeMutablePointer<StreamSlot>, _ bytes: UnsafeRawBufferPointer) {
    var rest = unsafe bytes
    while rest.count > 0, unsafe !slot.pointee.flags.contains(.answered) {
      switch unsafe slot.pointee.assemble(&rest, limit: limits.messageBytesMax) {
      case .needsMore: return
      case .message(let message): unsafe take(slot, message)
      case .compressed: unsafe abandon(slot, .internal, "the server sent a compressed message")
      case .tooLarge(let length):
        unsafe abandon(
          slot, .resourceExhausted, "a message of \(length) bytes is larger than \(limits.messageBytesMax)")
      }
    }
  }

  private func take(_ slot: UnsafeMutablePointer<StreamSlot>, _ message: UnsafeRawBufferPointer) {
    unsafe slot.pointee.messageCount += 1
    if unsafe slot.pointee.messageCount > 1 && slot.pointee.kind.answersOneMessage {
      return unsafe abandon(slot, .internal, "the server sent more than one message")
    }
    counters.messagesReceived += 1
    delegate?.received(
      unsafe RawSpan(_unsafeBytes: message), for: unsafe id(slot), tag: unsafe slot.pointee.tag, in: self)
    if unsafe slot.pointee.inputIsComplete { unsafe slot.pointee.dropInput() }
  }

  private func frameReceived(_ frame: UnsafePointer<nghttp2_frame>?) -> Int32 {
    guard let header = unsafe frame?.pointee.hd else { return 0 }
    switch header.type {
    case FrameType.settings:
      settingsSeen = true
      remoteStreamsMax = unsafe nghttp2_session_get_remote_settings(
        native.raw, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)
    case FrameType.goAway: isDraining = true
    case FrameType.ping: if header.flags & FrameFlag.acknowledge != 0 { pingSentAt = nil }
    default: break
    }
    return 0
  }

  /// After a GOAWAY, requests that were queued cannot be sent; their streams are closed next.
  private func frameNotSent(_ frame: UnsafePointer<nghttp2_frame>?) -> Int32 {
    guard let header = unsafe frame?.pointee.hd, header.type == FrameType.headers,
      let slot = unsafe native.slot(header.stream_id)
    else { return 0 }
    unsafe slot.pointee.flags.insert(.notSent)
    return 0
  }

  /// The end of a call on the wire. nghttp2 also closes the streams that a GOAWAY leaves out, as refused.
  private func streamClosed(_ stream: Int32, _ code: ErrorCode) -> Int32 {
    guard let slot = unsafe native.slot(stream) else { return 0 }
    openCount -= 1
    unsafe conclude(slot, code)
    unsafe release(slot)
    return 0
  }

  private func conclude(_ slot: UnsafeMutablePointer<StreamSlot>, _ code: ErrorCode) {
    if unsafe slot.pointee.flags.contains(.answered) { return }
    if unsafe slot.pointee.flags.contains(.statusSeen) {
      let isShort = unsafe slot.pointee.messageCount == 0 && slot.pointee.kind.answersOneMessage
      if unsafe slot.pointee.status == .ok && isShort {
        return unsafe finish(slot, .internal, .unknown, "the server answered OK without a message")
      }
      return unsafe finish(slot, slot.pointee.status, .answered)
    }
    if unsafe code == .refusedStream || slot.pointee.flags.contains(.notSent) {
      return unsafe finish(slot, .unavailable, .notProcessed, "the server refused the stream")
    }
    if code != .noError {
      return unsafe finish(slot, StatusCode(reset: code), .unknown, "the stream was reset (code \(code.rawValue))")
    }
    let status = unsafe slot.pointee.httpStatus
    unsafe finish(
      slot, StatusCode(httpStatus: status), .unknown, "the answer has HTTP status \(status) and no gRPC status")
  }
}
