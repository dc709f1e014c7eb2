internal import API
internal import Client

extension Command {
  static let verify = Command(
    name: "verify", summary: "Checks the ledger of the whole cluster while it serves.",
    details: """
      No account that may not be is below zero; all accounts of a SKU at a location add up to zero; the journal adds up \
      to the balances; what is held is the sum of the live holds, what is allocated the sum of the open orders. Ends \
      with 5 when something is wrong. It reads everything: it may take minutes, 10 by default.
      """,
    flags: [.values("shard", "N", "Only this shard; may be given several times.")],
    examples: [
      Example("holdfast verify", "All of it:"),
      Example("holdfast verify --timeout 1h --json", "A large one, for a script:"),
    ],
    action: { session throws(ToolError) in
      let (shards, timeout) = try session.usage { () throws(UsageError) in
        var shards: [UInt32] = []
        for text in session.arguments.texts("shard") {
          guard let shard = UInt32(text) else {
            throw session.arguments.error("--shard wants a whole number, not '\(text)'")
          }
          shards.append(shard)
        }
        return (shards, try session.arguments.duration("timeout") ?? .seconds(600))
      }
      let output = session.output
      let report = try await session.ask { () throws(HoldfastError) in
        try await session.client.verifyLedger(shards: shards, timeout: timeout) { shard in
          if output.isJSON { output.line(JSON(shard).line) }
        }
      }
      if !output.isJSON { output.lines(session.text(report)) }
      return report.isSound ? .success : .findings
    })

  static let status = Command(
    name: "status", summary: "Tells how the node is: its stores, shards and alarms.",
    examples: [Example("holdfast status --address 127.0.0.1:7400", "A look at one node:")],
    action: { session throws(ToolError) in
      let status = try await session.ask { () throws(HoldfastError) in try await session.client.status() }
      session.output.show(JSON(status), session.text(status))
      return .success
    })

  static let health = Command(
    name: "health", summary: "Tells whether the node serves; ends with 4 when it does not.",
    flags: [.value("service", "NAME", "One service, such as holdfast.v1.HoldService. Default: the node as a whole.")],
    examples: [Example("holdfast health && echo ready", "In a script that waits for a node:")],
    action: { session throws(ToolError) in
      let service = session.arguments.text("service") ?? ""
      let health = try await session.ask { () throws(HoldfastError) in
        try await session.client.health(service: service)
      }
      session.output.show(.object(["service": .text(service), "status": .text(health.name)]), [health.name])
      return health == .serving ? .success : .unavailable
    })
}

extension Session {
  fileprivate func text(_ report: LedgerReport) -> [String] {
    var lines = Table.verification(report.shards).lines
    for shard in report.shards {
      for finding in shard.findings {
        let place = [finding.sku, finding.location].filter { !$0.isEmpty }.joined(separator: " at ")
        let since = TimeText.show(finding.since).map { " (since \($0))" } ?? ""
        lines.append("shard \(shard.shard)\(place.isEmpty ? "" : ", \(place)"): \(finding.text)\(since)")
        if !finding.advice.isEmpty { lines.append("  to do: \(finding.advice)") }
      }
      let hidden = shard.findingCount - Int64(shard.findings.count)
      if hidden > 0 { lines.append("shard \(shard.shard): \(hidden) more") }
    }
    let expected = Int(report.shards.first?.shardCount ?? 0)
    if report.isSound {
      lines.append("the ledger is sound")
    } else if report.shards.count < expected || expected == 0 {
      lines.append("only \(report.shards.count) of \(expected) shards were checked: the ledger is NOT proven sound")
    } else {
      lines.append("the ledger is NOT sound")
    }
    return lines
  }

  fileprivate func text(_ status: GetStatusResponse) -> [String] {
    var lines = Facts.lines([
      ("node", String(status.nodeID)), ("version", status.version),
      ("up", DurationText.show(milliseconds: status.uptime?.milliseconds ?? 0)),
      ("data format", String(status.dataFormat)),
      (
        "disk free",
        status.stores.map { "store \($0.store): \($0.diskFreeBytes / 1_048_576) MiB" }.joined(separator: ", ")
      ),
    ])
    lines += Table.shards(status).lines
    if status.stores.contains(where: { !$0.followers.isEmpty }) { lines += Table.followers(status).lines }
    lines += status.alarms.map { "ALARM \($0.kind): \($0.text)" }
    return lines
  }
}
