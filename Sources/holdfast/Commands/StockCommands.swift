internal import API
internal import Basics
internal import Client

extension Command {
  static let stock = group(
    "stock", "Moves stock into, out of and between accounts, and shows it.",
    [stockReceive, stockAdjust, stockCount, stockMove, stockShow, stockAvailability, stockList])

  private static let accounts: [(word: String, value: Account)] = [
    ("available", .available), ("safety", .safety), ("quality-control", .qualityControl), ("damaged", .damaged),
  ]
  private static let accountNames = "available, safety, quality-control or damaged"

  private static let stockReceive = Command(
    name: "receive", summary: "Stock arrived: adds to what is available.",
    details: """
      With --csv, receives each row of a file. Its first line names the columns: sku, location, quantity, and as \
      needed reason and quality_control. Each row has one effect: when the command was interrupted, run it again with the --id that it \
      printed, and the rows that were received are not received twice. For long files see holdfast import stock.
      """,
    operands: [
      Operand("SKU", "What came.", isRequired: false), Operand("LOCATION", "Where to.", isRequired: false),
      Operand("QUANTITY", "How much, such as 100, or 12.50 for a SKU of scale 2.", isRequired: false),
    ],
    flags: [
      .toggle("quality-control", "Into quality control first."),
      .value("csv", "FILE", "Receive the rows of a file; - for standard input."),
    ] + Session.writeFlags,
    examples: [
      Example("holdfast stock receive TSHIRT-M-BLUE BER1 100 --reason PO-7781", "A delivery:"),
      Example("holdfast stock receive --csv delivery.csv", "A long one:"),
    ],
    action: { session throws(ToolError) in
      let arguments = session.arguments
      if let path = arguments.text("csv") {
        guard arguments.operands.isEmpty else { throw session.wrong("give SKU LOCATION QUANTITY or --csv, not both") }
        guard !arguments.has("quality-control") else {
          throw session.wrong(
            "--quality-control and --csv do not go together: the file's column quality_control says it")
        }
        return try await session.importRows(.stock, csv: path)
      }
      guard let sku = arguments.operand(0), let location = arguments.operand(1), let text = arguments.operand(2) else {
        throw session.wrong("say what came and where to: SKU LOCATION QUANTITY, or --csv FILE")
      }
      let scale = try await session.scales(of: [sku])[sku] ?? 0
      let quantity = try session.quantity(text, of: sku, scale: scale)
      let options = try session.writeOptions()
      let written = try await session.ask { () throws(HoldfastError) in
        try await session.client.receive(
          quantity, of: sku, at: location, toQualityControl: arguments.has("quality-control"), options: options)
      }
      return session.show(written, of: sku, scale: scale)
    })

  private static let stockAdjust = Command(
    name: "adjust", summary: "A count differed: changes one account by a signed quantity.",
    operands: [
      Operand("SKU", "What was counted."), Operand("LOCATION", "Where."),
      Operand("CHANGE", "By how much the account changes, such as -3 or 5."),
    ],
    flags: [.value("account", "ACCOUNT", "\(accountNames). Default: available.")] + Session.writeFlags,
    examples: [
      Example("holdfast stock adjust TSHIRT-M-BLUE BER1 -3 --reason 'counted 2026-01-01'", "Three are missing:")
    ],
    action: { session throws(ToolError) in
      let arguments = session.arguments
      let sku = arguments.required(0)
      let location = arguments.required(1)
      guard let reason = arguments.text("reason") else { throw session.wrong("an adjustment needs a --reason") }
      let account = try session.usage { () throws(UsageError) in try arguments.choice("account", accounts) }
      let scale = try await session.scales(of: [sku])[sku] ?? 0
      let change = try session.quantity(arguments.required(2), of: sku, scale: scale)
      let options = try session.writeOptions()
      let written = try await session.ask { () throws(HoldfastError) in
        try await session.client.adjust(
          sku, at: location, by: change, account: account ?? .available, reason: reason, options: options)
      }
      return session.show(written, of: sku, scale: scale)
    })

  private static let stockMove = Command(
    name: "move", summary: "Moves a quantity between two accounts at one location.",
    operands: [Operand("SKU", "What moves."), Operand("LOCATION", "Where."), Operand("QUANTITY", "How much.")],
    flags: [
      .value("from", "ACCOUNT", "\(accountNames). Default: available."),
      .value("to", "ACCOUNT", "The same. Default: available."),
    ] + Session.writeFlags,
    examples: [
      Example("holdfast stock move TSHIRT-M-BLUE BER1 1 --to damaged --reason 'torn seam'", "One cannot be sold:"),
      Example("holdfast stock move TSHIRT-M-BLUE BER1 10 --from quality-control", "Ten have passed:"),
    ],
    action: { session throws(ToolError) in
      let arguments = session.arguments
      let sku = arguments.required(0)
      let location = arguments.required(1)
      let (source, target) = try session.usage { () throws(UsageError) in
        (try arguments.choice("from", accounts) ?? .available, try arguments.choice("to", accounts) ?? .available)
      }
      guard source != target else { throw session.wrong("say --from or --to: the two accounts must differ") }
      let scale = try await session.scales(of: [sku])[sku] ?? 0
      let quantity = try session.quantity(arguments.required(2), of: sku, scale: scale)
      let options = try session.writeOptions()
      let written = try await session.ask { () throws(HoldfastError) in
        try await session.client.move(quantity, of: sku, at: location, from: source, to: target, options: options)
      }
      return session.show(written, of: sku, scale: scale)
    })
}

extension Session {
  /// Shows a movement: the location's stock right after it.
  func show(_ written: Written<Movement>, of sku: String, scale: Int) -> ExitCode {
    let movement = written.value
    if output.isJSON {
      output.line(
        JSON.object([
          "sku": .text(sku), "sequence": .integer(movement.sequence),
          "time": movement.time.map { .text(TimeText.show(milliseconds: $0.milliseconds)) } ?? .null,
          "revision": .integer(written.revision), "replayed": .bool(written.replayed),
          "request_id": .text(written.requestID.description), "stock": movement.stock.map { JSON($0) } ?? .null,
        ]).line)
    } else if let stock = movement.stock {
      output.lines(
        Table.stock(SKUStock(sku: sku, quantityScale: Int32(scale), total: stock.balances, locations: [stock])).lines)
    }
    if written.replayed { output.note("this request was answered before; nothing changed now") }
    return .success
  }
}
