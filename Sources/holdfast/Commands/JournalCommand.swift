internal import API
internal import Basics
internal import Client

extension Command {
  static let journal = Command(
    name: "journal",
    summary: "Lists movements: of a SKU, or of all shard after shard; newest first, or oldest first with --from.",
    details: """
      Adding the movements of a SKU up gives its balances. All filters that are given must hold. Without a SKU, all \
      movements of the time range are looked at: narrow it with --since and --until.
      """,
    operands: [Operand("SKU", "Which.", isRequired: false)],
    flags: JournalQuery.flags + [.value("limit", "N", "How many to show at the most. Default: 50.")],
    examples: [
      Example("holdfast journal TSHIRT-M-BLUE", "What happened last:"),
      Example("holdfast journal TSHIRT-M-BLUE --from 0 --limit 1000000 --json", "All of it, for a script:"),
      Example("holdfast journal --by jane --since 1d", "What somebody did since yesterday:"),
      Example("holdfast journal --hold 01890a5d-ac96-774b-bcce-b302099a8057-1f3a", "What a hold did:"),
    ],
    action: { session throws(ToolError) in
      let arguments = session.arguments
      var query = try session.journalQuery()
      query.sku = arguments.operand(0) ?? ""
      let limit = try session.usage { () throws(UsageError) in
        try arguments.integer("limit", in: 1...10_000_000) ?? 50
      }
      let pages = session.client.journal(query, pageSize: min(limit, 1_000))
      let list = try await session.collect(pages, limit: limit)
      let scales = await session.knownScales(ofMany: list.elements.map(\.sku))
      return session.show(
        list, json: { JSON($0) }, table: { .journal($0, scales: scales, isOfOne: !query.sku.isEmpty) },
        none: "nothing has moved yet")
    })
}

extension JournalQuery {
  fileprivate static let causeWords: [(word: String, value: CauseKind)] = (1...63 as ClosedRange<Int32>).compactMap {
    number in
    let kind = CauseKind(rawValue: number)
    if case .unrecognized = kind { return nil }
    return (kind.name.lowercased().replacing("_", with: "-"), kind)
  }

  /// What narrows a list of the journal, but for the SKU.
  static let flags: [Flag] = [
    .value("location", "LOCATION", "Only this location."),
    .value("from", "SEQUENCE", "Oldest first, from this sequence number on; without a SKU and --shard only from 0."),
    .value("hold", "HOLD", "Only what this hold moved."), .value("order", "ORDER", "Only what this order moved."),
    .value("by", "ACTOR", "Only what this caller did."), .value("request", "UUID", "Only what this request did."),
    .values("cause", "CAUSE", "\(causeWords.map(\.word).joined(separator: ", ")); may be given several times."),
    .value("since", "TIME", "Only what was decided then or later: \(TimeText.forms)."),
    .value("until", "TIME", "Only what was decided before; the same forms."),
    .value("shard", "N", "Only this shard's."),
  ]
}

extension Session {
  func journalQuery() throws(ToolError) -> JournalQuery {
    var query = JournalQuery()
    query.location = arguments.text("location") ?? ""
    query.holdID = arguments.text("hold") ?? ""
    query.orderID = arguments.text("order") ?? ""
    query.actor = arguments.text("by") ?? ""
    try read { () throws(UsageError) in
      query.sequenceFrom = try arguments.integer("from", in: 0...Int.max).map { Int64($0) }
      query.requestID = try arguments.uniqueID("request")
      query.causes = try arguments.choices("cause", JournalQuery.causeWords)
      query.timeFrom = try arguments.time("since")
      query.timeBefore = try arguments.time("until")
      query.shard = UInt32(try arguments.integer("shard", in: 1...Int(UInt32.max)) ?? 0)
    }
    return query
  }
}
