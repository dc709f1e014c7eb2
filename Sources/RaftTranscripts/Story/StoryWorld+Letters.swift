internal import Raft

// Time, messages, links and crashes.

extension StoryWorld {
  mutating func tick(_ command: Command) throws(Refusal) {
    let count = try Self.number(command.value(of: "times") ?? "1", of: "times")
    guard count <= 100_000 else { throw Refusal("times=\(count) takes too long") }
    for _ in 0..<count {
      for place in try selected(command) where nodes[place].isUp { act(place) { $0.tick() } }
    }
  }

  mutating func stabilize(_ command: Command) throws(Refusal) {
    let places = try selected(command)
    let wasTracing = isTracing
    if command.value(of: "trace") == "off" { isTracing = false }
    let settled = stabilize(places)
    isTracing = wasTracing
    guard settled else { throw Refusal("the nodes do not settle") }
  }

  /// Sends what leaves at once, and queues the rest; no letter is delivered and no disk moves.
  mutating func sendAll(_ command: Command) throws(Refusal) {
    for place in try selected(command) {
      sendOutgoing(place)
      collect(place)
    }
  }

  /// `deliver`, `drop`, `duplicate`: with `from=`, `to=`, `type=` and `count=` only those letters.
  mutating func handleLetters(_ command: Command) throws(Refusal) {
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

  mutating func handle(_ letter: Letter, _ name: String) {
    switch name {
    case "drop": tell("\(StoryText.message(letter.message)) (dropped)")
    case "duplicate": letters.append(letter)
    default:
      tell("\(StoryText.message(letter.message)) (arrives)")
      deliver(letter)
    }
  }

  mutating func crash(_ command: Command) throws(Refusal) {
    let place = try living(command)
    nodes[place].crash()
    // What was on its way from it stays on its way; what was queued for its disk is lost.
    tell("\(nodes[place].member) crashes")
  }

  mutating func restart(_ command: Command) throws(Refusal) {
    let place = try node(command)
    guard !nodes[place].isUp else { throw Refusal("node \(nodes[place].member) is up") }
    nodes[place].restart()
    nodes[place].group.checkInvariants()
    let last = StoryText.position(nodes[place].group.lastPosition)
    tell("\(nodes[place].member) restarts in term \(nodes[place].group.term) with its log up to \(last)")
  }

  /// Cuts the links between groups of nodes; a node that is not named is alone.
  mutating func partition(_ command: Command) throws(Refusal) {
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
  mutating func cut(_ command: Command) throws(Refusal) {
    guard let from = command.value(of: "from"), let to = command.value(of: "to") else {
      throw Refusal("cut needs from= and to=")
    }
    let ends = try Self.members([from, to], of: "cut")
    cuts.append((ends[0], ends[1]))
  }
}
