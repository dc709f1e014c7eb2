internal import API
internal import Basics
internal import Client
internal import Foundation

/// One run of the tool: the client to ask with, what was typed, and where to write.
package struct Session: Sendable {
  let client: HoldfastClient
  let arguments: Arguments
  let output: Output

  /// Flags of every command that changes something; see ``writeOptions()``.
  static let writeFlags: [Flag] = [.value("reason", "TEXT", "Why, for the journal."), idFlag]

  /// The same of commands whose reason no record has a place for.
  static let unexplainedWriteFlags: [Flag] = [
    .value("reason", "TEXT", "Why. It is sent, and not recorded yet."), idFlag,
  ]

  private static let idFlag = Flag.value(
    "id", "UUID", "The request's id. A command that is run again with the same id has one effect; by default it is new."
  )

  /// What `writeFlags` say.
  func writeOptions() throws(ToolError) -> WriteOptions {
    WriteOptions(
      requestID: try usage { () throws(UsageError) in try arguments.uniqueID("id") },
      reason: arguments.text("reason") ?? "")
  }

  /// Calls the node.
  func ask<Answer: Sendable>(
    _ call: () async throws(HoldfastError) -> Answer
  ) async throws(ToolError) -> Answer {
    do throws(HoldfastError) { return try await call() } catch { throw .call(error) }
  }

  /// Reads something that was typed.
  func usage<Value>(_ read: () throws(UsageError) -> Value) throws(ToolError) -> Value {
    do throws(UsageError) { return try read() } catch { throw .usage(error) }
  }

  func wrong(_ message: String) -> ToolError { .usage(arguments.error(message)) }

  /// The elements of a list up to `--limit`, and whether there are more.
  func collect<Element>(
    _ pages: Pages<Element>, limit: Int
  ) async throws(ToolError) -> (elements: [Element], hasMore: Bool) {
    try await ask { () throws(HoldfastError) in
      var elements: [Element] = []
      for try await element in pages {
        if elements.count == limit { return (elements, true) }
        elements.append(element)
      }
      return (elements, false)
    }
  }

  static let limitFlag = Flag.value("limit", "N", "How many to show at the most. Default: 1000.")

  func limit() throws(ToolError) -> Int {
    try usage { () throws(UsageError) in try arguments.integer("limit", in: 1...10_000_000) ?? 1_000 }
  }

  /// Shows a list: a table for people, one JSON object a line for scripts.
  func show<Element>(
    _ list: (elements: [Element], hasMore: Bool), json: (Element) -> JSON, table: ([Element]) -> Table, none: String
  ) -> ExitCode {
    if output.isJSON {
      output.lines(list.elements.map { json($0).line })
    } else if list.elements.isEmpty {
      output.line(none)
    } else {
      output.lines(table(list.elements).lines)
    }
    if list.hasMore { output.note("there are more; show them with a larger --limit") }
    return .success
  }

  // MARK: quantities

  /// The quantity scales of SKUs.
  ///
  /// - Throws: `.notFound` for the first that does not exist.
  func scales(of skus: [String]) async throws(ToolError) -> [String: Int] {
    var scales: [String: Int] = [:]
    let results = try await ask { () throws(HoldfastError) in try await client.stock(of: skus) }
    for (sku, result) in zip(skus, results) {
      scales[sku] = try await ask { () throws(HoldfastError) in Int(try result.get().quantityScale) }
    }
    return scales
  }

  /// The same of many things, whose SKUs may be more than are asked for at once: the rest is shown in base units.
  func knownScales(ofMany skus: [String]) async -> [String: Int] {
    await knownScales(of: Array(Set(skus).sorted().prefix(500)))
  }

  /// The scales as far as they can be had: for showing what was already answered.
  func knownScales(of skus: [String]) async -> [String: Int] {
    if output.isJSON { return [:] }
    do throws(ToolError) { return try await scales(of: Array(Set(skus)).sorted()) } catch { return [:] }
  }

  func quantity(_ text: String, of sku: String, scale: Int) throws(ToolError) -> Int64 {
    guard let quantity = QuantityText.parse(text, scale: scale) else {
      throw wrong(
        scale == 0
          ? "'\(text)' is no quantity of \(sku), which is counted in whole pieces"
          : "'\(text)' is no quantity of \(sku), which has \(scale) decimals, such as \(QuantityText.show(1_250, scale: scale))"
      )
    }
    return quantity
  }

  // MARK: files

  /// A file's bytes, or standard input's for `-`.
  func read(_ path: String) throws(ToolError) -> CSV {
    let bytes: [UInt8]
    do {
      let data =
        path == "-"
        ? try FileHandle.standardInput.readToEnd() ?? Data() : try Data(contentsOf: URL(filePath: path))
      bytes = Array(data)
    } catch {
      throw .input("\(path) cannot be read: \(error.localizedDescription)")
    }
    do throws(CSV.Failure) {
      return try CSV(bytes)
    } catch {
      throw .input("\(path == "-" ? "standard input" : path), line \(error.line): \(error.message)")
    }
  }
}
