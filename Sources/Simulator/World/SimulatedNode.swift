internal import Basics
internal import Placement
internal import Raft
internal import Replication

/// One simulated node: what outlives its process (log, state, clock), and the process, which comes and goes. Owned by the
/// world.
final class SimulatedNode {
  let number: NodeNumber
  var log: SimulatedLog
  var state: SimulatedState
  var clock: NodeClock
  /// The running process; `nil` while the node is down.
  var store: Store?
  var life = NodeLife(rawValue: 0)
  /// While set, the process gets no time: what reaches it waits here.
  var isPaused = false
  var waiting: [WorldEvent] = []
  var hasTurn = false
  /// When the process will be woken next, if nothing happens before.
  var wakeTime = WorldTime(nanoseconds: .max)
  /// By shard number: how far the checkers have followed this replica's applying.
  var followed: [LogIndex]
  /// By shard number: from where on the log keeps entries for followers.
  var retained: [LogIndex]
  /// By shard number: the member that the node's replica is, or is about to be.
  var members: [MemberID]
  /// By shard number: the last term in which the replica led, and what it took for committed when that began.
  var ledTerms: [Term]
  var commitAtElection: [LogIndex]
  /// The process ends when its turn has applied what it is at, before anybody hears of that.
  var crashesAt: Branch?
  /// The next fsync fails, and ends the process.
  var failsNextSync = false
  /// How many times as long the disk takes.
  var diskSlowness: UInt64 = 1
  var isDiskFull = false
  var flushCount = 0
  /// The map of slots that it knew last.
  var knownMap: ShardMap?
  /// Its first disk is gone, with the replicas that it was set up with.
  var wasReplaced = false

  init(number: NodeNumber, shardCount: Int, clock: NodeClock) {
    self.number = number
    self.clock = clock
    log = SimulatedLog(shardCount: shardCount)
    state = SimulatedState(shardCount: shardCount)
    followed = Array(repeating: .zero, count: shardCount)
    members = Array(repeating: .none, count: shardCount)
    ledTerms = Array(repeating: .zero, count: shardCount)
    commitAtElection = followed
    retained = Array(repeating: LogIndex(.max), count: shardCount)
  }

  var id: NodeID { NodeID(UInt32(number.index + 1)) }
  var isUp: Bool { store != nil }
}

extension NodeNumber {
  init(_ id: NodeID) { self.init(Int(id.rawValue) - 1) }
}
