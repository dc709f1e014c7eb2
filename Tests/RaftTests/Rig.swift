import Basics
import Raft

/// One member of a group under test, with a disk that is done when the test says so, and what it said so far.
struct Rig: ~Copyable {
  var group: RaftGroup
  /// What left at once.
  private(set) var sent: [Message] = []
  /// What waits for the disk.
  private(set) var promised: [Message] = []
  private(set) var reads: [ReadOutcome] = []
  private(set) var snapshots: [SnapshotRequest] = []
  private(set) var fetches: [LogFetch] = []
  private(set) var hardStates: [HardState] = []
  private var receipts: [PersistReceipt] = []

  /// - Parameter terms: of the entries behind index 1, each with one byte.
  init(
    _ member: UInt64 = 1, voters: [UInt64] = [1, 2, 3], learners: [UInt64] = [], term: UInt64 = 1, vote: UInt64 = 0,
    terms: [UInt64] = [], applied: UInt64 = 1, startsAtZero: Bool = false, options: RaftOptions = Rig.plain
  ) {
    let entries = terms.enumerated().map { offset, term in
      Entry(term: Term(term), index: LogIndex(UInt64(offset) + 2), kind: .normal, payload: [UInt8(offset)])
    }
    group = RaftGroup(
      member: MemberID(member),
      configuration: Configuration(voters: voters.map { MemberID($0) }, learners: learners.map { MemberID($0) }),
      hardState: HardState(term: Term(term), vote: MemberID(vote)),
      start: startsAtZero ? LogStart() : LogStart(index: LogIndex(1), term: Term(1)), entries: entries,
      applied: startsAtZero ? .zero : LogIndex(applied), options: options)
  }

  /// The protocol of the paper, without what the thesis adds to elections.
  static var plain: RaftOptions {
    var options = RaftOptions()
    options.usesPreVote = false
    options.checksQuorum = false
    return options
  }

  mutating func step(from sender: UInt64, term: UInt64, _ body: Message.Body) throws(RaftFault) {
    try group.step(Message(from: MemberID(sender), to: group.member, term: Term(term), body: body))
    collect()
  }

  /// Takes what the group wants; what it wants on disk waits there.
  mutating func collect() {
    group.checkInvariants()
    var outgoing = Outgoing()
    group.takeOutgoing(into: &outgoing)
    sent += outgoing.messages
    reads += outgoing.reads
    snapshots += outgoing.snapshots
    fetches += outgoing.fetches
    guard group.hasReady else { return }
    var ready = Ready()
    group.ready(into: &ready)
    if let state = ready.hardState { hardStates.append(state) }
    promised += ready.promises
    receipts.append(ready.receipt)
  }

  /// The disk has everything that was handed to it: promises leave.
  mutating func persist() {
    collect()
    for receipt in receipts { group.persisted(receipt) }
    receipts = []
    sent += promised
    promised = []
    collect()
    if group.hasReady || !receipts.isEmpty { persist() }
  }

  mutating func takeSent() -> [Message] {
    defer { sent = [] }
    return sent
  }

  /// Makes it leader of the next term, with its disk done and the no-op sent.
  mutating func lead() throws(RaftFault) {
    group.campaign()
    persist()
    let last = group.lastPosition
    for voter in group.configuration.voters where voter != group.member && !group.isLeader {
      try step(
        from: voter.rawValue, term: group.term.rawValue,
        .voteResponse(VoteResponse(isPreVote: false, isGranted: true, last: last)))
    }
    persist()
  }

  /// A follower has everything.
  mutating func accept(from follower: UInt64, through index: UInt64? = nil) throws(RaftFault) {
    try step(
      from: follower, term: group.term.rawValue,
      .appendResponse(.accepted(through: index.map { LogIndex($0) } ?? group.lastIndex)))
  }

  mutating func applyAll() {
    let range = group.takeCommitted()
    if !range.isEmpty { group.applied(through: range.upperBound.previous) }
    collect()
  }
}

func position(_ term: UInt64, _ index: UInt64) -> LogPosition { LogPosition(index: LogIndex(index), term: Term(term)) }

func entry(_ term: UInt64, _ index: UInt64, _ payload: [UInt8] = [1]) -> Entry {
  Entry(term: Term(term), index: LogIndex(index), kind: .normal, payload: payload)
}

func append(_ previous: LogPosition, commit: UInt64, _ entries: [Entry] = []) -> Message.Body {
  .append(AppendRequest(previous: previous, commit: LogIndex(commit), entries: entries))
}

func requestVote(_ last: LogPosition, isPreVote: Bool = false, isTransfer: Bool = false) -> Message.Body {
  .requestVote(VoteRequest(isPreVote: isPreVote, isTransfer: isTransfer, last: last))
}

extension [Message] {
  /// Those of one kind, by what they carry.
  var appends: [AppendRequest] { compactMap { if case .append(let request) = $0.body { request } else { nil } } }
  var heartbeats: [Heartbeat] { compactMap { if case .heartbeat(let heartbeat) = $0.body { heartbeat } else { nil } } }
  var voteRequests: [VoteRequest] {
    compactMap { if case .requestVote(let request) = $0.body { request } else { nil } }
  }
  var voteResponses: [VoteResponse] {
    compactMap { if case .voteResponse(let response) = $0.body { response } else { nil } }
  }
  var appendResponses: [AppendResponse] {
    compactMap { if case .appendResponse(let response) = $0.body { response } else { nil } }
  }
}
