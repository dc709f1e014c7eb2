internal import Raft

// What an owner asks of its group, and why it is refused.

extension StoryWorld {
  mutating func propose(_ command: Command) throws(Refusal) {
    let place = try living(command)
    guard command.arguments.count >= 2 else { throw Refusal("propose needs a node and a word") }
    let word = command.arguments[1]
    let payload = Array((word.values.isEmpty ? word.key : "\(word.key)=\(word.values[0])").utf8)
    if let refusal = nodes[place].group.proposalRefusal(byteCount: payload.count) {
      throw Refusal("not proposed: \(Self.text(refusal))")
    }
    act(place) { $0.propose(payload) }
  }

  mutating func proposeChange(_ command: Command) throws(Refusal) {
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

  static func text(_ refusal: ProposalRefusal) -> String {
    switch refusal {
    case .notLeader(let leader): leader == .none ? "nobody leads" : "\(leader) leads"
    case .transferring(let target): "leadership is on its way to \(target)"
    case .notMember: "the leader is no member any more"
    case .backlogFull: "too much is uncommitted"
    case .tooLarge: "too large"
    }
  }

  static func text(_ refusal: ChangeRefusal) -> String {
    switch refusal {
    case .notProposable(let refusal): text(refusal)
    case .changePending(let index): "a change may be pending up to entry \(index)"
    case .impossible(let error): "\(error)"
    case .notCaughtUp(let member): "\(member) has not caught up"
    case .tooManyMembers: "too many members"
    }
  }

  mutating func transfer(_ command: Command) throws(Refusal) {
    let place = try living(command)
    let target = nodes[try node(command, at: 1)].member
    var refusal: TransferRefusal?
    act(place) { group in
      do throws(TransferRefusal) { try group.transferLeadership(to: target) } catch { refusal = error }
    }
    if let refusal { throw Refusal("not handed over: \(refusal)") }
  }

  mutating func read(_ command: Command) throws(Refusal) {
    let place = try living(command)
    do throws(ReadRefusal) {
      let ticket = try requestRead(place)
      tell("\(nodes[place].member) takes read \(ticket.rawValue)")
    } catch {
      throw Refusal("not taken: \(error)")
    }
  }

  mutating func compact(_ command: Command) throws(Refusal) {
    let place = try living(command)
    guard command.plain.count == 2 else { throw Refusal("compact needs a node and an index") }
    let index = LogIndex(UInt64(try Self.number(command.plain[1], of: "index")))
    guard index <= nodes[place].group.appliedIndex, index <= nodes[place].stored.lastIndex else {
      throw Refusal("entry \(index) is not applied yet")
    }
    nodes[place].stored.compact(through: index)
    act(place) { $0.compacted(through: index) }
  }

  mutating func sleep(_ command: Command) throws(Refusal) {
    let place = try living(command)
    guard nodes[place].group.maySleep else { throw Refusal("there is work to do") }
    act(place) { $0.sleep() }
  }

  mutating func reportUnreachable(_ command: Command) throws(Refusal) {
    let place = try living(command)
    let other = nodes[try node(command, at: 1)].member
    act(place) { $0.reportUnreachable(other) }
  }

  mutating func reportSnapshot(_ command: Command) throws(Refusal) {
    let place = try living(command)
    let other = nodes[try node(command, at: 1)].member
    act(place) { $0.reportSnapshot(to: other, .failed) }
  }

  mutating func setElectionTimeout(_ command: Command) throws(Refusal) {
    let place = try living(command)
    guard command.plain.count == 2 else { throw Refusal("set-election-timeout needs a node and ticks") }
    let ticks = max(1, try Self.number(command.plain[1], of: "ticks"))
    act(place) { $0.setElectionTimeout(ticks: ticks) }
  }
}
