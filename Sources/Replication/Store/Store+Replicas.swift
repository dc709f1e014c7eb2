package import Basics
internal import Inventory
internal import Placement
package import Raft

// Which replicas a Store has.

/// Why a replica cannot be made or destroyed.
package enum ReplicaRefusal: Error, Equatable, Sendable {
  /// The shard has a replica here, or one is being made or destroyed.
  case alreadyHere
  case notHere
  /// This life of the shard's replica on this node, or a later one, is over already.
  case lifeIsOver(MemberID)
  /// The member belongs to another node.
  case otherNode(MemberID)
}

/// A replica that comes or goes. It takes part only when the disk knows of it, and its log is forgotten only when the disk
/// knows that it is gone: so a crash leaves either all of it or nothing but what is finished at the next start.
struct LifeChange {
  var shard: ShardID
  /// `nil` for one that goes.
  var coming: ReplicaSpecification?
  var flush: FlushNumber?
  /// Of one that goes: the batch with which the log forgets it. Only when that is durable may another one come: else a
  /// crash would find a later life's record with an earlier life's log.
  var forgotten: PersistToken?
}

extension Store {
  /// Makes a replica. It takes part when its record is durable.
  package func create(_ specification: ReplicaSpecification) throws(ReplicaRefusal) {
    let shard = specification.shard
    guard specification.member.node == node else { throw .otherNode(specification.member) }
    guard replica(of: shard) == nil, !lifeChanges.contains(where: { $0.shard == shard }) else { throw .alreadyHere }
    if let tombstone = tombstones[shard], tombstone.member.life >= specification.member.life {
      throw .lifeIsOver(tombstone.member)
    }
    specification.record.put(shard, into: &changes)
    lifeChanges.append(LifeChange(shard: shard, coming: specification))
    wantsTurn = true
  }

  /// Destroys a replica: its state is deleted, and a tombstone stays. The group must have removed the member before, or
  /// it loses a vote for good.
  package func destroy(_ shard: ShardID) throws(ReplicaRefusal) {
    guard let replica = replica(of: shard) else { throw .notHere }
    replica.abandonWaiters(&lost)
    replica.record.bury(shard, into: &changes)
    var tombstone = replica.record
    tombstone.state = .destroyed
    tombstones[shard] = tombstone
    remove(replica)
    lifeChanges.append(LifeChange(shard: shard))
    goals.reopen(shard)
    wantsTurn = true
  }

  private func remove(_ replica: Replica) {
    replica.isGone = true
    if replica.isKnownLeader, replica.fault == nil { leaderCount -= 1 }
    countTicks(of: replica)
    countCommands(of: replica)
    due.set(replica.place, nil)
    replicas[replica.place] = nil
    ledgers[replica.place] = nil
    if replica.shard == .meta { meta = nil }
    places[Int(replica.shard.rawValue)] = -1
    receivers.removeAll { $0 === replica }
    updateNeighbours()
  }

  /// The records are written: they have to be durable before anything follows from them.
  func flushLifeChanges() {
    for place in lifeChanges.indices where lifeChanges[place].flush == nil && lifeChanges[place].forgotten == nil {
      guard partitions.requestFlush(nextFlush) else { return }
      lifeChanges[place].flush = nextFlush
      nextFlush = FlushNumber(nextFlush.rawValue + 1)
    }
  }

  /// What was written before is durable.
  func lifeChangesFlushed(_ number: FlushNumber) throws(StateReadError) {
    let changes = lifeChanges
    lifeChanges = []
    for change in changes {
      guard let flush = change.flush, flush <= number, change.forgotten == nil else {
        lifeChanges.append(change)
        continue
      }
      if let specification = change.coming {
        try begin(specification)
      } else {
        forgetLog(of: change.shard)
        retentions.append(LogRetention(shard: change.shard, from: LogIndex(.max)))
      }
    }
  }

  /// Has the log forget a shard whose replica is gone for good.
  func forgetLog(of shard: ShardID) {
    batch.append(.forget(shard))
    // What is gathered now is handed out under the next token.
    lifeChanges.append(LifeChange(shard: shard, forgotten: nextToken))
  }

  /// The log has forgotten what it was told to: the shard may come back.
  func lifeChangesPersisted(_ token: PersistToken) {
    guard !lifeChanges.isEmpty else { return }
    lifeChanges.removeAll { change in change.forgotten.map { $0 <= token } ?? false }
  }

  private func begin(_ specification: ReplicaSpecification) throws(StateReadError) {
    tombstones[specification.shard] = nil
    let made = try MachineMaker(partitions: partitions, hashSeed: hashSeed)
      .make(specification.shard, specification.record)
    let replica = try add(
      specification.shard, specification.record, made.machine, RecoveredLog(), ledger: made.ledger, meta: made.meta)
    if replica.raft.isSoleVoter { replica.raft.campaign() }
    updateNeighbours()
  }
}

// MARK: - Adding

extension Store {
  /// Makes a replica of its machine and its log, and gives it a place.
  @discardableResult
  func add(
    _ shard: ShardID, _ record: ReplicaRecord, _ machine: any HostedMachine, _ recovered: RecoveredLog,
    ledger: MachineHost<Ledger>?, meta: MachineHost<ClusterState>?
  ) throws(StateReadError) -> Replica {
    let group = try Self.group(
      shard, record, applied: machine.appliedIndex, try beginLog(shard, record, machine, recovered), options(shard))
    let replica = Replica(
      shard: shard, place: replicas.count, machine: machine, group: group, record: record, limits: limits)
    replicas.append(replica)
    ledgers.append(ledger)
    if let meta { self.meta = meta }
    goals.reopen(shard)
    while places.count <= Int(shard.rawValue) { places.append(-1) }
    places[Int(shard.rawValue)] = Int32(replica.place)
    beginRetention(replica)
    mark(replica)
    countTicks(of: replica)
    wantsTurn = true
    return replica
  }

  /// The log as the group sees it. Founders begin behind an entry that nobody has; the log on disk is told so.
  private func beginLog(
    _ shard: ShardID, _ record: ReplicaRecord, _ machine: any HostedMachine, _ recovered: RecoveredLog
  ) throws(StateReadError) -> RecoveredLog {
    var log = recovered
    if log.start.index < machine.appliedIndex, log.entries.isEmpty, machine.appliedIndex == record.position.index {
      log.start = LogStart(index: record.position.index, term: record.position.term)
      batch.append(.start(shard, log.start))
    }
    // The state came with a snapshot of a term that this member had heard of, but perhaps not yet written down.
    // Written now, because the group takes it for written: it will answer in this term.
    if log.hardState.term < log.start.term {
      log.hardState = HardState(term: log.start.term)
      batch.append(.hardState(shard, log.hardState))
    }
    return log
  }

  private static func group(
    _ shard: ShardID, _ record: ReplicaRecord, applied: LogIndex, _ log: RecoveredLog, _ options: RaftOptions
  ) throws(StateReadError) -> RaftGroup {
    let last = log.start.index + UInt64(log.entries.count)
    guard applied >= log.start.index, applied <= last else {
      throw StateReadError(
        message: "shard \(shard): the state has applied entry \(applied), but the log holds entries"
          + " \(log.start.index.next) to \(last): state and log do not belong together")
    }
    return RaftGroup(
      member: record.member, configuration: record.configuration, hardState: log.hardState, start: log.start,
      entries: log.entries, applied: applied, storedStart: min(log.storedStart ?? log.start.index, log.start.index),
      options: options)
  }

  /// Every member of every group draws its own timeouts.
  private func options(_ shard: ShardID) -> RaftOptions {
    var options = limits.raft
    // Every node works by the meta shard's state, and it has few entries.
    if shard == .meta { options.tellsCommitAtOnce = true }
    options.seed = StableHash.mix(hashSeed ^ 0x2545_F491_4F6C_DD1D, UInt64(shard.rawValue) &+ 0x9E37_79B9_7F4A_7C15)
    return options
  }

  /// Goes on with a snapshot that was arriving when the process ended, and deletes what is left of any other.
  func resumeReceiving(_ replica: Replica, _ staging: StagingRecord?) {
    let shard = replica.shard
    let current = PartitionPrefix(shard: shard, generation: replica.record.generation)
    if let staging, staging.generation == current.generation &+ 1, staging.message.to == replica.record.member {
      replica.receiving = SnapshotReceiving(staging, tick: tick)
      receivers.append(replica)
    } else if let staging {
      if staging.generation != current.generation {
        changes.deleteAll(under: PartitionPrefix(shard: shard, generation: staging.generation))
      }
      StagingRecord.delete(shard, from: &changes)
    }
  }
}

// MARK: - What follows from the members of the groups

extension Store {
  /// The nodes that this Store's groups have members on are those that it talks to when nothing happens.
  func updateNeighbours() {
    var nodes: [NodeID] = []
    for case let replica? in replicas {
      for member in replica.raft.configuration.members where member.node != node && !nodes.contains(member.node) {
        nodes.append(member.node)
      }
    }
    peers.setNeighbours(nodes, tick: tick)
  }

  /// From here on entries are kept for followers; alone nobody needs them.
  func beginRetention(_ replica: Replica) {
    let isAlone = replica.isAlone
    guard isAlone != replica.retentionMarks.isEmpty else { return }
    replica.retentionMarks = isAlone ? [] : [replica.machine.appliedIndex]
    let from = isAlone ? LogIndex(.max) : replica.machine.appliedIndex.next
    retentions.append(LogRetention(shard: replica.shard, from: from))
  }

  /// The newest bytes of the whole log are kept, whichever shard they are of: so a quiet shard holds no old segment, and
  /// what is kept is bounded. Eight times while that many bytes go by, every shard's place is noted.
  func markRetention(_ byteCount: Int) {
    bytesSinceMark += byteCount
    guard bytesSinceMark >= limits.retainedLogBytesMax / 8 else { return }
    bytesSinceMark = 0
    for case let replica? in replicas where !replica.retentionMarks.isEmpty {
      replica.retentionMarks.append(replica.raft.lastIndex)
      guard replica.retentionMarks.count > 8 else { continue }
      let kept = replica.retentionMarks.removeFirst()
      if replica.retentionMarks[0] > kept {
        retentions.append(LogRetention(shard: replica.shard, from: replica.retentionMarks[0].next))
      }
    }
  }
}
