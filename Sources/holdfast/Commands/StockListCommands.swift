internal import API
internal import Basics
internal import Client

extension Command {
  static let stockShow = Command(
    name: "show", summary: "Shows the stock of one SKU, by location: as it is, or as it was.",
    details: "How far back it can be shown depends on how long the journal is kept.",
    operands: [Operand("SKU", "Which.")],
    flags: [
      .value("location", "LOCATION", "Only this location."),
      .value("as-of", "TIME", "As it was then: \(TimeText.forms)."),
      .value("as-of-revision", "N", "As it was right after the change that answered this revision."),
    ],
    examples: [
      Example("holdfast stock show TSHIRT-M-BLUE", "How much there is, and where:"),
      Example("holdfast stock show TSHIRT-M-BLUE --as-of 2026-01-01", "How much there was at the turn of the year:"),
    ],
    action: { session throws(ToolError) in
      let sku = session.arguments.required(0)
      let location = session.arguments.text("location") ?? ""
      let moment = try session.moment()
      let stock = try await session.ask { () throws(HoldfastError) in
        if let moment { return try await session.client.stock(of: sku, at: location, asOf: moment) }
        return try await session.client.stock(of: sku, at: location)
      }
      session.output.show(JSON(stock), Table.stock(stock).lines)
      return .success
    })

  static let stockAvailability = Command(
    name: "availability", summary: "Shows how much of each SKU can be reserved now.",
    operands: [Operand("SKU", "Which ones; up to 500.", isRepeatable: true)],
    flags: [.values("location", "LOCATION", "Only there; may be given several times.")],
    examples: [Example("holdfast stock availability TSHIRT-M-BLUE RICE", "What a page of the shop shows:")],
    action: { session throws(ToolError) in
      let skus = session.arguments.operands
      let results = try await session.ask { () throws(HoldfastError) in
        try await session.client.availability(of: skus, at: session.arguments.texts("location"))
      }
      if session.output.isJSON {
        session.output.lines(zip(skus, results).map { JSON(availabilityOf: $0, $1).line })
      } else {
        session.output.lines(Table.availability(skus, results).lines)
      }
      for case .failure(let error) in results { return ErrorText.exitCode(error) }
      return .success
    })

  static let stockList = Command(
    name: "list", summary: "Lists the stock of all SKUs.",
    flags: [
      .value("location", "LOCATION", "Only this location."), .value("sku-prefix", "TEXT", "Only SKUs that begin so."),
      .value("available-min", "N", "Only SKUs with at least so much available, in base units."),
      .value("available-max", "N", "Only SKUs with at most so much available, in base units; 0: what is sold out."),
      Session.limitFlag,
    ],
    examples: [
      Example("holdfast stock list --location BER1", "What lies in one place:"),
      Example("holdfast stock list --available-max 5", "What is running out:"),
    ],
    action: { session throws(ToolError) in
      let arguments = session.arguments
      var query = StockQuery(location: arguments.text("location") ?? "")
      query.skuPrefix = arguments.text("sku-prefix") ?? ""
      (query.availableMin, query.availableMax) = try session.usage { () throws(UsageError) in
        (
          try arguments.integer("available-min", in: 0...Int.max).map { Int64($0) },
          try arguments.integer("available-max", in: 0...Int.max).map { Int64($0) }
        )
      }
      let list = try await session.collect(session.client.allStock(query), limit: try session.limit())
      return session.show(list, json: { JSON($0) }, table: { .stock($0) }, none: "no such SKUs")
    })
}

extension Session {
  fileprivate func moment() throws(ToolError) -> GetStockRequest.AsOf? {
    let (time, revision) = try usage { () throws(UsageError) in
      (try arguments.time("as-of"), try arguments.integer("as-of-revision", in: 0...Int.max))
    }
    if time != nil, revision != nil { throw wrong("give --as-of or --as-of-revision, not both") }
    if let revision { return .asOfRevision(Int64(revision)) }
    return time.map { .asOfTime(.init($0)) }
  }
}

extension JSON {
  fileprivate init(availabilityOf sku: String, _ result: Result<Availability, HoldfastError>) {
    switch result {
    case .success(let availability):
      self = .object([
        "sku": .text(sku), "available": .integer(availability.available),
        "quantity_scale": .integer(Int64(availability.quantityScale)),
      ])
    case .failure(let error):
      self = .object([
        "sku": .text(sku), "available": .null, "reason": .text(error.reasonName),
        "message": .text(error.failure.message),
      ])
    }
  }
}

extension Table {
  fileprivate static func availability(
    _ skus: [String], _ results: [Result<Availability, HoldfastError>]
  ) -> Table {
    var table = Table([.text("SKU"), .number("AVAILABLE")])
    for (sku, result) in zip(skus, results) {
      switch result {
      case .success(let found):
        table.add([sku, QuantityText.show(found.available, scale: Int(found.quantityScale))])
      case .failure(let error): table.add([sku, error.failure.message])
      }
    }
    return table
  }
}
