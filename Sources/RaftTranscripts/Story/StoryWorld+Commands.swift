internal import Basics
internal import Raft

extension StoryWorld {
  /// Why a command of a story cannot be carried out. Part of its output.
  struct Refusal: Error {
    var message: String
    init(_ message: String) { self.message = message }
  }

  /// Runs a directive and the commands in the lines behind it; returns the whole trace.
  mutating func run(_ directive: Script.Directive) -> [String] {
    perform(directive.command)
    for line in directive.input {
      do throws(Command.ParseError) { perform(try Command(line)) } catch { tell("error: \(error.message)") }
    }
    for violation in violations { tell("VIOLATION: \(violation)") }
    let trace = takeTrace()
    return trace.isEmpty ? ["ok"] : trace
  }

  private mutating func perform(_ command: Command) {
    do throws(Refusal) { try run(command) } catch { tell("error: \(error.message)") }
  }

  private mutating func run(_ command: Command) throws(Refusal) {
    switch command.name {
    case "add-nodes": try addNodes(command)
    case "campaign": try act(living(command)) { $0.campaign() }
    case "change": try proposeChange(command)
    case "compact": try compact(command)
    case "crash": try crash(command)
    case "cut": try cut(command)
    case "deliver", "drop", "duplicate": try handleLetters(command)
    case "forget-leader": try act(living(command)) { $0.forgetLeader() }
    case "heal": cuts = []
    case "hold-disk": nodes[try living(command)].diskIsHeld = true
    case "letters": for letter in letters { tell(StoryText.message(letter.message)) }
    case "log": tellLog(try node(command))
    case "partition": try partition(command)
    case "persist": persist(try living(command))
    case "propose": try propose(command)
    case "read": try read(command)
    case "release-disk": nodes[try living(command)].diskIsHeld = false
    case "restart": try restart(command)
    case "send": try sendAll(command)
    case "set-election-timeout": try setElectionTimeout(command)
    case "sleep": try sleep(command)
    case "snapshot-failed": try reportSnapshot(command)
    case "stabilize": try stabilize(command)
    case "state": for state in states { tell(state) }
    case "status": tellStatus(try node(command))
    case "tick": try tick(command)
    case "transfer": try transfer(command)
    case "unreachable": try reportUnreachable(command)
    case "wake": try act(living(command)) { $0.wake() }
    default: throw Refusal("unknown command '\(command.name)'; see --help")
    }
  }

  // MARK: Arguments

  private func node(_ command: Command, at place: Int = 0) throws(Refusal) -> Int {
    guard place < command.plain.count else { throw Refusal("\(command.name) needs a node") }
    guard let number = UInt64(command.plain[place]), let node = self.place(of: MemberID(number)) else {
      throw Refusal("no node \(command.plain[place])")
    }
    return node
  }

  private func living(_ command: Command) throws(Refusal) -> Int {
    let place = try node(command)
    guard nodes[place].isUp else { throw Refusal("node \(nodes[place].member) is down") }
    return place
  }

  /// The nodes named, or all.
  private func selected(_ command: Command) throws(Refusal) -> [Int] {
    if command.plain.isEmpty || command.plain == ["all"] { return Array(nodes.indices) }
    var places: [Int] = []
    for place in command.plain.indices { places.append(try node(command, at: place)) }
    return places
  }

  private static func number(_ text: String, of key: String) throws(Refusal) -> Int {
    guard let number = Int(text), number >= 0, number <= 1_000_000_000 else {
      throw Refusal("\(key)=\(text) is no number that makes sense")
    }
    return number
  }

  private static func flag(_ text: String, of key: String) throws(Refusal) -> Bool {
    switch text {
    case "on", "true": return true
    case "off", "false": return false
    default: throw Refusal("\(key)=\(text) is neither on nor off")
    }
  }

  private static func members(_ values: [String], of key: String) throws(Refusal) -> [MemberID] {
    var members: [MemberID] = []
    for value in values { members.append(MemberID(UInt64(try number(value, of: key)))) }
    return members
  }

  // MARK: Making nodes

  private mutating func addNodes(_ command: Command) throws(Refusal) {
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

// MARK: - Wishes

extension StoryWorld {
  private mutating func propose(_ command: Command) throws(Refusal) {
    let place = try living(command)
    guard command.arguments.count >= 2 else { throw Refusal("propose needs a node and a word") }
    let word = command.arguments[1]
    let payload = Array((word.values.isEmpty ? word.key : "\(word.key)=\(word.values[0])").utf8)
    if let refusal = nodes[place].group.proposalRefusal(byteCount: payload.count) {
      throw Refusal("not proposed: \(Self.text(refusal))")
    }
    act(place) { $0.propose(payload) }
  }

  private mutating func proposeChange(_ command: Command) throws(Refusal) {
    let place = try living(command)
    let words = Array(command.plain.dropFirst())
    var change = ConfigurationChange.leaveJoint
    if words != ["leave"] {
      guard let operations = EtcdText.operations(words.joined(separator: " ")), !operations.isEmpty else {
        throw Refusal("change needs 'leave', or v3 (voter), l3 (learner), r3 (remove)")
      }
      change = ConfigurationChange(operations)
    }
    switch command.value(of: "transition") {
    case nil, "automatic": break
    case "implicit": change.transition = .jointImplicit
    case "explicit": change.transition = .jointExplicit
    case let other?: throw Refusal("unknown transition '\(other)'")
    }
    var refusal: ChangeRefusal?
    act(place) { group in
      do throws(ChangeRefusal) { try group.propose(change) } catch { refusal = error }
    }
    if let refusal { throw Refusal("not proposed: \(Self.text(refusal))") }
  }

  private static func text(_ refusal: ProposalRefusal) -> String {
    switch refusal {
    case .notLeader(let leader): leader == .none ? "nobody leads" : "\(leader) leads"
    case .transferring(let target): "leadership is on its way to \(target)"
    case .notMember: "the leader is no member any more"
    case .backlogFull: "too much is uncommitted"
    case .tooLarge: "too large"
    }
  }

  private static func text(_ refusal: ChangeRefusal) -> String {
    switch refusal {
    case .notProposable(let refusal): text(refusal)
    case .changePending(let index): "a change may be pending up to entry \(index)"
    case .impossible(let error): "\(error)"
    case .notCaughtUp(let member): "\(member) has not caught up"
    case .tooManyMembers: "too many members"
    }
  }

  private mutating func transfer(_ command: Command) throws(Refusal) {
    let place = try living(command)
    let target = nodes[try node(command, at: 1)].member
    var refusal: TransferRefusal?
    act(place) { group in
      do throws(TransferRefusal) { try group.transferLeadership(to: target) } catch { refusal = error }
    }
    if let refusal { throw Refusal("not handed over: \(refusal)") }
  }

  private mutating func read(_ command: Command) throws(Refusal) {
    let place = try living(command)
    do throws(ReadRefusal) {
      let ticket = try requestRead(place)
      tell("\(nodes[place].member) takes read \(ticket.rawValue)")
    } catch {
      throw Refusal("not taken: \(error)")
    }
  }

  private mutating func compact(_ command: Command) throws(Refusal) {
    let place = try living(command)
    guard command.plain.count == 2 else { throw Refusal("compact needs a node and an index") }
    let index = LogIndex(UInt64(try Self.number(command.plain[1], of: "index")))
    guard index <= nodes[place].group.appliedIndex, index <= nodes[place].stored.lastIndex else {
      throw Refusal("entry \(index) is not applied yet")
    }
    nodes[place].stored.compact(through: index)
    act(place) { $0.compacted(through: index) }
  }

  private mutating func sleep(_ command: Command) throws(Refusal) {
    let place = try living(command)
    guard nodes[place].group.maySleep else { throw Refusal("there is work to do") }
    act(place) { $0.sleep() }
  }

  private mutating func reportUnreachable(_ command: Command) throws(Refusal) {
    let place = try living(command)
    let other = nodes[try node(command, at: 1)].member
    act(place) { $0.reportUnreachable(other) }
  }

  private mutating func reportSnapshot(_ command: Command) throws(Refusal) {
    let place = try living(command)
    let other = nodes[try node(command, at: 1)].member
    act(place) { $0.reportSnapshot(to: other, .failed) }
  }

  private mutating func setElectionTimeout(_ command: Command) throws(Refusal) {
    let place = try living(command)
    guard command.plain.count == 2 else { throw Refusal("set-election-timeout needs a node and ticks") }
    let ticks = max(1, try Self.number(command.plain[1], of: "ticks"))
    act(place) { $0.setElectionTimeout(ticks: ticks) }
  }
}

// MARK: - Time, messages and disks

extension StoryWorld {
  private mutating func tick(_ command: Command) throws(Refusal) {
    let count = try Self.number(command.value(of: "times") ?? "1", of: "times")
    guard count <= 100_000 else { throw Refusal("times=\(count) takes too long") }
    for _ in 0..<count {
      for place in try selected(command) where nodes[place].isUp { act(place) { $0.tick() } }
    }
  }

  private mutating func stabilize(_ command: Command) throws(Refusal) {
    let places = try selected(command)
    let wasTracing = isTracing
    if command.value(of: "trace") == "off" { isTracing = false }
    let settled = stabilize(places)
    isTracing = wasTracing
    guard settled else { throw Refusal("the nodes do not settle") }
  }

  /// Sends what leaves at once, and queues the rest; no letter is delivered and no disk moves.
  private mutating func sendAll(_ command: Command) throws(Refusal) {
    for place in try selected(command) {
      sendOutgoing(place)
      collect(place)
    }
  }

  /// `deliver`, `drop`, `duplicate`: with `from=`, `to=`, `type=` and `count=` only those letters.
  private mutating func handleLetters(_ command: Command) throws(Refusal) {
    for argument in command.arguments where !["from", "to", "type", "count"].contains(argument.key) {
      throw Refusal("unknown option '\(argument.key)' of \(command.name)")
    }
    let from = try Self.members(command.values(of: "from") ?? [], of: "from")
    let to = try Self.members(command.values(of: "to") ?? [], of: "to")
    let type = command.value(of: "type")
    if let type, !StoryText.types.contains(type) {
      throw Refusal("no message type '\(type)'; there are \(StoryText.types.joined(separator: ", "))")
    }
    var left = try Self.number(command.value(of: "count") ?? "1000000", of: "count")
    var rest: [Letter] = []
    var taken: [Letter] = []
    for letter in letters {
      let message = letter.message
      let isMeant =
        left > 0 && (from.isEmpty || from.contains(message.from)) && (to.isEmpty || to.contains(message.to))
        && (type == nil || type == StoryText.type(message.body))
      if isMeant {
        taken.append(letter)
        left -= 1
      }
      if !isMeant || command.name == "duplicate" { rest.append(letter) }
    }
    letters = rest
    if taken.isEmpty { tell("no such letters") }
    for letter in taken { handle(letter, command.name) }
  }

  private mutating func handle(_ letter: Letter, _ name: String) {
    switch name {
    case "drop": tell("\(StoryText.message(letter.message)) (dropped)")
    case "duplicate": letters.append(letter)
    default:
      tell("\(StoryText.message(letter.message)) (arrives)")
      deliver(letter)
    }
  }

  private mutating func crash(_ command: Command) throws(Refusal) {
    let place = try living(command)
    nodes[place].crash()
    // What was on its way from it stays on its way; what was queued for its disk is lost.
    tell("\(nodes[place].member) crashes")
  }

  private mutating func restart(_ command: Command) throws(Refusal) {
    let place = try node(command)
    guard !nodes[place].isUp else { throw Refusal("node \(nodes[place].member) is up") }
    nodes[place].restart()
    nodes[place].group.checkInvariants()
    let last = StoryText.position(nodes[place].group.lastPosition)
    tell("\(nodes[place].member) restarts in term \(nodes[place].group.term) with its log up to \(last)")
  }

  /// Cuts the links between groups of nodes; a node that is not named is alone.
  private mutating func partition(_ command: Command) throws(Refusal) {
    guard let line = command.values(of: "groups") else { throw Refusal("partition needs groups=(12,345)") }
    var group: [MemberID: Int] = [:]
    for (number, text) in line.enumerated() {
      for digit in text {
        guard let value = digit.wholeNumberValue else { throw Refusal("'\(text)' is no list of one-digit nodes") }
        group[MemberID(UInt64(value))] = number
      }
    }
    cuts = []
    for one in nodes {
      for other in nodes where one.member != other.member {
        if group[one.member] == nil || group[one.member] != group[other.member] {
          cuts.append((one.member, other.member))
        }
      }
    }
  }

  /// Cuts one direction.
  private mutating func cut(_ command: Command) throws(Refusal) {
    guard let from = command.value(of: "from"), let to = command.value(of: "to") else {
      throw Refusal("cut needs from= and to=")
    }
    let ends = try Self.members([from, to], of: "cut")
    cuts.append((ends[0], ends[1]))
  }
}

// MARK: - Looking

extension StoryWorld {
  /// Every node in a line.
  package var states: [String] { nodes.map(Self.state) }

  private static func state(_ node: StoryNode) -> String {
    guard node.isUp else { return "\(node.member) is down" }
    let asleep = node.group.isAsleep ? ", asleep" : ""
    return "\(node.group.member) \(StoryText.role(node.group))\(asleep),"
      + " log \(StoryText.position(node.group.lastPosition)) commit \(node.group.commitIndex) applied \(node.group.appliedIndex),"
      + " \(StoryText.configuration(node.group.configuration))"
  }

  private mutating func tellStatus(_ place: Int) {
    for progress in nodes[place].group.memberProgress { tell("\(progress.member): \(EtcdText.progress(progress))") }
  }

  private mutating func tellLog(_ place: Int) {
    let stored = nodes[place].stored
    tell("behind \(stored.start.term)/\(stored.start.index)")
    for entry in stored.entries { tell(StoryText.entry(entry)) }
  }
}

/// Runs one of our own stories.
package struct Story {
  package private(set) var outputs: [[String]] = []
  /// The first directive whose trace is another than expected, as its place in the script.
  package private(set) var firstMismatch: Int?
  package private(set) var violations: [String] = []

  package init(_ script: Script) {
    var world = StoryWorld()
    for (place, directive) in script.directives.enumerated() {
      let output = world.run(directive)
      outputs.append(output)
      if output != directive.expected, firstMismatch == nil { firstMismatch = place }
    }
    violations = world.violations
  }

  package var isAsExpected: Bool { firstMismatch == nil && violations.isEmpty }
}
