internal import API
internal import Client

extension Command {
  static let watch = group(
    "watch", "Shows stock, a hold or an order as it is, and again with each change.",
    [watchStock, watchHold, watchOrder])

  private static let patienceFlag = Flag.value(
    "patience", "DURATION", "Give up when no node was reached for so long. Default: never.")

  private static let watchStock = Command(
    name: "stock", summary: "Shows the stock of SKUs, each again when it has changed.",
    details: "Changes are gathered: a SKU is shown at most once an interval. Ends when it is interrupted.",
    operands: [Operand("SKU", "Which; further ones with --sku.")],
    flags: [
      .values("sku", "SKU", "One more; may be given several times, up to 500 in all."),
      .value("location", "LOCATION", "Only this location."),
      .value("every", "DURATION", "How often a SKU is shown at the most, such as 500ms. Default: 1s."), patienceFlag,
    ],
    examples: [
      Example("holdfast watch stock TSHIRT-M-BLUE", "While it sells:"),
      Example("holdfast watch stock TSHIRT-M-BLUE --sku TSHIRT-L-BLUE --json", "One JSON object a change:"),
    ],
    action: { session throws(ToolError) in
      let arguments = session.arguments
      let (every, patience) = try session.usage { () throws(UsageError) in
        (try arguments.duration("every"), try arguments.duration("patience"))
      }
      let changes = session.client.watchStock(
        of: [arguments.required(0)] + arguments.texts("sku"), at: arguments.text("location") ?? "", every: every,
        patience: patience)
      return try await session.follow(changes) { response in
        for stock in response.stock {
          session.output.show(
            JSON(stock), [stock.sku] + Table.stock(stock).lines.map { "  " + $0 })
        }
      }
    })

  private static let watchHold = Command(
    name: "hold", summary: "Shows a hold with each change until it is no longer active.",
    operands: [Operand("HOLD", "Its id, as reserve answered it.")], flags: [patienceFlag],
    examples: [Example("holdfast watch hold 01890a5d-ac96-774b-bcce-b302099a8057-1f3a", "Until it ends:")],
    action: { session throws(ToolError) in
      let patience = try session.usage { () throws(UsageError) in try session.arguments.duration("patience") }
      return try await session.follow(
        session.client.watchHold(session.arguments.required(0), patience: patience)
      ) { response in
        let hold = response.hold ?? Hold()
        let scales = await session.knownScales(of: hold.lines.map(\.sku))
        session.output.show(JSON(hold), Facts.hold(hold) + Table.holdLines(hold, scales: scales).lines)
      }
    })

  private static let watchOrder = Command(
    name: "order", summary: "Shows an order with each change until nothing more happens to it.",
    operands: [Operand("ORDER", "Its id, as hold confirm answered it.")], flags: [patienceFlag],
    examples: [Example("holdfast watch order 01890a5d-ac9b-7001-8000-0000000000ae-1f3a", "Until it is completed:")],
    action: { session throws(ToolError) in
      let patience = try session.usage { () throws(UsageError) in try session.arguments.duration("patience") }
      return try await session.follow(
        session.client.watchOrder(session.arguments.required(0), patience: patience)
      ) { response in
        let order = response.order ?? Order()
        let scales = await session.knownScales(of: order.lines.map(\.sku))
        session.output.show(JSON(order), Facts.order(order) + Table.orderLines(order, scales: scales).lines)
      }
    })
}

extension Session {
  /// Shows each message of a stream until it ends.
  func follow<Message>(
    _ stream: ResumingStream<Message>, _ show: (Message) async throws(ToolError) -> Void
  ) async throws(ToolError) -> ExitCode {
    var messages = stream.makeAsyncIterator()
    while true {
      let message: Message?
      do throws(HoldfastError) { message = try await messages.next(isolation: #isolation) } catch { throw .call(error) }
      guard let message else { return .success }
      try await show(message)
    }
  }
}
