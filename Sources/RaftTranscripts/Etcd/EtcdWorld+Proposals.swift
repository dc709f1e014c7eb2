internal import Basics
internal import Raft

// Proposals and wishes.

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
      default: throw Refusal("no option '\(argument.key)' of propose-conf-change", isUnsupported: true)
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

  /// - Parameter origin: who handed it on, if it is on its way already.
  mutating func propose(
    _ kind: Entry.Kind, _ payload: [UInt8], at place: Int, from origin: MemberID? = nil
  ) throws(Refusal) {
    if nodes[place].group.role == .leader { return try proposeHere(kind, payload, at: place) }
    let leader = nodes[place].group.leader
    guard nodes[place].group.role == .follower, leader != .none else { throw Self.dropped }
    note(.forwarding)
    nodes[place].handedOn.append(
      EtcdMessage(from: origin ?? nodes[place].group.member, to: leader, content: .proposal(kind, payload)))
  }

  mutating func proposeHere(_ kind: Entry.Kind, _ payload: [UInt8], at place: Int) throws(Refusal) {
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

  mutating func transfer(to target: MemberID, at place: Int) {
    let node = nodes[place]
    if node.group.role == .leader {
      // A wish that cannot be granted has no effect, in the stories not even an output.
      do { try nodes[place].group.transferLeadership(to: target) } catch { return }
    } else if node.group.role == .follower, node.group.leader != .none {
      note(.forwarding)
      nodes[place].handedOn.append(
        EtcdMessage(
          from: node.group.member, to: node.group.leader, content: .transfer(target: target, term: node.group.term)))
    }
  }

  mutating func setElectionTimeout(_ command: Command) throws(Refusal) {
    guard let text = command.value(of: "timeout") else { throw Refusal("no timeout=TICKS") }
    let ticks = try Self.number(text, of: "timeout")
    guard ticks > 0, ticks < 1_000_000 else { throw Refusal("timeout=\(text) is out of range") }
    nodes[try node(command)].group.setElectionTimeout(ticks: Int(ticks))
  }
}
