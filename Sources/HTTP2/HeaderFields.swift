internal import Basics
internal import CNGHTTP2

/// Header fields as nghttp2 takes them. Static text is neither copied by us nor by nghttp2.
extension nghttp2_nv {
  init(_ name: StaticString, _ value: StaticString) {
    unsafe self.init(
      name: UnsafeMutablePointer(mutating: name.utf8Start), value: UnsafeMutablePointer(mutating: value.utf8Start),
      namelen: name.utf8CodeUnitCount, valuelen: value.utf8CodeUnitCount,
      flags: UInt8(NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue))
  }

  /// nghttp2 copies the value.
  init(_ name: StaticString, copying value: UnsafeRawBufferPointer) {
    let bytes = unsafe value.assumingMemoryBound(to: UInt8.self)
    unsafe self.init(
      name: UnsafeMutablePointer(mutating: name.utf8Start), value: UnsafeMutablePointer(mutating: bytes.baseAddress),
      namelen: name.utf8CodeUnitCount, valuelen: bytes.count,
      flags: UInt8(NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue))
  }

  /// nghttp2 keeps a pointer to the value.
  init(_ name: StaticString, keeping value: UnsafeRawBufferPointer) {
    unsafe self.init(name, copying: value)
    unsafe flags = UInt8(NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue)
  }
}

extension StatusCode {
  /// The number in decimal.
  var text: StaticString {
    switch self {
    case .ok: "0"
    case .cancelled: "1"
    case .unknown: "2"
    case .invalidArgument: "3"
    case .deadlineExceeded: "4"
    case .notFound: "5"
    case .alreadyExists: "6"
    case .permissionDenied: "7"
    case .resourceExhausted: "8"
    case .failedPrecondition: "9"
    case .aborted: "10"
    case .outOfRange: "11"
    case .unimplemented: "12"
    case .internal: "13"
    case .unavailable: "14"
    case .dataLoss: "15"
    case .unauthenticated: "16"
    }
  }
}

/// A fixed-capacity list of header fields in memory of its own, filled anew for each header block.
@safe struct HeaderBlock: ~Copyable {
  private let fields: UnsafeMutablePointer<nghttp2_nv>
  private let capacity: Int
  private(set) var count = 0

  init(capacity: Int) {
    unsafe fields = .allocate(capacity: capacity)
    self.capacity = capacity
  }

  deinit { unsafe fields.deallocate() }

  var pointer: UnsafeMutablePointer<nghttp2_nv> { unsafe fields }

  @inline(__always)
  mutating func append(_ field: nghttp2_nv) {
    invariant(count < capacity, "too many fields for a header block")
    unsafe (fields + count).initialize(to: field)
    count &+= 1
  }

  @inline(__always)
  mutating func truncate(to count: Int) { self.count = count }

  @inline(__always)
  mutating func replace(_ index: Int, _ field: nghttp2_nv) { unsafe fields[index] = field }
}
