internal import API
internal import Basics
internal import Inventory
internal import Placement

/// Checks of the fields that many requests share. What passes here is valid everywhere behind the gate.
enum RequestFields {
  static let defaultTenant = Array(Limits.tenantDefault.utf8)

  /// The bytes of the tenant, or of the default one when it is empty.
  static func tenant(_ tenant: String) throws(CallFailure) -> [UInt8] {
    if tenant.isEmpty { return defaultTenant }
    return Array(try text(tenant, "tenant", 1...Limits.tenantBytesMax).utf8)
  }

  static func text(_ value: String, _ field: String, _ bytes: ClosedRange<Int>) throws(CallFailure) -> String {
    try length(value.utf8.count, field, bytes)
    return value
  }

  static func length(_ count: Int, _ field: @autoclosure () -> String, _ bytes: ClosedRange<Int>) throws(CallFailure) {
    guard bytes.contains(count) else {
      throw .invalidField(
        field(), found: count == 0 ? "empty" : "\(count) bytes long",
        allowed: "\(bytes.lowerBound) to \(bytes.upperBound) bytes")
    }
  }

  /// A name that people use: text of some length without control characters.
  static func name(_ text: RawSpan, _ field: @autoclosure () -> String, _ bytes: ClosedRange<Int>) throws(CallFailure) {
    try length(text.byteCount, field(), bytes)
    for offset in 0..<text.byteCount where text[byte: offset] < 0x20 || text[byte: offset] == 0x7F {
      throw .invalidField(field(), found: "with a control character", allowed: "text without control characters")
    }
  }

  static func name(_ text: String, _ field: String, _ bytes: ClosedRange<Int>) throws(CallFailure) -> String {
    let utf8 = Array(text.utf8)
    try name(utf8.rawSpan, field, bytes)
    return text
  }

  static func number<T: BinaryInteger>(
    _ value: T, _ field: @autoclosure () -> String, _ range: ClosedRange<T>
  ) throws(CallFailure) {
    guard range.contains(value) else {
      throw .invalidField(field(), found: "\(value)", allowed: "\(range.lowerBound) to \(range.upperBound)")
    }
  }

  /// A request id as text; `nil` when there is none and the gate makes one.
  static func requestID(_ text: borrowing RawSpan) throws(CallFailure) -> UniqueID? {
    if text.isEmpty { return nil }
    guard let id = UniqueID(text: text) else {
      throw .invalidField(
        "request_id", found: "not a UUID", allowed: "a UUID such as 0198c1f2-7b3a-7c4d-9e5f-001122334455")
    }
    return id
  }

  static func requestID(_ text: String) throws(CallFailure) -> UniqueID? {
    let bytes = Array(text.utf8)
    return try requestID(bytes.rawSpan)
  }

  static func resourceID(_ text: String, _ field: String) throws(CallFailure) -> (id: ResourceID, slot: Slot) {
    guard let id = ResourceID(text: text), let slot = Slot(rawValue: id.homeSlot) else {
      throw .invalidField(
        field, found: text.isEmpty ? "empty" : "not such an id", allowed: "an id as this service answered it")
    }
    return (id, slot)
  }

  /// A time of a filter; `nil` for none.
  static func stamp(_ time: WellKnown.Timestamp?, _ field: String) throws(CallFailure) -> Stamp? {
    guard let time else { return nil }
    guard let stamp = time.stamp, stamp >= .zero else {
      throw .invalidField(field, found: "out of range", allowed: "a time from 1970 on")
    }
    return stamp
  }

  static func timeToLive(_ milliseconds: Int64?) throws(CallFailure) -> Int64 {
    let range = Limits.timeToLiveMillisecondsMin...Limits.timeToLiveMillisecondsMax
    guard let milliseconds, range.contains(milliseconds) else {
      throw .invalidField("time_to_live", found: "out of range", allowed: "1 s to 24 h")
    }
    return milliseconds
  }

  static func decode<M: ProtobufMessage>(_ type: M.Type, _ message: RawSpan) throws(CallFailure) -> M {
    do throws(DecodeError) { return try M(decoding: message) } catch { throw CallFailure(error) }
  }
}
