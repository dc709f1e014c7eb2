internal import API
internal import Client

/// What the rows of a file are.
package enum ImportKind: Sendable {
  case skus
  case stock
  case orders

  var done: String {
    switch self {
    case .skus: "put"
    case .stock: "received"
    case .orders: "made"
    }
  }

  static let attributePrefix = "attribute."

  func check(_ csv: CSV) throws(ToolError) {
    switch self {
    case .skus:
      try csv.check(
        needed: ["sku"], known: ["sku", "name", "scale", "lot", "backorder-limit"], prefix: Self.attributePrefix)
    case .stock:
      try csv.check(
        needed: ["sku", "location", "quantity"],
        known: ["sku", "location", "quantity", "reason", "quality_control"])
    case .orders:
      try csv.check(
        needed: ["lines"], known: ["lines", "channel", "external_number", "reference", "reason", "pay_within"])
    }
  }

  /// The SKUs of whose quantities a row speaks: how many decimals they have must be looked up.
  func scaledSKUs(_ row: CSV.Row, of csv: CSV) -> [String] {
    switch self {
    case .skus: []
    case .stock: [csv.field("sku", of: row) ?? ""]
    case .orders: Self.lines(row, of: csv).map(\.sku)
    }
  }

  struct Problem: Error, Equatable {
    var text: String
    var reason = "INVALID_ROW"
  }

  /// The row as it is sent, under its line's number.
  ///
  /// - Parameter scales: of its SKUs, as far as they could be found out.
  func row(
    _ row: CSV.Row, of csv: CSV, scales: [String: Result<Int, HoldfastError>]
  ) throws(Problem) -> ImportRow {
    if let problem = csv.problem(of: row) { throw Problem(text: problem) }
    switch self {
    case .skus: return ImportRow(row: Int64(row.line), content: .sku(try Self.sku(row, of: csv)))
    case .stock: return ImportRow(row: Int64(row.line), content: .stock(try Self.stock(row, of: csv, scales)))
    case .orders: return ImportRow(row: Int64(row.line), content: .order(try Self.order(row, of: csv, scales)))
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
    for (column, field) in [("lot", \SKU.lotSize), ("backorder-limit", \SKU.backorderLimit)] {
      guard let text = csv.field(column, of: row), !text.isEmpty else { continue }
      guard let quantity = QuantityText.parse(text, scale: Int(sku.quantityScale)) else {
        throw Problem(text: "the \(column) is '\(text)', which is no quantity of this scale")
      }
      sku[keyPath: field] = quantity
    }
    for (column, value) in zip(csv.columns, row.fields) where column.hasPrefix(attributePrefix) && !value.isEmpty {
      sku.attributes[String(column.dropFirst(attributePrefix.count))] = value
    }
    return sku
  }

  private static func stock(
    _ row: CSV.Row, of csv: CSV, _ scales: [String: Result<Int, HoldfastError>]
  ) throws(Problem) -> ImportStock {
    let quantity = try quantity(csv.field("quantity", of: row) ?? "", csv.field("sku", of: row) ?? "", scales)
    let place = csv.field("quality_control", of: row) ?? ""
    guard ["", "yes", "no"].contains(place) else {
      throw Problem(text: "quality_control is '\(place)'; yes, no or nothing is allowed")
    }
    return ImportStock(
      sku: csv.field("sku", of: row) ?? "", location: csv.field("location", of: row) ?? "", quantity: quantity,
      toQualityControl: place == "yes", reason: csv.field("reason", of: row) ?? "")
  }

  private static func quantity(
    _ text: String, _ sku: String, _ scales: [String: Result<Int, HoldfastError>]
  ) throws(Problem) -> Int64 {
    switch scales[sku] {
    case nil: throw Problem(text: "SKU \(sku) could not be looked up", reason: "UNAVAILABLE")
    case .failure(let error)?: throw Problem(text: error.failure.message, reason: error.reasonName)
    case .success(let decimals)?:
      if let quantity = QuantityText.parse(text, scale: decimals) { return quantity }
      throw Problem(text: "'\(text)' is no quantity of \(sku), which has \(decimals) decimals")
    }
  }
}

// MARK: - Orders

extension ImportKind {
  private struct Line {
    var sku: String
    var quantity: String
    var location: String
  }

  /// `SKU=QUANTITY[@LOCATION]`, as `holdfast reserve` takes them, with spaces between.
  private static func lines(_ row: CSV.Row, of csv: CSV) -> [Line] {
    (csv.field("lines", of: row) ?? "").split(separator: " ").map { word in
      let parts = word.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
      let (item, place) = (parts[0], parts.count > 1 ? String(parts[1]) : "")
      guard let equals = item.lastIndex(of: "=") else { return Line(sku: String(item), quantity: "", location: place) }
      return Line(
        sku: String(item[..<equals]), quantity: String(item[item.index(after: equals)...]), location: place)
    }
  }

  private static func order(
    _ row: CSV.Row, of csv: CSV, _ scales: [String: Result<Int, HoldfastError>]
  ) throws(Problem) -> CreateOrderRequest {
    var request = CreateOrderRequest()
    for line in lines(row, of: csv) {
      let quantity = try quantity(line.quantity, line.sku, scales)
      request.lines.append(NewOrderLine(sku: line.sku, location: line.location, quantity: quantity))
    }
    request.channel = csv.field("channel", of: row) ?? ""
    request.externalNumber = csv.field("external_number", of: row) ?? ""
    request.reference = csv.field("reference", of: row) ?? ""
    request.reason = csv.field("reason", of: row) ?? ""
    if let text = csv.field("pay_within", of: row), !text.isEmpty {
      guard let duration = DurationText.parse(text) else {
        throw Problem(text: "pay_within is '\(text)'; a duration such as 24h is allowed")
      }
      request.payWithin = .init(milliseconds: duration.components.seconds * 1_000)
    }
    return request
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
