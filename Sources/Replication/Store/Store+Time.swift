package import Basics
internal import Raft

// What follows from time alone. It comes with the turns: `collectAppends` says what the clocks show.

// MARK: - Clocks

extension Store {
  /// The stamp of this turn. Between two turns in which this Store leads it goes on by the monotonic clock.
  func readClocks(_ wall: Stamp) -> Stamp {
    ownWall = wall
    let median = peers.medianWall(wall, now: now, ageMaxMilliseconds: limits.wallAgeMillisecondsMax)
    // Of two clocks nobody can say which one is wrong.
    let offset = wall.milliseconds - median.wall.milliseconds
    if isMutated(.stampsGoBack) { return wall }
    isClockOff = median.clockCount > 2 && abs(offset) > limits.wallOffsetMillisecondsMax
    return leaderCount == 0 ? clock.follow(median.wall, now: now) : clock.advance(to: now, wall: median.wall)
  }
}

// MARK: - Ticks

extension Store {
  /// One tick a turn, however late it is: a Store that was stopped for a while must not find every election due before it
  /// has read what its peers sent meanwhile.
  func advanceTicks() {
    guard now >= nextTick else { return }
    tick += 1
    let next = nextTick.advanced(byMilliseconds: limits.tickMilliseconds)
    nextTick = next > now ? next : now.advanced(byMilliseconds: limits.tickMilliseconds)
    snapshotBudget.advanceTick()
    tickGroups()
    tickPeers()
    // A node whose wall clock is far from the others' leads nothing that another could lead.
    if isClockOff, tick % limits.handOverTicks == 0 { _ = handOverLeadership() }
    watchDisk()
    tickSending()
    tickReceiving()
    if across.needsTicks { tickClaims() }
  }

  private func tickGroups() {
    var kept = 0
    for replica in ticking {
      guard replica.needsTicks else {
        replica.isTicking = false
        continue
      }
      ticking[kept] = replica
      kept += 1
      replica.advanceTick(tick, patience: patience, lost: &lost)
      mark(replica)
    }
    ticking.removeLast(ticking.count - kept)
  }

  /// The edge has measured how long the way to the other nodes and back takes. Ten of that is how long a leader may be
  /// silent, if it is longer than the shortest election timeout: on such a way a lost segment, and all behind it, comes a
  /// few round trips later.
  package func measured(roundTripMilliseconds: UInt64) {
    let timeout = limits.tickMilliseconds * UInt64(limits.raft.electionTicks)
    let factor = (10 * min(roundTripMilliseconds, 60_000) + timeout - 1) / timeout
    patience = min(max(1, Int(factor)), limits.patienceMax)
  }

  private func tickPeers() {
    for place in peers.peers.indices where peers[place].isNeighbour {
      let isSilent = tick - peers[place].heardTick > limits.nodeSilenceTicksMax
      if isSilent, !peers[place].isSilent {
        wakeFollowers(of: peers[place].node)
        giveUpSending(to: peers[place].node)
      }
      peers[place].isSilent = isSilent
    }
  }

  /// The edge has learned that a node's process has ended: its connections broke, and nobody listens there any more. The
  /// groups that it led elect without waiting for a timeout. A false alarm costs a rehearsal that nobody answers.
  package func peerGone(_ node: NodeID) {
    for case let replica? in replicas where !replica.raft.isLeader && replica.raft.leader.node == node {
      replica.raft.leaderIsGone(campaignAfterTicks: 1 + rank(of: replica, without: node))
      mark(replica)
    }
    giveUpSending(to: node)
  }

  /// The place of a replica among the voters that are left, from 0: it differs for each of them, and from shard to shard,
  /// so that the groups of one node do not all go to one other.
  private func rank(of replica: Replica, without node: NodeID) -> Int {
    let configuration = replica.raft.configuration
    let left = configuration.members.filter { configuration.isVoter($0) && $0.node != node }
    guard let place = left.firstIndex(of: replica.record.member) else { return left.count }
    return (place + Int(replica.shard.rawValue)) % left.count
  }

  /// A node is silent, or has begun a new life: whoever slept in its trust looks for a leader.
  func wakeFollowers(of node: NodeID) {
    for case let replica? in replicas where !replica.raft.isLeader && replica.raft.leader.node == node {
      replica.raft.wake()
      mark(replica)
    }
  }

  /// A node has begun a new life: what its members knew to be committed may be forgotten, and a learner asks nobody.
  func wakeLeaders(withMemberOn node: NodeID) {
    for case let replica? in replicas where replica.raft.isLeader && replica.raft.isAsleep {
      guard replica.raft.configuration.members.contains(where: { $0.node == node }) else { continue }
      replica.raft.wake()
      mark(replica)
    }
  }

  /// Entries sent to a node that is gone are lost: its members are asked what they have before more is sent.
  private func giveUpSending(to node: NodeID) {
    for case let replica? in replicas where replica.raft.isLeader {
      for member in replica.raft.configuration.members where member.node == node {
        replica.raft.reportUnreachable(member)
      }
    }
  }

  /// When the next turn is due although nothing happens: now, when this one left something; a tick; a hold that falls
  /// due; a commit index that is to be told; a batch that has waited long enough; or a stalled write that is to be offered again.
  package func nextDeadline(now: Instant) -> Instant {
    if wantsTurn { return now }
    var deadline = min(needsTicks ? nextTick : .distantFuture, untold.due)
    if !batch.isEmpty, batchInFlight == nil { deadline = min(deadline, awaited.deadline) }
    if isStalled { deadline = min(deadline, now.advanced(byMilliseconds: limits.stallRetryMilliseconds)) }
    // While commands are refused nothing can be done about what is due, and a tick under way does it already.
    guard !isStalled, commandRefusal == nil, let due = due.first() else { return deadline }
    let wait = UInt64(max(0, due.milliseconds - clock.stamp.milliseconds))
    return min(deadline, now.advanced(byMilliseconds: wait))
  }

  private var needsTicks: Bool {
    awakeCount > 0 || peers.hasNeighbours || !sendings.isEmpty || !receivers.isEmpty || !lifeChanges.isEmpty
      || goals.areOpen || across.needsTicks || slotMoves.isOpen
  }
}
