internal import API
internal import Basics
internal import Client

// Counts, locations that open and close, and allocations that move.

extension Command {
  static let stockCount = Command(
    name: "count", summary: "Says how much was counted at a location.",
    details: """
      The count is set against what the books said when it began: with --as-of, at the revision that stock show --json \
      answered then; without, now. What is held or sold in between is kept; if stock has come or gone in between, the \
      count is refused. What is missing and was promised already shows as a shortfall until stock comes.
      """,
    operands: [
      Operand("SKU", "What was counted."), Operand("LOCATION", "Where."),
      Operand("COUNTED", "How much lies there, in all accounts together."),
    ],
    flags: [.value("as-of", "REVISION", "The revision of the stock that the count began with. Default: the present.")]
      + Session.writeFlags,
    examples: [
      Example(
        "holdfast stock count TSHIRT-M-BLUE BER1 90 --as-of 1062 --reason 'cycle count, aisle 7'",
        "A count that began at revision 1062:")
    ],
    action: { session throws(ToolError) in
      let arguments = session.arguments
      let (sku, location) = (arguments.required(0), arguments.required(1))
      guard let reason = arguments.text("reason") else { throw session.wrong("a count needs a --reason") }
      let asOf = try session.usage { () throws(UsageError) in try arguments.integer("as-of", in: 1...Int.max) }
      let stock = try await session.ask { () throws(HoldfastError) in try await session.client.stock(of: sku) }
      let scale = Int(stock.quantityScale)
      let counted = try session.quantity(arguments.required(2), of: sku, scale: scale)
      let options = try session.writeOptions()
      let written = try await session.ask { () throws(HoldfastError) in
        try await session.client.setCount(
          counted, of: sku, at: location, asOf: asOf.map { Int64($0) } ?? stock.revision, reason: reason,
          options: options)
      }
      return session.show(written, of: sku, scale: scale)
    })

  static let locationOpen = locationChange("open", .active, "Has a location take and give stock again.")
  static let locationDrain = locationChange(
    "drain", .draining, "Takes nothing new at a location: no receipts, no holds; what is promised still ships.")
  static let locationClose = locationChange("close", .closed, "Has nothing move at a location any more.")

  private static func locationChange(_ name: String, _ state: LocationState, _ summary: String) -> Command {
    Command(
      name: name, summary: summary,
      details: "When this has succeeded, every shard knows it: no later hold or receipt sees it otherwise.",
      operands: [Operand("LOCATION", "Its id.")], flags: Session.writeFlags,
      examples: [Example("holdfast location \(name) BER1", "From now on:")],
      action: { session throws(ToolError) in
        let id = session.arguments.required(0)
        var location = try await session.ask { () throws(HoldfastError) in try await session.client.location(id).value }
        location.state = state
        let options = try session.writeOptions()
        let changed = location
        let written = try await session.ask { () throws(HoldfastError) in
          try await session.client.putLocation(changed, options: options)
        }
        session.output.show(
          .object([
            "location": JSON(written.value), "revision": .integer(written.revision),
            "replayed": .bool(written.replayed),
          ]), Table.locations([written.value]).lines)
        return .success
      })
  }

  static let holdMove = allocationMove("HOLD", "hold", "reserve") { .holdID($0) }
  static let orderMove = allocationMove("ORDER", "order", "hold confirm") { .orderID($0) }

  private static func allocationMove(
    _ operand: String, _ group: String, _ source: String,
    _ owner: @escaping @Sendable (String) -> MoveAllocationRequest.Owner
  ) -> Command {
    Command(
      name: "move", summary: "Has it take what it has of a SKU from another location, in one step.",
      operands: [
        Operand(operand, "Its id, as \(source) answered it."), Operand("SKU", "What moves."),
        Operand("FROM", "The location that it has it at."), Operand("TO", "The location that is to give it."),
      ],
      flags: [.value("quantity", "QUANTITY", "How much. Default: all that it has there.")] + Session.writeFlags,
      examples: [
        Example(
          "holdfast \(group) move 01890a5d-ac96-774b-bcce-b302099a8057-1f3a TSHIRT-M-BLUE BER1 MUC2",
          "BER1 cannot ship it today:")
      ],
      action: { session throws(ToolError) in
        let arguments = session.arguments
        let sku = arguments.required(1)
        var quantity: Int64 = 0
        if let text = arguments.text("quantity") {
          quantity = try session.quantity(text, of: sku, scale: try await session.scales(of: [sku])[sku] ?? 0)
        }
        let options = try session.writeOptions()
        let asked = quantity
        let written = try await session.ask { () throws(HoldfastError) in
          try await session.client.moveAllocation(
            of: owner(arguments.required(0)), sku: sku, from: arguments.required(2), to: arguments.required(3),
            quantity: asked, options: options)
        }
        return await session.show(written)
      })
  }
}

extension Session {
  /// Where lines come from that name no location.
  static let sourcingFlags: [Flag] = [
    .value(
      "strategy", "STRATEGY",
      "Where lines without a location come from: priority, most-stock or fewest-parcels. Default: priority."),
    .value("from", "LOCATION,...", "Lines without a location come only from these, best first."),
    .value(
      "split", "POLICY",
      "order: each line from one location; line: a line from several; none: all from one. Default: order."),
  ]

  fileprivate func show(_ written: Written<MoveAllocationResponse.Owner>) async -> ExitCode {
    switch written.value {
    case .hold(let hold):
      let shown = Written(
        value: hold, revision: written.revision, replayed: written.replayed, requestID: written.requestID)
      return show(shown, scales: await knownScales(of: hold.lines.map(\.sku)))
    case .order(let order):
      let scales = await knownScales(of: order.lines.map(\.sku))
      output.show(
        .object([
          "order": JSON(order), "revision": .integer(written.revision), "replayed": .bool(written.replayed),
          "request_id": .text(written.requestID.description),
        ]), Facts.order(order) + Table.orderLines(order, scales: scales).lines)
      if written.replayed { output.note("this request was answered before; nothing changed now") }
      return .success
    }
  }
}

extension Sourcing {
  private static let strategies: [(word: String, value: SourcingStrategy)] = [
    ("priority", .priority), ("most-stock", .mostStock), ("fewest-parcels", .fewestParcels),
  ]
  private static let splits: [(word: String, value: SplitPolicy)] = [
    ("order", .order), ("line", .line), ("none", .none),
  ]

  /// What `reserve` was told by `--strategy`, `--from` and `--split`.
  init(typed arguments: Arguments) throws(UsageError) {
    let strategy = try arguments.choice("strategy", Self.strategies)
    let locations = arguments.text("from")?.split(separator: ",").map { String($0) } ?? []
    if strategy != nil && !locations.isEmpty {
      throw arguments.error("--from says in which order locations are tried: leave --strategy out")
    }
    self.init(
      strategy: locations.isEmpty ? strategy ?? .priority : .ranked,
      split: try arguments.choice("split", Self.splits) ?? .order, locations: locations)
  }
}
