package import Basics
package import Inventory
package import Placement
internal import Raft

// What happens to a Store between its turns. Each event is stepped at once, and only marks its replica for the turn.

// MARK: - Commands and reads

extension Store {
  /// Adds one command to the shard's next entry; `encode` appends exactly one.
  ///
  /// - Parameter reservation: the id of a reservation that its caller may ask for again: as long as it is under way, its id
  ///   is known to be (``ShardLook/mayBeUnderWay(_:)``).
  @inline(__always)
  package func propose(
    _ waiter: Waiter, to shard: ShardID, reservation: UniqueID? = nil, _ encode: (inout EntryBuilder) -> Void
  ) throws(StoreRefusal) {
    if let refusal { throw refusal }
    guard let replica = replica(of: shard), let ledger = ledgers[replica.place] else { throw .notHere }
    guard replica.raft.isLeader, replica.fault == nil else { throw .noLeader }
    try ledger.add(waiter, limits, encode)
    if let reservation { ledger.noteReservation(reservation) }
    mark(replica)
  }

  package func proposeCluster(_ waiter: Waiter, _ command: ClusterCommand) throws(StoreRefusal) {
    if let refusal { throw refusal }
    guard let meta, let replica = replica(of: .meta) else { throw .notHere }
    guard replica.raft.isLeader, replica.fault == nil else { throw .noLeader }
    try meta.add(waiter, limits) { $0.append(command) }
    mark(replica)
  }

  /// Asks for a linearizable read of a shard that this node leads; it is answered in the effects of this or a later turn,
  /// or lost with the leadership.
  package func read(_ waiter: Waiter, from shard: ShardID) throws(StoreRefusal) {
    guard let replica = replica(of: shard) else { throw .notHere }
    guard replica.raft.isLeader, replica.fault == nil else { throw .noLeader }
    guard replica.reads.count < limits.pendingReadsMax else { throw .backlogFull }
    replica.reads.add(waiter)
    mark(replica)
  }
}

// MARK: - The log

/// A batch on its way to the disk, and what is to be done when it is durable.
struct BatchInFlight {
  var token: PersistToken
  /// When it was handed to the log writer, in the Store's ticks.
  var tick: UInt64
  var receipts: [(replica: Replica, receipt: PersistReceipt)] = []
  /// Messages that say something about this disk.
  var promises: [(shard: ShardID, message: Message)] = []

  init(token: PersistToken, tick: UInt64 = 0) {
    self.token = token
    self.tick = tick
  }
}

extension Store {
  /// The batch of this token, and all before it, are durable.
  package func persisted(_ token: PersistToken) {
    guard let batch = batchInFlight else { invariantViolated("a batch was persisted that nobody handed out") }
    invariant(token == batch.token, "batches are persisted in order, one at a time")
    batchInFlight = nil
    lifeChangesPersisted(token)
    for (replica, receipt) in batch.receipts where !replica.isGone {
      replica.raft.persisted(receipt)
      replica.tellAskers()
      installPersisted(replica, receipt)
      mark(replica)
    }
    for (shard, message) in batch.promises { send(message, of: shard) }
  }

  /// The log answered a ``LogRequest``.
  package func fetched(_ request: LogRequest, _ answer: LogAnswer) {
    guard let replica = replica(of: request.shard) else { return }
    switch answer {
    case .entries(let previous, let entries):
      replica.raft.fetched(request.fetch, previous: previous, entries: entries)
    case .compacted: replica.raft.fetchFailed(request.fetch)
    }
    mark(replica)
  }
}
