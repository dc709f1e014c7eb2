internal import API
internal import Client

extension Command {
  static let cluster = group(
    "cluster", "Shows the cluster's nodes and shards, and grows, shrinks, balances and checks it.",
    [
      clusterStatus, clusterNodes, clusterShards, clusterCheck, clusterAdd, clusterDrain, clusterActivate,
      clusterDecommission, clusterTransfer, clusterMove, clusterRebalance, clusterSettings,
      clusterSplit, clusterMoveSlots, clusterMoves, clusterSlots,
    ])

  private static let clusterStatus = Command(
    name: "status", summary: "Tells how the cluster is: its nodes, what is under way, what is wrong.",
    details: "Any node answers. What is known of the nodes is what they told the meta shard's leader last.",
    examples: [Example("holdfast cluster status --address 127.0.0.1:7400", "At a glance:")],
    action: { session throws(ToolError) in
      let cluster = try await session.look()
      session.output.show(JSON(cluster), ClusterText.status(cluster))
      return .success
    })

  private static let clusterNodes = Command(
    name: "nodes", summary: "Lists the nodes, also those that were removed.",
    examples: [Example("holdfast cluster nodes", "All of them, by number:")],
    action: { session throws(ToolError) in
      let cluster = try await session.look()
      return session.show(
        (cluster.nodes, false), json: { JSON($0) }, table: { .nodes($0) },
        none: "no nodes yet: the cluster is not founded")
    })

  private static let clusterShards = Command(
    name: "shards", summary: "Lists the shards: who leads them, where they are, where they should be.",
    flags: [.toggle("unsettled", "Only those that are not as they should be.")],
    examples: [
      Example("holdfast cluster shards", "All of them, by number; 0 is the meta shard:"),
      Example("holdfast cluster shards --unsettled", "What is still under way:"),
    ],
    action: { session throws(ToolError) in
      let cluster = try await session.look()
      let shards = session.arguments.has("unsettled") ? cluster.unsettled : cluster.shards
      return session.show((shards, false), json: { JSON($0) }, table: { .shards($0) }, none: "none")
    })

  private static let clusterCheck = Command(
    name: "check", summary: "Looks for everything that is wrong with the cluster; ends with 5 when something is.",
    details: """
      Nodes that are down or draining, shards without a leader, with too few replicas or with replicas that are not \
      where they should be, clocks, disks, replicas whose states differ, different versions, and whatever a node says of \
      itself. For the ledger there is holdfast verify.
      """,
    examples: [
      Example("holdfast cluster check", "Before and after everything that one does to a cluster:"),
      Example("holdfast cluster check --json", "One finding a line, for a script:"),
    ],
    action: { session throws(ToolError) in
      let findings = ClusterCheck.findings(try await session.look())
      if session.output.isJSON {
        session.output.lines(
          findings.map { JSON.object(["kind": .text($0.kind), "text": .text($0.text)]).line })
      } else {
        session.output.lines(findings.isEmpty ? ["nothing is wrong"] : findings.map { "\($0.kind): \($0.text)" })
      }
      return findings.isEmpty ? .success : .findings
    })

  private static let clusterSettings = Command(
    name: "settings", summary: "Shows the cluster's settings, or changes those that are given.",
    flags: [
      .value("replication-factor", "N", "How many voting replicas a shard should have: 1, 3, 5 or 7."),
      .value(
        "replace-dead-after", "DURATION",
        "After how long without a word from a node its replicas are made anew elsewhere; 0s is never."),
      .value(
        "snapshot-bytes-per-second", "N",
        "How fast a node sends copies of shards; 0 is 40 MB/s for each Store of it."),
      .value(
        "journal-age", "DURATION",
        "For how long records of the journal are kept, from 1m on; 0s is for ever. Older tokens of the change feed are"
          + " refused then."),
      .value("journal-bytes", "N", "How many bytes of the journal a shard keeps, from 1048576 on; 0 is all."),
      .value("reason", "TEXT", "Why, for the nodes' logs."),
    ],
    examples: [
      Example("holdfast cluster settings", "As they are:"),
      Example("holdfast cluster settings --replication-factor 5", "When there are five nodes or more:"),
      Example("holdfast cluster settings --snapshot-bytes-per-second 20000000", "While it must not disturb:"),
      Example("holdfast cluster settings --journal-age 720h", "When no consumer is away for longer than a month:"),
    ],
    action: { session throws(ToolError) in
      let arguments = session.arguments
      let (journalAge, journalBytes) = try session.usage { () throws(UsageError) in
        (try arguments.duration("journal-age"), try arguments.integer("journal-bytes", in: 0...1 << 50))
      }
      let (factor, bytes, span) = try session.usage { () throws(UsageError) in
        (
          try arguments.integer("replication-factor", in: 1...7),
          try arguments.integer("snapshot-bytes-per-second", in: 0...1 << 40),
          try arguments.duration("replace-dead-after")
        )
      }
      let isChange = factor != nil || bytes != nil || span != nil || journalAge != nil || journalBytes != nil
      guard isChange else {
        let settings = try await session.look().settings ?? ClusterSettings()
        session.output.show(JSON(settings), ClusterText.settings(settings))
        return .success
      }
      let answer = try await session.ask { () throws(HoldfastError) in
        try await session.client.updateSettings(
          replicationFactor: factor.map { UInt32($0) }, snapshotBytesPerSecond: bytes.map { Int64($0) },
          replaceDeadAfter: span, journalAge: journalAge, journalBytes: journalBytes.map { Int64($0) },
          reason: arguments.text("reason") ?? "")
      }
      let settings = answer.settings ?? ClusterSettings()
      session.output.show(JSON(settings), ClusterText.settings(settings))
      return .success
    })
}

extension Session {
  func look() async throws(ToolError) -> GetClusterResponse {
    try await ask { () throws(HoldfastError) in try await client.cluster() }
  }
}
