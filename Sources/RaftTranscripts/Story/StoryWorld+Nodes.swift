internal import Raft

// Making nodes, and their options.

extension StoryWorld {
  mutating func addNodes(_ command: Command) throws(Refusal) {
    guard let text = command.plain.first else { throw Refusal("add-nodes needs a number") }
    let count = try Self.number(text, of: "add-nodes")
    guard count > 0, nodes.count + count <= 100 else { throw Refusal("a story has from 1 to 100 nodes") }
    var configuration = Configuration()
    var start = LogPosition()
    var voters: [MemberID] = []
    var learners: [MemberID] = []
    var options = Self.options
    for argument in command.arguments where !argument.values.isEmpty {
      switch argument.key {
      case "voters": voters = try Self.members(argument.values, of: "voters")
      case "learners": learners = try Self.members(argument.values, of: "learners")
      case "index":
        start = LogPosition(index: LogIndex(UInt64(try Self.number(argument.values[0], of: "index"))), term: Term(1))
      default: try Self.set(&options, argument.key, argument.values[0])
      }
    }
    guard !learners.contains(where: { voters.contains($0) }) else { throw Refusal("a learner is no voter") }
    if !voters.isEmpty {
      configuration = Configuration(voters: voters, learners: learners)
      if start.index == .zero { start = LogPosition(index: LogIndex(1), term: Term(1)) }
    }
    for _ in 0..<count { addNode(configuration: configuration, start: start, options: options) }
  }

  /// The real ones, but for elections quick enough to be told tick by tick.
  private static var options: RaftOptions {
    var options = RaftOptions()
    options.electionTicks = 5
    return options
  }

  private static func set(_ options: inout RaftOptions, _ key: String, _ value: String) throws(Refusal) {
    switch key {
    case "election-ticks": options.electionTicks = max(2, try number(value, of: key))
    case "pre-vote": options.usesPreVote = try flag(value, of: key)
    case "check-quorum": options.checksQuorum = try flag(value, of: key)
    case "lease-reads": options.usesLeaseReads = try flag(value, of: key)
    case "step-down-on-removal": options.stepsDownOnRemoval = try flag(value, of: key)
    case "inflight-messages": options.inflightMessagesMax = max(1, try number(value, of: key))
    case "inflight-bytes": options.inflightBytesMax = max(1, try number(value, of: key))
    case "message-bytes": options.messageBytesMax = try number(value, of: key)
    case "message-entries": options.messageEntriesMax = max(1, try number(value, of: key))
    case "kept-bytes": options.keptBytesMax = try number(value, of: key)
    case "uncommitted-bytes": options.uncommittedBytesMax = try number(value, of: key)
    case "promotion-lag": options.promotionLagEntriesMax = UInt64(try number(value, of: key))
    case "snapshot-ticks": options.snapshotTicksMax = max(1, try number(value, of: key))
    case "seed": options.seed = UInt64(try number(value, of: key))
    default: throw Refusal("unknown option '\(key)' of add-nodes")
    }
  }
}
