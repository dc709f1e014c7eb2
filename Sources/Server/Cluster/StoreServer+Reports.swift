internal import API
internal import Basics
internal import Placement
internal import Raft
internal import Reactor
internal import Replication
internal import Storage

/// Once a second every Store tells the first one of its node how it is, and that one tells the meta shard's leader, who
/// tells every node what it has heard: who is there, and who leads what.
extension StoreServer {
  /// - Returns: when to come again.
  func reportIfDue() -> Instant {
    noteMetaLeader()
    guard loop.now >= duties.nextReport else { return duties.nextReport }
    duties.nextReport = loop.now.advanced(byMilliseconds: ClusterDuties.reportMilliseconds)
    updateServing()
    healLocations()
    fillOrdersFromElsewhere()
    let report = storeReport()
    if index == 0 {
      duties.reports[0] = report
      reportNode()
    } else {
      outboxes[0].append(.report(index, report))
    }
    return duties.nextReport
  }

  /// A new leader of the meta shard knows nothing of the nodes: each tells it at once.
  private func noteMetaLeader() {
    guard index == 0 else { return }
    let leadership = store.leadership(of: .meta)
    guard leadership != duties.metaLeadership else { return }
    duties.metaLeadership = leadership
    duties.nextReport = loop.now
  }

  /// A node that has lost a leader for longer than an election takes does not serve, until it knows one again.
  private func updateServing() {
    duties.leaderlessReports = store.isServing && !isOutside ? 0 : duties.leaderlessReports + 1
    let isLost = duties.leaderlessReports >= 5
    guard isServing, isLost != isLeaderless else { return }
    isLeaderless = isLost
    node.tell(.storeServes(index, !isLost))
  }

  /// Whether the node was removed, or nobody tells it anything. Whoever has no vote in the meta shard never misses its
  /// leader by itself.
  private var isOutside: Bool {
    guard index == 0, let meta = store.status(of: .meta) else { return false }
    if cluster.node(node.number)?.state == .removed { return true }
    guard !meta.configuration.isVoter(meta.member) else { return false }
    return loop.now >= duties.viewHeard.advanced(byMilliseconds: ClusterHealth.silenceMillisecondsMax)
  }

  private func storeReport() -> StoreReport {
    var report = StoreReport()
    do throws(StorageError) { report.diskFreeByteCount = try storage.availableByteCount() } catch {
      node.logger.log(.warning, "free space is unknown", ["error": error.description])
    }
    report.clockOffsetMilliseconds = store.clockOffsetMilliseconds(
      wall: Stamp(milliseconds: EventLoop.wallClockMilliseconds))
    report.isClockOff = store.isClockOff
    report.isDiskSlow = store.isDiskSlow
    let replicas = store.status
    report.alarms = alarms(replicas).map { NodeAlarm(kind: $0.kind, text: $0.text) }
    let middles = loadSamples.middles { shardMap[$0] }
    let counts = loadSamples.count { shardMap[$0] }
    report.replicas = replicas.map { status in
      var replica = ReplicaReport(status)
      if replica.role == .leader { replica.loadMiddle = middles[status.shard] }
      replica.commandCount = counts[status.shard] ?? 0
      return replica
    }
    return report
  }

  /// Tells the meta shard's leader how the node is, or goes about the leader's duties.
  func reportNode() {
    let report = nodeReport()
    announceNode()
    if store.leads(.meta) {
      leadCluster(report)
      return
    }
    duties.health = nil
    guard let leader = metaLeader, leader != node.number else { return }
    var writer = ByteWriter()
    report.encode(into: &writer)
    _ = links?.send(.nodeReport(writer.bytes), to: leader)
  }

  private func nodeReport() -> NodeReport {
    var report = NodeReport(node: node.number)
    report.programVersion = holdfastVersion
    report.uptimeMilliseconds = loop.now.nanoseconds(since: node.started) / 1_000_000
    report.isStopping = handOverDeadline != nil
    let parts = duties.reports.compactMap { $0 }
    report.diskFreeByteCount = parts.map(\.diskFreeByteCount).min() ?? 0
    report.clockOffsetMilliseconds = parts.map(\.clockOffsetMilliseconds).max { abs($0) < abs($1) } ?? 0
    report.isClockOff = parts.contains { $0.isClockOff }
    report.isDiskSlow = parts.contains { $0.isDiskSlow }
    for alarm in parts.flatMap(\.alarms) where !report.alarms.contains(alarm) { report.alarms.append(alarm) }
    report.replicas = parts.flatMap(\.replicas).sorted { $0.shard < $1.shard }
    return report
  }

  /// Has the meta shard know the node as it is now.
  private func announceNode() {
    guard let known = cluster.node(node.number), known.state != .removed,
      node.identity.format.starts.include(known.start)
    else { return }
    let present = nodeDescription(known.zone)
    if !present.clientAddress.isEmpty, !present.peerAddress.isEmpty, present != known.description {
      send([.updateNode(node.number, present, replacing: known.start)])
    }
  }

  /// - Parameter zone: the one that is kept when none is set.
  func nodeDescription(_ zone: String) -> NodeDescription {
    NodeDescription(
      directory: node.identity.format.node, clientAddress: node.clientAddress, peerAddress: node.peerAddress,
      zone: node.configuration.zone.isEmpty ? zone : node.configuration.zone,
      featureLevel: UInt32(node.configuration.featureLevelMax), start: node.identity.format.starts.latest)
  }
}

// MARK: - What other nodes tell

extension StoreServer {
  /// A node that has just come back should not be taken for gone, nor should this one be by it.
  func peerConnected(_ node: NodeID) {
    exclusion.admitted(by: node)
    if index == 0 { duties.nextReport = min(duties.nextReport, loop.now) }
  }

  /// Takes a report, or the meta leader's view.
  func receivedNodeReport(_ bytes: [UInt8], from sender: NodeID) {
    do throws(DecodeError) {
      var reader = ByteReader(bytes.rawSpan)
      let tag = try reader.uint8()
      switch tag {
      case NodeReport.tag:
        let report = try NodeReport(&reader)
        if report.node == sender { duties.health?.take(report, at: loop.now) }
      case ClusterView.tag: share(try ClusterView(&reader))
      default: break
      }
    } catch {
      node.logger.log(.warning, "the report of a node is unreadable", ["node": "\(sender)", "error": "\(error)"])
    }
  }

  /// Every Store of the node gets to know what the meta leader has heard.
  func share(_ view: ClusterView) {
    take(view)
    for place in outboxes.indices where place != index { outboxes[place].append(.view(view)) }
  }

  func take(_ view: ClusterView) {
    duties.viewHeard = loop.now
    self.view = view
    store.unfitNodes = view.unfit
    if let meta = view.meta { store.hear(meta: meta) }
    for replica in view.divergent where replica.node == node.number { takeOut(replica) }
  }

  /// A replica whose state differs from that of a majority takes no further part; it is made anew from the others.
  private func takeOut(_ replica: ClusterView.Divergent) {
    guard node.storeIndex(of: replica.shard) == index else { return }
    let mark = StateCheckpoint(index: LogIndex(replica.mark.index), digest: replica.mark.digest)
    guard store.status(of: replica.shard)?.member == MemberID(node: replica.node, life: replica.life),
      store.takeOut(replica.shard, diverged: mark)
    else { return }
    node.logger.log(
      .error, "a replica's state differs from that of the others: it is taken out of service",
      ["shard": replica.shard.description, "index": "\(replica.mark.index)"])
  }
}

extension AcrossReport {
  init(_ status: ReplicaStatus) {
    self.init()
    outboxCount = UInt32(clamping: status.outboxCount)
    outboxAgeMilliseconds = UInt32(
      clamping: status.oldestOutbox.map { status.stamp.milliseconds - $0.milliseconds } ?? 0)
    pendingCount = UInt32(clamping: status.pendingClaimCount)
    phantomCount = status.phantomCount
    phantomUnitMilliseconds = status.phantomUnitMilliseconds
    phantomLongestMilliseconds = UInt32(clamping: status.phantomLongestMilliseconds)
  }
}

extension AcrossStatus {
  init(_ report: AcrossReport) {
    self.init()
    outboxCount = Int64(report.outboxCount)
    if report.outboxCount > 0 {
      outboxAge = WellKnown.Duration(milliseconds: Int64(report.outboxAgeMilliseconds))
    }
    waitingCount = Int64(report.pendingCount)
    phantomCount = Int64(clamping: report.phantomCount)
    phantomUnitMs = Int64(clamping: report.phantomUnitMilliseconds)
    phantomLongest = WellKnown.Duration(milliseconds: Int64(report.phantomLongestMilliseconds))
  }
}

extension ReplicaReport {
  init(_ status: ReplicaStatus) {
    let role: Role =
      switch status.role {
      case .leader: .leader
      case .candidate, .preCandidate: .candidate
      case .follower: status.configuration.isVoter(status.member) ? .follower : .learner
      }
    self.init(shard: status.shard, life: status.member.life, role: role)
    isFaulty = status.fault != nil
    isAsleep = status.isAsleep
    leader = status.leader.node
    term = status.term.rawValue
    applied = DigestMark(index: status.appliedIndex.rawValue, digest: status.stateDigest)
    snapshotDone = UInt64(status.snapshotBytesReceived)
    snapshotTotal = UInt64(status.snapshotBytesTotal)
    across = AcrossReport(status)
    if let mark = status.checkpoint { checkpoint = DigestMark(index: mark.index.rawValue, digest: mark.digest) }
  }
}
