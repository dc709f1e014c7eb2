internal import API
internal import Basics
internal import Client

extension Command {
  static let export = group(
    "export", "Writes the stock or the journal out, as CSV or JSON.", [exportStock, exportJournal])

  private static let units = "Quantities are whole numbers of the SKU's base unit, as in the API."

  private static let exportStock = Command(
    name: "stock", summary: "Writes a row for each SKU at each location.",
    details: "Each SKU is written as it is when its page is read. " + units,
    flags: [
      .value("location", "LOCATION", "Only this location."),
      .value("sku-prefix", "TEXT", "Only SKUs that begin so."),
      .value("output", "FILE", "Where to. Default: standard output."),
    ],
    examples: [Example("holdfast export stock --output stock.csv", "Everything:")],
    action: { session throws(ToolError) in
      var query = StockQuery(location: session.arguments.text("location") ?? "")
      query.skuPrefix = session.arguments.text("sku-prefix") ?? ""
      return try await session.export(
        session.client.allStock(query, pageSize: 1_000), columns: ExportRow.stockColumns,
        json: { [JSON($0)] }, rows: { ExportRow.stock($0) })
    })

  private static let exportJournal = Command(
    name: "journal", summary: "Writes every movement, shard after shard, oldest first.",
    details: "Folding a shard's movements in their order gives its balances. " + units,
    flags: JournalQuery.flags + [.value("output", "FILE", "Where to. Default: standard output.")],
    examples: [
      Example("holdfast export journal --since 2026-01-01 --until 2026-02-01 --output january.csv", "A month:"),
      Example("holdfast export journal --json --output journal.jsonl", "Everything, an object a line:"),
    ],
    action: { session throws(ToolError) in
      var query = try session.journalQuery()
      if query.sequenceFrom == nil { query.sequenceFrom = 0 }
      return try await session.export(
        session.client.journal(query, pageSize: 1_000), columns: ExportRow.journalColumns, json: { [JSON($0)] },
        rows: { [ExportRow.journal($0)] })
    })
}

extension Session {
  /// Writes all elements of a list, page by page.
  fileprivate func export<Element>(
    _ pages: Pages<Element>, columns: [String], json: (Element) -> [JSON], rows: (Element) -> [[String]]
  ) async throws(ToolError) -> ExitCode {
    let file = try ExportFile(arguments.text("output"))
    if !output.isJSON { try file.write(CSV.line(columns)) }
    var (count, began) = (0, ContinuousClock.now)
    var iterator = pages.makeAsyncIterator()
    while let element = try await ask({ () throws(HoldfastError) in try await iterator.next(isolation: nil) }) {
      count += 1
      for line in output.isJSON ? json(element).map(\.line) : rows(element).map({ CSV.line($0) }) {
        try file.write(line)
      }
      guard ContinuousClock.now - began >= .seconds(2) else { continue }
      began = .now
      output.note("\(count) so far")
    }
    try file.close()
    output.note("\(count) written")
    return .success
  }
}

/// The rows of an export, under the names of the contract.
enum ExportRow {
  static let stockColumns = [
    "sku", "location", "quantity_scale", "on_hand", "available", "held", "allocated", "safety", "quality_control",
    "damaged", "supplier", "customer", "adjustment", "in_transit", "shortfall", "revision",
  ]

  static func stock(_ stock: SKUStock) -> [[String]] {
    stock.locations.map { place in
      let balances = place.balances ?? StockBalances()
      let numbers = [
        balances.onHand, balances.available, balances.held, balances.allocated, balances.safety,
        balances.qualityControl, balances.damaged, balances.supplier, balances.customer, balances.adjustment,
        balances.inTransit, balances.shortfall, stock.revision,
      ]
      return [stock.sku, place.location, String(stock.quantityScale)] + numbers.map { String($0) }
    }
  }

  static let journalColumns = [
    "shard", "sequence", "time", "sku", "location", "from_account", "to_account", "quantity", "from_balance",
    "to_balance", "cause", "cause_id", "actor", "reason", "request_id",
  ]

  static func journal(_ record: JournalRecord) -> [String] {
    [
      String(record.shard), String(record.sequence), TimeText.show(record.time) ?? "", record.sku, record.location,
      record.fromAccount.name, record.toAccount.name, String(record.quantity), String(record.fromBalance),
      String(record.toBalance), record.cause?.kind.name ?? "", record.cause?.id ?? "", record.actor, record.reason,
      record.requestID,
    ]
  }
}
