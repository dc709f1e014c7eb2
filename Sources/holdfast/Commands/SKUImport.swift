internal import API
internal import Client

/// Puts the rows of a file as SKUs, a thousand a call.
struct SKUImport {
  private static let rowsPerCall = 1_000
  private static let attributePrefix = "attribute."

  private let session: Session

  init(_ session: Session) { self.session = session }

  func run(_ path: String) async throws(ToolError) -> ExitCode {
    for flag in ["name", "scale", "lot", "backorder-limit", "attribute", "if-revision"]
    where session.arguments.has(flag) {
      throw session.wrong("--\(flag) and --csv do not go together: the file says it")
    }
    let csv = try session.read(path)
    try csv.check(
      needed: ["sku"], known: ["sku", "name", "scale", "lot", "backorder-limit"], prefix: Self.attributePrefix)
    let options = try session.writeOptions()
    var report = ImportReport(session.output)
    var start = 0
    while start < csv.rows.count {
      let rows = csv.rows[start..<min(start + Self.rowsPerCall, csv.rows.count)]
      do throws(HoldfastError) {
        report.add(try await put(rows, of: csv, options))
      } catch {
        if start > 0 { session.output.note("stopped before line \(rows.first?.line ?? 0); what is above was done") }
        throw .call(error)
      }
      start += rows.count
    }
    return report.finish("put")
  }

  private func put(
    _ rows: ArraySlice<CSV.Row>, of csv: CSV, _ options: WriteOptions
  ) async throws(HoldfastError) -> [ImportReport.Row] {
    var results: [ImportReport.Row] = []
    var skus: [SKU] = []
    var places: [Int] = []
    for row in rows {
      var result = ImportReport.Row(line: row.line, subject: csv.field("sku", of: row) ?? "", problem: nil)
      switch Self.sku(row, of: csv) {
      case .success(let sku):
        places.append(results.count)
        skus.append(sku)
      case .failure(let problem):
        result.problem = problem.text
        result.reason = "INVALID_ROW"
      }
      results.append(result)
    }
    if skus.isEmpty { return results }
    for (place, outcome) in zip(places, try await session.client.putSKUs(skus, options: options)) {
      if case .failure(let error) = outcome {
        results[place] = ImportReport.Row(results[place].line, results[place].subject, error)
      }
    }
    return results
  }

  struct Problem: Error {
    var text: String
  }

  private static func sku(_ row: CSV.Row, of csv: CSV) -> Result<SKU, Problem> {
    if let problem = csv.problem(of: row) { return .failure(Problem(text: problem)) }
    var sku = SKU(sku: csv.field("sku", of: row) ?? "", name: csv.field("name", of: row) ?? "")
    if let text = csv.field("scale", of: row), !text.isEmpty {
      guard let scale = Int32(text), QuantityText.scales.contains(Int(scale)) else {
        return .failure(Problem(text: "the scale is '\(text)'; 0 to 6 are allowed"))
      }
      sku.quantityScale = scale
    }
    for (column, field) in [("lot", \SKU.lotSize), ("backorder-limit", \SKU.backorderLimit)] {
      guard let text = csv.field(column, of: row), !text.isEmpty else { continue }
      guard let quantity = QuantityText.parse(text, scale: Int(sku.quantityScale)) else {
        return .failure(Problem(text: "the \(column) is '\(text)', which is no quantity of this scale"))
      }
      sku[keyPath: field] = quantity
    }
    for (column, value) in zip(csv.columns, row.fields) where column.hasPrefix(attributePrefix) && !value.isEmpty {
      sku.attributes[String(column.dropFirst(attributePrefix.count))] = value
    }
    return .success(sku)
  }
}
