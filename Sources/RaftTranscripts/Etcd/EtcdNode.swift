internal import Basics
internal import Raft

/// One node of a story: a member, its disk and its state machine. Owned by its world.
final class EtcdNode {
  /// A batch on its way to the disk.
  struct AppendWork {
    var text: [String]
    var install: Snapshot?
    var hardState: HardState
    var entries: [Entry]
    var promises: [Message]
    var receipt: PersistReceipt
  }

  /// Committed entries on their way to the state machine.
  struct ApplyWork {
    var entries: [Entry]
  }

  var group: RaftGroup
  let isAsynchronous: Bool
  var stored: StoredLog
  /// What each applied entry made of the state, as far as the story can see: the newest is what a snapshot would be.
  private(set) var snapshot: Snapshot
  private(set) var hardStateShown: HardState
  /// Where the log ended at the last Ready.
  private(set) var lastShown: LogPosition
  private var roleShown = RaftGroup.Role.follower
  private var leaderShown = MemberID.none
  /// What is handed on to the leader with the next Ready.
  var handedOn: [EtcdMessage] = []
  var appendWork: [AppendWork] = []
  var applyWork: [ApplyWork] = []

  private var ready = Ready()
  private var outgoing = Outgoing()

  init(member: MemberID, snapshot: Snapshot, isAsynchronous: Bool, options: RaftOptions) {
    let start = LogStart(index: snapshot.position.index, term: snapshot.position.term)
    self.isAsynchronous = isAsynchronous
    self.snapshot = snapshot
    stored = StoredLog(start: start)
    var options = options
    options.appliesBeforePersisted = !isAsynchronous
    group = RaftGroup(
      member: member, configuration: snapshot.configuration, hardState: HardState(), start: start, entries: [],
      applied: start.index, options: options)
    hardStateShown = group.hardState
    lastShown = group.lastPosition
  }

  var hasReady: Bool {
    group.role != roleShown || group.leader != leaderShown || group.hardState != hardStateShown || group.hasReady
      || group.hasOutgoing || group.hasCommitted || !handedOn.isEmpty
  }

  /// Takes what the member wants, does it or queues it, and describes it.
  ///
  /// - Returns: the messages that leave.
  func processReady(_ text: inout EtcdOutput) -> [EtcdMessage] {
    group.takeOutgoing(into: &outgoing)
    group.ready(into: &ready)
    let committed = entries(group.takeCommitted())
    let appended = entries(ready.append)
    var messages = outgoing.messages.map { EtcdMessage(from: $0.from, to: $0.to, content: .raft($0)) }
    messages += outgoing.snapshots.map { snapshotMessage(to: $0.to) }
    invariant(outgoing.fetches.isEmpty, "a story's node keeps its log in memory")
    messages += handedOn
    handedOn = []
    let hardStateChanged = group.hardState != hardStateShown
    // It votes for itself, which etcd's disk hears of.
    let isRehearsing = group.role == .preCandidate && roleShown != .preCandidate
    if !isAsynchronous {
      messages += ready.promises.map { EtcdMessage(from: $0.from, to: $0.to, content: .raft($0)) }
    }
    describe(appended, committed, messages, hardStateChanged, &text)
    hardStateShown = group.hardState
    lastShown = group.lastPosition
    if isAsynchronous {
      queue(appended, committed, isDue: hardStateChanged || isRehearsing)
    } else {
      write(ready.install, hardStateShown, appended)
      apply(committed)
      group.persisted(ready.receipt)
    }
    group.checkInvariants()
    return messages
  }

  func snapshotMessage(to receiver: MemberID) -> EtcdMessage {
    EtcdMessage(
      from: group.member, to: receiver,
      content: .raft(Message(from: group.member, to: receiver, term: group.term, body: .snapshot(snapshot))))
  }

  private func entries(_ range: Range<LogIndex>) -> [Entry] {
    var entries: [Entry] = []
    var index = range.lowerBound
    while index < range.upperBound {
      entries.append(group.entry(at: index))
      index = index.next
    }
    return entries
  }
}

// MARK: - Disk and state machine

extension EtcdNode {
  func write(_ install: Snapshot?, _ hardState: HardState, _ entries: [Entry]) {
    stored.hardState = hardState
    if let install {
      stored.install(install.position)
      snapshot = install
    }
    stored.append(entries)
  }

  func apply(_ entries: [Entry]) {
    guard let last = entries.last else { return }
    snapshot = Snapshot(
      position: LogPosition(index: last.index, term: last.term),
      configuration: group.configuration(through: last.index))
    group.applied(through: last.index)
  }

  private func queue(_ entries: [Entry], _ committed: [Entry], isDue: Bool) {
    if isDue || !ready.isEmpty || !ready.promises.isEmpty {
      var text = "\(group.member)->AppendThread MsgStorageAppend"
      if !entries.isEmpty { text += " Entries:[\(entries.map(EtcdText.entry).joined(separator: ", "))]" }
      appendWork.append(
        AppendWork(
          text: [text], install: ready.install, hardState: hardStateShown, entries: entries,
          promises: ready.promises, receipt: ready.receipt))
    }
    if !committed.isEmpty { applyWork.append(ApplyWork(entries: committed)) }
  }

  /// - Returns: what leaves because the oldest batch is on disk.
  func processAppendThread(_ text: inout EtcdOutput) -> [EtcdMessage] {
    guard !appendWork.isEmpty else {
      text.line("no append work to perform")
      return []
    }
    let work = appendWork.removeFirst()
    write(work.install, work.hardState, work.entries)
    var messages = work.promises.map { EtcdMessage(from: $0.from, to: $0.to, content: .raft($0)) }
    messages.append(EtcdMessage(from: group.member, to: group.member, content: .persisted(work.receipt)))
    text.line("Processing:")
    for line in work.text { text.line(line) }
    text.line("Responses:")
    for message in messages { text.lines(message.lines) }
    return messages
  }

  func processApplyThread(_ text: inout EtcdOutput) -> [EtcdMessage] {
    guard !applyWork.isEmpty else {
      text.line("no apply work to perform")
      return []
    }
    let work = applyWork.removeFirst()
    apply(work.entries)
    text.line("Processing:")
    for entry in work.entries { text.line(EtcdText.entry(entry)) }
    guard let last = work.entries.last else { return [] }
    return [EtcdMessage(from: group.member, to: group.member, content: .applied(last.index))]
  }
}

// MARK: - As text

extension EtcdNode {
  private func describe(
    _ appended: [Entry], _ committed: [Entry], _ messages: [EtcdMessage], _ hardStateChanged: Bool,
    _ text: inout EtcdOutput
  ) {
    let isSynced = !appended.isEmpty || hardStateShown.term != group.term || hardStateShown.vote != group.hardState.vote
    let softStateChanged = group.role != roleShown || group.leader != leaderShown
    guard
      softStateChanged || hardStateChanged || ready.install != nil || !appended.isEmpty || !committed.isEmpty
        || !messages.isEmpty
    else { return text.line("<empty Ready>") }
    text.line("Ready MustSync=\(isSynced):")
    if softStateChanged { text.line("Lead:\(group.leader) State:\(EtcdText.role(group.role))") }
    roleShown = group.role
    leaderShown = group.leader
    if hardStateChanged { text.line(EtcdText.hardState(group.hardState)) }
    text.list("Entries:", appended.map(EtcdText.entry))
    if let install = ready.install { text.line("Snapshot \(EtcdText.snapshot(install))") }
    text.list("CommittedEntries:", committed.map(EtcdText.entry))
    text.list("Messages:", messages.flatMap(\.lines))
  }
}

/// The text of one directive's output.
struct EtcdOutput {
  private(set) var lines: [String] = []
  private var indent = ""

  mutating func line(_ line: String) { lines.append(indent + line) }
  mutating func lines(_ lines: [String]) { for line in lines { self.line(line) } }

  mutating func list(_ title: String, _ lines: [String]) {
    guard !lines.isEmpty else { return }
    line(title)
    self.lines(lines)
  }

  mutating func indented(_ body: (inout EtcdOutput) -> Void) {
    indent += "  "
    body(&self)
    indent.removeLast(2)
  }
}
