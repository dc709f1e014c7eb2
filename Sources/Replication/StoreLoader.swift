package import Basics
internal import Inventory
internal import Placement
package import Raft

/// What a replica is made from when a Store opens.
package struct ReplicaSpecification: Sendable {
  package var shard: ShardID
  package var member: MemberID
  /// Counts the lives of the shard's replicas on this Store, so that one that comes back never meets the keys of an
  /// earlier one.
  package var generation: UInt16

  package init(shard: ShardID, member: MemberID, generation: UInt16 = 0) {
    self.shard = shard
    self.member = member
    self.generation = generation
  }

  /// What every key of the replica's state begins with: shard and generation, most significant byte first.
  package var prefix: [UInt8] {
    var writer = ByteWriter(capacity: 6)
    writer.bigEndianUInt32(shard.rawValue)
    writer.uint16(generation.byteSwapped)
    return writer.bytes
  }
}

/// Opens a Store in two steps: the state first, which says how far each replica has applied, then the log, of which only
/// what lies above that is needed.
package struct StoreLoader {
  private let partitions: any StatePartitions
  private let limits: StoreLimits
  private var meta: (specification: ReplicaSpecification, place: MachinePlace<ClusterState>)?
  private var ledgers: [(specification: ReplicaSpecification, place: MachinePlace<Ledger>)] = []

  /// Loads the state of every replica.
  package init(
    partitions: any StatePartitions, replicas: [ReplicaSpecification], hashSeed: UInt64,
    limits: StoreLimits = StoreLimits()
  ) throws(StateReadError) {
    self.partitions = partitions
    self.limits = limits
    for specification in replicas.sorted(by: { $0.shard < $1.shard }) {
      if specification.shard == .meta {
        let place = MachinePlace(ClusterState(prefix: specification.prefix))
        try place.machine.load(from: partitions)
        meta = (specification, place)
      } else {
        let place = MachinePlace(Ledger(prefix: specification.prefix, seed: hashSeed))
        try place.machine.load(from: partitions)
        ledgers.append((specification, place))
      }
    }
  }

  /// How far each replica's state has applied its log.
  package var applied: [(shard: ShardID, index: LogIndex)] {
    (meta.map { [($0.specification.shard, LogIndex($0.place.appliedIndex))] } ?? [])
      + ledgers.map { ($0.specification.shard, LogIndex($0.place.appliedIndex)) }
  }

  /// Makes the Store from what the log holds; a shard without a log is new.
  package consuming func store(
    logs: [(shard: ShardID, log: RecoveredLog)], now: Instant, wall: Stamp
  ) throws(StateReadError) -> Store {
    func log(of shard: ShardID) -> RecoveredLog { logs.first { $0.shard == shard }?.log ?? RecoveredLog() }
    var latest = meta?.place.stamp ?? .zero
    var metaReplica: Replica<ClusterState>?
    if let (specification, place) = meta {
      metaReplica = try Self.replica(specification, place, log(of: specification.shard), limits)
    }
    var replicas: [Replica<Ledger>] = []
    for (specification, place) in ledgers {
      latest = max(latest, place.stamp)
      replicas.append(try Self.replica(specification, place, log(of: specification.shard), limits))
    }
    return Store(
      partitions: partitions, meta: metaReplica, replicas: replicas,
      clock: StampClock(wall: wall, latest: latest, now: now), limits: limits)
  }

  private static func replica<Machine: StateMachine & ~Copyable>(
    _ specification: ReplicaSpecification, _ place: MachinePlace<Machine>, _ log: RecoveredLog, _ limits: StoreLimits
  ) throws(StateReadError) -> Replica<Machine> {
    let applied = LogIndex(place.appliedIndex)
    let last = log.start.index + UInt64(log.entries.count)
    guard applied >= log.start.index, applied <= last else {
      throw StateReadError(
        message: "shard \(specification.shard): the state has applied entry \(applied), but the log holds entries"
          + " \(log.start.index.next) to \(last): state and log do not belong together")
    }
    let raft = RaftGroup(
      member: specification.member, configuration: Configuration(voters: [specification.member]),
      hardState: log.hardState, start: log.start, entries: log.entries, applied: applied)
    return Replica(shard: specification.shard, raft: raft, place: place, limits: limits)
  }
}
