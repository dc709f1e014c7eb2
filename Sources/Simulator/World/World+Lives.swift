internal import Basics
internal import Placement
internal import Raft
internal import Replication

// Processes begin and end.
extension World {
  /// Makes the nodes and starts them.
  func begin() throws(Violation) {
    let beginning = settings.usesGoals ? LogIndex.zero : LogIndex(1)
    for shard in 0..<UInt32(allShardCount) {
      // Shards that are made begin as those do that begin with their members.
      let isMade = Int(shard) > temper.shardCount
      histories.append(
        ShardHistory(
          shard: ShardID(shard), start: isMade ? LogIndex(1) : beginning, isJudgedHere: !settings.usesSlots))
    }
    for index in 0..<temper.nodeCount {
      let clock = NodeClock(
        base: Instant(nanoseconds: setup.below(1 << 40)), at: time,
        driftPartsPerMillion: Int64(setup.within(0...80)) - 40, wallOffsetMilliseconds: Int64(setup.within(0...60)) - 30
      )
      nodes.append(SimulatedNode(number: NodeNumber(index), shardCount: allShardCount, clock: clock))
    }
    makeMembers()
    for node in nodes { try start(node) }
    makeClients()
    if settings.usesGoals { add(.plannerStep, after: .milliseconds(20)) }
  }

  /// Opens the node's storage and starts a process on it.
  func start(_ node: SimulatedNode) throws(Violation) {
    node.life = node.life.next
    do throws(StateReadError) {
      let loader = try StoreLoader(
        node: node.id, incarnation: UInt64(node.life.rawValue), partitions: node.state,
        replicas: founders(on: node), hashSeed: StableHash.mix(settings.seed, UInt64(node.number.index + 1)),
        limits: limits)
      var logs: [(shard: ShardID, log: RecoveredLog)] = []
      for (shard, applied) in loader.applied {
        let log = node.log.recover(shard, applied: applied)
        if !log.entries.isEmpty { coverage.reach(.stateBehindLog) }
        logs.append((shard, log))
        node.followed[Int(shard.rawValue)] = applied.index
      }
      // A log may hold something of a shard whose replica is gone.
      for shard in (0..<UInt32(allShardCount)).map({ ShardID($0) }) where !logs.contains(where: { $0.shard == shard }) {
        let log = node.log.recover(shard, applied: LogStart())
        if !log.entries.isEmpty || log.start != LogStart() || log.hardState != HardState() { logs.append((shard, log)) }
      }
      node.store = try loader.store(logs: logs, now: node.clock.now(at: time), wall: node.clock.wall(at: time))
    } catch {
      throw Violation(.log, "\(node.number) cannot open what its disk holds: \(error.message)")
    }
    guard let store = node.store else { return }
    if settings.usesSlots { store.foundingMap = ShardMap(dividedAmong: temper.shardCount) }
    if node.isDiskFull { store.commandRefusal = .diskFull }
    trace.say(time, "\(node.number) starts")
    store.start()
    add(.idleFlush(node.number, node.life), after: disks.span(mean: temper.flushEvery))
    try wantTurn(node, store)
  }

  /// The process is gone at once, and the power with it.
  func crash(_ node: SimulatedNode, restartAfter span: WorldTime.Span?) {
    guard node.isUp else { return }
    node.store = nil
    node.crashesAt = nil
    node.life = node.life.next
    node.isPaused = false
    node.waiting.removeAll()
    node.hasTurn = false
    node.wakeTime = WorldTime(nanoseconds: .max)
    let loss = node.log.losePower(&disks)
    node.state.losePower()
    if loss.recordsLost > 0 { coverage.reach(.unsyncedLost) }
    if loss.wasTorn { coverage.reach(.tornTailCut) }
    trace.say(time, "\(node.number) stops; \(loss.recordsLost) unsynced records are lost")
    if let span { add(.restart(node.number, node.life), after: span) }
    alarm(of: node) { _ in alarms.happens(perMillion: temper.alarmPerMillion) }
  }

  /// Others learn that a process has ended. Also where that is not so, they may take it for true.
  func alarm(of node: SimulatedNode, where isTold: (SimulatedNode) -> Bool) {
    for other in nodes where other !== node && other.isUp && isTold(other) {
      add(.peerGone(other.number, other.life, node.number), after: alarms.span(mean: temper.networkDelay))
    }
  }

  func restart(_ node: SimulatedNode) throws(Violation) {
    guard !node.isUp else { return }
    node.clock.restart(base: Instant(nanoseconds: disks.below(1 << 40)), at: time)
    try start(node)
  }

  func resume(_ node: SimulatedNode) throws(Violation) {
    guard node.isPaused else { return }
    node.isPaused = false
    trace.say(time, "\(node.number) goes on, with \(node.waiting.count) events waiting")
    let waiting = node.waiting
    node.waiting.removeAll()
    for event in waiting {
      guard node.isUp else { return }
      try happen(event, to: node)
    }
  }
}
