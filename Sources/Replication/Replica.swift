internal import Basics
internal import Raft

/// One shard's copy on this Store: its Raft group, its state machine, the commands that wait for the next entry and the
/// callers that wait for outcomes. Owned by the Store and its thread.
final class Replica<Machine: StateMachine & ~Copyable> {
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
  let place: MachinePlace<Machine>
  private let limits: StoreLimits

  /// The commands of the next entry, and who waits for each.
  private var commands = Machine.Builder()
  private var waiters: [Waiter] = []
  private var proposed = RingBuffer<Proposed>()
  private var reads = RingBuffer<PendingRead>()
  private var ready = Ready()
  /// A tick is on its way through the log; a second one would find nothing to do.
  private var tickIsPending = false
  private var touched = false

  init(shard: ShardID, raft: consuming RaftGroup, place: MachinePlace<Machine>, limits: StoreLimits) {
    self.shard = shard
    self.raft = raft
    self.place = place
    self.limits = limits
  }

  var machine: Machine {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(place.address) }
    @inline(__always) unsafeMutableAddress { unsafe place.address }
  }

}

// MARK: - Taking commands and reads

extension Replica where Machine: ~Copyable {
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

  /// When the next thing falls due that no tick is under way for.
  var nextDue: Stamp? { tickIsPending ? nil : machine.nextDue }

  /// The stamp of the last applied entry.
  var stamp: Stamp { machine.stamp }

  /// Adds the command that lets time pass, if something is due and none is under way.
  func addTickIfDue(at stamp: Stamp) {
    guard !tickIsPending, raft.isLeader, let due = machine.nextDue, due <= stamp else { return }
    commands.appendTick()
    waiters.append(.none)
    tickIsPending = true
  }
}

// MARK: - Proposing and persisting

extension Replica where Machine: ~Copyable {
  /// Whether a batch for the log writer would have something of this replica in it.
  var wantsAppend: Bool { !waiters.isEmpty || raft.hasReady }

  /// Turns the gathered commands into one entry and moves what is to be persisted into the batch.
  ///
  /// - Returns: what to report to the group when the batch is durable; `nil` if it holds nothing of this replica.
  func collectAppends(stamp: Stamp, into batch: inout LogBatch) -> PersistReceipt? {
    proposeCommands(stamp: stamp)
    guard raft.hasReady else { return nil }
    raft.ready(into: &ready)
    if let hardState = ready.hardState { batch.records.append(.hardState(shard, hardState)) }
    var index = ready.append.lowerBound
    while index < ready.append.upperBound {
      batch.append(shard, raft.entry(at: index))
      index = index.next
    }
    return ready.receipt
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

  func persisted(_ receipt: PersistReceipt) { raft.persisted(receipt) }
}

// MARK: - Applying

extension Replica where Machine: ~Copyable {
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
