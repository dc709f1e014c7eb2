internal import API
internal import Basics
internal import Client

extension Command {
  static let importGroup = group(
    "import", "Brings in the rows of a CSV file: SKUs, stock that arrives, or orders.",
    [importSKUs, importStock, importOrders])

  private static let file = Operand("FILE", "Its first line names the columns; - for standard input.")

  private static let flags: [Flag] = [
    .value("import-id", "UUID", "The import's id. A row has one effect under it; by default it is new."),
    .toggle("resume", "Go on with an import that was interrupted: skip what its results file says is done."),
    .value(
      "results", "FILE",
      "Where what became of each row is written, as the answers come. Default: FILE.results.csv; none for standard input."
    ),
    .value("reason", "TEXT", "Why, for the journal."),
    .value("id", "UUID", "The same as --import-id."),
  ]

  private static let details = """
    Each row has one effect: its request id is made from the import's id and the row's line. When the import was \
    interrupted, run it again with --resume, or with the same --import-id; leave the lines of the file where they are. A row \
    that is refused does not stop the others; correct it in its line and resume.
    """

  private static let importSKUs = Command(
    name: "skus", summary: "Puts a SKU for each row.",
    details: "Columns: sku, and as needed name, scale, lot, backorder-limit and attribute.KEY for any attribute. "
      + details,
    operands: [file], flags: flags,
    examples: [
      Example("holdfast import skus catalogue.csv", "From a file:"),
      Example("holdfast import skus catalogue.csv --resume", "The rest of it:"),
    ],
    action: { session throws(ToolError) in try await session.importRows(.skus, session.arguments.required(0)) })

  private static let importStock = Command(
    name: "stock", summary: "Receives the stock of each row.",
    details: "Columns: sku, location, quantity, and as needed reason and quality_control (yes or no). " + details,
    operands: [file], flags: flags,
    examples: [Example("holdfast import stock delivery.csv --reason PO-7781", "A long delivery:")],
    action: { session throws(ToolError) in try await session.importRows(.stock, session.arguments.required(0)) })

  private static let importOrders = Command(
    name: "orders", summary: "Makes an order of each row.",
    details: """
      Columns: lines, such as "TSHIRT-M-BLUE=2 SOCKS=1@BER1", and as needed channel, external_number, reference, reason \
      and pay_within (such as 24h).
      """ + " " + details,
    operands: [file], flags: flags,
    examples: [Example("holdfast import orders night.csv", "A night's sales of a marketplace:")],
    action: { session throws(ToolError) in try await session.importRows(.orders, session.arguments.required(0)) })
}

extension Session {
  /// Imports as the flags of `import` say.
  fileprivate func importRows(_ kind: ImportKind, _ path: String) async throws(ToolError) -> ExitCode {
    let (named, id) = try usage { () throws(UsageError) in
      (try arguments.uniqueID("import-id"), try arguments.uniqueID("id"))
    }
    let results = arguments.text("results") ?? (path == "-" ? nil : path + ".results.csv")
    if arguments.has("resume"), results == nil { throw wrong("--resume needs the --results of the first run") }
    return try await ImportRun(self, kind).run(
      path, importID: named ?? id, results: results, isResumed: arguments.has("resume"))
  }

  /// Imports for the commands that also do it one by one: without a results file, under the request's id.
  func importRows(_ kind: ImportKind, csv path: String) async throws(ToolError) -> ExitCode {
    let id = try usage { () throws(UsageError) in try arguments.uniqueID("id") }
    return try await ImportRun(self, kind).run(path, importID: id, results: nil, isResumed: false)
  }
}
