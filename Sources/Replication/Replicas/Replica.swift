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
  private var ready = Ready()
  private var outgoing = Outgoing()

  /// A tick is on its way through the log; a second one would find nothing to do.
  private var tickIsPending = false
  /// Entries were applied, or a snapshot installed, whose changes are not in the partition yet.
  private(set) var isTouched = false
  /// The members have changed, and the Store has not taken that in yet.
  var hasNewMembers = false
  /// Whether it led when the Store last looked.
  private(set) var isKnownLeader = false
  /// When the leadership was lost, in the Store's ticks, while somebody still waits for what was proposed.
  private(set) var leadershipLost: UInt64?

  /// A snapshot that is arriving.
  var receiving: SnapshotReceiving?
  /// A snapshot whose data is here, on its way to the disk.
  var install: SnapshotInstall?

  /// What a message showed that must never be: the replica stays as it is and takes no part any more.
  var fault: RaftFault?
  /// It was destroyed; whoever still holds it leaves it alone.
  var isGone = false

  // What lists of the Store it is in.
  var isDirty = false
  var isTicking = false
  /// Whether it is among those that the Store counts as awake.
  var countsAsAwake = false

  /// The last entry of the log when the leadership began: when it is applied, the machine knows all that came before.
  private var opening = LogIndex.zero
  /// Ticks since an entry was added.
  private var quietTicks = 0
  private var quietAt = LogIndex.zero
  /// The last index of the log each time that the Store's log had grown by a share of what it retains.
  var retentionMarks: [LogIndex] = []

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
  var needsTicks: Bool {
    if isGone || fault != nil { return false }
    if leadershipLost != nil { return true }
    return !raft.isAsleep && !(raft.isLeader && isAlone)
  }

  var isAlone: Bool { raft.isSoleVoter && raft.configuration.learners.isEmpty }

  /// Whether this leader's machine has everything that was committed before its term.
  var hasOpenedTerm: Bool { isKnownLeader && raft.knowsCommitted && machine.appliedIndex >= opening }

  /// Lets one tick pass, and puts a group to sleep in which nothing has happened for a while.
  func advanceTick(_ tick: UInt64, lost: inout [LostCall]) {
    quietTicks = raft.lastIndex == quietAt ? quietTicks + 1 : 0
    quietAt = raft.lastIndex
    if quietTicks >= limits.sleepTicks, raft.maySleep {
      quietTicks = 0
      raft.sleep()
    } else {
      raft.tick()
    }
    if let since = leadershipLost, tick - since >= limits.lostLeadershipTicksMax {
      proposed.dropDoubtful(shard, &lost)
      leadershipLost = nil
    }
  }
}

// MARK: - Proposing

extension Replica {
  /// When the next thing falls due that this replica must see to: as the leader, with no tick under way.
  var nextDue: Stamp? { isKnownLeader && !tickIsPending ? machine.nextDue : nil }

  /// Adds the command that lets time pass, if something is due and none is under way.
  func addTickIfDue(at stamp: Stamp) {
    guard let due = nextDue, due <= stamp else { return }
    machine.addTick()
    tickIsPending = true
  }

  /// Turns the gathered commands into one entry.
  ///
  /// A new leader waits until everything that was in its log is applied: only then its machine has the stamps of all
  /// leaders before it, and within one shard stamps never go back.
  func proposeCommands(stamp: Stamp) {
    guard machine.commandCount > 0, hasOpenedTerm else { return }
    // While the group is full the commands stay for a later turn; more are refused than the bounds allow.
    guard raft.canPropose(byteCount: machine.commandByteCount) else { return }
    let (payload, waiters) = machine.takeCommands(stamp: max(stamp, machine.stamp))
    let index = raft.propose(payload)
    proposed.append(ProposedEntry(position: LogPosition(index: index, term: raft.term), waiters: waiters))
  }

  /// Proposes a change of the members; its waiter is told when it has taken effect here.
  func propose(_ change: ConfigurationChange, _ waiter: Waiter) throws(ChangeRefusal) {
    let index = try raft.propose(change)
    proposed.append(ProposedEntry(position: LogPosition(index: index, term: raft.term), waiters: [waiter]))
  }

  /// Sees to those who wait when the leadership came or went since it last looked.
  ///
  /// - Returns: 1 when it came, -1 when it went.
  func noteLeadership(tick: UInt64, lost: inout [LostCall]) -> Int {
    guard raft.isLeader != isKnownLeader else { return 0 }
    isKnownLeader = raft.isLeader
    if isKnownLeader {
      opening = raft.lastIndex
    } else {
      tickIsPending = false
      for waiter in machine.dropCommands() { lost.add(waiter, shard, .notApplied) }
      proposed.doubt()
      if proposed.areDoubtful { leadershipLost = tick }
    }
    return isKnownLeader ? 1 : -1
  }

  /// The other voter whose log is furthest, of those alive; `nil` if there is none.
  var bestSuccessor: MemberID? {
    var best: Progress?
    for progress in raft.memberProgress where progress.member != record.member && progress.isActive {
      guard raft.configuration.isVoter(progress.member), progress.match > best?.match ?? .zero else { continue }
      best = progress
    }
    return best?.member
  }

  /// Asks the group for an index for the gathered reads.
  func askReads(lost: inout [LostCall]) {
    guard reads.areGathered else { return }
    do throws(ReadRefusal) {
      reads.ask(try raft.requestRead())
    } catch {
      reads.dropGathered(shard, &lost)
    }
  }

  /// Takes everyone who still waits, because the replica or the Store goes away.
  func abandonWaiters(_ lost: inout [LostCall]) {
    tickIsPending = false
    for waiter in machine.dropCommands() { lost.add(waiter, shard, .notApplied) }
    proposed.dropAll(shard, &lost)
    reads.dropAll(shard, &lost)
    leadershipLost = nil
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

  /// Whether commands, or what the group wants on disk, wait for room in a batch.
  var waitsForWriter: Bool { machine.commandCount > 0 || (install == nil && raft.hasReady) }

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
  /// Applies what is committed, as far as one turn should, adding changes and outcomes and naming who is to be told.
  ///
  /// - Returns: the bytes of the entries.
  func applyCommitted(
    reader: any StateReader, changes: inout StateChanges, effects: inout TurnEffects
  ) throws(StateReadError) -> Int {
    let range = raft.takeCommitted()
    var index = range.lowerBound
    var byteCount = 0
    var changesMembers = false
    while index < range.upperBound {
      let entry = raft.entry(at: index)
      let outcomes = try machine.apply(entry, reader: reader, changes: &changes, effects: &effects)
      complete(entry, outcomes, &effects)
      changesMembers = changesMembers || entry.kind == .configuration
      byteCount += entry.payload.count
      index = index.next
    }
    if changesMembers { recordConfiguration(&changes) }
    machine.finishTurn(changes: &changes)
    isTouched = !range.isEmpty
    return byteCount
  }

  /// Writes the configuration beside the effects that it belongs to.
  private func recordConfiguration(_ changes: inout StateChanges) {
    hasNewMembers = true
    let index = machine.appliedIndex
    record.configuration = raft.configuration(through: index)
    record.position = LogPosition(index: index, term: raft.entry(at: index).term)
    record.put(shard, into: &changes)
  }

  private func complete(_ entry: Entry, _ outcomes: Range<Int>, _ effects: inout TurnEffects) {
    let position = LogPosition(index: entry.index, term: entry.term)
    guard let waiters = proposed.take(at: position, shard, &effects.lost) else { return }
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
  }

  /// The machine was replaced by a snapshot's.
  func stateReplaced(_ lost: inout [LostCall]) {
    isTouched = true
    hasNewMembers = true
    tickIsPending = false
    // Nobody can say any more what became of what the snapshot covers.
    proposed.dropAll(shard, &lost)
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
