internal import API
internal import Client

// Commands that change the cluster. Each sets a goal that the nodes work towards by themselves: one that is interrupted
// goes on, and one that is repeated changes nothing more.

extension Command {
  private static let reasonFlag = Flag.value("reason", "TEXT", "Why, for the nodes' logs.")
  private static let nodeOperand = Operand("NODE", "Its number, as holdfast cluster nodes shows it.")

  static let clusterAdd = Command(
    name: "add", summary: "Gives a node that has joined its share of the replicas and leaders.",
    details: """
      First make the node with holdfastd join and run it. Then this spreads the shards over all active nodes, this one \
      among them, and waits until everything is there.
      """,
    operands: [nodeOperand], flags: [Session.waitFlag, reasonFlag],
    examples: [Example("holdfast cluster add 4 --wait", "After holdfastd join has said that it is node 4:")],
    action: { session throws(ToolError) in
      let node = try session.node(0)
      _ = try await session.ask { () throws(HoldfastError) in
        try await session.client.activateNode(node, reason: session.arguments.text("reason") ?? "")
      }
      if session.arguments.has("wait") {
        try await session.waitUntil("node \(node) comes up") { cluster in (cluster.node(node)?.isLive == true, []) }
      }
      return try await session.balance()
    })

  static let clusterDrain = Command(
    name: "drain", summary: "Has all replicas and leaders leave a node.",
    details: "The node stays a member that takes nothing new, until cluster activate or cluster decommission.",
    operands: [nodeOperand],
    flags: [
      .toggle("force", "Also when too few nodes are left for the replication factor."), Session.waitFlag, reasonFlag,
    ],
    examples: [
      Example("holdfast cluster drain 2 --wait --reason 'new memory'", "Before it is switched off for long:")
    ],
    action: { session throws(ToolError) in
      let node = try session.node(0)
      let answer = try await session.ask { () throws(HoldfastError) in
        try await session.client.drainNode(
          node, force: session.arguments.has("force"), reason: session.arguments.text("reason") ?? "")
      }
      session.show(answer, done: "node \(node) is to be drained")
      guard session.arguments.has("wait") else { return .success }
      try await session.waitUntil("node \(node) is drained") { cluster in
        let left = cluster.shards.filter { $0.shard == ClusterShard.meta ? $0.leaderNodeID == node : $0.isOn(node) }
        return (left.isEmpty, left)
      }
      return .success
    })

  static let clusterActivate = Command(
    name: "activate", summary: "Takes back that a node is to be drained; it takes replicas again.",
    operands: [nodeOperand], flags: [reasonFlag],
    examples: [Example("holdfast cluster activate 2", "When it is back; then: holdfast cluster rebalance")],
    action: { session throws(ToolError) in
      let node = try session.node(0)
      let answer = try await session.ask { () throws(HoldfastError) in
        try await session.client.activateNode(node, reason: session.arguments.text("reason") ?? "")
      }
      session.show(answer, done: "node \(node) is active")
      return .success
    })

  static let clusterDecommission = Command(
    name: "decommission", summary: "Removes a node from the cluster for good; its number is never given again.",
    details: "Drain it first. A node that is dead and will never come back is removed with --force.",
    operands: [nodeOperand],
    flags: [
      .toggle("force", "Also a dead node that has replicas; refused while it is alive."),
      .toggle("lose-data", "With --force: although some shard has no majority without it; see holdfast recover."),
      reasonFlag,
    ],
    examples: [
      Example("holdfast cluster decommission 5", "After holdfast cluster drain 5 --wait:"),
      Example("holdfast cluster decommission 3 --force", "When its disk is lost:"),
    ],
    action: { session throws(ToolError) in
      let node = try session.node(0)
      let answer = try await session.ask { () throws(HoldfastError) in
        try await session.client.decommissionNode(
          node, force: session.arguments.has("force"), loseData: session.arguments.has("lose-data"),
          reason: session.arguments.text("reason") ?? "")
      }
      session.show(answer, done: "node \(node) is removed")
      return .success
    })

  static let clusterTransfer = Command(
    name: "transfer", summary: "Has a node lead a shard, now and whenever it can.",
    operands: [Operand("SHARD", "Its number; 0 is the meta shard."), nodeOperand],
    flags: [Session.waitFlag, reasonFlag],
    examples: [Example("holdfast cluster transfer 4 2", "Shard 4 to node 2, which has a voting replica of it:")],
    action: { session throws(ToolError) in
      let (shard, node) = (try session.shard(0), try session.node(1))
      let answer = try await session.ask { () throws(HoldfastError) in
        try await session.client.transferLeadership(
          of: shard, to: node, reason: session.arguments.text("reason") ?? "")
      }
      session.show(answer, done: "node \(node) is to lead shard \(shard)")
      guard session.arguments.has("wait") else { return .success }
      try await session.waitUntil("node \(node) leads shard \(shard)") { cluster in
        let left = cluster.shards.filter { $0.shard == shard && $0.leaderNodeID != node }
        return (left.isEmpty, left)
      }
      return .success
    })

  static let clusterMove = Command(
    name: "move", summary: "Moves a shard's replica from one node to another.",
    operands: [
      Operand("SHARD", "Its number."), Operand("FROM", "The node that has the replica."),
      Operand("TO", "The node that is to have it."),
    ],
    flags: [.toggle("dry-run", "Only tell what would change."), Session.waitFlag, reasonFlag],
    examples: [Example("holdfast cluster move 4 2 5 --wait", "Shard 4 from node 2 to node 5:")],
    action: { session throws(ToolError) in
      let (shard, from, to) = (try session.shard(0), try session.node(1), try session.node(2))
      let isDry = session.arguments.has("dry-run")
      let answer = try await session.ask { () throws(HoldfastError) in
        try await session.client.moveReplica(
          of: shard, from: from, to: to, dryRun: isDry, reason: session.arguments.text("reason") ?? "")
      }
      session.show(answer, done: isDry ? "nothing would change" : "nothing to move")
      guard session.arguments.has("wait"), !isDry else { return .success }
      try await session.waitUntil("shard \(shard) moves") { cluster in
        let left = cluster.shards.filter { $0.shard == shard && !$0.isGoalMet }
        return (left.isEmpty, left)
      }
      return .success
    })

  static let clusterRebalance = Command(
    name: "rebalance", summary: "Spreads replicas and leaders evenly over the active nodes.",
    flags: [
      .toggle("dry-run", "Only tell what would change."),
      .toggle("leaders-only", "Move no replicas, only leaders."), Session.waitFlag, reasonFlag,
    ],
    examples: [
      Example("holdfast cluster rebalance --dry-run", "What it would do, and why:"),
      Example("holdfast cluster rebalance --wait", "Until everything is even:"),
    ],
    action: { session throws(ToolError) in
      guard session.arguments.has("dry-run") else {
        return try await session.balance(leadersOnly: session.arguments.has("leaders-only"))
      }
      let answer = try await session.ask { () throws(HoldfastError) in
        try await session.client.rebalance(dryRun: true, leadersOnly: session.arguments.has("leaders-only"))
      }
      session.show(answer, done: "nothing would change")
      return .success
    })
}

extension Session {
  /// One round, or all of them with `--wait`.
  fileprivate func balance(leadersOnly: Bool = false) async throws(ToolError) -> ExitCode {
    let answer = try await ask { () throws(HoldfastError) in
      try await client.rebalance(leadersOnly: leadersOnly, reason: arguments.text("reason") ?? "")
    }
    show(answer, done: "everything is even")
    if arguments.has("wait") { try await settle(leadersOnly: leadersOnly) }
    return .success
  }

  fileprivate func show(_ answer: ChangeClusterResponse, done: String) {
    output.show(JSON(answer), answer.changes.isEmpty ? [done] : Table.changes(answer.changes).lines)
  }
}
