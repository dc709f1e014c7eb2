package import Basics
package import Inventory
package import Raft

/// An entry that some replica has applied: from then on it is what every replica must have there.
package struct CommittedEntry: Equatable, Sendable {
  package var term: Term
  package var kind: Entry.Kind
  package var payloadHash: UInt64
  /// Where what its commands must come to stands among all expected answers.
  package var answers: Range<Int>
  /// What the first replica whose turn ended with this entry had as its state; `nil` until one did.
  package var digest: UInt64?
  /// The term in which it was committed, or a later one: that of the replica which applied it first.
  var committedBy: Term?
}

/// The one history of a shard, as the replicas' applying makes it known, and the sequential specification run along it.
///
/// The committed log is the witness of linearizability. A command takes its effect when its entry is first applied
/// anywhere: after it was invoked, as nobody else knew its id, and before any answer, as an answer is held against this
/// history. So the order of the log *is* an order of effects that respects real time, and what is left to check is that
/// every replica goes through the same entries (the log is one), that each outcome is what the specification says at
/// that place, and that no read looks at a place before an effect that was known when it was asked for.
package struct ShardHistory {
  package let shard: ShardID
  /// The index before the first entry.
  private let start: LogIndex
  package private(set) var entries: [CommittedEntry] = []
  package private(set) var expected: [ExpectedAnswer] = []
  package private(set) var model = StockModel()
  /// The last entry of which anybody was told an outcome, or that a read has shown.
  package private(set) var knownThrough = LogIndex.zero
  /// How many holds over several shards the last entry found expired.
  private(set) var expiredAcross = 0
  /// The commands of the last entry, with what they must come to.
  private(set) var last: [(command: Command, expected: ExpectedAnswer)] = []
  /// When the hold of each number in the model was asked for, or its last extension was.
  private var askedFor: [WorldTime] = []
  private let toleranceMilliseconds: UInt64
  /// Outcomes are held against this shard's own specification; else against what the first replica came to, which is
  /// held against that of the whole world.
  private let isJudgedHere: Bool
  private var lastStamp = Stamp.zero

  /// - Parameter toleranceMilliseconds: how much earlier than its time to live a hold may expire, by the true clock.
  package init(
    shard: ShardID, start: LogIndex = .zero, isJudgedHere: Bool = true, toleranceMilliseconds: UInt64 = 1_000
  ) {
    self.isJudgedHere = isJudgedHere
    self.shard = shard
    self.start = start
    self.toleranceMilliseconds = toleranceMilliseconds
  }

  package var lastIndex: LogIndex { start + UInt64(entries.count) }

  package func entry(at index: LogIndex) -> CommittedEntry? {
    guard index > start, index <= lastIndex else { return nil }
    return entries[Int(index - start) - 1]
  }

  /// The last entry was first applied by a replica of a term.
  mutating func noteCommitted(by term: Term) { entries[entries.count - 1].committedBy = term }

  // MARK: Applying

  /// A replica applied an entry. `asked` says when the request of an id was first made; `nil` if it was never made, or
  /// refused for good.
  package mutating func applied(
    _ entry: Entry, at time: WorldTime, asked: (UniqueID) -> WorldTime?
  ) throws(Violation) {
    let hash = StableHash.hash(entry.payload.rawSpan)
    if let known = self.entry(at: entry.index) {
      guard known.term == entry.term, known.payloadHash == hash, known.kind == entry.kind else {
        throw Violation(
          .committedPrefix,
          "shard \(shard) entry \(entry.index): one replica applied that of term \(known.term), another that of term"
            + " \(entry.term)\(known.term == entry.term ? ", which differs" : "")")
      }
      return
    }
    guard entry.index == lastIndex.next else {
      throw Violation(.committedPrefix, "shard \(shard): entry \(entry.index) was applied before \(lastIndex.next)")
    }
    let start = expected.count
    last.removeAll(keepingCapacity: true)
    if entry.kind == .normal { try run(entry, at: time, asked: asked) }
    entries.append(
      CommittedEntry(
        term: entry.term, kind: entry.kind, payloadHash: hash, answers: start..<expected.count, digest: nil))
  }

  private mutating func run(
    _ entry: Entry, at time: WorldTime, asked: (UniqueID) -> WorldTime?
  ) throws(Violation) {
    // The meta shard's commands are about the cluster and not about stock.
    guard !entry.payload.isEmpty, shard != .meta else { return }
    let (stamp, commands): (Stamp, [Command])
    do throws(DecodeError) { (stamp, commands) = try Command.decodeEntry(entry.payload.rawSpan) } catch {
      throw Violation(.outcome, "shard \(shard) entry \(entry.index) cannot be read: \(error)")
    }
    guard stamp >= lastStamp else {
      throw Violation(
        .stamps,
        "shard \(shard) entry \(entry.index) has the stamp \(stamp.milliseconds), after"
          + " \(lastStamp.milliseconds)")
    }
    lastStamp = stamp
    guard isJudgedHere else {
      for _ in commands { expected.append(ExpectedAnswer(id: .zero, answer: .ticked, isReplay: false)) }
      return
    }
    expiredAcross = 0
    for number in model.advance(to: stamp) {
      try checkExpiry(of: number, at: time)
      if model.holds[Int(number)].hasRemoteStock { expiredAcross += 1 }
    }
    for command in commands {
      let answer = model.run(command)
      expected.append(answer)
      last.append((command, answer))
      guard answer.id != .zero else { continue }
      guard let askedTime = asked(answer.id) else {
        throw Violation(
          .answer, "shard \(shard) entry \(entry.index) carries out \(answer.id), which was refused or never asked for")
      }
      noteArming(of: command, askedTime)
    }
    if entries.count % 64 == 0, let broken = model.firstBrokenInvariant() {
      throw Violation(.ledger, "shard \(shard) entry \(entry.index): \(broken)")
    }
  }

  /// A hold's time to live cannot begin before it was asked for; so by the true clock it may not end before that and the
  /// time to live are over, but for what the nodes' clocks may be off.
  private func checkExpiry(of number: Int32, at time: WorldTime) throws(Violation) {
    let hold = model.holds[Int(number)]
    let lifetime = UInt64(max(0, hold.expiry.milliseconds - hold.armed.milliseconds))
    let asked = askedFor[Int(number)]
    let lived = time.since(asked).milliseconds
    guard lived + toleranceMilliseconds + lifetime / 500 >= lifetime else {
      throw Violation(
        .expiry,
        "shard \(shard): hold \(hold.id) was asked for at \(asked) for \(lifetime) ms and expired \(lived) ms later; the"
          + " stamp went on by \(model.now.milliseconds - hold.armed.milliseconds) ms meanwhile, to"
          + " \(model.now.milliseconds - NodeClock.epochMilliseconds - Int64(time.nanoseconds / 1_000_000)) ms ahead of"
          + " true time")
    }
  }

  private mutating func noteArming(of command: Command, _ time: WorldTime) {
    switch command {
    case .reserve, .decideHold: while askedFor.count < model.holds.count { askedFor.append(time) }
    case .extendHold(_, let hold, _):
      guard let number = model.number(ofHold: hold), model.holds[number].armed == model.now else { return }
      askedFor[number] = time
    case .putSKU, .receive, .adjust, .move, .releaseHold, .confirmHold, .setCount, .moveAllocation, .setLocations,
      .tick,
      .sweepRequests, .prepareClaim, .settleClaim, .decideConfirm, .burnClaim, .ackOutbox, .createOrder, .changeOrder,
      .amendOrder, .decideOrder, .decideAmend, .decideMove, .slots:
      return
    }
  }

  // MARK: What replicas say

  /// A replica's turn ended with its state at an index.
  package mutating func reached(_ index: LogIndex, digest: UInt64) throws(Violation) {
    guard index > start else { return }
    guard index <= lastIndex else {
      throw Violation(.committedPrefix, "shard \(shard): a replica is at entry \(index), which nobody applied")
    }
    let place = Int(index - start) - 1
    guard let known = entries[place].digest else {
      entries[place].digest = digest
      return
    }
    guard known == digest else {
      throw Violation(.stateEquality, "shard \(shard): two replicas have different state at entry \(index)")
    }
  }

  /// The first replica carried out one command of an entry that is judged elsewhere: the others come to the same.
  mutating func learn(_ answer: ExpectedAnswer, of index: LogIndex, at offset: Int) {
    guard let entry = entry(at: index), offset < entry.answers.count else { return }
    expected[entry.answers.lowerBound + offset] = answer
  }

  /// A replica carried out one command of an entry.
  package mutating func check(
    _ outcome: Outcome, lines: [GrantedLine], of index: LogIndex, at offset: Int
  ) throws(Violation) {
    guard let entry = entry(at: index), offset < entry.answers.count else {
      throw Violation(.outcome, "shard \(shard) entry \(index) has more outcomes than commands")
    }
    let answer = expected[entry.answers.lowerBound + offset]
    guard answer.id == outcome.requestID || answer.id == .zero, answer.isReplay == outcome.isReplay,
      answer.answer.matches(outcome, lines: lines)
    else {
      throw Violation(
        .outcome,
        "shard \(shard) entry \(index) command \(offset + 1): \(Answer(outcome, lines: lines))"
          + "\(outcome.isReplay ? " (replayed)" : ""), but \(answer.answer)\(answer.isReplay ? " (replayed)" : "")"
          + " is specified for \(answer.id)")
    }
    if isJudgedHere, case .claimPrepared(let grant) = outcome.result, !outcome.isReplay { model.learn(grant) }
  }

  /// Somebody outside was told of an entry.
  package mutating func told(through index: LogIndex) { knownThrough = max(knownThrough, index) }

  /// A read that was invoked when `floor` was known was answered from a replica's state at `index`.
  package mutating func read(at index: LogIndex, floor: LogIndex) throws(Violation) {
    guard index >= floor else {
      throw Violation(
        .read, "shard \(shard): a read was answered as of entry \(index), though entry \(floor) was known before it")
    }
    told(through: index)
  }
}
