internal import Inventory
package import Raft

/// The bounds and times of one Store; for each of its shards where it says so.
package struct StoreLimits: Sendable {
  /// Commands of one shard that may wait for the next entry.
  package var pendingCommandsMax = 20_000
  /// Bytes of one shard's commands that may wait for the next entry.
  package var pendingBytesMax = 4 << 20
  /// Commands of all shards that this Store leads which may be under way, taken and not applied, before it should be asked
  /// for no more (``Store/hasRoom``). At the rates that one Store reaches that is a fraction of a second of work; between
  /// nodes that are far from each other it is what a round trip can carry.
  package var commandsUnderWayMax = 10_000
  /// Reads of one shard that may wait.
  package var pendingReadsMax = 20_000
  /// Payload bytes that one batch for the log writer may reach. The shards that find it full go first in the next one.
  package var batchBytesMax = 16 << 20
  /// Payload bytes that one turn applies; what is more waits for the next one.
  package var applyBytesMax = 1 << 20
  /// How long to wait before offering a stalled write again, in milliseconds.
  package var stallRetryMilliseconds: UInt64 = 2

  // MARK: Time

  /// Length of a tick, in milliseconds. Ticks come only while a group is awake or there are peers.
  package var tickMilliseconds: UInt64 = 50
  /// Ticks after which a node that was sent nothing else is sent a heartbeat: an idle pair of nodes costs two messages
  /// each time, whatever the number of its shards.
  package var nodeHeartbeatTicks: UInt64 = 4
  /// Ticks after which a node of which nothing was heard is taken for dead: followers of its sleeping leaders wake up.
  package var nodeSilenceTicksMax: UInt64 = 16
  /// How many times the shortest election timeout a leader's silence is borne at the most, however long the way to other
  /// nodes is.
  package var patienceMax = 16
  /// Ticks for which those who wait at a replica that lost the leadership are kept, in case the next leader's log tells
  /// what became of their commands; then they are told that nobody knows.
  package var lostLeadershipTicksMax: UInt64 = 24

  /// How long a leader waits for an entry that tells its followers the commit index, before it tells them without one, in
  /// milliseconds: so much later than the leader they apply what nothing follows.
  package var untoldCommitMilliseconds: UInt64 = 10

  /// How long a batch waits for the entries of nodes that were just asked to prepare, in microseconds: about as long as
  /// they take between nodes that are near. And how many payload bytes such a batch has at the most: more mean load, under
  /// which entries gather by themselves.
  package var awaitedEntriesMicroseconds: UInt64 = 200
  package var awaitingBatchBytesMax = 3 << 10

  /// Ticks for which a group must have had nothing to do before it is put to sleep.
  package var sleepTicks = 20
  /// Ticks after which a commit index that has moved is written to the log: how far a recovery that has only this log may
  /// be behind with what it knows. Fewer than `sleepTicks`, so that a group that falls asleep has written its last one.
  package var noteCommitTicks: UInt64 = 10

  /// How old another node's word about its wall clock may be, in milliseconds.
  package var wallAgeMillisecondsMax: UInt64 = 10_000
  /// How far this node's wall clock may be from the nodes' median before it raises an alarm and gives up leadership.
  package var wallOffsetMillisecondsMax: Int64 = 500
  /// Ticks after which a batch that the log writer has not made durable says that the disk hangs: as long as the others
  /// would wait for a leader that is gone.
  package var diskSilenceTicksMax: UInt64 = 12
  /// Ticks for which a disk that hung is called slow after it has answered.
  package var slowDiskTicks: UInt64 = 200

  /// Ticks between attempts to give up leadership.
  package var handOverTicks: UInt64 = 20

  // MARK: Followers that are behind

  /// Payload bytes of all shards' entries that stay in the log for followers, whatever the state covers: the newest. A
  /// follower that is further behind gets a snapshot.
  package var retainedLogBytesMax = 256 << 20
  /// Bytes of pairs in one part of a snapshot.
  package var chunkBytesMax = 256 << 10
  /// Bytes of snapshots that leave this Store in one tick, where ops have set nothing else, and what they may set at most.
  /// A gigabyte is there within half a minute, and the callers of a busy machine hardly notice.
  package var snapshotBytesPerTick = 2 << 20
  package var snapshotBytesPerTickMax = 8 << 20
  /// Snapshots that this Store sends at a time; the others wait. Each has both nodes read, write and load at once.
  package var snapshotsSendingMax = 1
  /// Of these and of those that gave their turn away, because their receivers are silent or load what they have.
  package var snapshotsFrozenMax = 4
  /// Ticks after which a part of a snapshot is asked for again, or an offer repeated.
  package var snapshotRetryTicks: UInt64 = 10
  /// Ticks after which a transfer of which nothing was heard is given up on either side.
  package var snapshotSilenceTicksMax: UInt64 = 200

  // MARK: Across shards

  /// Requests over several shards that may be under way, and their bytes.
  package var acrossStepsMax = 20_000
  package var acrossBytesMax = 16 << 20
  /// Requests for one claim that may wait for one another.
  package var acrossQueueMax = 16
  /// Whether a home takes what its own replicas of participants' shards have applied for their word, and does not wait for
  /// their answers. Without it every answer counts; for tests of answers that are lost.
  package var hearsGrantsAsFollower = true
  /// Ticks for which participants are waited for; what they have set aside is given back then.
  package var acrossStepTicksMax: UInt64 = 40
  /// Versions that one request tries.
  package var acrossAttemptsMax = 8
  /// Ticks after which an answer of another shard is not waited for any more.
  package var acrossCallTicksMax: UInt64 = 40
  /// Rows of one shard's outbox that are told of at a time.
  package var outboxFlightsMax = 512
  /// Rows of one shard's outbox with which it begins nothing more over several shards, whatever it completes: some tens of
  /// megabytes that wait for slots which do not answer.
  package var outboxRowsMax = 200_000
  /// How long a claim waits for its home's word before the home is asked, by the stamps, in milliseconds.
  package var claimPatienceMilliseconds: Int64 = 1_000
  /// Claims of one shard that are asked about in a tick, and the ticks after which one is asked about again, at first.
  package var claimsAskedMax = 512
  package var inquiryTicks: UInt64 = 20
  /// Calls of other shards that may wait for room in a log.
  package var acrossUnproposedMax = 4_096

  // MARK: Where replicas are to be

  /// How many entries a learner may be behind its leader's last and still count as caught up.
  package var caughtUpEntriesMax: UInt64 = 64
  /// Ticks after which a leader looks again at a group that is not as its goal wants it.
  package var goalRetryTicks: UInt64 = 2
  /// Ticks after which a report for the meta shard is repeated.
  package var reportRetryTicks: UInt64 = 20
  /// Ticks for which a leader that is not the preferred one leads before it hands over of its own accord: so a node that
  /// comes and goes takes no leaderships with it each time.
  package var preferredLeaderTicks: UInt64 = 600

  // MARK: Slots that move

  /// SKUs and holds that a batch of slots has about, and its slots: what is handed over in one entry.
  package var moveBatchWeightMax = 2_000
  package var moveBatchSlotsMax = 256
  /// Holds over several slots that become ones over shards in the entry that hands slots over; more do before.
  package var moveMixedHoldsMax = 128
  /// What one entry packs.
  package var movePackedMax = SlotCommand.packedMax
  /// For how long slots that are to be handed over take no commands.
  package var moveClosedTicksMax: UInt64 = 20
  /// For how long of it what is under way over several shards for them is waited for.
  package var moveStepsTicksMax: UInt64 = 10
  /// Entries of the queue that a batch may take along, and that one piece of history has.
  package var moveQueueMax: UInt64 = 512
  package var moveQueueSendMax = 400
  /// Entries of the queue from which on it is sent before anything else.
  package var moveQueueBacklogMax: UInt64 = 8_192
  /// Slices of the state that are read in one tick for a move, and their bytes.
  package var moveSlicesPerTickMax = 8
  package var moveSliceBytesMax = 48 << 10
  /// Ticks after which the meta shard is told again.
  package var moveMetaTicks: UInt64 = 6

  /// How the groups behave. The Store sets the seed.
  package var raft = StoreLimits.raftOptions

  package init() {}

  private static var raftOptions: RaftOptions {
    var options = RaftOptions()
    options.electionTicks = 12
    options.heartbeatTicks = 3
    options.tellsCommitAtOnce = false
    // What a turn applies of one shard, and an entry at least. A replica that has much to catch up with applies it in many
    // turns: in one it would be silent for so long that the others take it for dead.
    options.committedBytesMax = 1 << 20
    return options
  }
}
