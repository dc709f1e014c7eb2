internal import Basics
internal import Raft

/// One shard's copy on this Store: a member of its Raft group, its state machine, and those who wait for outcomes. Owned
/// by the Store and its thread.
final class Replica {
  let shard: ShardID
  /// Its number among the Store's replicas; never given to another one.
  let place: Int
  let machine: any HostedMachine
  let limits: StoreLimits
  private let group: FixedPlace<RaftGroup>
  /// What the disk knows of the replica, or will with the changes of this turn.
  var record: ReplicaRecord

  /// Entries that this replica proposed as a leader, and who waits for them.
  var proposed = ProposedEntries()
  var reads = WaitingReads()
  /// Committed entries that were taken from the group and are not applied yet.
  private(set) var committed = LogIndex(1)..<LogIndex(1)
  private var ready = Ready()
  private var outgoing = Outgoing()

  /// A tick is on its way through the log; a second one would find nothing to do.
  private var tickIsPending = false
  /// Entries were applied, or a snapshot installed, whose changes are not in the partition yet.
  private(set) var isTouched = false
  private var wasLeader = false
  /// When the leadership was lost, in the Store's ticks, while somebody still waits for what was proposed.
  private(set) var leadershipLost: UInt64?

  /// A snapshot that is arriving.
  var receiving: SnapshotReceiving?
  /// A snapshot whose data is here, on its way to the disk.
  var install: SnapshotInstall?

  // What lists of the Store it is in.
  var isDirty = false
  var isTicking = false
  /// It was destroyed; whoever still holds it leaves it alone.
  var isGone = false
  /// From where on the log was told to keep entries.
  var retainedFrom = LogIndex.zero

  init(
    shard: ShardID, place: Int, machine: any HostedMachine, group: consuming RaftGroup, record: ReplicaRecord,
    limits: StoreLimits
  ) {
    self.shard = shard
    self.place = place
    self.machine = machine
    self.group = FixedPlace(group)
    self.record = record
    self.limits = limits
  }

  var raft: RaftGroup {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(group.address) }
    @inline(__always) unsafeMutableAddress { unsafe group.address }
  }

  /// Whether it must hear the ticks. A group that is asleep needs none, nor does a leader that is alone.
  var needsTicks: Bool { !raft.isAsleep && !(raft.isLeader && raft.isAlone) }
}

// MARK: - Proposing

extension Replica {
  /// When the next thing falls due that this replica must see to: as the leader, with no tick under way.
  var nextDue: Stamp? { raft.isLeader && !tickIsPending ? machine.nextDue : nil }

  /// Adds the command that lets time pass, if something is due and none is under way.
  func addTickIfDue(at stamp: Stamp) {
    guard let due = nextDue, due <= stamp else { return }
    machine.addTick()
    tickIsPending = true
  }

  /// Turns the gathered commands into one entry; answers its payload's size.
  ///
  /// A new leader waits until the entry that opens its term is applied: only then its machine has the stamps of all
  /// leaders before it, and within one shard stamps never go back.
  func proposeCommands(stamp: Stamp) -> Int {
    guard machine.commandCount > 0, let opened = raft.termStart, machine.appliedIndex >= opened else { return 0 }
    // While the group is full the commands stay for a later turn; more are refused than the bounds allow.
    guard raft.canPropose(byteCount: machine.commandByteCount) else { return 0 }
    let (payload, waiters) = machine.takeCommands(stamp: max(stamp, machine.stamp))
    let byteCount = payload.count
    let index = raft.propose(payload)
    proposed.append(ProposedEntry(position: LogPosition(index: index, term: raft.term), waiters: waiters))
    return byteCount
  }

  /// Sees to those who wait when the leadership came or went since it last looked.
  func noteLeadership(tick: UInt64, lost: inout [LostCall]) {
    guard raft.isLeader != wasLeader else { return }
    wasLeader = raft.isLeader
    // Either way, what other leaders' entries have replaced is known to be lost.
    proposed.dropReplaced(shard, &lost) { raft.term(at: $0) }
    if wasLeader {
      leadershipLost = nil
    } else {
      loseLeadership(tick, &lost)
    }
  }

  private func loseLeadership(_ tick: UInt64, _ lost: inout [LostCall]) {
    tickIsPending = false
    for waiter in machine.dropCommands() { lost.add(waiter, shard, .notApplied) }
    leadershipLost = proposed.isEmpty ? nil : tick
  }

  /// Tells those who waited long enough for what a lost leadership left behind.
  func giveUpProposed(tick: UInt64, lost: inout [LostCall]) {
    guard let since = leadershipLost, tick - since >= limits.lostLeadershipTicksMax else { return }
    proposed.dropAll(shard, .unknown, &lost)
    leadershipLost = nil
  }

  /// Takes everyone who still waits, because the replica or the Store goes away.
  func abandonWaiters(_ lost: inout [LostCall]) {
    tickIsPending = false
    for waiter in machine.dropCommands() { lost.add(waiter, shard, .notApplied) }
    proposed.dropAll(shard, .unknown, &lost)
    reads.dropAll(shard, &lost)
  }
}

// MARK: - What the group wants

extension Replica {
  /// Moves what is to be persisted into the batch. While a snapshot is being installed everything behind it waits.
  func collectAppends(into batch: inout LogBatch, _ body: (PersistReceipt, [Message]) -> Void) {
    guard install == nil, raft.hasReady else { return }
    raft.ready(into: &ready)
    if let snapshot = ready.install {
      var records: [LogBatch.Record] = [
        .start(shard, LogStart(index: snapshot.position.index, term: snapshot.position.term))
      ]
      if let hardState = ready.hardState { records.append(.hardState(shard, hardState)) }
      forEachAppended { records.append(.entry(shard, $0)) }
      install = SnapshotInstall(
        snapshot: snapshot, records: records, receipt: ready.receipt, promises: ready.promises)
      return
    }
    if let hardState = ready.hardState { batch.records.append(.hardState(shard, hardState)) }
    forEachAppended { batch.append(shard, $0) }
    body(ready.receipt, ready.promises)
  }

  private func forEachAppended(_ body: (Entry) -> Void) {
    var index = ready.append.lowerBound
    while index < ready.append.upperBound {
      body(raft.entry(at: index))
      index = index.next
    }
  }

  /// Takes what leaves now.
  func takeOutgoing(_ body: (borrowing Outgoing) -> Void) {
    guard raft.hasOutgoing else { return }
    raft.takeOutgoing(into: &outgoing)
    reads.take(outgoing.reads)
    body(outgoing)
  }
}

// MARK: - Applying

extension Replica {
  /// Whether there is something to apply. Nothing is applied before it is durable here: the state on disk would be ahead
  /// of the log after a crash.
  var wantsApply: Bool {
    if !committed.isEmpty { return committed.lowerBound <= raft.persistedIndex }
    return raft.hasCommitted
  }

  /// Applies what is committed, adding changes and outcomes and naming who is to be told.
  func applyCommitted(
    reader: any StateReader, changes: inout StateChanges, effects: inout TurnEffects
  ) throws(StateReadError) {
    if committed.isEmpty { committed = raft.takeCommitted() }
    let end = min(committed.upperBound, raft.persistedIndex.next)
    var configured: LogIndex?
    while committed.lowerBound < end {
      let entry = raft.entry(at: committed.lowerBound)
      let outcomes = try machine.apply(entry, reader: reader, changes: &changes, effects: &effects)
      complete(entry, outcomes, &effects)
      if entry.kind == .configuration { configured = entry.index }
      committed = entry.index.next..<committed.upperBound
      isTouched = true
    }
    if configured != nil { recordConfiguration(&changes) }
    machine.finishTurn(changes: &changes)
  }

  /// Writes the configuration beside the effects that it belongs to.
  private func recordConfiguration(_ changes: inout StateChanges) {
    let index = machine.appliedIndex
    record.configuration = raft.configuration(through: index)
    record.position = LogPosition(index: index, term: raft.entry(at: index).term)
    record.put(shard, into: &changes)
  }

  private func complete(_ entry: Entry, _ outcomes: Range<Int>, _ effects: inout TurnEffects) {
    guard let waiters = proposed.take(at: entry.position, shard, &effects.lost) else { return }
    if entry.kind == .configuration {
      for waiter in waiters where waiter != .none {
        effects.changes.append(ReadCompletion(waiter: waiter, shard: shard))
      }
      return
    }
    invariant(waiters.count == outcomes.count, "an entry has as many outcomes as commands")
    for (offset, waiter) in waiters.enumerated() {
      if waiter == .none {
        tickIsPending = false
      } else {
        machine.add(
          Completion(waiter: waiter, shard: shard, outcome: outcomes.lowerBound + offset, stamp: machine.stamp),
          to: &effects)
      }
    }
    if proposed.isEmpty { leadershipLost = nil }
  }

  /// The machine was replaced by a snapshot's, whose last entry is at this position.
  func replaceState(_ snapshot: Snapshot, _ effects: inout [LostCall]) {
    committed = snapshot.position.index.next..<snapshot.position.index.next
    isTouched = true
    // Nobody can say any more what became of what the snapshot covers.
    proposed.dropAll(shard, .unknown, &effects)
    leadershipLost = nil
  }

  /// The changes are in the partition.
  func changesWritten() {
    guard isTouched else { return }
    isTouched = false
    machine.changesWritten()
    // What an install covers the group learns when its batch is durable.
    if install == nil { raft.applied(through: machine.appliedIndex) }
  }
}
