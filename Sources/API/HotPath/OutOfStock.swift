package import Basics

/// The refusal that a sold-out SKU gives to every further buyer, written from its parts: the message for people, the
/// details of a unary call, or the ``CallError`` of a batch or a stream. The bytes are those that ``CallFailure`` makes
/// of the same facts. Borrows its texts; belongs to the thread that has them.
package struct OutOfStock: ~Escapable {
  private let sku: RawSpan
  private let location: RawSpan
  private let account: Account
  private let asked: Int64
  private let available: Int64
  private let locations: RawSpan

  /// - Parameters:
  ///   - location: empty when no location has any.
  ///   - locations: why each location does not give it; empty for nothing to say.
  @_lifetime(copy sku, copy location, copy locations)
  package init(
    sku: RawSpan, location: RawSpan, account: Account = .available, asked: Int64, available: Int64,
    locations: RawSpan = RawSpan()
  ) {
    self.sku = sku
    self.location = location
    self.account = account
    self.asked = asked
    self.available = available
    self.locations = locations
  }

  /// Appends the text for `grpc-message`, before percent-encoding.
  package func appendMessage(to writer: inout ByteWriter) {
    writer.append(text: "SKU '")
    writer.append(sku)
    writer.append(text: "' has ")
    writer.append(decimal: available)
    writer.append(text: " ")
    writer.append(text: account.name)
    if location.byteCount > 0 {
      writer.append(text: " at '")
      writer.append(location)
      writer.append(text: "'")
    }
    writer.append(text: ", not the ")
    writer.append(decimal: asked)
    writer.append(text: " asked for")
  }

  /// Appends the `google.rpc.Status` for `grpc-status-details-bin`, before base64.
  package func appendStatusDetails(to writer: inout ByteWriter) {
    appendStatusAndMessage(to: &writer)
    let detail = writer.beginDelimited(3 << 3 | 2)
    writer.field(1 << 3 | 2, text: "type.googleapis.com/google.rpc.ErrorInfo")
    let info = writer.beginDelimited(2 << 3 | 2)
    writer.field(1 << 3 | 2, text: "OUT_OF_STOCK")
    writer.field(2 << 3 | 2, text: "holdfast")
    appendMetadata(3 << 3 | 2, to: &writer)
    writer.endDelimited(info)
    writer.endDelimited(detail)
  }

  /// Appends the fields of a ``CallError``.
  package func appendCallError(to writer: inout ByteWriter) {
    appendStatusAndMessage(to: &writer)
    writer.field(3 << 3 | 2, text: "OUT_OF_STOCK")
    appendMetadata(4 << 3 | 2, to: &writer)
  }

  /// Code and message have the same numbers in both.
  private func appendStatusAndMessage(to writer: inout ByteWriter) {
    writer.field(1 << 3, varint: CallStatus.failedPrecondition.rawValue)
    let message = writer.beginDelimited(2 << 3 | 2)
    appendMessage(to: &writer)
    writer.endDelimited(message)
  }

  /// The entries of a map, in the order of their keys.
  private func appendMetadata(_ tag: UInt32, to writer: inout ByteWriter) {
    writer.entry(tag, "account", text: account.name)
    writer.entry(tag, "asked", decimal: asked)
    writer.entry(tag, "available", decimal: available)
    writer.entry(tag, "location", bytes: location)
    if locations.byteCount > 0 { writer.entry(tag, "locations", bytes: locations) }
    writer.entry(tag, "sku", bytes: sku)
  }
}

extension CallFailure {
  /// The same refusal as a value. A change of its words is a change of both.
  package static func outOfStock(
    sku: String, location: String, account: Account, asked: Int64, available: Int64
  ) -> CallFailure {
    let place = location.isEmpty ? "" : " at '\(location)'"
    return CallFailure(
      .outOfStock, "SKU '\(sku)' has \(available) \(account.name)\(place), not the \(asked) asked for",
      metadata: [
        "sku": sku, "location": location, "account": account.name, "asked": "\(asked)", "available": "\(available)",
      ])
  }
}

extension ByteWriter {
  package mutating func append(text: String) { bytes.append(contentsOf: text.utf8) }

  /// Digits, with a sign when negative.
  package mutating func append(decimal value: Int64) {
    if value < 0 { uint8(UInt8(ascii: "-")) }
    var divisor: UInt64 = 1
    while value.magnitude / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      uint8(UInt8(ascii: "0") + UInt8(value.magnitude / divisor % 10))
      divisor /= 10
    }
  }

  fileprivate mutating func entry(_ tag: UInt32, _ key: String, text: String) {
    let start = beginDelimited(tag)
    field(1 << 3 | 2, text: key)
    field(2 << 3 | 2, text: text)
    endDelimited(start)
  }

  fileprivate mutating func entry(_ tag: UInt32, _ key: String, decimal value: Int64) {
    let start = beginDelimited(tag)
    field(1 << 3 | 2, text: key)
    let digits = beginDelimited(2 << 3 | 2)
    append(decimal: value)
    endDelimited(digits)
    endDelimited(start)
  }

  fileprivate mutating func entry(_ tag: UInt32, _ key: String, bytes value: RawSpan) {
    let start = beginDelimited(tag)
    field(1 << 3 | 2, text: key)
    field(2 << 3 | 2, bytes: value)
    endDelimited(start)
  }
}
