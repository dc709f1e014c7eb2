internal import API
internal import Client
internal import Foundation

extension Command {
  static let feed = Command(
    name: "feed", summary: "Follows every movement of stock: the change feed.",
    details: """
      Shows each record once, of each shard in order and without a gap, and goes on by itself when nodes go. With \
      --token-file it goes on where it was when it was ended, by whatever means: the file is replaced when the records \
      before it were written. A crash in between shows them once more, so who consumes the output stores the token with \
      its own state; with --json it comes as a line of its own behind the records. Ends with 1 when the journal was cut \
      behind the token (FEED_GAP): begin anew with --from beginning.
      """,
    flags: [
      .value("from", "TOKEN|beginning|now", "Where to begin when there is no token file yet. Default: now."),
      .value("token-file", "FILE", "Begin with the token in this file, and keep the newest one there."),
      .values("shard", "N", "Only this shard; may be given several times, and not with a token."),
      .value("heartbeat", "DURATION", "How often a new token comes although nothing happens. Default: 5s."),
      .value("patience", "DURATION", "Give up when no node was reached for so long. Default: never."),
      .toggle("until-caught-up", "End when everything that is there was shown."),
    ],
    examples: [
      Example("holdfast feed", "What happens, as it happens:"),
      Example("holdfast feed --from beginning --until-caught-up --json", "Everything there is, for a script:"),
      Example("holdfast feed --from beginning --token-file books.token --json", "For one that goes on later:"),
    ],
    action: { session throws(ToolError) in
      let arguments = session.arguments
      let (heartbeat, patience) = try session.usage { () throws(UsageError) in
        (try arguments.duration("heartbeat"), try arguments.duration("patience"))
      }
      let file = arguments.text("token-file")
      let stream = session.client.changes(
        from: try session.feedStart(file), shards: try session.feedShards(), heartbeat: heartbeat, patience: patience)
      let endsCaughtUp = arguments.has("until-caught-up")
      var messages = stream.makeAsyncIterator()
      while true {
        let response: StreamChangesResponse?
        do throws(HoldfastError) { response = try await messages.next(isolation: #isolation) } catch {
          throw .call(error)
        }
        guard let response else { return .success }
        session.show(response)
        if let file { try session.store(response.token, in: file) }
        if endsCaughtUp && response.caughtUp { return .success }
      }
    })
}

extension Session {
  fileprivate func feedStart(_ file: String?) throws(ToolError) -> FeedStart {
    if let file, FileManager.default.fileExists(atPath: file) {
      do {
        let text = try String(contentsOf: URL(filePath: file), encoding: .utf8)
        return .token(text.trimmingCharacters(in: .whitespacesAndNewlines))
      } catch { throw .input("\(file) cannot be read: \(error.localizedDescription)") }
    }
    switch arguments.text("from") {
    case "now", nil: return .now
    case "beginning": return .beginning
    case .some(let token): return .token(token)
    }
  }

  fileprivate func feedShards() throws(ToolError) -> [UInt32] {
    var shards: [UInt32] = []
    for text in arguments.texts("shard") {
      guard let shard = UInt32(text) else { throw wrong("--shard wants a whole number, not '\(text)'") }
      shards.append(shard)
    }
    return shards
  }

  /// Whole or not at all: another file is written, and takes the name of the old one.
  fileprivate func store(_ token: String, in file: String) throws(ToolError) {
    do { try Data((token + "\n").utf8).write(to: URL(filePath: file), options: .atomic) } catch {
      throw .input("\(file) cannot be written: \(error.localizedDescription)")
    }
  }

  fileprivate func show(_ response: StreamChangesResponse) {
    var lines: [String] = []
    for changes in response.shards {
      let shard = Int64(changes.shard)
      for base in changes.base {
        lines.append(
          output.isJSON
            ? JSON.object([
              "shard": .integer(shard), "base_sequence": .integer(changes.baseSequence), "base": JSON(base),
            ]).line : FeedText.line(base, of: changes))
      }
      for record in changes.records {
        lines.append(
          output.isJSON
            ? JSON.object(["shard": .integer(shard), "record": JSON(record)]).line : FeedText.line(record, of: changes))
      }
    }
    if output.isJSON {
      lines.append(
        JSON.object(["token": .text(response.token), "caught_up": .bool(response.caughtUp)]).line)
    }
    output.lines(lines)
  }
}

/// Records of the change feed for people, one a line. Quantities are in the SKU's base unit.
enum FeedText {
  static func line(_ record: JournalRecord, of changes: ShardChanges) -> String {
    let cause = [record.cause?.kind.name ?? "", record.cause?.id ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    return "\(changes.shard):\(record.sequence)  \(TimeText.show(record.time) ?? "")  \(record.tenant)/\(record.sku)"
      + " at \(record.location): \(record.quantity) from \(record.fromAccount.name) (\(record.fromBalance))"
      + " to \(record.toAccount.name) (\(record.toBalance)), \(cause)"
  }

  static func line(_ base: StockBase, of changes: ShardChanges) -> String {
    let balances = base.balances ?? StockBalances()
    return "\(changes.shard):\(changes.baseSequence)  begins  \(base.tenant)/\(base.sku) at \(base.location):"
      + " available \(balances.available), held \(balances.held), allocated \(balances.allocated)"
  }
}
