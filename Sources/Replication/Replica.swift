internal import Basics
internal import Raft

/// One shard's copy on this Store: its Raft group, its state machine, the commands that wait for the next entry and the
/// callers that wait for outcomes. Owned by the Store and its thread.
@safe final class Replica<Machine: StateMachine> {
  /// An entry that this replica proposed, with the callers of its commands in their order.
  private struct Proposed {
    var index: LogIndex
    var term: Term
    var waiters: [Waiter]
  }

  private struct PendingRead {
    var index: LogIndex
    var waiter: Waiter
  }

  let shard: ShardID
  var raft: RaftGroup
  /// Where the machine is. It is reached by its address: a stored property of a class is copied for each look at it, and a
  /// ledger is large (measured: a tenth of a Store's time). Allocated by `init`, freed by `deinit`, never given away.
  private let place: UnsafeMutablePointer<Machine>
  private let limits: StoreLimits

  /// The commands of the next entry, and who waits for each.
  private var commands = Machine.Builder()
  private var waiters: [Waiter] = []
  private var proposed = RingBuffer<Proposed>()
  private var reads = RingBuffer<PendingRead>()
  private var ready = Ready()
  /// A tick is on its way through the log; a second one would find nothing to do.
  private var tickIsPending = false
  /// The machine's `nextDue` since it last changed: each turn asks for it, and asking the machine copies it.
  private(set) var nextDue: Stamp?
  private var touched = false

  init(shard: ShardID, raft: RaftGroup, machine: Machine, limits: StoreLimits) {
    self.shard = shard
    self.raft = raft
    unsafe place = .allocate(capacity: 1)
    unsafe place.initialize(to: machine)
    nextDue = machine.nextDue
    self.limits = limits
  }

  deinit {
    unsafe place.deinitialize(count: 1)
    unsafe place.deallocate()
  }

  var machine: Machine {
    unsafeAddress { unsafe UnsafePointer(place) }
    unsafeMutableAddress { unsafe place }
  }

}

// MARK: - Taking commands and reads

extension Replica {
  /// Adds one command to the next entry. `encode` appends exactly one command.
  @inline(__always)
  func add(_ waiter: Waiter, _ encode: (inout Machine.Builder) -> Void) throws(StoreRefusal) {
    guard raft.isLeader else { throw .noLeader }
    guard commands.count < limits.pendingCommandsMax, commands.byteCount < limits.pendingBytesMax else {
      throw .backlogFull
    }
    encode(&commands)
    waiters.append(waiter)
    invariant(commands.count == waiters.count, "each waiter has exactly one command")
  }

  func addRead(_ waiter: Waiter) throws(StoreRefusal) {
    guard let index = raft.readIndex() else { throw .noLeader }
    guard reads.count < limits.pendingReadsMax else { throw .backlogFull }
    reads.append(PendingRead(index: index, waiter: waiter))
  }

  /// Adds the command that lets time pass, if something is due and none is under way.
  func addTickIfDue(at stamp: Stamp) {
    guard !tickIsPending, raft.isLeader, let due = nextDue, due <= stamp else { return }
    commands.appendTick()
    waiters.append(.none)
    tickIsPending = true
  }
}

// MARK: - Proposing and persisting

extension Replica {
  /// Whether a batch for the log writer would have something of this replica in it.
  var wantsAppend: Bool { !waiters.isEmpty || raft.hasReady }

  /// Turns the gathered commands into one entry and moves what is to be persisted into the batch.
  ///
  /// - Returns: what to report to the group when the batch is durable; `nil` if it holds nothing of this replica.
  func collectAppends(stamp: Stamp, into batch: inout LogBatch) -> Handed? {
    proposeCommands(stamp: stamp)
    guard raft.hasReady else { return nil }
    raft.ready(into: &ready)
    if let hardState = ready.hardState { batch.records.append(.hardState(shard, hardState)) }
    var index = ready.append.lowerBound
    while index < ready.append.upperBound {
      batch.append(shard, raft.entry(at: index))
      index = index.next
    }
    return Handed(term: ready.term, through: ready.append.upperBound.previous)
  }

  private func proposeCommands(stamp: Stamp) {
    guard !waiters.isEmpty else { return }
    // Within one shard stamps never go back, whoever led before.
    let stamp = max(stamp, machine.stamp)
    // While the group is full the commands stay for a later turn; `add` refuses more than the bounds allow.
    guard raft.canPropose(byteCount: commands.byteCount) else { return }
    let index = raft.propose(commands.take(stamp: stamp))
    proposed.append(Proposed(index: index, term: raft.term, waiters: waiters))
    waiters = []
    waiters.reserveCapacity(proposed.last?.waiters.count ?? 0)
  }

  func persisted(_ handed: Handed) { raft.persisted(term: handed.term, through: handed.through) }
}

/// What one replica had in a batch: the term and the last index that are durable once the batch is.
struct Handed {
  var term: Term
  var through: LogIndex
}

// MARK: - Applying

extension Replica {
  var wantsApply: Bool { raft.hasCommitted }

  /// Applies what is committed, adding changes and outcomes and naming who is to be told.
  func applyCommitted(
    reader: any StateReader, changes: inout StateChanges, outcomes: inout Machine.Outcomes,
    completions: inout [Completion]
  ) throws(StateReadError) {
    let range = raft.takeCommitted()
    var index = range.lowerBound
    while index < range.upperBound {
      let entry = raft.entry(at: index)
      let firstOutcome = Machine.count(outcomes)
      try machine.apply(
        index: index.rawValue, payload: entry.payload.rawSpan, reader: reader, changes: &changes, outcomes: &outcomes)
      complete(entry, firstOutcome: firstOutcome, endOutcome: Machine.count(outcomes), completions: &completions)
      index = index.next
    }
    machine.finishTurn(changes: &changes)
    nextDue = machine.nextDue
    touched = !range.isEmpty
  }

  private func complete(_ entry: Entry, firstOutcome: Int, endOutcome: Int, completions: inout [Completion]) {
    guard let head = proposed.first, head.index == entry.index else { return }
    invariant(head.term == entry.term, "another leader's entry stands where this replica's proposal was")
    invariant(head.waiters.count == endOutcome - firstOutcome, "an entry has as many outcomes as commands")
    proposed.popFirst()
    for (offset, waiter) in head.waiters.enumerated() {
      if waiter == .none {
        tickIsPending = false
      } else {
        completions.append(
          Completion(waiter: waiter, shard: shard, outcome: firstOutcome + offset, stamp: machine.stamp))
      }
    }
  }

  /// The index that the changes of this turn bring the partition to; `nil` if this replica has none in them.
  var appliedInTurn: LogIndex? { touched ? LogIndex(machine.appliedIndex) : nil }

  /// The changes are in the partition.
  func changesWritten() {
    guard touched else { return }
    touched = false
    machine.changesWritten()
    raft.applied(through: LogIndex(machine.appliedIndex))
  }

  /// Moves the reads whose index is applied to the list of those that may be answered.
  func completeReads(into completed: inout [ReadCompletion]) {
    while let read = reads.first, read.index.rawValue <= machine.appliedIndex {
      completed.append(ReadCompletion(waiter: read.waiter, shard: shard))
      reads.popFirst()
    }
  }

  /// Takes everyone who still waits, because the Store stops: their outcome is unknown to them.
  func abandonWaiters() -> [Waiter] {
    var abandoned = waiters
    waiters.removeAll()
    commands = Machine.Builder()
    while let batch = proposed.popFirst() { abandoned += batch.waiters }
    while let read = reads.popFirst() { abandoned.append(read.waiter) }
    return abandoned.filter { $0 != .none }
  }
}
