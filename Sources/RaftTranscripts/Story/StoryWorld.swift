package import Raft

/// The cluster of a story: nodes, the messages between them, and what must hold whatever happens.
///
/// Nothing happens by itself: time, deliveries and disks move when they are told to.
package struct StoryWorld {
  /// A message under way; a snapshot with its data.
  package struct Letter {
    package var message: Message
    var state: UInt64
  }

  package internal(set) var nodes: [StoryNode] = []
  /// In the order in which they were sent.
  package internal(set) var letters: [Letter] = []
  /// Links that lose everything, as from and to.
  var cuts: [(from: MemberID, to: MemberID)] = []
  /// What happened since it was taken last.
  private var trace: [String] = []
  package var isTracing = true

  // What the whole history must keep to.
  /// Who led in each term, ascending.
  private var leaders: [(term: Term, member: MemberID)] = []
  /// The state after each applied index; the first is the one behind `firstApplied`.
  private var hashes: [UInt64] = []
  private var firstApplied: LogIndex?
  package private(set) var violations: [String] = []

  package init() {}

  /// Adds a line to the trace, unless nobody reads it.
  mutating func tell(_ line: String) { if isTracing { trace.append(line) } }

  mutating func takeTrace() -> [String] {
    defer { trace = [] }
    return trace
  }

  package func place(of member: MemberID) -> Int? {
    let place = Int(clamping: member.rawValue) - 1
    return place >= 0 && place < nodes.count ? place : nil
  }

  package mutating func addNode(configuration: Configuration, start: LogPosition, options: RaftOptions) {
    let member = MemberID(UInt64(nodes.count) + 1)
    nodes.append(
      StoryNode(member: member, start: Snapshot(position: start, configuration: configuration), options: options))
    if firstApplied == nil, start.index > .zero || !configuration.voters.isEmpty { firstApplied = start.index }
  }

  /// Does something to a node's group and says what it became by that.
  package mutating func act(_ place: Int, _ action: (inout RaftGroup) -> Void) {
    let before = (nodes[place].group.role, nodes[place].group.leader, nodes[place].group.term)
    action(&nodes[place].group)
    let node = nodes[place]
    node.group.checkInvariants()
    guard before != (node.group.role, node.group.leader, node.group.term) else { return }
    tell("\(node.group.member) \(StoryText.role(node.group))")
    if node.group.role == .leader { noteLeader(node.group.term, node.group.member) }
  }
}

// MARK: - Messages

extension StoryWorld {
  /// Sends what a node's group wants to leave at once.
  package mutating func sendOutgoing(_ place: Int) {
    while nodes[place].isUp, nodes[place].group.hasOutgoing {
      var outgoing = Outgoing()
      act(place) { $0.takeOutgoing(into: &outgoing) }
      for message in outgoing.messages { send(message, state: 0) }
      for request in outgoing.snapshots {
        let node = nodes[place]
        send(
          Message(from: node.member, to: request.to, term: request.term, body: .snapshot(node.applied)),
          state: node.state)
      }
      for fetch in outgoing.fetches { answer(fetch, place) }
      for outcome in outgoing.reads { note(outcome, place) }
    }
  }

  mutating func send(_ message: Message, state: UInt64) {
    if cuts.contains(where: { $0.from == message.from && $0.to == message.to }) {
      if isTracing { tell("\(StoryText.message(message)) (lost)") }
      return
    }
    if isTracing { tell(StoryText.message(message)) }
    letters.append(Letter(message: message, state: state))
  }

  private mutating func answer(_ fetch: LogFetch, _ place: Int) {
    let stored = nodes[place].stored
    let entries = stored.entries(from: fetch.from, bytesMax: fetch.bytesMax, countMax: fetch.entriesMax)
    guard let term = stored.term(at: fetch.from.previous), !entries.isEmpty else {
      tell("\(nodes[place].member) cannot read entry \(fetch.from) for \(fetch.member)")
      return act(place) { $0.fetchFailed(fetch) }
    }
    let last = fetch.from + UInt64(entries.count - 1)
    tell("\(nodes[place].member) reads entries \(fetch.from)…\(last) for \(fetch.member)")
    act(place) { group in
      group.fetched(fetch, previous: LogPosition(index: fetch.from.previous, term: term), entries: entries)
    }
  }

  /// Hands a letter to its receiver.
  package mutating func deliver(_ letter: Letter) {
    let message = letter.message
    guard let place = place(of: message.to), nodes[place].isUp else {
      if isTracing { tell("\(StoryText.message(message)) (lost)") }
      return
    }
    if case .snapshot(let snapshot) = message.body, message.term >= nodes[place].group.term,
      nodes[place].group.wouldInstall(snapshot)
    {
      nodes[place].arrivingState = letter.state
    }
    var fault: RaftFault?
    act(place) { group in
      do throws(RaftFault) { try group.step(message) } catch { fault = error }
    }
    if let fault { violations.append("\(message.to): \(fault)") }
  }
}

// MARK: - Disks, state machines and reads

extension StoryWorld {
  /// Makes a node's oldest batch durable.
  package mutating func persist(_ place: Int) {
    guard nodes[place].isUp, !nodes[place].batches.isEmpty else { return }
    let batch = nodes[place].batches[0]
    if isTracing, let line = StoryText.batch(batch) { tell("\(nodes[place].member) has on disk \(line)") }
    let before = (nodes[place].group.role, nodes[place].group.leader, nodes[place].group.term)
    _ = nodes[place].persist()
    for message in batch.promises { send(message, state: 0) }
    let node = nodes[place]
    node.group.checkInvariants()
    if before != (node.group.role, node.group.leader, node.group.term) {
      tell("\(node.group.member) \(StoryText.role(node.group))")
      if node.group.role == .leader { noteLeader(node.group.term, node.group.member) }
    }
  }

  /// Queues what a node's group wants on disk, and applies what is committed.
  package mutating func collect(_ place: Int) {
    guard nodes[place].isUp else { return }
    nodes[place].collectBatch()
    apply(place)
  }

  package mutating func apply(_ place: Int) {
    while nodes[place].isUp, nodes[place].group.hasCommitted {
      let configuration = nodes[place].group.configuration
      let before = (nodes[place].group.role, nodes[place].group.term)
      var state = nodes[place].state
      let entries = nodes[place].apply()
      for entry in entries {
        state = StoryNode.hash(state, entry)
        noteApplied(entry.index, state, nodes[place].member)
      }
      let node = nodes[place]
      node.group.checkInvariants()
      if isTracing { tell("\(node.group.member) applies \(entries.map(StoryText.entry).joined(separator: ", "))") }
      if node.group.configuration != configuration {
        tell("\(node.group.member) is at \(StoryText.configuration(node.group.configuration))")
      }
      if before != (node.group.role, node.group.term) { tell("\(node.group.member) \(StoryText.role(node.group))") }
    }
    answerReads(place)
  }

  package mutating func requestRead(_ place: Int) throws(ReadRefusal) -> ReadTicket {
    let ticket = try nodes[place].group.requestRead()
    var seen = LogIndex.zero
    for node in nodes { seen = max(seen, node.applied.position.index) }
    nodes[place].reads.append(StoryNode.Read(ticket: ticket, seenAtLeast: seen))
    return ticket
  }

  private mutating func note(_ outcome: ReadOutcome, _ place: Int) {
    guard let read = nodes[place].reads.firstIndex(where: { $0.ticket == outcome.ticket }) else {
      violations.append("read \(outcome.ticket.rawValue) was answered twice, or never asked")
      return
    }
    guard let index = outcome.index else {
      tell("\(nodes[place].member) gives up read \(outcome.ticket.rawValue)")
      nodes[place].reads.remove(at: read)
      return
    }
    if index < nodes[place].reads[read].seenAtLeast {
      violations.append(
        "stale: read \(outcome.ticket.rawValue) at \(nodes[place].member) sees \(index), but"
          + " \(nodes[place].reads[read].seenAtLeast) was applied before it was asked for")
    }
    nodes[place].reads[read].index = index
    answerReads(place)
  }

  private mutating func answerReads(_ place: Int) {
    let applied = nodes[place].applied.position.index
    while let first = nodes[place].reads.first, let index = first.index, index <= applied {
      tell("\(nodes[place].member) answers read \(first.ticket.rawValue) at \(index)")
      nodes[place].reads.removeFirst()
    }
  }
}

// MARK: - What must hold

extension StoryWorld {
  /// Election Safety (thesis figure 3.2): at most one leader in a term.
  private mutating func noteLeader(_ term: Term, _ member: MemberID) {
    if let other = leaders.first(where: { $0.term == term }), other.member != member {
      violations.append("\(other.member) and \(member) lead in term \(term)")
    }
    leaders.append((term, member))
  }

  /// State Machine Safety (thesis figure 3.2): nobody applies another entry at the same index.
  private mutating func noteApplied(_ index: LogIndex, _ state: UInt64, _ member: MemberID) {
    guard let firstApplied, index > firstApplied else { return }
    let place = Int(index - firstApplied) - 1
    if place < hashes.count {
      if hashes[place] != state { violations.append("\(member) applied another entry at \(index), or before it") }
    } else if place == hashes.count {
      hashes.append(state)
    } else {
      violations.append("\(member) applied \(index) before anybody applied the entries below it")
    }
  }
}
