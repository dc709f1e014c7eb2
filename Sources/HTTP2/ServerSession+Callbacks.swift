internal import Basics
internal import CNGHTTP2

/// The session behind a callback's user data, without touching its reference count: the owner holds it for as long as
/// nghttp2 is running, because nghttp2 runs only inside its methods.
@inline(__always)
private func session(
  _ owner: UnsafeMutableRawPointer?, _ body: (ServerSession) -> Int32
) -> Int32 {
  guard let owner = unsafe owner else { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
  return unsafe Unmanaged<ServerSession>.fromOpaque(owner)._withUnsafeGuaranteedRef { body($0) }
}

extension ServerSession {
  static func register(_ callbacks: OpaquePointer) {
    unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, owner in
      unsafe session(owner) { unsafe $0.headersBegan(frame) }
    }
    unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks) {
      _, _, name, nameCount, value, count, _, owner in
      unsafe session(owner) { unsafe $0.header(name, nameCount, UnsafeBufferPointer(start: value, count: count)) }
    }
    // A field that HTTP forbids is read past, but it was decoded and looked at like any other.
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
    unsafe nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, owner in
      unsafe session(owner) { unsafe $0.frameSent(frame) }
    }
    unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, stream, code, owner in
      unsafe session(owner) { $0.streamClosed(stream, ErrorCode(rawValue: code)) }
    }
  }

  private func headersBegan(_ frame: UnsafePointer<nghttp2_frame>?) -> Int32 {
    headerBlockBytes = 0
    unsafe current = nil
    guard let frame = unsafe frame, unsafe frame.pointee.hd.type == FrameType.headers,
      unsafe frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST
    else { return 0 }
    let slot = unsafe pool.take()
    unsafe slot.pointee.stream = frame.pointee.hd.stream_id
    unsafe slot.pointee.openedAt = now
    highestStream = unsafe UInt32(bitPattern: frame.pointee.hd.stream_id)
    unsafe current = slot
    if pool.usedCount == 1 { wakeBy(now, limits.slowReaderMillisecondsMax) }
    return unsafe nghttp2_session_set_stream_user_data(native.raw, frame.pointee.hd.stream_id, slot)
  }

  private func frameReceived(_ frame: UnsafePointer<nghttp2_frame>?) -> Int32 {
    guard let frame = unsafe frame else { return 0 }
    let header = unsafe frame.pointee.hd
    let endsStream = header.flags & FrameFlag.endStream != 0
    switch header.type {
    case FrameType.headers:
      guard let slot = unsafe native.slot(header.stream_id) else { return 0 }
      if unsafe frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST {
        unsafe current = nil
        unsafe admit(slot)
      }
      if endsStream { unsafe requestEnded(slot) }
    case FrameType.data:
      // A message that arrived whole and does not end its stream is kept when this `receive` ends, not before.
      if endsStream, let slot = unsafe native.slot(header.stream_id) { unsafe requestEnded(slot) }
    case FrameType.settings: settingsSeen = true
    case FrameType.ping: if header.flags & FrameFlag.acknowledge != 0 { pingAnswered() }
    default: break
    }
    return 0
  }

  private func frameSent(_ frame: UnsafePointer<nghttp2_frame>?) -> Int32 {
    guard let header = unsafe frame?.pointee.hd else { return 0 }
    switch header.type {
    case FrameType.headers, FrameType.data:
      guard header.flags & FrameFlag.endStream != 0, let slot = unsafe native.slot(header.stream_id) else { return 0 }
      unsafe slot.pointee.flags.insert(.localClosed)
    case FrameType.reset:
      resetHere.insert(header.stream_id)
      let code = unsafe frame?.pointee.rst_stream.error_code ?? 0
      if code != ErrorCode.noError.rawValue, !meter.resetSent(now: now) {
        fail(.flooded(frameType: FrameType.reset), .enhanceYourCalm)
      }
    default: break
    }
    return 0
  }

  private func streamClosed(_ stream: Int32, _ code: ErrorCode) -> Int32 {
    guard let slot = unsafe native.slot(stream) else { return 0 }
    unsafe cancel(slot, .reset(code))
    unsafe release(slot)
    return 0
  }
}
