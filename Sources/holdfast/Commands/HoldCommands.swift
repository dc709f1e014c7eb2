internal import API
internal import Basics
internal import Client

extension Command {
  static let reserve = Command(
    name: "reserve", summary: "Reserves stock for a while: makes a hold.",
    details: """
      Without a location, the stock is taken from the active location with the lowest priority that has enough; with \
      --strategy and --split, from others. A hold \
      ends by being confirmed, released, or when its time is over. SKUs of several shards are held together or not at \
      all, as those of one are.
      """,
    operands: [
      Operand(
        "SKU=QUANTITY[@LOCATION]",
        "What to hold. With --mode up-to, a quantity may be MINIMUM..QUANTITY, such as 2..5.", isRepeatable: true)
    ],
    flags: [
      .value("ttl", "DURATION", "How long: 1s to 24h, such as 90s, 15m or 1h30m. Default: 15m."),
      .value(
        "mode", "MODE",
        "all-or-nothing; whole-lines: the lines that can be met in full; up-to: of each line as much as there is."
          + " Default: all-or-nothing."),
      .value("reference", "TEXT", "Yours, such as a cart's number; at most 64 bytes."),
    ] + Session.sourcingFlags + Session.unexplainedWriteFlags,
    examples: [
      Example("holdfast reserve TSHIRT-M-BLUE=2 --ttl 10m --reference cart-3441", "Two of one, from anywhere:"),
      Example("holdfast reserve TSHIRT-M-BLUE=1@BER1 SOCKS=3@BER1", "Both or none, from one place:"),
      Example("holdfast reserve RICE=0.5..2 --mode up-to", "As much as there is, but half a kilogram at least:"),
    ],
    action: { session throws(ToolError) in
      let arguments = session.arguments
      let (typed, mode, timeToLive) = try session.usage { () throws(UsageError) in
        var typed: [ReserveLineText] = []
        for text in arguments.operands { typed.append(try ReserveLineText(text, arguments)) }
        return (typed, try arguments.choice("mode", modes) ?? .allOrNothing, try arguments.duration("ttl"))
      }
      let sourcing = try session.usage { () throws(UsageError) in try Sourcing(typed: arguments) }
      let scales = try await session.scales(of: Array(Set(typed.map(\.sku))).sorted())
      var lines: [ReserveLine] = []
      for line in typed { lines.append(try line.line(session, scale: scales[line.sku] ?? 0)) }
      let options = try session.writeOptions()
      let written = try await session.ask { () throws(HoldfastError) in
        try await session.client.reserve(
          lines, mode: mode, timeToLive: timeToLive, reference: arguments.text("reference") ?? "",
          sourcing: sourcing, options: options)
      }
      return session.show(written, scales: scales)
    })

  private static let modes: [(word: String, value: ReserveMode)] = [
    ("all-or-nothing", .allOrNothing), ("whole-lines", .wholeLines), ("up-to", .upTo),
  ]

  static let hold = group(
    "hold", "Shows, extends, moves, releases and confirms holds.",
    [holdShow, holdList, holdExtend, holdRelease, holdMove, holdConfirm])

  private static let holdID = Operand("HOLD", "Its id, as reserve answered it.")
  private static let exampleID = "01890a5d-ac96-774b-bcce-b302099a8057-1f3a"

  private static let holdShow = Command(
    name: "show", summary: "Shows a hold.", operands: [holdID],
    examples: [Example("holdfast hold show \(exampleID)", "What it keeps, and until when:")],
    action: { session throws(ToolError) in
      let id = session.arguments.required(0)
      let hold = try await session.ask { () throws(HoldfastError) in try await session.client.hold(id).value }
      let scales = await session.knownScales(of: hold.lines.map(\.sku))
      session.output.show(JSON(hold), Facts.hold(hold) + Table.holdLines(hold, scales: scales).lines)
      return .success
    })

  private static let holdExtend = Command(
    name: "extend", summary: "Lets a live hold live on: it expires so long from now.", operands: [holdID],
    flags: [.value("ttl", "DURATION", "How long from now: 1s to 24h. Default: 15m.")] + Session.unexplainedWriteFlags,
    examples: [Example("holdfast hold extend \(exampleID) --ttl 5m", "The buyer is paying:")],
    action: { session throws(ToolError) in
      let id = session.arguments.required(0)
      let timeToLive = try session.usage { () throws(UsageError) in try session.arguments.duration("ttl") }
      let options = try session.writeOptions()
      let written = try await session.ask { () throws(HoldfastError) in
        try await session.client.extendHold(id, timeToLive: timeToLive, options: options)
      }
      return session.show(written, scales: await session.knownScales(of: written.value.lines.map(\.sku)))
    })

  private static let holdRelease = Command(
    name: "release", summary: "Gives all of a live hold's stock back.", operands: [holdID],
    flags: Session.unexplainedWriteFlags,
    examples: [Example("holdfast hold release \(exampleID)", "The cart was emptied:")],
    action: { session throws(ToolError) in
      let id = session.arguments.required(0)
      let options = try session.writeOptions()
      let written = try await session.ask { () throws(HoldfastError) in
        try await session.client.releaseHold(id, options: options)
      }
      return session.show(written, scales: await session.knownScales(of: written.value.lines.map(\.sku)))
    })

  private static let holdConfirm = Command(
    name: "confirm", summary: "Turns a hold into an order.",
    details: "A hold that has expired is confirmed all the same if its stock is still there.", operands: [holdID],
    flags: Session.termFlags + Session.unexplainedWriteFlags,
    examples: [
      Example("holdfast hold confirm \(exampleID) --number SO-10023", "The buyer has paid:"),
      Example("holdfast hold confirm \(exampleID) --number SO-10024 --pay-within 24h", "The buyer is to pay:"),
    ],
    action: { session throws(ToolError) in
      let id = session.arguments.required(0)
      let terms = try session.terms()
      let options = try session.writeOptions()
      let written = try await session.ask { () throws(HoldfastError) in
        try await session.client.confirmHold(
          id, externalNumber: terms.number, channel: terms.channel, payWithin: terms.payWithin, options: options)
      }
      return await session.show(written)
    })
}

extension Session {
  func show(_ written: Written<Hold>, scales: [String: Int]) -> ExitCode {
    let hold = written.value
    output.show(
      .object([
        "hold": JSON(hold), "revision": .integer(written.revision), "replayed": .bool(written.replayed),
        "request_id": .text(written.requestID.description),
      ]), Facts.hold(hold) + Table.holdLines(hold, scales: scales).lines)
    if written.replayed { output.note("this request was answered before; nothing changed now") }
    return .success
  }
}
