package import Basics
internal import Inventory
internal import Placement
package import Raft

/// Opens a Store in two steps: the state first, which says how far each replica has applied, then the log, of which only
/// what lies above that is needed.
package struct StoreLoader {
  private struct Loaded {
    var shard: ShardID
    var record: ReplicaRecord
    var machine: any HostedMachine
    var ledger: MachineHost<Ledger>?
    var meta: MachineHost<ClusterState>?
    var staging: StagingRecord?
  }

  private let node: NodeID
  private let incarnation: UInt64
  private let partitions: any StatePartitions
  private let limits: StoreLimits
  private let hashSeed: UInt64
  private let storeIndex: Int
  /// Ascending by shard.
  private var loaded: [Loaded] = []
  private var tombstones = SortedMap<ShardID, ReplicaRecord>()

  /// Loads the state of every replica: of those that the disk knows, and of those that are specified and not known to
  /// have been destroyed.
  ///
  /// - Parameters:
  ///   - incarnation: differs with each start of the process, and is not 0.
  ///   - hashSeed: for hash tables and election timeouts; should differ from node to node.
  ///   - storeIndex: the place of the Store among those of its node.
  package init(
    node: NodeID = NodeID(1), incarnation: UInt64 = 1, partitions: any StatePartitions,
    replicas: [ReplicaSpecification], hashSeed: UInt64, limits: StoreLimits = StoreLimits(), storeIndex: Int = 0
  ) throws(StateReadError) {
    self.node = node
    self.incarnation = incarnation
    self.partitions = partitions
    self.limits = limits
    self.hashSeed = hashSeed
    self.storeIndex = storeIndex
    var records = SortedMap<ShardID, ReplicaRecord>()
    for (shard, record) in try RecordKey.replicas(partitions) { records[shard] = record }
    for specification in replicas where records[specification.shard] == nil {
      records[specification.shard] = specification.record
    }
    var all: [(shard: ShardID, record: ReplicaRecord)] = []
    records.forEach { shard, record in
      all.append((shard, record))
      return true
    }
    try load(all)
  }

  /// Loads the machines, several at a time if the storage has threads for it: a start waits for nothing longer.
  private mutating func load(_ all: [(shard: ShardID, record: ReplicaRecord)]) throws(StateReadError) {
    let maker = MachineMaker(partitions: partitions, hashSeed: hashSeed)
    var present: [(shard: ShardID, record: ReplicaRecord, load: MachineLoad)] = []
    for (shard, record) in all {
      if record.state == .present {
        present.append((shard, record, maker.load(shard, record)))
      } else {
        tombstones[shard] = record
      }
    }
    partitions.runAll(present.map(\.load))
    for (shard, record, load) in present {
      let made = try maker.take(load, shard)
      loaded.append(
        Loaded(
          shard: shard, record: record, machine: made.machine, ledger: made.ledger, meta: made.meta,
          staging: try RecordKey.staging(of: shard, partitions)))
    }
  }

  /// How far each replica's state has applied its log; a zero term when it is not known.
  package var applied: [(shard: ShardID, applied: LogStart)] {
    loaded.map { item in
      let index = item.machine.appliedIndex
      let term = item.record.position.index == index ? item.record.position.term : .zero
      return (item.shard, LogStart(index: index, term: term))
    }
  }

  /// Makes the Store from what the log holds; a shard without a log is new.
  package consuming func store(
    logs: [(shard: ShardID, log: RecoveredLog)], now: Instant, wall: Stamp
  ) throws(StateReadError) -> Store {
    var byShard = SortedMap<ShardID, RecoveredLog>()
    for (shard, log) in logs { byShard[shard] = log }
    var latest = Stamp.zero
    for item in loaded { latest = max(latest, item.machine.stamp) }
    let store = Store(
      node: node, incarnation: incarnation, partitions: partitions,
      clock: StampClock(wall: wall, latest: latest, now: now), now: now, hashSeed: hashSeed, limits: limits,
      storeIndex: storeIndex)
    store.ownWall = wall
    store.tombstones = tombstones
    // What the log still has of a replica whose life is over goes first.
    tombstones.forEach { shard, _ in
      if byShard[shard] != nil { store.forgetLog(of: shard) }
      return true
    }
    for item in loaded {
      let replica = try store.add(
        item.shard, item.record, item.machine, byShard[item.shard] ?? RecoveredLog(), ledger: item.ledger,
        meta: item.meta)
      store.resumeReceiving(replica, item.staging)
    }
    store.updateNeighbours()
    store.followMeta()
    return store
  }
}

/// Makes the machine of a replica from what its partition holds.
struct MachineMaker {
  let partitions: any StatePartitions
  let hashSeed: UInt64

  struct Made {
    var machine: any HostedMachine
    var ledger: MachineHost<Ledger>?
    var meta: MachineHost<ClusterState>?
  }

  func make(_ shard: ShardID, _ record: ReplicaRecord) throws(StateReadError) -> Made {
    let load = load(shard, record)
    load.run(partitions)
    return try take(load, shard)
  }

  func load(_ shard: ShardID, _ record: ReplicaRecord) -> MachineLoad {
    let prefix = PartitionPrefix(shard: shard, generation: record.generation)
    let beginning = record.position.index
    return shard == .meta
      ? MachineHost<ClusterState>.load(from: prefix, seed: hashSeed, beginning: beginning)
      : MachineHost<Ledger>.load(from: prefix, seed: hashSeed, beginning: beginning)
  }

  func take(_ load: MachineLoad, _ shard: ShardID) throws(StateReadError) -> Made {
    if shard == .meta {
      let host = try MachineHost<ClusterState>(load, seed: hashSeed)
      return Made(machine: host, meta: host)
    }
    let host = try MachineHost<Ledger>(load, seed: hashSeed)
    return Made(machine: host, ledger: host)
  }
}
