internal import Basics

/// What the meta shard's leader has heard from the nodes. It is made anew with each leadership, and belongs to the
/// leader's Store: what it says is as good as the last reports, and is lost without loss.
struct ClusterHealth {
  /// A node that was not heard for so long counts as gone.
  static let silenceMillisecondsMax: UInt64 = 3_000

  struct Heard {
    var report: NodeReport
    var at: Instant
    /// Entries that the shards it leads have applied in a second, by shard.
    var rates = SortedMap<ShardID, UInt64>()
  }

  /// What a shard has had to do lately, whoever led it.
  private struct Load {
    /// A busy second says little of the next one.
    static let secondsMax = 20.0
    /// And a few of them nothing for sure.
    static let secondsMin = 10.0

    var commandsPerSecond = 0.0
    var seconds = 0.0

    mutating func take(_ count: UInt64, within time: Double) {
      seconds = min(seconds + time, max(Self.secondsMax, time))
      commandsPerSecond += (Double(count) / time - commandsPerSecond) * time / seconds
    }
  }

  /// When this node began to lead the meta shard: nobody counts as silent for longer than since then.
  let began: Instant
  private var heard = SortedMap<NodeID, Heard>()
  private var loads = SortedMap<ShardID, Load>()
  var digests = DigestWatch()

  init(began: Instant) { self.began = began }

  subscript(node: NodeID) -> Heard? { heard[node] }

  mutating func take(_ report: NodeReport, at now: Instant) {
    var new = Heard(report: report, at: now)
    if let old = heard[report.node], now > old.at {
      let seconds = Double(now.nanoseconds(since: old.at)) / 1e9
      for replica in report.replicas where replica.role == .leader {
        guard let before = old.report.replica(of: replica.shard) else { continue }
        if replica.applied.index > before.applied.index {
          new.rates[replica.shard] = UInt64(Double(replica.applied.index - before.applied.index) / seconds)
        }
        noteLoad(of: replica, since: before, seconds)
      }
    }
    heard[report.node] = new
  }

  /// Who came to lead meanwhile has done a part of it, and who was started anew counts anew: both say nothing.
  private mutating func noteLoad(of replica: ReplicaReport, since before: ReplicaReport, _ seconds: Double) {
    guard before.role == .leader, let from = before.commandCount, let to = replica.commandCount, to >= from else {
      return
    }
    loads.update(replica.shard, default: Load()) { $0.take(to - from, within: seconds) }
  }

  /// Commands a second, of late; `nil` while too little was told.
  func commandsPerSecond(of shard: ShardID) -> UInt64? {
    loads[shard].flatMap { $0.seconds >= Load.secondsMin ? UInt64($0.commandsPerSecond) : nil }
  }

  /// How long nothing was heard of a node; since the leadership began, at the most.
  func silentMilliseconds(_ node: NodeID, now: Instant) -> UInt64 {
    now.nanoseconds(since: heard[node]?.at ?? began) / 1_000_000
  }

  /// Whether a node was heard lately. Of one that has had no time yet to say a word nobody says that it is gone.
  func isLive(_ node: NodeID, now: Instant) -> Bool {
    silentMilliseconds(node, now: now) < Self.silenceMillisecondsMax
  }

  /// The nodes that should lead nothing now, by what they say themselves.
  func unfitNodes(now: Instant) -> [NodeID] {
    var unfit: [NodeID] = []
    heard.forEach { node, heard in
      let report = heard.report
      if report.isStopping || report.isClockOff || report.isDiskSlow, isLive(node, now: now) { unfit.append(node) }
      return true
    }
    return unfit
  }

  /// Who leads each shard by the latest term that was told of, ascending; none for a shard whose last leader is gone.
  func leaders(now: Instant) -> [ClusterView.Leader] {
    var latest = SortedMap<ShardID, ClusterView.Leader>()
    heard.forEach { node, heard in
      for replica in heard.report.replicas where replica.role == .leader && !replica.isFaulty {
        if let known = latest[replica.shard], known.term >= replica.term { continue }
        latest[replica.shard] = ClusterView.Leader(shard: replica.shard, node: node, term: replica.term)
      }
      return true
    }
    var leaders: [ClusterView.Leader] = []
    latest.forEach { _, leader in
      if isLive(leader.node, now: now) { leaders.append(leader) }
      return true
    }
    return leaders
  }
}

extension NodeReport {
  func replica(of shard: ShardID) -> ReplicaReport? {
    let place = replicas.partitioningPlace { $0.shard < shard }
    return place < replicas.count && replicas[place].shard == shard ? replicas[place] : nil
  }
}
