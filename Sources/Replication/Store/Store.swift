package import Basics
internal import Inventory
package import Placement
internal import Raft

/// One event loop's share of the node: its replicas, stepped together in turns. Touched by one thread alone.
///
/// A turn, as the edge drives it:
///
/// 1. Everything that happened is stepped: ``propose(_:to:_:)``, ``proposeCluster(_:_:)``, ``read(_:from:)``,
///    ``received(_:now:)`` for each frame of a peer, ``persisted(_:)``, ``flushed(_:)``, ``fetched(_:_:)``,
///    ``received(_:)-(SnapshotSlice)``, ``loaded(_:)``.
/// 2. ``collectAppends(now:wall:)``: time passes; one batch for all shards, handed to the log writer at once so that its
///    fsync runs while the rest of the turn does. `nil` while the writer is busy, or the batch waits (`AwaitedEntries`).
/// 3. ``applyCommitted()``: what is committed is applied and written to the partitions; ``effects`` says whom to answer.
/// 4. ``collectOutgoing()``: ``outgoing`` has frames for the peers, requests to read the log, and what the log is to keep.
///
/// The next turn is due when something happens, or at ``nextDeadline(now:)``. Batches are whatever gathered during the last
/// fsync; there is no timer but for a home's that waits for its participants' entries. What a turn costs follows from the replicas that something happened to, not from how many
/// there are: those are on the dirty list.
package final class Store {
  let node: NodeID
  let incarnation: UInt64
  let partitions: any StatePartitions
  let limits: StoreLimits
  let hashSeed: UInt64
  /// The place of this Store among those of its node: it has the shards that fall to it on every node.
  let storeIndex: Int

  // Replicas. A place is never used twice; `nil` where one was destroyed.
  var replicas: [Replica?] = []
  var ledgers: [MachineHost<Ledger>?] = []
  var meta: MachineHost<ClusterState>?
  /// The place of the replica of shard `i` at index `i`; -1 for a shard that is not here.
  var places: [Int32] = []
  /// The shards that had a replica here whose life is over, ascending by shard.
  var tombstones = SortedMap<ShardID, ReplicaRecord>()
  /// Replicas on their way to the disk or away from it.
  var lifeChanges: [LifeChange] = []
  /// Where replicas are to be.
  var goals = OpenGoals()

  // What is to be looked at.
  /// In the order in which something happened to them.
  var dirty: [Replica] = []
  /// The dirty ones of the turn before, while they are looked at.
  var looking: [Replica] = []
  /// Those of the dirty ones that this turn looked at.
  var turn: [Replica] = []
  var ticking: [Replica] = []
  /// How many replicas need ticks.
  var awakeCount = 0
  var due = DueHeap()
  var untold = UntoldCommits()
  var awaited = AwaitedEntries()
  /// Something is to be done that no event will call for.
  var wantsTurn = false

  // Time.
  var clock: StampClock
  var now: Instant
  var tick: UInt64 = 0
  var nextTick: Instant
  /// This node's wall clock, as the last turn was told.
  var ownWall = Stamp.zero
  /// An alarm: this node's wall clock is far from what the nodes agree on.
  package internal(set) var isClockOff = false
  /// How many times an election timeout the groups bear a leader's silence; see ``measured(roundTripMilliseconds:)``.
  package internal(set) var patience = 1
  /// Nodes that should lead nothing now, as the edge was told: none of them is handed a leadership because it is preferred.
  package var unfitNodes: [NodeID] = []
  /// An alarm: a batch waits for the disk for too long, or did so lately.
  package internal(set) var isDiskSlow = false
  /// The last tick at which a batch was overdue.
  var diskOverdueTick: UInt64?
  /// Whether the groups were told to stand back.
  var isStandingBack = false
  /// How many groups this Store leads.
  var leaderCount = 0
  /// Commands that its leaders have taken and not applied, as of the end of the last turn.
  var commandsUnderWay = 0

  // The log.
  var nextToken = PersistToken(1)
  var batchInFlight: BatchInFlight?
  /// Gathers what the next batch will hold.
  var batch = LogBatch()
  var promised = BatchInFlight(token: .zero)
  /// Payload bytes handed to the log since the last mark for retention.
  var bytesSinceMark = 0

  // The state.
  var changes = StateChanges()
  var applied: [(shard: ShardID, index: LogIndex)] = []
  var isStalled = false
  var nextFlush = FlushNumber(1)
  var nextCut: CutNumber
  /// The answers of the last turn that applied; valid until the next call of `applyCommitted`.
  package internal(set) var effects = TurnEffects()
  /// Those who will get nothing, from the events before the turn's answers are made.
  var lost: [LostCall] = []
  /// Those who will be answered from a replica's own state when the changes of the turn are written.
  var ownReads: [ReadCompletion] = []

  // Slots that move.
  var slotMoves = SlotMoves()
  /// Which shard had a slot when the cluster was founded; the edge says so before the first turn.
  package var foundingMap: ShardMap?

  // Across shards.
  var across: Coordinator
  /// What the edge is to carry to other shards' leaders, and what theirs are answered.
  var acrossCalls: [AcrossCall] = []
  var acrossAnswers: [(waiter: Waiter, bytes: [UInt8])] = []
  /// Callers who are told of a participant's refusal when the turn's answers are made.
  var refused: [AcrossRefused] = []

  // Peers.
  var peers = PeerTable()
  var sendings: [SnapshotSending] = []
  var requests: [LogRequest] = []
  var retentions: [LogRetention] = []
  var snapshotBudget: SnapshotBudget
  /// Replicas that a snapshot is arriving for, or being installed in.
  var receivers: [Replica] = []
  /// What the last call of ``collectOutgoing()`` gathered.
  package internal(set) var outgoing = PeerEffects()
  package internal(set) var counters = PeerCounters()

  /// While set, commands are refused with this and reads go on.
  package var commandRefusal: StoreRefusal?
  let messageLimits: MessageLimits
  /// Why commands are refused now. While the storage is stalled nothing is applied, so nothing more is taken: what is
  /// committed and not applied stays bounded by what was under way.
  var refusal: StoreRefusal? { commandRefusal ?? (isStalled ? .backlogFull : nil) }
  /// State could not be read or written. The replicas may hold half an entry: nothing more is applied or answered.
  var hasFailed = false

  init(
    node: NodeID, incarnation: UInt64, partitions: any StatePartitions, clock: StampClock, now: Instant,
    hashSeed: UInt64, limits: StoreLimits, storeIndex: Int
  ) {
    self.node = node
    self.storeIndex = storeIndex
    self.incarnation = incarnation
    self.partitions = partitions
    self.clock = clock
    self.now = now
    self.hashSeed = hashSeed
    self.limits = limits
    messageLimits = MessageLimits(limits.raft)
    across = Coordinator(seed: hashSeed)
    snapshotBudget = SnapshotBudget(limits)
    // Not from 1: a follower may still hold parts of a state that an earlier process froze under a number.
    nextCut = CutNumber(
      StableHash.mix(incarnation ^ 0x6A09_E667_F3BC_C908, UInt64(node.rawValue) ^ 0xBB67_AE85_84CA_A73B))
    nextTick = now.advanced(byMilliseconds: limits.tickMilliseconds)
  }

  /// Starts the elections of the groups that this node decides alone, if it is alone altogether; the others wait for their
  /// leader, or for their election timeout. So does a sole voter among other nodes: until then it has heard what their
  /// clocks show, and does not stamp by one that is wrong (see ``StampClock``).
  package func start() {
    let isAlone = isAloneAltogether
    for case let replica? in replicas {
      if isAlone, replica.raft.isSoleVoter { replica.raft.campaign() }
      mark(replica)
    }
    wantsTurn = true
  }

  /// Whether nothing here knows of another node: no group, no change in a log, no table.
  private var isAloneAltogether: Bool {
    if peers.hasNeighbours || goals.table?.nodes.count ?? 1 > 1 { return false }
    for case let replica? in replicas where replica.raft.lastUnappliedChange != nil { return false }
    return true
  }

  /// Whether every replica knows its leader, and leads itself only if it knows what is committed.
  package var isServing: Bool {
    for case let replica? in replicas {
      guard replica.raft.isLeader ? replica.raft.knowsCommitted : replica.raft.leader != .none else { return false }
    }
    return true
  }

  // MARK: Finding replicas

  @inline(__always)
  func replica(of shard: ShardID) -> Replica? {
    guard shard.rawValue < places.count, places[Int(shard.rawValue)] >= 0 else { return nil }
    return replicas[Int(places[Int(shard.rawValue)])]
  }

  @inline(__always)
  func ledger(of shard: ShardID) -> MachineHost<Ledger>? {
    guard shard.rawValue < places.count, places[Int(shard.rawValue)] >= 0 else { return nil }
    return ledgers[Int(places[Int(shard.rawValue)])]
  }

  /// Puts a replica on the list of those that the turn looks at.
  @inline(__always)
  func mark(_ replica: Replica) {
    guard !replica.isDirty else { return }
    replica.isDirty = true
    dirty.append(replica)
  }
}

extension Store {
  /// Takes everyone who still waits, when the Store stops.
  package func abandonWaiters() -> [Waiter] {
    var abandoned: [LostCall] = lost
    lost = []
    for read in ownReads { abandoned.add(read.waiter, read.shard, .unread) }
    ownReads = []
    for case let replica? in replicas { replica.abandonWaiters(&abandoned) }
    return abandoned.compactMap { callers(behind: $0)?.waiter } + across.takeCallers()
  }
}
