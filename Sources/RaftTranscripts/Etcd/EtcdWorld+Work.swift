internal import Raft

// Readies, disks and state machines, and looking at them.

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
    let from = try node(command)
    let to = try node(command, at: 1)
    guard from != to else { throw Refusal("node \(to + 1) sends itself no snapshot") }
    let message = nodes[from].snapshotMessage(to: MemberID(UInt64(to) + 1))
    messages.append(message)
    output.lines(message.lines)
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
