internal import Raft

// Messages between nodes, and running nodes until nothing is left.

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
            throw Refusal("messages to \(member) are either delivered or dropped")
          }
          recipients.append((member, true))
        }
      } else if argument.key == "type" {
        guard EtcdMessage.typeNames.contains(argument.values[0]) else {
          throw Refusal("no message type '\(argument.values[0])'", isUnsupported: true)
        }
        type = argument.values[0]
      } else {
        throw Refusal("unknown option '\(argument.key)' of deliver-msgs", isUnsupported: true)
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
    let origin = message.from
    switch message.content {
    case .raft(let message):
      if answersForLearning(message, at: place) { note(.learnerAnswers) }
      if !nodes[place].group.isAnswerWelcome(message) { output.line("raft: cannot step as peer not found") }
      do throws(RaftFault) { try nodes[place].group.step(message) } catch { output.line("fault: \(error)") }
    case .proposal(let kind, let payload):
      do throws(Refusal) { try propose(kind, payload, at: place, from: origin) } catch { output.line(error.message) }
    // A wish from an earlier term is over.
    case .transfer(let target, let term): if term == nodes[place].group.term { transfer(to: target, at: place) }
    case .persisted(let receipt): nodes[place].group.persisted(receipt)
    case .applied: break
    }
    nodes[place].group.checkInvariants()
  }

  /// Whether node `place` answers only because it has no vote.
  private func answersForLearning(_ message: Message, at place: Int) -> Bool {
    let node = nodes[place]
    let options = node.group.options
    guard message.term < node.group.term, !options.checksQuorum, !options.usesPreVote else { return false }
    switch message.body {
    case .append, .heartbeat: return !node.group.configuration.isVoter(node.group.member)
    default: return false
    }
  }

  mutating func stabilize(_ command: Command, _ output: inout EtcdOutput) throws(Refusal) {
    for argument in command.arguments where !argument.values.isEmpty {
      guard argument.key == "log-level" else {
        throw Refusal("unknown option '\(argument.key)' of stabilize", isUnsupported: true)
      }
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
