internal import API
internal import Basics
internal import Client

/// Sends the rows of a file over an import stream, as many at once as it takes, and writes down what became of each.
struct ImportRun {
  private static let rowsPerBlock = 500
  /// How often a stream is opened again, or rows are sent again, without any of them being answered for good.
  private static let attemptsMax = 6

  private let session: Session
  private let kind: ImportKind

  init(_ session: Session, _ kind: ImportKind) {
    self.session = session
    self.kind = kind
  }

  /// - Parameters:
  ///   - importID: `nil` for a new one, or for that of the results when it is resumed.
  ///   - results: where the results go; `nil` for nowhere.
  func run(
    _ path: String, importID: UniqueID?, results: String?, isResumed: Bool
  ) async throws(ToolError) -> ExitCode {
    let csv = try session.read(path)
    try kind.check(csv)
    var options = try session.writeOptions()
    options.timeout = .seconds(86_400)
    var (id, done): (UniqueID, Set<Int>) = (importID ?? RequestIDs.next(), [])
    if isResumed, let results {
      try ImportResults.mend(results)
      let known = try ImportResults.read(try session.read(results), results)
      guard importID == nil || importID == known.importID else {
        throw .input("\(results) is of the import \(known.importID), and not of the one that --import-id names")
      }
      (id, done) = known
    }
    session.output.note("importing as \(id); if this is interrupted, go on with: \(Self.resume(path, id, results))")
    let rows = csv.rows.filter { !done.contains($0.line) }
    var log = ImportLog(
      results: try ImportResults(results, id, isResumed: isResumed),
      progress: ImportProgress(total: csv.rows.count, skipped: csv.rows.count - rows.count, session.output),
      output: session.output)
    try await send(rows, of: csv, id, options, &log)
    session.output.note(
      "\(log.progress.doneCount) \(kind.done), \(log.progress.refusedCount) refused"
        + (done.isEmpty ? "" : ", \(csv.rows.count - rows.count) done before"))
    return log.progress.refusedCount == 0 ? .success : .refused
  }

  private static func resume(_ path: String, _ id: UniqueID, _ results: String?) -> String {
    // The name that every command knows which imports.
    results == nil ? "--id \(id)" : "--resume"
  }

  /// Sends block after block, so that the decimals of a block's SKUs can be looked up with one call.
  private func send(
    _ rows: [CSV.Row], of csv: CSV, _ id: UniqueID, _ options: WriteOptions, _ log: inout ImportLog
  ) async throws(ToolError) {
    var start = 0
    while start < rows.count {
      let block = rows[start..<min(start + Self.rowsPerBlock, rows.count)]
      start += block.count
      let scales = try await scales(block.flatMap { kind.scaledSKUs($0, of: csv) })
      var waiting: [ImportRow] = []
      var refused: [ImportResults.Row] = []
      for row in block {
        do throws(ImportKind.Problem) {
          waiting.append(try kind.row(row, of: csv, scales: scales))
        } catch { refused.append(ImportResults.Row(line: row.line, problem: error)) }
      }
      try log.add(refused)
      try await send(waiting, id, options, &log)
    }
  }

  /// Sends rows until each was answered for good. What may pass is sent again, under the same number.
  private func send(
    _ rows: [ImportRow], _ id: UniqueID, _ options: WriteOptions, _ log: inout ImportLog
  ) async throws(ToolError) {
    var (waiting, attempts) = (rows, 0)
    while !waiting.isEmpty {
      let (again, failure) = try await pass(waiting, id, options, &log, isLast: attempts + 1 >= Self.attemptsMax)
      attempts = again.count < waiting.count ? 0 : attempts + 1
      waiting = again
      guard !waiting.isEmpty else { return }
      if attempts >= Self.attemptsMax { throw .call(failure ?? .unanswered(id)) }
      do { try await Task.sleep(for: .milliseconds(100 << min(attempts, 4))) } catch {
        throw .call(.cancelled(requestID: id))
      }
    }
  }

  /// Sends rows over one stream.
  ///
  /// - Returns: the rows to send again, and why the stream ended if it did.
  private func pass(
    _ rows: [ImportRow], _ id: UniqueID, _ options: WriteOptions, _ log: inout ImportLog, isLast: Bool
  ) async throws(ToolError) -> (again: [ImportRow], failure: HoldfastError?) {
    let stream = session.client.importRows(id: id, options: options, unansweredMax: rows.count)
    var (again, sent, failure): ([ImportRow], Int, HoldfastError?) = ([], 0, nil)
    do throws(HoldfastError) {
      for row in rows {
        try await stream.send(row)
        sent += 1
      }
      stream.finish()
      for try await answer in stream {
        if case .failure(let error) = answer.outcome, error.mayPass, !isLast {
          again.append(answer.row)
        } else {
          try log.add(answer)
        }
      }
    } catch {
      if !error.mayPass { throw .call(error) }
      failure = error
    }
    return (again + stream.unanswered + rows[sent...], failure)
  }

  private func scales(_ skus: [String]) async throws(ToolError) -> [String: Result<Int, HoldfastError>] {
    let distinct = Set(skus).subtracting([""]).sorted()
    var scales: [String: Result<Int, HoldfastError>] = [:]
    var start = 0
    while start < distinct.count {
      let some = Array(distinct[start..<min(start + 500, distinct.count)])
      start += some.count
      let results = try await session.ask { () throws(HoldfastError) in
        try await session.client.availability(of: some)
      }
      for (sku, result) in zip(some, results) { scales[sku] = result.map { Int($0.quantityScale) } }
    }
    return scales
  }
}

extension HoldfastError {
  fileprivate static func unanswered(_ id: UniqueID) -> HoldfastError {
    .outcomeUnknown(
      CallFailure(status: .unavailable, message: "some rows could not be carried out for now"), requestID: id)
  }
}
