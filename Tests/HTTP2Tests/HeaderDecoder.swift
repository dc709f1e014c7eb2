import CNGHTTP2

/// nghttp2's HPACK decoder, for reading in a test what a session sent.
@safe struct HeaderDecoder: ~Copyable {
  struct Failure: Error { var code: Int }

  private var inflater: OpaquePointer?

  init() { unsafe nghttp2_hd_inflate_new(&inflater) }
  deinit { unsafe nghttp2_hd_inflate_del(inflater) }

  mutating func decode(_ block: [UInt8]) throws -> [String: String] {
    var fields: [String: String] = [:]
    var rest = block[...]
    while true {
      var field = unsafe nghttp2_nv()
      var flags: Int32 = 0
      let used = unsafe rest.withUnsafeBufferPointer {
        unsafe nghttp2_hd_inflate_hd2(inflater, &field, &flags, $0.baseAddress, $0.count, 1)
      }
      guard used >= 0 else { throw Failure(code: used) }
      rest = rest.dropFirst(used)
      if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
        let name = unsafe String(decoding: UnsafeBufferPointer(start: field.name, count: field.namelen), as: UTF8.self)
        fields[name] = unsafe String(
          decoding: UnsafeBufferPointer(start: field.value, count: field.valuelen), as: UTF8.self)
      }
      if flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 { break }
      if used == 0 && rest.isEmpty { break }
    }
    unsafe nghttp2_hd_inflate_end_headers(inflater)
    return fields
  }
}
