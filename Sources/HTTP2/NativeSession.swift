internal import Basics
internal import CNGHTTP2

/// Owns an `nghttp2_session`. nghttp2 keeps no pointer to us but the user data that its owner sets, and freeing it
/// calls nobody back; so the owner only has to outlive it, which a stored property does.
@safe struct NativeSession: ~Copyable {
  let raw: OpaquePointer
  /// Outlives the session: it goes after `deinit`.
  private let allocator = SessionAllocator()

  init(server: Bool, _ register: (OpaquePointer) -> Void) {
    var callbacks: OpaquePointer?
    var options: OpaquePointer?
    let haveBoth = unsafe nghttp2_session_callbacks_new(&callbacks) == 0 && nghttp2_option_new(&options) == 0
    guard haveBoth, let callbacks = unsafe callbacks, let options = unsafe options else {
      invariantViolated("no memory for an HTTP/2 session")
    }
    unsafe register(callbacks)
    // Credit is given back by us, so that a paused stream holds its peer back.
    unsafe nghttp2_option_set_no_auto_window_update(options, 1)
    unsafe nghttp2_option_set_no_closed_streams(options, 1)
    // Our own meter counts resets, with a rate that takes answered calls into account, and closes earlier.
    unsafe nghttp2_option_set_stream_reset_rate_limit(options, 100_000, 10_000)
    // nghttp2's own count of CONTINUATION frames counts reads, so a frame that comes in small pieces would exceed it.
    unsafe nghttp2_option_set_max_continuations(options, 1 << 20)
    var session: OpaquePointer?
    var memory = unsafe allocator.functions
    let result =
      unsafe server
      ? nghttp2_session_server_new3(&session, callbacks, nil, options, &memory)
      : nghttp2_session_client_new3(&session, callbacks, nil, options, &memory)
    unsafe nghttp2_option_del(options)
    unsafe nghttp2_session_callbacks_del(callbacks)
    guard result == 0, let session = unsafe session else { invariantViolated("no memory for an HTTP/2 session") }
    unsafe raw = session
  }

  deinit { unsafe nghttp2_session_del(raw) }

  func setOwner(_ owner: UnsafeMutableRawPointer) { unsafe nghttp2_session_set_user_data(raw, owner) }

  /// Announces our settings and opens the connection's window.
  func greet(_ limits: SessionLimits, server: Bool) {
    var entries = [
      nghttp2_settings_entry(
        settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue), value: UInt32(limits.streamWindowBytes)),
      nghttp2_settings_entry(
        settings_id: Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue), value: UInt32(limits.headerListBytesMax)),
    ]
    if server {
      entries.append(
        nghttp2_settings_entry(
          settings_id: Int32(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS.rawValue), value: limits.concurrentStreamsMax))
      entries.append(
        nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES.rawValue), value: 1))
    } else {
      entries.append(nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_ENABLE_PUSH.rawValue), value: 0))
    }
    var result = unsafe nghttp2_submit_settings(raw, 0, entries, entries.count)
    invariant(result == 0, "settings were refused (\(result))")
    result = unsafe nghttp2_session_set_local_window_size(raw, 0, 0, limits.connectionWindowBytes)
    invariant(result == 0, "the connection window was refused (\(result))")
  }

  @inline(__always)
  func slot(_ stream: Int32) -> UnsafeMutablePointer<StreamSlot>? {
    unsafe nghttp2_session_get_stream_user_data(raw, stream)?.assumingMemoryBound(to: StreamSlot.self)
  }

  /// Appends what is ready to be sent, until `output` holds `limit` bytes. `false` when the session is broken.
  func drain(into output: inout ByteWriter, limit: Int) -> Bool {
    while output.count < limit {
      var bytes: UnsafePointer<UInt8>?
      let count = unsafe nghttp2_session_mem_send(raw, &bytes)
      if count == 0 { return true }
      guard count > 0 else { return false }
      unsafe output.bytes.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
    }
    return true
  }

  var wantsMore: Bool { unsafe nghttp2_session_want_read(raw) != 0 || nghttp2_session_want_write(raw) != 0 }
  var wantsWrite: Bool { unsafe nghttp2_session_want_write(raw) != 0 }

  /// A GOAWAY for when nghttp2 is broken and cannot write one.
  static func goAway(_ code: ErrorCode) -> [UInt8] {
    [0, 0, 8, FrameType.goAway, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, UInt8(truncatingIfNeeded: code.rawValue)]
  }

  func terminate(_ code: ErrorCode) { _ = unsafe nghttp2_session_terminate_session(raw, code.rawValue) }

  func reset(_ stream: Int32, _ code: ErrorCode) {
    let result = unsafe nghttp2_submit_rst_stream(raw, 0, stream, code.rawValue)
    invariant(result == 0, "a reset was refused (\(result))")
  }

  /// Gives the peer credit for bytes that were handed over.
  @inline(__always)
  func consume(_ stream: Int32, _ count: Int) { _ = unsafe nghttp2_session_consume(raw, stream, count) }
}
