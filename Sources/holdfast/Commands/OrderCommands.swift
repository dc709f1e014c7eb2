internal import API
internal import Basics
internal import Client

extension Command {
  static let order = group(
    "order", "Makes, shows and changes orders.",
    [
      orderCreate, orderShow, orderList, orderPay, orderHold, orderResume, orderCancel, orderAmend, orderMove,
      orderShip,
      orderComplete,
    ])

  private static let orderID = Operand("ORDER", "Its id, as order create or hold confirm answered it.")
  private static let exampleID = "01890a5d-ac9b-7001-8000-0000000000ae-1f3a"

  private static let orderCreate = Command(
    name: "create", summary: "Makes an order of stock that is available: all of it, or nothing.",
    details: """
      Without a location, the stock is taken from the active location with the lowest priority that has enough. An order \
      number is unique in its channel: the same order made again is the first one.
      """,
    operands: [Operand("SKU=QUANTITY[@LOCATION]", "What to order.", isRepeatable: true)],
    flags: Session.termFlags + [
      .value("reference", "TEXT", "Yours, such as a cart's number; at most 64 bytes."),
      .value("replaces", "ORDER", "The order in whose place this one is."),
      .toggle("backorder", "Lines may wait for stock, as far as their SKUs take backorders."),
    ] + Session.sourcingFlags + Session.unexplainedWriteFlags,
    examples: [
      Example("holdfast order create TSHIRT-M-BLUE=2 --channel market-de --number 305-7712", "A marketplace's order:"),
      Example("holdfast order create SOCKS=1@BER1 --pay-within 24h", "To be paid within a day:"),
      Example("holdfast order create TSHIRT-M-BLUE=1 --replaces \(exampleID)", "In place of one that got lost:"),
    ],
    action: { session throws(ToolError) in
      let arguments = session.arguments
      let terms = try session.terms()
      let sourcing = try session.usage { () throws(UsageError) in try Sourcing(typed: arguments) }
      let options = try session.writeOptions()
      let lines = try await session.newOrderLines(arguments.operands)
      let written = try await session.ask { () throws(HoldfastError) in
        try await session.client.createOrder(
          lines, externalNumber: terms.number, channel: terms.channel, reference: arguments.text("reference") ?? "",
          payWithin: terms.payWithin, replaces: arguments.text("replaces") ?? "",
          sourcing: sourcing, allowsBackorder: arguments.has("backorder"), options: options)
      }
      return await session.show(written)
    })

  private static let orderShow = Command(
    name: "show", summary: "Shows an order, by its id or by its number in a channel.",
    operands: [Operand("ORDER", "Its id; left out with --number.", isRequired: false)],
    flags: [
      .value("number", "TEXT", "Your order number, in place of the id."),
      .value("channel", "TEXT", "The channel of the number."),
    ],
    examples: [
      Example("holdfast order show \(exampleID)", "How far it is:"),
      Example("holdfast order show --channel market-de --number 305-7712", "By the marketplace's number:"),
    ],
    action: { session throws(ToolError) in
      let order = try await session.findOrder()
      let scales = await session.knownScales(of: order.lines.map(\.sku))
      session.output.show(JSON(order), Session.lines(order, scales: scales))
      return .success
    })

  private static let orderPay = Command(
    name: "pay", summary: "Records that an order was paid.", operands: [orderID],
    flags: [.value("payment", "TEXT", "What the payment is called; at most 64 bytes.")] + Session.writeFlags,
    examples: [Example("holdfast order pay \(exampleID) --payment pay_8812", "The bank says so:")],
    action: { session throws(ToolError) in
      let reference = session.arguments.text("payment") ?? ""
      return try await session.change { id, options throws(HoldfastError) in
        try await session.client.payOrder(id, paymentReference: reference, options: options)
      }
    })

  private static let orderHold = Command(
    name: "hold", summary: "Keeps an order from being shipped; --reason says why.", operands: [orderID],
    flags: Session.writeFlags,
    examples: [Example("holdfast order hold \(exampleID) --reason fraud-review", "Somebody has to look at it:")],
    action: { session throws(ToolError) in
      try await session.change { id, options throws(HoldfastError) in
        try await session.client.holdOrder(id, options: options)
      }
    })

  private static let orderResume = Command(
    name: "resume", summary: "Lets an order that is on hold be shipped again.", operands: [orderID],
    flags: Session.writeFlags, examples: [Example("holdfast order resume \(exampleID)", "It is all right:")],
    action: { session throws(ToolError) in
      try await session.change { id, options throws(HoldfastError) in
        try await session.client.resumeOrder(id, options: options)
      }
    })

  private static let orderComplete = Command(
    name: "complete", summary: "Closes an order all of which was shipped or cancelled.", operands: [orderID],
    flags: Session.writeFlags, examples: [Example("holdfast order complete \(exampleID)", "It has arrived:")],
    action: { session throws(ToolError) in
      try await session.change { id, options throws(HoldfastError) in
        try await session.client.completeOrder(id, options: options)
      }
    })
}

// What changes the quantities of lines.
extension Command {
  private static let orderCancel = Command(
    name: "cancel", summary: "Cancels an order, or lines of it, as far as they are not shipped.",
    operands: [
      orderID,
      Operand("LINE[=QUANTITY]", "What to cancel; by default all that is open.", isRequired: false, isRepeatable: true),
    ], flags: Session.writeFlags,
    examples: [
      Example("holdfast order cancel \(exampleID)", "All of it:"),
      Example("holdfast order cancel \(exampleID) 1=2 3", "Two of line 1, and line 3:"),
    ],
    action: { session throws(ToolError) in
      let lines = try await session.typedLines()
      return try await session.change { id, options throws(HoldfastError) in
        try await session.client.cancelOrder(id, lines: lines, options: options)
      }
    })

  private static let orderShip = Command(
    name: "ship", summary: "Records that an order, or lines of it, have left: once for each shipment.",
    operands: [
      orderID, Operand("SHIPMENT", "What the shipment is called, such as its tracking number."),
      Operand(
        "LINE[=QUANTITY]", "What has left; by default all that has its stock.", isRequired: false, isRepeatable: true),
    ], flags: Session.writeFlags,
    examples: [
      Example("holdfast order ship \(exampleID) DHL-00340434", "All of it:"),
      Example("holdfast order ship \(exampleID) DHL-00340435 1=2", "Two of line 1:"),
    ],
    action: { session throws(ToolError) in
      let shipment = session.arguments.required(1)
      let lines = try await session.typedLines(from: 2)
      return try await session.change { id, options throws(HoldfastError) in
        try await session.client.shipOrder(id, shipmentID: shipment, lines: lines, options: options)
      }
    })

  private static let orderAmend = Command(
    name: "amend", summary: "Changes how much is wanted of an order's lines, and adds lines.",
    details: "Only the differences move: what stays keeps its stock. All of it is done, or nothing.",
    operands: [
      orderID,
      Operand(
        "LINE=QUANTITY", "How much is wanted of a line in all, without what was cancelled.", isRequired: false,
        isRepeatable: true),
    ],
    flags: [
      .values("add", "SKU=QUANTITY[@LOCATION]", "A line to add."),
      .value("expect-version", "N", "The version of the order that is to be changed; by default any."),
    ] + Session.writeFlags,
    examples: [
      Example("holdfast order amend \(exampleID) 1=3", "Three of line 1 in place of two:"),
      Example("holdfast order amend \(exampleID) --add SOCKS=1 --expect-version 5", "Socks as well:"),
    ],
    action: { session throws(ToolError) in
      let arguments = session.arguments
      let version = try session.usage { () throws(UsageError) in
        try arguments.integer("expect-version", in: 0...Int(UInt32.max)) ?? 0
      }
      let lines = try await session.typedLines()
      guard lines.allSatisfy({ $0.quantity > 0 }) else {
        throw session.wrong("a line wants its quantity: LINE=QUANTITY")
      }
      let added = try await session.newOrderLines(arguments.texts("add"))
      return try await session.change { id, options throws(HoldfastError) in
        try await session.client.amendOrder(
          id, lines: lines, adding: added, expectedVersion: Int64(version), options: options)
      }
    })
}

extension Session {
  /// Flags of the commands that make orders; see ``terms()``.
  static let termFlags: [Flag] = [
    .value("number", "TEXT", "Your order number, unique in its channel; at most 64 bytes."),
    .value("channel", "TEXT", "Where it was bought, such as a marketplace; at most 64 bytes."),
    .value("pay-within", "DURATION", "Expires unless it is paid so soon: 1s to 90d. Default: may ship unpaid."),
  ]

  func terms() throws(ToolError) -> (number: String, channel: String, payWithin: Duration?) {
    let payWithin = try usage { () throws(UsageError) in try arguments.duration("pay-within") }
    return (arguments.text("number") ?? "", arguments.text("channel") ?? "", payWithin)
  }

  /// Lines of an order as they were typed: `SKU=QUANTITY@LOCATION`.
  fileprivate func newOrderLines(_ texts: [String]) async throws(ToolError) -> [NewOrderLine] {
    let typed = try usage { () throws(UsageError) in
      var typed: [ReserveLineText] = []
      for text in texts { typed.append(try ReserveLineText(text, arguments)) }
      return typed
    }
    let scales = try await scales(of: Array(Set(typed.map(\.sku))).sorted())
    var lines: [NewOrderLine] = []
    for line in typed {
      guard line.minimum == nil else { throw wrong("a line of an order has one quantity, such as \(line.sku)=5") }
      let quantity = try quantity(line.quantity, of: line.sku, scale: scales[line.sku] ?? 0)
      lines.append(NewOrderLine(sku: line.sku, location: line.location, quantity: quantity))
    }
    return lines
  }

  /// The lines of the order that were typed behind other operands. Where one has a quantity, the order is read to know the
  /// scales of its SKUs.
  fileprivate func typedLines(from place: Int = 1) async throws(ToolError) -> [OrderLineQuantity] {
    let typed = try usage { () throws(UsageError) in
      var typed: [OrderLineText] = []
      for text in arguments.operands.dropFirst(place) { typed.append(try OrderLineText(text, arguments)) }
      return typed
    }
    guard typed.contains(where: { $0.quantity != nil }) else { return typed.map { OrderLineQuantity(line: $0.line) } }
    let id = arguments.required(0)
    let order = try await ask { () throws(HoldfastError) in try await client.order(id).value }
    let scales = try await scales(of: Array(Set(order.lines.map(\.sku))).sorted())
    var lines: [OrderLineQuantity] = []
    for line in typed { lines.append(try line.lineQuantity(self, of: order, scales: scales)) }
    return lines
  }

  fileprivate func findOrder() async throws(ToolError) -> Order {
    let channel = arguments.text("channel") ?? ""
    switch (arguments.operand(0), arguments.text("number")) {
    case (let id?, nil): return try await ask { () throws(HoldfastError) in try await client.order(id).value }
    case (nil, let number?):
      return try await ask { () throws(HoldfastError) in
        try await client.order(externalNumber: number, channel: channel).value
      }
    default: throw wrong("name the order either by its id or by --number")
    }
  }

  /// Changes the order that was typed, and shows it.
  fileprivate func change(
    _ call: (String, WriteOptions) async throws(HoldfastError) -> Written<Order>
  ) async throws(ToolError) -> ExitCode {
    let id = arguments.required(0)
    let options = try writeOptions()
    return await show(try await ask { () throws(HoldfastError) in try await call(id, options) })
  }

  func show(_ written: Written<Order>) async -> ExitCode {
    let order = written.value
    let scales = await knownScales(of: order.lines.map(\.sku))
    output.show(
      .object([
        "order": JSON(order), "revision": .integer(written.revision), "replayed": .bool(written.replayed),
        "request_id": .text(written.requestID.description),
      ]), Self.lines(order, scales: scales))
    if written.replayed { output.note("this was done before; nothing changed now") }
    return .success
  }

  fileprivate static func lines(_ order: Order, scales: [String: Int]) -> [String] {
    Facts.order(order) + Table.orderLines(order, scales: scales).lines + order.shipments.map { Facts.shipment($0) }
  }
}
