internal import API
internal import Basics
internal import Client

extension Command {
  private static let ages: [Flag] = [
    .value("since", "TIME", "Only those made then or later: \(TimeText.forms)."),
    .value("until", "TIME", "Only those made before; the same forms."),
  ]
  private static let lines: [Flag] = [
    .value("sku", "SKU", "Only those with a line of this SKU."),
    .value("location", "LOCATION", "Only those with a line there, of that SKU if one is named."),
    .value("reference", "TEXT", "Only of this buyer or cart."),
  ]

  private static let holdStates: [(word: String, value: HoldState)] = [
    ("active", .active), ("confirmed", .confirmed), ("released", .released), ("expired", .expired),
  ]

  static let holdList = Command(
    name: "list", summary: "Lists holds, newest first: the live ones, or those in other states.",
    details: "What is over can be listed for 72 hours.",
    flags: lines + [
      .values("state", "STATE", "active, confirmed, released or expired; may be given several times. Default: active.")
    ] + ages + [
      .value("expiring", "TIME", "Only those that expire before; a duration means from now on."), Session.limitFlag,
    ],
    examples: [
      Example("holdfast hold list --reference cart-3441", "What a buyer has in the cart:"),
      Example("holdfast hold list --sku TSHIRT-M-BLUE --expiring 5m", "What comes back in the next five minutes:"),
    ],
    action: { session throws(ToolError) in
      let arguments = session.arguments
      var query = HoldQuery()
      query.sku = arguments.text("sku") ?? ""
      query.location = arguments.text("location") ?? ""
      query.reference = arguments.text("reference") ?? ""
      try session.read { () throws(UsageError) in
        query.states = try arguments.choices("state", holdStates)
        query.createdFrom = try arguments.time("since")
        query.createdBefore = try arguments.time("until")
        query.expiringBefore = try arguments.time("expiring", isAhead: true)
      }
      let list = try await session.collect(session.client.holds(query), limit: try session.limit())
      let scales = await session.knownScales(ofMany: list.elements.flatMap { $0.lines.map(\.sku) })
      return session.show(list, json: { JSON($0) }, table: { .holds($0, scales: scales) }, none: "no such holds")
    })

  private static let orderStatuses: [(word: String, value: OrderStatus)] = [
    ("awaiting-payment", .awaitingPayment), ("backordered", .backordered), ("ready", .ready),
    ("partially-shipped", .partiallyShipped),
    ("shipped", .shipped), ("completed", .completed), ("expired", .expired), ("cancelled", .cancelled),
  ]

  static let orderList = Command(
    name: "list", summary: "Lists orders, newest first.",
    flags: lines + [
      .value("channel", "TEXT", "Only of this channel."),
      .value("number", "TEXT", "Only with this order number of yours."),
      .value("unpaid-by", "TIME", "Only those that expire unless they are paid before; a duration means from now on."),
      .values(
        "status", "STATUS",
        "\(orderStatuses.map(\.word).joined(separator: ", ")); may be given several times. Default: all."),
    ] + ages + [Session.limitFlag],
    examples: [
      Example("holdfast order list --status ready --location BER1", "What is to be shipped from a place:"),
      Example("holdfast order list --until 2d --status ready", "What has waited for two days:"),
    ],
    action: { session throws(ToolError) in
      let arguments = session.arguments
      var query = OrderQuery()
      query.sku = arguments.text("sku") ?? ""
      query.location = arguments.text("location") ?? ""
      query.reference = arguments.text("reference") ?? ""
      query.externalNumber = arguments.text("number") ?? ""
      try session.read { () throws(UsageError) in
        query.channel = arguments.text("channel") ?? ""
        query.payByBefore = try arguments.time("unpaid-by", isAhead: true)
        query.statuses = try arguments.choices("status", orderStatuses)
        query.createdFrom = try arguments.time("since")
        query.createdBefore = try arguments.time("until")
      }
      let list = try await session.collect(session.client.orders(query), limit: try session.limit())
      let scales = await session.knownScales(ofMany: list.elements.flatMap { $0.lines.map(\.sku) })
      return session.show(list, json: { JSON($0) }, table: { .orders($0, scales: scales) }, none: "no such orders")
    })
}

extension Session {
  /// Reads several things that were typed.
  func read(_ body: () throws(UsageError) -> Void) throws(ToolError) {
    do throws(UsageError) { try body() } catch { throw .usage(error) }
  }
}

extension Table {
  fileprivate static func holds(_ holds: [Hold], scales: [String: Int]) -> Table {
    var table = Table([
      .text("HOLD"), .text("STATE"), .text("MADE"), .text("EXPIRES"), .text("REFERENCE"), .text("LINES"),
    ])
    for hold in holds {
      table.add([
        hold.holdID, hold.state.name, TimeText.show(hold.createTime) ?? "", TimeText.show(hold.expireTime) ?? "",
        hold.reference,
        hold.lines.map { "\($0.sku)=\(QuantityText.show($0.quantity, scale: scales[$0.sku] ?? 0))" }.joined(
          separator: " "),
      ])
    }
    return table
  }

  fileprivate static func orders(_ orders: [Order], scales: [String: Int]) -> Table {
    var table = Table([
      .text("ORDER"), .text("STATUS"), .text("MADE"), .text("NUMBER"), .text("REFERENCE"), .text("LINES"),
    ])
    for order in orders {
      table.add([
        order.orderID, order.status.name, TimeText.show(order.createTime) ?? "", order.externalNumber,
        order.reference,
        order.lines.map { "\($0.sku)=\(QuantityText.show($0.ordered, scale: scales[$0.sku] ?? 0))" }.joined(
          separator: " "),
      ])
    }
    return table
  }
}
