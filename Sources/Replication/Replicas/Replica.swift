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
  var ready = Ready()
  var outgoing = Outgoing()
  #if MUTANTS
    var lastAppliedTerm = Term.zero
  #endif

  /// A tick is on its way through the log; a second one would find nothing to do.
  var tickIsPending = false
  /// Entries were applied, or a snapshot installed, whose changes are not in the partition yet.
  var isTouched = false
  /// The members have changed, and the Store has not taken that in yet.
  var hasNewMembers = false
  /// Whether it led when the Store last looked.
  var isKnownLeader = false
  /// When it began to lead, in the Store's ticks.
  var leadsSince: UInt64 = 0
  /// The goal that was looked at last, and the members then; 0 before there was one.
  var goalRevision: UInt64 = 0
  var goalMembers = Configuration()
  /// When either changed, in the Store's ticks.
  var goalTick: UInt64?
  /// What this leader proposed so that every voter knows of the last change of the members.
  var settling: Settling?

  struct Settling {
    var term: Term
    /// Where the change is.
    var members: LogIndex
    /// Whoever has this entry knows that the change is committed.
    var entry: LogIndex
  }
  /// When the leadership was lost, in the Store's ticks, while somebody still waits for what was proposed.
  var leadershipLost: UInt64?

  /// A snapshot that is arriving.
  var receiving: SnapshotReceiving?
  /// A snapshot whose data is here, on its way to the disk.
  var install: SnapshotInstall?

  /// What a message showed that must never be: the replica stays as it is and takes no part any more.
  var fault: ReplicaFault?
  /// It was destroyed; whoever still holds it leaves it alone.
  var isGone = false

  /// The homes of claims that are being prepared here, which are told when this leader's own log has the entries.
  var askers: [NodeID] = []

  // What lists of the Store it is in.
  var isDirty = false
  var isTicking = false
  /// Whether it is among those whose followers are to be told the commit index.
  var owesCommit = false
  /// Whether it is among those that the Store counts as awake.
  var countsAsAwake = false
  /// What it counts for among the Store's commands under way.
  var countedCommands = 0

  /// The last entry of the log when the leadership began: when it is applied, the machine knows all that came before.
  var opening = LogIndex.zero
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

  /// Commands that this leader has taken and not applied.
  var commandsUnderWay: Int { isGone || !isKnownLeader ? 0 : machine.commandCount + proposed.commandCount }

  var isAlone: Bool { raft.isSoleVoter && raft.configuration.learners.isEmpty }

  /// Whether this leader's machine has everything that was committed before its term.
  var hasOpenedTerm: Bool {
    isKnownLeader && raft.knowsCommitted && (machine.appliedIndex >= opening || isMutated(.readsBeforeOwnTerm))
  }

  /// Lets one tick pass, and puts a group to sleep in which nothing has happened for a while.
  func advanceTick(_ tick: UInt64, patience: Int, lost: inout [LostCall]) {
    raft.setPatience(patience)
    // Not all shards of a Store in the same tick.
    if (tick + UInt64(shard.rawValue)) % limits.noteCommitTicks == 0 { raft.noteCommit() }
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
