internal import API
internal import Client

// Commands that give slots to other shards. Like the others about the cluster they set a goal that the nodes work towards
// by themselves; `--wait` waits for it.

extension Command {
  private static let reasonFlag = Flag.value("reason", "TEXT", "Why, for the nodes' logs.")
  private static let dryRunFlag = Flag.toggle("dry-run", "Only tell what would happen.")
  private static let slotsFlag = Flag.value("slots", "FIRST-LAST", "Which slots, such as 2048-4095.")

  static let clusterSplit = Command(
    name: "split", summary: "Makes a new shard that takes a part of a shard's slots, while all are served.",
    details: """
      Without --slots it takes the upper half of the slots, with --by-load those behind the slot where the shard's work \
      of the last minutes is halved. The new shard gets as many replicas as the replication factor says, where there is \
      the least.
      """,
    operands: [Operand("SHARD", "Its number, as holdfast cluster shards shows it.")],
    flags: [
      slotsFlag, .toggle("by-load", "Halve the work instead of the number of slots."), dryRunFlag, Session.waitFlag,
      reasonFlag,
    ],
    examples: [
      Example("holdfast cluster split 1 --by-load --dry-run", "What splitting a hot shard would do:"),
      Example("holdfast cluster split 1 --by-load --wait", "Until the new shard has its slots:"),
    ],
    action: { session throws(ToolError) in
      let (shard, slots) = (try session.shard(0), try session.slots())
      let isDry = session.arguments.has("dry-run")
      let answer = try await session.ask { () throws(HoldfastError) in
        try await session.client.splitShard(
          shard, slots: slots, byLoad: session.arguments.has("by-load"), dryRun: isDry,
          reason: session.arguments.text("reason") ?? "")
      }
      return try await session.follow(answer, isDry: isDry)
    })

  static let clusterMoveSlots = Command(
    name: "move-slots", summary: "Has slots of a shard go to another one, while all are served.",
    operands: [Operand("FROM", "The shard that has them."), Operand("TO", "The shard that is to have them.")],
    flags: [slotsFlag, dryRunFlag, Session.waitFlag, reasonFlag],
    examples: [Example("holdfast cluster move-slots 1 2 --slots 100-199 --wait", "A hundred slots to shard 2:")],
    action: { session throws(ToolError) in
      let (from, to) = (try session.shard(0), try session.shard(1))
      guard let slots = try session.slots() else { throw session.wrong("--slots says which slots are to move") }
      let isDry = session.arguments.has("dry-run")
      let answer = try await session.ask { () throws(HoldfastError) in
        try await session.client.moveSlots(
          slots, from: from, to: to, dryRun: isDry, reason: session.arguments.text("reason") ?? "")
      }
      return try await session.follow(answer, isDry: isDry)
    })

  static let clusterMoves = Command(
    name: "moves", summary: "Lists moves of slots, or lets one rest, go on or end early.",
    details: """
      A slot is always wholly in one shard: a move that rests or ends early leaves with the target what has moved by then.
      """,
    flags: [
      .value("pause", "MOVE", "Let this move rest."), .value("resume", "MOVE", "Let it go on."),
      .value("cancel", "MOVE", "End it with what has moved by now."), reasonFlag,
    ],
    examples: [
      Example("holdfast cluster moves", "How far they are:"),
      Example("holdfast cluster moves --pause 16384000", "Before the sale begins:"),
    ],
    action: { session throws(ToolError) in
      if let (move, state) = try session.moveChange() {
        _ = try await session.ask { () throws(HoldfastError) in
          try await session.client.changeSlotMove(
            move, to: state, reason: session.arguments.text("reason") ?? "")
        }
      }
      let cluster = try await session.look()
      return session.show(
        (cluster.moves, false), json: { JSON($0) }, table: { .moves($0) }, none: "no slots were moved")
    })

  static let clusterSlots = Command(
    name: "slots", summary: "Lists which shard has which slots.",
    examples: [Example("holdfast cluster slots", "All of them, as ranges:")],
    action: { session throws(ToolError) in
      let map = try await session.ask { () throws(HoldfastError) in try await session.client.shardMap() }
      return session.show((map.ranges, false), json: { JSON($0) }, table: { .ranges($0) }, none: "none")
    })
}

extension Session {
  /// The slots of `--slots`; `nil` without.
  fileprivate func slots() throws(ToolError) -> ClosedRange<UInt32>? {
    guard let text = arguments.text("slots") else { return nil }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = UInt32(parts[0]), let last = UInt32(parts[1]), first <= last else {
      throw wrong("'\(text)' is no range of slots, such as 2048-4095")
    }
    return first...last
  }

  /// What `--pause`, `--resume` or `--cancel` asks for; `nil` without any.
  fileprivate func moveChange() throws(ToolError) -> (move: UInt64, state: SlotMoveState)? {
    let asked: [(String, SlotMoveState)] = [("pause", .paused), ("resume", .running), ("cancel", .cancelled)]
    let given = asked.compactMap { flag, state in arguments.text(flag).map { ($0, state) } }
    guard let (text, state) = given.first else { return nil }
    guard given.count == 1 else { throw wrong("only one of --pause, --resume and --cancel") }
    guard let move = UInt64(text) else { throw wrong("'\(text)' is no move; holdfast cluster moves lists them") }
    return (move, state)
  }

  /// Shows what was ordered, and waits for it with `--wait`.
  fileprivate func follow(_ answer: MoveSlotsResponse, isDry: Bool) async throws(ToolError) -> ExitCode {
    output.show(JSON(answer), [answer.reason] + (answer.moves.isEmpty ? [] : Table.moves(answer.moves).lines))
    guard arguments.has("wait"), !isDry else { return .success }
    let ids = answer.moves.map(\.moveID)
    try await waitUntil("slots move") { cluster in
      let open = cluster.moves.filter { ids.contains($0.moveID) && $0.state != .finished }
      return (open.isEmpty, cluster.shards.filter { shard in open.contains { $0.toShard == shard.shard } })
    }
    return .success
  }
}
