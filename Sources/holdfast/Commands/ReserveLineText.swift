internal import API

/// A line of a reservation as it is typed: `SKU=QUANTITY`, `SKU=QUANTITY@LOCATION`, `SKU=MINIMUM..QUANTITY`. The last
/// equals sign counts, so that a SKU may have some.
package struct ReserveLineText: Equatable, Sendable {
  package var sku: String
  package var quantity: String
  package var minimum: String?
  package var location: String

  package init(_ text: String, _ arguments: Arguments) throws(UsageError) {
    guard let equals = text.lastIndex(of: "="), equals > text.startIndex else {
      throw arguments.error("'\(text)' is no line of a reservation; write SKU=QUANTITY or SKU=QUANTITY@LOCATION")
    }
    sku = String(text[..<equals])
    let rest = text[text.index(after: equals)...]
    let parts = rest.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    location = parts.count == 2 ? String(parts[1]) : ""
    guard !parts[0].isEmpty, parts.count == 1 || !location.isEmpty else {
      throw arguments.error("'\(text)' lacks its \(parts[0].isEmpty ? "quantity" : "location after the @")")
    }
    let range = parts[0].split(separator: "..", omittingEmptySubsequences: false)
    quantity = String(range[range.count - 1])
    minimum = range.count == 2 ? String(range[0]) : nil
    guard range.count <= 2 else { throw arguments.error("'\(parts[0])' is no quantity; write 5 or 2..5") }
  }

  func line(_ session: Session, scale: Int) throws(ToolError) -> ReserveLine {
    var line = ReserveLine(sku: sku, location: location)
    line.quantity = try session.quantity(quantity, of: sku, scale: scale)
    if let minimum { line.minimumQuantity = try session.quantity(minimum, of: sku, scale: scale) }
    return line
  }
}
