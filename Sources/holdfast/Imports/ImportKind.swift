internal import API
internal import Client

/// What the rows of a file are.
package enum ImportKind: Sendable {
  case skus
  case stock

  var done: String {
    switch self {
    case .skus: "put"
    case .stock: "received"
    }
  }

  static let attributePrefix = "attribute."

  func check(_ csv: CSV) throws(ToolError) {
    switch self {
    case .skus: try csv.check(needed: ["sku"], known: ["sku", "name", "scale"], prefix: Self.attributePrefix)
    case .stock:
      try csv.check(
        needed: ["sku", "location", "quantity"],
        known: ["sku", "location", "quantity", "reason", "quality_control"])
    }
  }

  /// Whether rows need to know how many decimals a SKU has.
  var needsScales: Bool {
    switch self {
    case .skus: false
    case .stock: true
    }
  }

  struct Problem: Error, Equatable {
    var text: String
    var reason = "INVALID_ROW"
  }

  /// The row as it is sent, under its line's number.
  ///
  /// - Parameter scale: of the row's SKU, if it is needed; `nil` when it could not be found out.
  func row(_ row: CSV.Row, of csv: CSV, scale: Result<Int, HoldfastError>?) throws(Problem) -> ImportRow {
    if let problem = csv.problem(of: row) { throw Problem(text: problem) }
    switch self {
    case .skus: return ImportRow(row: Int64(row.line), content: .sku(try Self.sku(row, of: csv)))
    case .stock: return ImportRow(row: Int64(row.line), content: .stock(try Self.stock(row, of: csv, scale)))
    }
  }

  private static func sku(_ row: CSV.Row, of csv: CSV) throws(Problem) -> SKU {
    var sku = SKU(sku: csv.field("sku", of: row) ?? "", name: csv.field("name", of: row) ?? "")
    if let text = csv.field("scale", of: row), !text.isEmpty {
      guard let scale = Int32(text), QuantityText.scales.contains(Int(scale)) else {
        throw Problem(text: "the scale is '\(text)'; 0 to 6 are allowed")
      }
      sku.quantityScale = scale
    }
    for (column, value) in zip(csv.columns, row.fields) where column.hasPrefix(attributePrefix) && !value.isEmpty {
      sku.attributes[String(column.dropFirst(attributePrefix.count))] = value
    }
    return sku
  }

  private static func stock(
    _ row: CSV.Row, of csv: CSV, _ scale: Result<Int, HoldfastError>?
  ) throws(Problem) -> ImportStock {
    let decimals: Int
    switch scale {
    case nil: throw Problem(text: "the SKU could not be looked up", reason: "UNAVAILABLE")
    case .failure(let error)?: throw Problem(text: error.failure.message, reason: error.reasonName)
    case .success(let scale)?: decimals = scale
    }
    let text = csv.field("quantity", of: row) ?? ""
    guard let quantity = QuantityText.parse(text, scale: decimals) else {
      throw Problem(text: "'\(text)' is no quantity with \(decimals) decimals")
    }
    let place = csv.field("quality_control", of: row) ?? ""
    guard ["", "yes", "no"].contains(place) else {
      throw Problem(text: "quality_control is '\(place)'; yes, no or nothing is allowed")
    }
    return ImportStock(
      sku: csv.field("sku", of: row) ?? "", location: csv.field("location", of: row) ?? "", quantity: quantity,
      toQualityControl: place == "yes", reason: csv.field("reason", of: row) ?? "")
  }
}

extension HoldfastError {
  /// The reason as the contract names it, or else the status.
  var reasonName: String {
    failure.reason == .unspecified ? failure.status.name : failure.reason.name
  }

  /// Whether the same row may be taken later, with nothing changed.
  var mayPass: Bool {
    switch self {
    case .unavailable, .outcomeUnknown: true
    case .refused, .notFound, .invalidRequest, .cancelled, .failed: failure.reason.isWorthRetrying
    }
  }
}
