internal import Basics
package import Raft

/// One node of a story: a member, its disk, and a state machine that remembers what it was told. Owned by its world.
package final class StoryNode {
  /// A batch on its way to the disk.
  struct Batch {
    var install: Snapshot?
    var installedState: UInt64
    var hardState: HardState?
    var entries: [Entry]
    var promises: [Message]
    var receipt: PersistReceipt
  }

  /// A read that was asked for, and what it must see.
  struct Read {
    var ticket: ReadTicket
    /// The last entry that any node had applied when the read was asked for.
    var seenAtLeast: LogIndex
    /// Known once the group has answered.
    var index: LogIndex?
  }

  let member: MemberID
  let options: RaftOptions
  package internal(set) var group: RaftGroup
  package internal(set) var isUp = true
  /// How often it was started.
  private(set) var lives = 1

  // What survives a crash.
  var stored: StoredLog
  /// The applied state: its place in the log, the configuration there, and a hash of all that was applied.
  var applied: Snapshot
  var state: UInt64 = 0

  // What does not.
  var batches: [Batch] = []
  /// While held, batches wait although the disk is idle.
  package var diskIsHeld = false
  /// The data of a snapshot that is being installed.
  var arrivingState: UInt64 = 0
  var reads: [Read] = []

  init(member: MemberID, start: Snapshot, options: RaftOptions) {
    self.member = member
    self.options = options
    applied = start
    stored = StoredLog(start: LogStart(index: start.position.index, term: start.position.term))
    group = Self.group(member, stored, start, options, life: 1)
  }

  private static func group(
    _ member: MemberID, _ stored: StoredLog, _ applied: Snapshot, _ options: RaftOptions, life: Int
  ) -> RaftGroup {
    var options = options
    // Another life draws other timeouts.
    options.seed = options.seed &+ UInt64(life)
    return RaftGroup(
      member: member, configuration: applied.configuration, hardState: stored.hardState, start: stored.start,
      entries: stored.entries, applied: applied.position.index, options: options)
  }

  /// Loses everything that is not on disk.
  func crash() {
    isUp = false
    batches = []
    reads = []
    diskIsHeld = false
  }

  func restart() {
    lives += 1
    isUp = true
    group = Self.group(member, stored, applied, options, life: lives)
  }

  /// Queues what the group wants on disk.
  func collectBatch() {
    guard group.hasReady else { return }
    var ready = Ready()
    group.ready(into: &ready)
    batches.append(
      Batch(
        install: ready.install, installedState: arrivingState, hardState: ready.hardState,
        entries: entries(ready.append), promises: ready.promises, receipt: ready.receipt))
  }

  /// The oldest batch becomes durable.
  func persist() -> Batch {
    let batch = batches.removeFirst()
    if let install = batch.install {
      stored.install(install.position)
      applied = install
      state = batch.installedState
    }
    if let hardState = batch.hardState { stored.hardState = hardState }
    stored.append(batch.entries)
    group.persisted(batch.receipt)
    return batch
  }

  func entries(_ range: Range<LogIndex>) -> [Entry] {
    var entries: [Entry] = []
    var index = range.lowerBound
    while index < range.upperBound {
      entries.append(group.entry(at: index))
      index = index.next
    }
    return entries
  }

  /// Applies what is committed and returns it.
  func apply() -> [Entry] {
    let entries = entries(group.takeCommitted())
    guard let last = entries.last else { return [] }
    for entry in entries { state = Self.hash(state, entry) }
    applied = Snapshot(
      position: LogPosition(index: last.index, term: last.term),
      configuration: group.configuration(through: last.index))
    group.applied(through: last.index)
    return entries
  }

  /// FNV-1a over everything that distinguishes entries.
  static func hash(_ state: UInt64, _ entry: Entry) -> UInt64 {
    var hash = state ^ 0xCBF2_9CE4_8422_2325
    for word in [entry.term.rawValue, entry.index.rawValue, UInt64(entry.kind.rawValue)] {
      hash = (hash ^ word) &* 0x100_0000_01B3
    }
    for byte in entry.payload { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }
}
