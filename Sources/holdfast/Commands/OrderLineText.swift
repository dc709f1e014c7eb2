internal import API

/// A line of an order as it is typed: its number, or `LINE=QUANTITY`.
package struct OrderLineText: Equatable, Sendable {
  package var line: Int32
  /// `nil` for all of it.
  package var quantity: String?

  package init(_ text: String, _ arguments: Arguments) throws(UsageError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let line = Int32(parts[0]), line > 0, parts.count == 1 || !parts[1].isEmpty else {
      throw arguments.error("'\(text)' is no line of an order; write its number, or NUMBER=QUANTITY")
    }
    self.line = line
    quantity = parts.count == 2 ? String(parts[1]) : nil
  }

  /// The line with its quantity in the base unit, 0 for all of it.
  func lineQuantity(_ session: Session, of order: Order, scales: [String: Int]) throws(ToolError) -> OrderLineQuantity {
    guard let quantity else { return OrderLineQuantity(line: line) }
    guard let known = order.lines.first(where: { $0.line == line }) else {
      throw session.wrong("the order has no line \(line)")
    }
    let scale = scales[known.sku] ?? 0
    return OrderLineQuantity(line: line, quantity: try session.quantity(quantity, of: known.sku, scale: scale))
  }
}
