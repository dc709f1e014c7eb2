internal import Basics
internal import Raft

// MARK: - Proposals and wishes

extension EtcdWorld {
  private static var dropped: Refusal { Refusal("raft proposal dropped") }

  mutating func propose(_ command: Command) throws(Refusal) {
    let place = try node(command)
    guard command.arguments.count == 2 else { throw Refusal("propose needs a node and an entry") }
    let argument = command.arguments[1]
    let text = argument.values.isEmpty ? argument.key : "\(argument.key)=\(argument.values.joined(separator: ","))"
    try propose(.normal, Array(text.utf8), at: place)
  }

  mutating func proposeChange(_ command: Command, input: [String]) throws(Refusal) {
    let place = try node(command)
    var isFirstForm = false
    var transition = ConfigurationChange.Transition.automatic
    for argument in command.arguments where !argument.values.isEmpty {
      switch (argument.key, argument.values[0]) {
      case ("v1", let value): isFirstForm = try Self.flag(value, of: "v1")
      case ("transition", "auto"): transition = .automatic
      case ("transition", "implicit"): transition = .jointImplicit
      case ("transition", "explicit"): transition = .jointExplicit
      case ("transition", let value): throw Refusal("unknown transition \(value)")
      default: throw Refusal("unknown command \(argument.key)")
      }
    }
    guard let operations = EtcdText.operations(input.joined(separator: " ")) else {
      throw Refusal("cannot read the changes '\(input.joined(separator: " "))'")
    }
    guard !isFirstForm || (operations.count == 1 && transition == .automatic) else {
      throw Refusal("v1 conf change can only have one operation and no transition")
    }
    let change = ConfigurationChange(
      operations, transition: transition, context: isFirstForm ? EtcdText.firstForm : [])
    try propose(.configuration, change.encoded(), at: place)
  }

  mutating func propose(_ kind: Entry.Kind, _ payload: [UInt8], at place: Int) throws(Refusal) {
    if nodes[place].group.role == .leader { return try proposeHere(kind, payload, at: place) }
    let leader = nodes[place].group.leader
    guard nodes[place].group.role == .follower, leader != .none else { throw Self.dropped }
    note(.forwarding)
    nodes[place].handedOn.append(
      EtcdMessage(from: nodes[place].group.member, to: leader, content: .proposal(kind, payload)))
  }

  private mutating func proposeHere(_ kind: Entry.Kind, _ payload: [UInt8], at place: Int) throws(Refusal) {
    guard nodes[place].group.canPropose(byteCount: payload.count) else { throw Self.dropped }
    guard kind == .configuration else {
      nodes[place].group.propose(payload)
      return
    }
    do {
      try nodes[place].group.propose(ConfigurationChange(decoding: payload))
    } catch is ChangeRefusal {
      note(.refusedChange)
      nodes[place].group.propose([])
    } catch {
      throw Refusal("\(error)")
    }
  }

  mutating func transfer(_ command: Command) throws(Refusal) {
    guard let from = command.value(of: "from"), let to = command.value(of: "to") else {
      throw Refusal("transfer-leadership needs from=NODE and to=NODE")
    }
    let target = MemberID(try Self.number(to, of: "to"))
    transfer(to: target, at: try node(from))
  }

  private mutating func transfer(to target: MemberID, at place: Int) {
    let node = nodes[place]
    if node.group.role == .leader {
      // A wish that cannot be granted has no effect, in the stories not even an output.
      do { try nodes[place].group.transferLeadership(to: target) } catch { return }
    } else if node.group.role == .follower, node.group.leader != .none {
      note(.forwarding)
      nodes[place].handedOn.append(
        EtcdMessage(from: node.group.member, to: node.group.leader, content: .transfer(target: target)))
    }
  }

  mutating func setElectionTimeout(_ command: Command) throws(Refusal) {
    guard let text = command.value(of: "timeout") else { throw Refusal("no timeout=TICKS") }
    let ticks = try Self.number(text, of: "timeout")
    guard ticks > 0, ticks < 1_000_000 else { throw Refusal("timeout=\(text) is out of range") }
    nodes[try node(command)].group.setElectionTimeout(ticks: Int(ticks))
  }
}

// MARK: - Ready, disk and state machine

extension EtcdWorld {
  /// Runs `body` for each node named, with a title if there are several.
  private mutating func each(
    _ command: Command, _ title: String, _ output: inout EtcdOutput,
    _ body: (inout EtcdNode, inout EtcdOutput) -> [EtcdMessage]
  ) throws(Refusal) {
    let places = try selected(command)
    for place in places {
      if places.count > 1 {
        output.line("> \(place + 1) \(title)")
        output.indented { messages += body(&nodes[place], &$0) }
      } else {
        messages += body(&nodes[place], &output)
      }
    }
  }

  mutating func processReadies(_ command: Command, _ output: inout EtcdOutput) throws(Refusal) {
    try each(command, "handling Ready", &output) { $0.processReady(&$1) }
  }

  mutating func processAppendThreads(_ command: Command, _ output: inout EtcdOutput) throws(Refusal) {
    try each(command, "processing append thread", &output) { $0.processAppendThread(&$1) }
  }

  mutating func processApplyThreads(_ command: Command, _ output: inout EtcdOutput) throws(Refusal) {
    try each(command, "processing apply thread", &output) { $0.processApplyThread(&$1) }
  }

  mutating func compact(_ command: Command, _ output: inout EtcdOutput) throws(Refusal) {
    let place = try node(command)
    guard command.plain.count == 2 else { throw Refusal("compact needs a node and an index") }
    let index = LogIndex(try Self.number(command.plain[1], of: "index"))
    guard index <= nodes[place].group.appliedIndex, index <= nodes[place].stored.lastIndex else {
      throw Refusal("entry \(index) is not applied yet")
    }
    guard index > nodes[place].stored.start.index else {
      throw Refusal("requested index is unavailable due to compaction")
    }
    nodes[place].stored.compact(through: index)
    nodes[place].group.compacted(through: index)
    output.lines(log(of: place))
  }

  mutating func sendSnapshot(_ command: Command, _ output: inout EtcdOutput) throws(Refusal) {
    guard command.plain.count == 2 else { throw Refusal("send-snapshot needs two nodes") }
    let message = nodes[try node(command)].snapshotMessage(to: MemberID(UInt64(try node(command, at: 1)) + 1))
    messages.append(message)
    output.lines(message.lines)
  }
}

// MARK: - Messages

extension EtcdWorld {
  mutating func deliver(_ command: Command, _ output: inout EtcdOutput) throws(Refusal) {
    var recipients: [(member: MemberID, isDropped: Bool)] = []
    var type: String?
    for argument in command.arguments {
      if argument.values.isEmpty {
        recipients.append((MemberID(try Self.number(argument.key, of: "node")), false))
      } else if argument.key == "drop" {
        for value in argument.values {
          let member = MemberID(try Self.number(value, of: "drop"))
          guard !recipients.contains(where: { $0.member == member }) else {
            throw Refusal("can't both deliver and drop msgs to \(member)")
          }
          recipients.append((member, true))
        }
      } else if argument.key == "type" {
        guard EtcdMessage.typeNames.contains(argument.values[0]) else {
          throw Refusal("unknown message type \(argument.values[0])")
        }
        type = argument.values[0]
      } else {
        throw Refusal("unknown option '\(argument.key)' of deliver-msgs")
      }
    }
    var count = 0
    for (member, isDropped) in recipients {
      count += try deliver(to: member, type: type, isDropped: isDropped, &output)
    }
    if count == 0 { output.line("no messages") }
  }

  /// - Returns: how many messages were delivered or dropped.
  private mutating func deliver(
    to member: MemberID, type: String?, isDropped: Bool, _ output: inout EtcdOutput
  ) throws(Refusal) -> Int {
    var taken: [EtcdMessage] = []
    var rest: [EtcdMessage] = []
    for message in messages {
      let isMeant = message.to == member && (type == nil || message.typeName == type)
      if isMeant && !(isDropped && message.isLocal) { taken.append(message) } else { rest.append(message) }
    }
    if !isDropped && !taken.isEmpty && Int(member.rawValue) > nodes.count { throw Refusal("no node \(member)") }
    messages = rest
    for message in taken {
      var lines = message.lines
      if isDropped { lines[0] = "dropped: " + lines[0] }
      output.lines(lines)
      if !isDropped { receive(message, &output) }
    }
    return taken.count
  }

  private mutating func receive(_ message: EtcdMessage, _ output: inout EtcdOutput) {
    let place = Int(message.to.rawValue) - 1
    switch message.content {
    case .raft(let message):
      if !nodes[place].group.isAnswerWelcome(message) { output.line("raft: cannot step as peer not found") }
      do throws(RaftFault) { try nodes[place].group.step(message) } catch { output.line("fault: \(error)") }
    case .proposal(let kind, let payload):
      do throws(Refusal) { try propose(kind, payload, at: place) } catch { output.line(error.message) }
    case .transfer(let target): transfer(to: target, at: place)
    case .persisted(let receipt): nodes[place].group.persisted(receipt)
    case .applied: break
    }
    nodes[place].group.checkInvariants()
  }

  mutating func stabilize(_ command: Command, _ output: inout EtcdOutput) throws(Refusal) {
    for argument in command.arguments where !argument.values.isEmpty {
      guard argument.key == "log-level" else { throw Refusal("unknown option '\(argument.key)' of stabilize") }
    }
    let places = command.plain.isEmpty ? Array(nodes.indices) : try selected(command)
    let isSilent = command.value(of: "log-level")?.lowercased() == "none"
    var spoken = EtcdOutput()
    // A story that does not settle is an error and not a hang.
    for _ in 0..<10_000 {
      if !(try stabilizeOnce(places, &spoken)) {
        if !isSilent { output.lines(spoken.lines) }
        return
      }
    }
    throw Refusal("the nodes do not settle")
  }

  /// - Returns: whether anything happened.
  private mutating func stabilizeOnce(_ places: [Int], _ output: inout EtcdOutput) throws(Refusal) -> Bool {
    var isBusy = false
    for place in places where nodes[place].hasReady {
      isBusy = true
      output.line("> \(place + 1) handling Ready")
      output.indented { messages += nodes[place].processReady(&$0) }
    }
    for place in places {
      let member = nodes[place].group.member
      guard messages.contains(where: { $0.to == member }) else { continue }
      isBusy = true
      output.line("> \(place + 1) receiving messages")
      var inner = EtcdOutput()
      _ = try deliver(to: member, type: nil, isDropped: false, &inner)
      output.indented { $0.lines(inner.lines) }
    }
    for place in places where !nodes[place].appendWork.isEmpty {
      isBusy = true
      output.line("> \(place + 1) processing append thread")
      while !nodes[place].appendWork.isEmpty {
        output.indented { messages += nodes[place].processAppendThread(&$0) }
      }
    }
    for place in places where !nodes[place].applyWork.isEmpty {
      isBusy = true
      output.line("> \(place + 1) processing apply thread")
      while !nodes[place].applyWork.isEmpty {
        output.indented { messages += nodes[place].processApplyThread(&$0) }
      }
    }
    return isBusy
  }
}

// MARK: - Looking

extension EtcdWorld {
  func log(of place: Int) -> [String] {
    let stored = nodes[place].stored
    guard !stored.entries.isEmpty else {
      return ["log is empty: first index=\(stored.firstIndex), last index=\(stored.lastIndex)"]
    }
    return stored.entries.map(EtcdText.entry)
  }

  func states() -> [String] {
    nodes.map { node in
      let kind = node.group.configuration.isVoter(node.group.member) ? "(Voter)" : "(Non-Voter)"
      return "\(node.group.member): \(EtcdText.role(node.group.role)) \(kind)"
        + " Term:\(node.group.term) Lead:\(node.group.leader)"
    }
  }

  func status(of place: Int) -> [String] {
    guard nodes[place].group.isLeader else { return [] }
    return nodes[place].group.memberProgress.map { "\($0.member): \(EtcdText.progress($0))" }
  }
}
