internal import API
internal import Basics
internal import Client

/// Receives the rows of a file, many at once. Each row's request id follows from the file's id and the row's line, so
/// that a second run with the same id receives nothing twice.
struct StockImport {
  private static let rowsPerBlock = 500
  private static let callsAtOnce = 64

  private let session: Session

  init(_ session: Session) { self.session = session }

  private struct Receipt: Sendable {
    var place: Int
    var sku: String
    var location: String
    var quantity: Int64
    var options: WriteOptions
  }

  func run(_ path: String) async throws(ToolError) -> ExitCode {
    let csv = try session.read(path)
    try csv.check(needed: ["sku", "location", "quantity"], known: ["sku", "location", "quantity", "reason"])
    let options = try session.writeOptions()
    let fileID = options.requestID ?? RequestIDs.next()
    session.output.note("receiving with --id \(fileID); if this is interrupted, run it again with that id")
    var report = ImportReport(session.output)
    var start = 0
    while start < csv.rows.count {
      let rows = csv.rows[start..<min(start + Self.rowsPerBlock, csv.rows.count)]
      do throws(HoldfastError) {
        report.add(try await receive(rows, of: csv, options, fileID))
      } catch {
        session.output.note("stopped at line \(rows.first?.line ?? 0) or after it; run it again with --id \(fileID)")
        throw .call(error)
      }
      start += rows.count
    }
    return report.finish("received")
  }

  /// - Throws: when the node could not be asked; a refused row is a result.
  private func receive(
    _ rows: ArraySlice<CSV.Row>, of csv: CSV, _ options: WriteOptions, _ fileID: UniqueID
  ) async throws(HoldfastError) -> [ImportReport.Row] {
    let scales = try await scales(of: rows.compactMap { csv.field("sku", of: $0) })
    var results: [ImportReport.Row] = []
    var receipts: [Receipt] = []
    for row in rows {
      let sku = csv.field("sku", of: row) ?? ""
      switch Self.quantity(row, of: csv, scale: scales[sku]) {
      case .success(let quantity):
        var receipt = Receipt(
          place: results.count, sku: sku, location: csv.field("location", of: row) ?? "", quantity: quantity,
          options: options)
        receipt.options.requestID = Self.rowID(fileID, line: row.line)
        if let reason = csv.field("reason", of: row), !reason.isEmpty { receipt.options.reason = reason }
        receipts.append(receipt)
        results.append(ImportReport.Row(line: row.line, subject: sku, problem: nil))
      case .failure(let problem):
        results.append(
          ImportReport.Row(line: row.line, subject: sku, problem: problem.text, reason: problem.reason))
      }
    }
    for (place, outcome) in try await send(receipts) {
      switch outcome {
      case .success(let replayed): results[place].replayed = replayed
      case .failure(let error): results[place] = .init(results[place].line, results[place].subject, error)
      }
    }
    return results
  }

  private struct Problem: Error {
    var text: String
    var reason = "INVALID_ROW"
  }

  private static func quantity(
    _ row: CSV.Row, of csv: CSV, scale: Result<Int, HoldfastError>?
  ) -> Result<Int64, Problem> {
    if let problem = csv.problem(of: row) { return .failure(Problem(text: problem)) }
    switch scale {
    case nil: return .failure(Problem(text: "the SKU could not be looked up"))
    case .failure(let error)?:
      let failure = error.failure
      return .failure(Problem(text: failure.message, reason: failure.reason.name))
    case .success(let scale)?:
      let text = csv.field("quantity", of: row) ?? ""
      if let quantity = QuantityText.parse(text, scale: scale) { return .success(quantity) }
      return .failure(Problem(text: "'\(text)' is no quantity with \(scale) decimals"))
    }
  }

  private func scales(of skus: [String]) async throws(HoldfastError) -> [String: Result<Int, HoldfastError>] {
    let distinct = Array(Set(skus)).sorted()
    var scales: [String: Result<Int, HoldfastError>] = [:]
    for (sku, result) in zip(distinct, try await session.client.stock(of: distinct)) {
      scales[sku] = result.map { Int($0.quantityScale) }
    }
    return scales
  }

  /// Sends the receipts, some at once. Answers for each whether it was done before, or why it was refused.
  private func send(
    _ receipts: [Receipt]
  ) async throws(HoldfastError) -> [(place: Int, outcome: Result<Bool, HoldfastError>)] {
    let client = session.client
    var outcomes: [(place: Int, outcome: Result<Bool, HoldfastError>)] = []
    var stopped: HoldfastError?
    var rest = receipts[...]
    await withTaskGroup(of: (Int, Result<Bool, HoldfastError>).self) { group in
      func startNext() {
        guard stopped == nil, let receipt = rest.popFirst() else { return }
        group.addTask { (receipt.place, await Self.send(receipt, client)) }
      }
      for _ in 0..<Self.callsAtOnce { startNext() }
      for await (place, outcome) in group {
        if case .failure(let error) = outcome, error.stopsAnImport { stopped = stopped ?? error }
        outcomes.append((place, outcome))
        startNext()
      }
    }
    if let stopped { throw stopped }
    return outcomes
  }

  private static func send(_ receipt: Receipt, _ client: HoldfastClient) async -> Result<Bool, HoldfastError> {
    do throws(HoldfastError) {
      let written = try await client.receive(
        receipt.quantity, of: receipt.sku, at: receipt.location, options: receipt.options)
      return .success(written.replayed)
    } catch {
      return .failure(error)
    }
  }

  /// A row's request id: the file's time, and a hash of the file's id and the line.
  static func rowID(_ fileID: UniqueID, line: Int) -> UniqueID {
    var hash = SeededGenerator(seed: fileID.low ^ fileID.high.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15).low)
    let low = hash.next() &+ UInt64(line) &* 0x9E37_79B9_7F4A_7C15
    let milliseconds = UInt64(fileID.version7Milliseconds ?? 0)
    guard milliseconds > 0 else { return UniqueID(high: fileID.high, low: fileID.low ^ low) }
    return UniqueID(version7At: milliseconds, randomHigh: fileID.high ^ UInt64(line), randomLow: low)
  }
}

extension HoldfastError {
  /// Further rows would meet the same.
  fileprivate var stopsAnImport: Bool {
    switch self {
    case .unavailable, .outcomeUnknown, .cancelled, .failed: true
    case .refused, .notFound, .invalidRequest: false
    }
  }
}
