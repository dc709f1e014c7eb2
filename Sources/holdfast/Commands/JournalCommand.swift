internal import API
internal import Client

extension Command {
  static let journal = Command(
    name: "journal", summary: "Lists the movements of a SKU: newest first, or oldest first with --from.",
    details: "Adding the movements up gives the balances.",
    operands: [Operand("SKU", "Which.")],
    flags: [
      .value("location", "LOCATION", "Only this location."),
      .value("from", "SEQUENCE", "Oldest first, from this sequence number on."),
      .value("limit", "N", "How many to show at the most. Default: 50."),
    ],
    examples: [
      Example("holdfast journal TSHIRT-M-BLUE", "What happened last:"),
      Example("holdfast journal TSHIRT-M-BLUE --from 0 --limit 1000000 --json", "All of it, for a script:"),
    ],
    action: { session throws(ToolError) in
      let arguments = session.arguments
      let sku = arguments.required(0)
      let (from, limit) = try session.usage { () throws(UsageError) in
        (try arguments.integer("from", in: 0...Int.max), try arguments.integer("limit", in: 1...10_000_000) ?? 50)
      }
      let pages = session.client.journal(
        of: sku, at: arguments.text("location") ?? "", from: from.map { Int64($0) }, pageSize: min(limit, 1_000))
      let list = try await session.collect(pages, limit: limit)
      let scale = await session.knownScales(of: [sku])[sku] ?? 0
      return session.show(
        list, json: { JSON($0) }, table: { .journal($0, scale: scale) }, none: "nothing has moved yet")
    })
}
