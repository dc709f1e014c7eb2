internal import API
internal import Client

extension Command {
  static let sku = group("sku", "Makes and lists SKUs: the things that can be stocked.", [skuPut, skuGet, skuList])

  private static let skuPut = Command(
    name: "put", summary: "Makes a SKU, or replaces one that exists: what is not given is then as in a new one.",
    details: """
      With --csv, puts one for each row of a file. Its first line names the columns: sku, and as needed name, scale, \
      lot, backorder-limit and attribute.KEY for any attribute. A row that is refused does not stop the others. For long \
      files see holdfast import skus.
      """,
    operands: [Operand("SKU", "Its id: 1 to 128 bytes. Upper and lower case differ.", isRequired: false)],
    flags: [
      .value("name", "TEXT", "For people; at most 256 bytes."),
      .value("scale", "N", "Decimals of its quantities, 0 to 6; fixed once stock of it has moved. Default: 0, pieces."),
      .value("lot", "QUANTITY", "What is reserved of it is a multiple of this, such as 6. Default: any quantity."),
      .value("backorder-limit", "QUANTITY", "How much of it orders may wait for when there is none. Default: nothing."),
      .values("attribute", "KEY=VALUE", "A free fact; may be given up to 16 times."),
      .value("if-revision", "N", "Only if the SKU has this revision."),
      .value("csv", "FILE", "Put the rows of a file; - for standard input."),
    ] + Session.unexplainedWriteFlags,
    examples: [
      Example("holdfast sku put RICE --name 'Rice, by the kilogram' --scale 3", "Counted in kilograms and grams:"),
      Example("holdfast sku put --csv catalogue.csv", "From a file:"),
    ],
    action: { session throws(ToolError) in
      if let path = session.arguments.text("csv") {
        guard session.arguments.operands.isEmpty else { throw session.wrong("give a SKU or --csv, not both") }
        for flag in ["name", "scale", "lot", "backorder-limit", "attribute", "if-revision"]
        where session.arguments.has(flag) {
          throw session.wrong("--\(flag) and --csv do not go together: the file says it")
        }
        return try await session.importRows(.skus, csv: path)
      }
      guard let id = session.arguments.operand(0) else { throw session.wrong("say which SKU, or give --csv FILE") }
      let sku = try SKU(typed: session, id)
      let revision = try session.usage { () throws(UsageError) in
        try session.arguments.integer("if-revision", in: 1...Int.max) ?? 0
      }
      let options = try session.writeOptions()
      let written = try await session.ask { () throws(HoldfastError) in
        try await session.client.putSKU(sku, expectedRevision: Int64(revision), options: options)
      }
      session.output.show(
        .object([
          "sku": JSON(written.value), "revision": .integer(written.revision), "replayed": .bool(written.replayed),
        ]), Table.skus([written.value]).lines)
      return .success
    })

  private static let skuGet = Command(
    name: "get", summary: "Shows one SKU.", operands: [Operand("SKU", "Its id.")],
    examples: [Example("holdfast sku get TSHIRT-M-BLUE", "What is known of it:")],
    action: { session throws(ToolError) in
      let id = session.arguments.required(0)
      let sku = try await session.ask { () throws(HoldfastError) in try await session.client.sku(id).value }
      session.output.show(JSON(sku), Table.skus([sku]).lines)
      return .success
    })

  private static let skuList = Command(
    name: "list", summary: "Lists the SKUs of the tenant.", flags: [Session.limitFlag],
    examples: [
      Example("holdfast sku list --limit 20", "Some of them:"),
      Example("holdfast sku list --limit 1000000 --json | jq -r .sku", "All ids, for a script:"),
    ],
    action: { session throws(ToolError) in
      let list = try await session.collect(session.client.skus(), limit: try session.limit())
      return session.show(
        list, json: { JSON($0) }, table: { .skus($0) }, none: "no SKUs yet; make one: holdfast sku put")
    })
}

extension SKU {
  /// A SKU from the flags of `sku put`.
  fileprivate init(typed session: Session, _ id: String) throws(ToolError) {
    let arguments = session.arguments
    let scale = try session.usage { () throws(UsageError) in try arguments.integer("scale", in: QuantityText.scales) }
    self.init(sku: id, name: arguments.text("name") ?? "", quantityScale: Int32(scale ?? 0))
    if let lot = arguments.text("lot") { lotSize = try session.quantity(lot, of: id, scale: scale ?? 0) }
    if let limit = arguments.text("backorder-limit") {
      backorderLimit = try session.quantity(limit, of: id, scale: scale ?? 0)
    }
    for text in arguments.texts("attribute") {
      guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
        throw session.wrong("--attribute wants KEY=VALUE, not '\(text)'")
      }
      attributes[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
  }
}
