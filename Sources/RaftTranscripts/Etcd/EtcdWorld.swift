internal import Raft

/// The cluster of one etcd story: its nodes, and the messages between them in the order in which they were sent.
struct EtcdWorld {
  /// What a story's directive is refused with. Part of its output.
  struct Refusal: Error {
    var message: String
    /// The runner does not know what is asked: the story says nothing about ours then, and fails.
    var isUnsupported: Bool

    init(_ message: String, isUnsupported: Bool = false) {
      self.message = message
      self.isUnsupported = isUnsupported
    }
  }

  /// Ours and etcd's differ there on purpose; counted, never silent.
  enum Difference: String, CaseIterable {
    case refusedChange = "a refused change is refused; the story proposes the empty entry that etcd puts in its place"
    case removedLeader = "a leader that was removed and stays goes on counting with the configuration without it"
    case forwarding = "a follower hands nothing on to its leader; the story does"
    case learnerAnswers = "a learner tells the leader of an earlier term that it is over, also without check-quorum"
    case selfMessages = "what a disk has is reported by a call, not by messages to oneself"
  }

  var nodes: [EtcdNode] = []
  var messages: [EtcdMessage] = []
  private(set) var isQuiet = false
  /// Whether etcd's log is kept to what is worse than news, such as changes of the configuration.
  private(set) var hidesChanges = false
  private(set) var differences: [Difference] = []
  /// What the runner did not know, in the order of the story.
  private(set) var unsupported: [String] = []

  mutating func note(_ difference: Difference) {
    if !differences.contains(difference) { differences.append(difference) }
  }

  /// Runs a directive, and the commands in the lines behind it.
  mutating func run(_ directive: Script.Directive) -> [String] {
    var output = EtcdOutput()
    var refusal: String?
    do throws(Refusal) {
      if directive.command.name == "propose-conf-change" {
        try proposeChange(directive.command, input: directive.input)
      } else {
        try run(directive.command, &output)
        for line in directive.input {
          do throws(Command.ParseError) {
            let command = try Command(line)
            do throws(Refusal) {
              try run(command, &output)
            } catch {
              if error.isUnsupported { unsupported.append(error.message) }
              output.line(error.message)
            }
          } catch {
            throw Refusal(error.message)
          }
        }
      }
    } catch {
      if error.isUnsupported { unsupported.append(error.message) }
      refusal = error.message
    }
    if nodes.contains(where: { $0.group.isLeader && !$0.group.configuration.isVoter($0.group.member) }) {
      note(.removedLeader)
    }
    // Errors are told even where everything else is kept quiet.
    let lines = (isQuiet ? [] : output.lines) + (refusal.map { [$0] } ?? [])
    return lines.isEmpty ? ["ok"] : lines
  }

  private mutating func run(_ command: Command, _ output: inout EtcdOutput) throws(Refusal) {
    switch command.name {
    case "_breakpoint": break
    case "add-nodes": try addNodes(command)
    case "campaign": nodes[try node(command)].group.campaign()
    case "compact": try compact(command, &output)
    case "deliver-msgs": try deliver(command, &output)
    case "forget-leader": nodes[try node(command)].group.forgetLeader()
    case "log-level": try setLevel(command.plain.first ?? "")
    case "process-append-thread": try processAppendThreads(command, &output)
    case "process-apply-thread": try processApplyThreads(command, &output)
    case "process-ready": try processReadies(command, &output)
    case "propose": try propose(command)
    case "raft-log": output.lines(log(of: try node(command)))
    case "raft-state": output.lines(states())
    case "report-unreachable":
      nodes[try node(command)].group.reportUnreachable(MemberID(UInt64(try node(command, at: 1)) + 1))
    case "send-snapshot": try sendSnapshot(command, &output)
    case "set-randomized-election-timeout": try setElectionTimeout(command)
    case "stabilize": try stabilize(command, &output)
    case "status": output.lines(status(of: try node(command)))
    case "tick-election": tick(try node(command), nodes[try node(command)].group.options.electionTicks)
    case "tick-heartbeat": tick(try node(command), nodes[try node(command)].group.options.heartbeatTicks)
    case "transfer-leadership": try transfer(command)
    default: throw Refusal("unknown command '\(command.name)'", isUnsupported: true)
    }
  }

  // MARK: Arguments

  func node(_ command: Command, at place: Int = 0) throws(Refusal) -> Int {
    guard place < command.plain.count else { throw Refusal("\(command.name) needs a node") }
    return try node(command.plain[place])
  }

  func node(_ text: String) throws(Refusal) -> Int {
    guard let number = Int(text), number >= 1, number <= nodes.count else { throw Refusal("no node \(text)") }
    return number - 1
  }

  func selected(_ command: Command) throws(Refusal) -> [Int] {
    var selected: [Int] = []
    for text in command.plain { selected.append(try node(text)) }
    return selected
  }

  static func number(_ text: String, of key: String) throws(Refusal) -> UInt64 {
    guard let number = UInt64(text) else { throw Refusal("\(key)=\(text) is no number") }
    return number
  }

  static func flag(_ text: String, of key: String) throws(Refusal) -> Bool {
    switch text {
    case "true", "t", "1", "TRUE", "True": return true
    case "false", "f", "0", "FALSE", "False": return false
    default: throw Refusal("\(key)=\(text) is neither true nor false")
    }
  }

  private mutating func setLevel(_ level: String) throws(Refusal) {
    switch level.lowercased() {
    case "debug", "info": (isQuiet, hidesChanges) = (false, false)
    case "warn", "error", "fatal": (isQuiet, hidesChanges) = (false, true)
    case "none": (isQuiet, hidesChanges) = (true, true)
    default: throw Refusal("no log level '\(level)'")
    }
  }

  private mutating func tick(_ place: Int, _ count: Int) {
    for _ in 0..<count { nodes[place].group.tick() }
  }
}

// MARK: - Making nodes

extension EtcdWorld {
  private mutating func addNodes(_ command: Command) throws(Refusal) {
    guard let count = command.plain.first.flatMap({ Int($0) }), count > 0 else {
      throw Refusal("add-nodes needs a number")
    }
    var options = Self.options
    var index = LogIndex.zero
    var voters: [MemberID] = []
    var learners: [MemberID] = []
    var isAsynchronous = false
    for argument in command.arguments where !argument.values.isEmpty {
      let value = argument.values[0]
      switch argument.key {
      case "voters": voters = try Self.members(argument)
      case "learners": learners = try Self.members(argument)
      case "index": index = LogIndex(try Self.number(value, of: argument.key))
      case "async-storage-writes": isAsynchronous = try Self.flag(value, of: argument.key)
      default: try Self.set(&options, argument.key, value)
      }
    }
    let configuration = Configuration(voters: voters, learners: learners)
    if configuration != Configuration() || index != .zero {
      guard index > LogIndex(1) else { throw Refusal("index must be specified as > 1 due to bootstrap") }
    }
    guard !options.usesLeaseReads || options.checksQuorum else {
      throw Refusal("CheckQuorum must be enabled when ReadOnlyOption is ReadOnlyLeaseBased")
    }
    guard !learners.contains(where: { voters.contains($0) }) else { throw Refusal("a learner is no voter") }
    let term = index == .zero ? Term.zero : Term(1)
    let snapshot = Snapshot(position: LogPosition(index: index, term: term), configuration: configuration)
    for _ in 0..<count {
      nodes.append(
        EtcdNode(
          member: MemberID(UInt64(nodes.count) + 1), snapshot: snapshot, isAsynchronous: isAsynchronous,
          options: options))
    }
    if isAsynchronous { note(.selfMessages) }
  }

  private static func members(_ argument: Command.Argument) throws(Refusal) -> [MemberID] {
    var members: [MemberID] = []
    for value in argument.values { members.append(MemberID(try number(value, of: argument.key))) }
    return members
  }

  /// The stories set bounds only where they are about them.
  private static var options: RaftOptions {
    var options = RaftOptions()
    options.writesCommitOfChanges = false
    options.electionTicks = 3
    options.heartbeatTicks = 1
    options.usesPreVote = false
    options.checksQuorum = false
    options.stepsDownOnRemoval = false
    options.waitsForChanges = false
    options.holdsAllAnswers = true
    options.messageBytesMax = .max
    options.messageEntriesMax = .max
    options.inflightMessagesMax = Int(Int32.max)
    options.inflightBytesMax = .max
    options.uncommittedBytesMax = 1 << 40
    options.payloadBytesMax = 1 << 40
    options.committedBytesMax = .max
    options.keptBytesMax = .max
    options.snapshotTicksMax = .max
    options.votersMax = 1_000
    options.learnersMax = 1_000
    return options
  }

  private static func set(_ options: inout RaftOptions, _ key: String, _ value: String) throws(Refusal) {
    switch key {
    case "inflight":
      let count = try number(value, of: key)
      guard count > 0, count <= UInt64(Int32.max) else { throw Refusal("inflight=\(value) is out of range") }
      options.inflightMessagesMax = Int(count)
    case "prevote": options.usesPreVote = try flag(value, of: key)
    case "checkquorum": options.checksQuorum = try flag(value, of: key)
    case "step-down-on-removal": options.stepsDownOnRemoval = try flag(value, of: key)
    case "max-committed-size-per-ready": options.committedBytesMax = Int(clamping: try number(value, of: key))
    case "disable-conf-change-validation": options.validatesChanges = !(try flag(value, of: key))
    // The state machine's data: no story looks at it.
    case "content": break
    case "read-only":
      switch value {
      case "safe": options.usesLeaseReads = false
      case "lease-based": options.usesLeaseReads = true
      default: throw Refusal("invalid read-only option \"\(value)\"")
      }
    default: throw Refusal("unknown option '\(key)' of add-nodes", isUnsupported: true)
    }
  }
}
