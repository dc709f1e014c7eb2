/// The header fields that gRPC gives a meaning to, told apart by their bytes.
enum HeaderName {
  case method
  case path
  case status
  case contentType
  case grpcTimeout
  case grpcEncoding
  case grpcStatus
  case grpcMessage
  case grpcStatusDetails
  /// A field of HTTP or gRPC that neither side needs to look at.
  case ignored
  /// Anything else is the application's.
  case metadata

  /// nghttp2 has checked that the name is in lower case.
  @inline(__always)
  init(_ name: UnsafePointer<UInt8>, _ count: Int) {
    self = .metadata
    switch count {
    case 2: if unsafe Self.same(name, "te") { self = .ignored }
    case 4: if unsafe Self.same(name, "date") { self = .ignored }
    case 5: if unsafe Self.same(name, ":path") { self = .path }
    case 6: if unsafe Self.same(name, "server") { self = .ignored }
    case 7:
      if unsafe Self.same(name, ":method") {
        self = .method
      } else if unsafe Self.same(name, ":status") {
        self = .status
      } else if unsafe Self.same(name, ":scheme") {
        self = .ignored
      }
    case 10:
      if unsafe Self.same(name, ":authority") {
        self = .ignored
      } else if unsafe Self.same(name, "user-agent") {
        self = .ignored
      }
    case 11:
      if unsafe Self.same(name, "grpc-status") { self = .grpcStatus }
    case 12:
      if unsafe Self.same(name, "content-type") {
        self = .contentType
      } else if unsafe Self.same(name, "grpc-timeout") {
        self = .grpcTimeout
      } else if unsafe Self.same(name, "grpc-message") {
        self = .grpcMessage
      }
    case 13: if unsafe Self.same(name, "grpc-encoding") { self = .grpcEncoding }
    case 14: if unsafe Self.same(name, "content-length") { self = .ignored }
    case 15: if unsafe Self.same(name, "accept-encoding") { self = .ignored }
    case 20: if unsafe Self.same(name, "grpc-accept-encoding") { self = .ignored }
    case 23: if unsafe Self.same(name, "grpc-status-details-bin") { self = .grpcStatusDetails }
    default: break
    }
  }

  /// `name` is as long as `text`.
  @inline(__always)
  private static func same(_ name: UnsafePointer<UInt8>, _ text: StaticString) -> Bool {
    let other = unsafe text.utf8Start
    for offset in 0..<text.utf8CodeUnitCount where unsafe name[offset] != other[offset] { return false }
    return true
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether the bytes are exactly `text`.
  @inline(__always)
  func equals(_ text: StaticString) -> Bool { unsafe count == text.utf8CodeUnitCount && hasPrefix(text) }

  @inline(__always)
  func hasPrefix(_ text: StaticString) -> Bool {
    guard count >= text.utf8CodeUnitCount else { return false }
    for offset in 0..<text.utf8CodeUnitCount where unsafe self[offset] != text.utf8Start[offset] { return false }
    return true
  }

  /// `application/grpc`, alone or followed by `+` or `;`.
  var isGRPCContentType: Bool {
    let type: StaticString = "application/grpc"
    guard unsafe hasPrefix(type) else { return false }
    if count == type.utf8CodeUnitCount { return true }
    let next = unsafe self[type.utf8CodeUnitCount]
    return next == UInt8(ascii: "+") || next == UInt8(ascii: ";")
  }
}
