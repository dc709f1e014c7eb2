internal import API
internal import Client

/// Where an import tells of its rows: the results file, the progress, and on standard output what was refused, or with
/// `--json` everything.
struct ImportLog {
  let results: ImportResults
  var progress: ImportProgress
  let output: Output

  /// A row that was answered for good.
  mutating func add(_ answer: ImportStream.Answer) throws(HoldfastError) {
    var row = ImportResults.Row(line: Int(answer.row.row))
    switch answer.outcome {
    case .success(let replayed): row.replayed = replayed
    case .failure(let error):
      row.problem = ImportKind.Problem(text: error.failure.message, reason: error.reasonName)
    }
    do throws(ToolError) { try add([row]) } catch {
      throw .failed(CallFailure(status: .internal, message: "the results cannot be written"))
    }
  }

  mutating func add(_ rows: [ImportResults.Row]) throws(ToolError) {
    try results.add(rows)
    progress.add(rows)
    for row in rows where output.isJSON || row.problem != nil { output.line(text(row)) }
  }

  private func text(_ row: ImportResults.Row) -> String {
    guard output.isJSON else { return "line \(row.line): \(row.problem?.text ?? row.result)" }
    return JSON.object([
      "line": .integer(Int64(row.line)), "ok": .bool(row.problem == nil), "replayed": .bool(row.replayed),
      "reason": .text(row.problem?.reason ?? ""), "message": .text(row.problem?.text ?? ""),
    ]).line
  }
}
