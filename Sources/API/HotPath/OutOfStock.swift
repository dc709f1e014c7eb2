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

  /// - Parameter location: empty when the request named none.
  @_lifetime(copy sku, copy location)
  package init(sku: RawSpan, location: RawSpan, account: Account = .available, asked: Int64, available: Int64) {
    self.sku = sku
    self.location = location
    self.account = account
    self.asked = asked
    self.available = available
  }

  /// Appends the text for `grpc-message`, before percent-encoding.
  package func appendMessage(to writer: inout ByteWriter) {
    writer.append("only ")
    writer.decimal(available)
    writer.append(" of SKU ")
    writer.append(sku)
    writer.append(" available, ")
    writer.decimal(asked)
    writer.append(" asked")
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
    writer.entry(tag, "sku", bytes: sku)
  }
}

extension ByteWriter {
  fileprivate mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Digits, with a sign when negative.
  fileprivate mutating func decimal(_ value: Int64) {
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
    decimal(value)
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
