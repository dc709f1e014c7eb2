internal import API
internal import Basics
internal import HTTP2
internal import Inventory
internal import Placement
internal import Raft
internal import Reactor
internal import Replication
internal import Storage

/// What ops and load balancers ask: status, shard map, health.
extension StoreServer {
  /// The node's status is that of its Stores together: a client's call asks each of them, as a part.
  func getStatus(_ origin: CallOrigin) {
    if origin.kind == .part { return answer(origin, storeStatus()) }
    let gathering = gatherings.insert(.status(BatchGathering(origin: origin, count: node.storeCount)))
    for place in 0..<node.storeCount {
      let part = CallOrigin.part(place, of: gathering, store: UInt16(index))
      if place == index {
        getStatus(part)
      } else {
        send(.clusterGetStatus, [], part, to: place)
      }
    }
  }

  private func storeStatus() -> StoreStatus {
    var status = StoreStatus()
    status.store = UInt32(index)
    do throws(StorageError) { status.diskFreeBytes = Int64(clamping: try storage.availableByteCount()) } catch {
      node.logger.log(.warning, "free space is unknown", ["error": error.description])
    }
    for replica in store.status {
      var shard = ShardStatus()
      shard.shard = replica.shard.rawValue
      shard.role = ShardRole(replica.role)
      shard.term = replica.term.rawValue
      shard.commitIndex = replica.commitIndex.rawValue
      shard.appliedIndex = replica.appliedIndex.rawValue
      shard.lastIndex = replica.lastIndex.rawValue
      shard.skuCount = Int64(replica.skuCount)
      shard.liveHoldCount = Int64(replica.liveHoldCount)
      shard.leaderNodeID = UInt64(replica.leader.node.rawValue)
      if replica.shard != .meta {
        shard.journalFirst = Int64(clamping: store.journalStart(of: replica.shard).first)
        shard.journalLast = Int64(clamping: store.journalEnd(of: replica.shard))
        shard.journalBytes = Int64(clamping: store.journalBytes(of: replica.shard).present)
      }
      shard.across = AcrossStatus(AcrossReport(replica))
      shard.isJoint = !replica.configuration.votersOutgoing.isEmpty
      status.shards.append(shard)
    }
    status.followers = followerStatus()
    status.watchCount = UInt32(watchers.count)
    status.snapshotsInstalled = store.counters.snapshotsInstalled
    return status
  }

  /// Puts the parts of all Stores together.
  func finishStatus(_ gathering: BatchGathering) {
    var response = GetStatusResponse()
    response.nodeID = UInt64(node.number.rawValue)
    response.version = holdfastVersion
    response.uptime = WellKnown.Duration(
      milliseconds: Int64(loop.now.nanoseconds(since: node.started) / 1_000_000))
    response.dataFormat = UInt32(node.identity.format.version)
    response.alarms = alarms(store.status)
    answer(gathering.origin) { output in
      response.encode(into: &output)
      gathering.encodeMessages(as: 5, into: &output)
    }
  }

  /// - Parameter replicas: the Store's, as they are now.
  func alarms(_ replicas: [ReplicaStatus]) -> [Alarm] {
    var alarms: [Alarm] = []
    if log.spaceState != .ok {
      alarms.append(Alarm(kind: "DISK_FULL", text: "the data directory's disk is almost full; writes are refused"))
    }
    let offset = store.clockOffsetMilliseconds(wall: Stamp(milliseconds: EventLoop.wallClockMilliseconds))
    if store.isClockOff || abs(offset) > 500 {
      alarms.append(Alarm(kind: "CLOCK_OFFSET", text: "the wall clock is \(offset) ms ahead of the shards' time"))
    }
    if store.isDiskSlow {
      alarms.append(Alarm(kind: "DISK_SLOW", text: "the disk of store \(index) does not answer, or did not lately"))
    }
    for copied in links?.copies.nodes(now: loop.now) ?? [] {
      alarms.append(
        Alarm(kind: "NODE_COPIED", text: "a second process, with a copy of its data directory, came as node \(copied)"))
    }
    for replica in replicas {
      if let fault = replica.fault {
        alarms.append(
          Alarm(kind: "REPLICA_FAULTY", text: "the replica of shard \(replica.shard) takes no part any more: \(fault)"))
      }
    }
    for shard in cutting.damaged {
      alarms.append(
        Alarm(
          kind: "JOURNAL_DAMAGED", text: "the journal of shard \(shard) does not add up, and is cut no more: verify it")
      )
    }
    for replica in replicas where replica.alarmCount > 0 {
      alarms.append(
        Alarm(kind: "MALFORMED_COMMAND", text: "shard \(replica.shard): \(replica.alarmCount) commands were unreadable")
      )
    }
    return alarms
  }

  /// Answered from what is known here, so that it can be asked while no leader is there.
  func getShardMap(_ origin: CallOrigin) {
    var response = GetShardMapResponse()
    response.epoch = max(1, cluster.revision)
    response.slotCount = UInt32(Slot.count)
    response.ranges = shardMap.ranges.map {
      SlotRange(slotFirst: UInt32($0.slots.lowerBound), slotLast: UInt32($0.slots.upperBound), shard: $0.shard.rawValue)
    }
    response.shards = ([.meta] + inventoryShards).map { shard in
      let replicas = cluster.shard(shard)?.placed.map(\.node) ?? [node.number]
      return ShardPlacement(
        shard: shard.rawValue, leaderNodeID: UInt64((leader(of: shard) ?? .none).rawValue),
        replicaNodeIDs: replicas.map { UInt64($0.rawValue) })
    }
    response.nodes = nodeAddresses
    answer(origin, response)
  }

  /// Who leads a shard, as far as is known here: a replica of this Store knows it first.
  private func leader(of shard: ShardID) -> NodeID? {
    if let replica = store.status(of: shard), replica.leader != .none, replica.fault == nil {
      return replica.leader.node
    }
    return view.leader(of: shard)
  }

  /// How clients reach the nodes. What this one says itself is newer than what the cluster knows of it.
  private var nodeAddresses: [NodeAddress] {
    let own = NodeAddress(nodeID: UInt64(node.number.rawValue), address: node.clientAddress)
    guard cluster.isFounded else { return [own] }
    return cluster.nodes.filter { $0.state != .removed && ($0.number == node.number || !$0.clientAddress.isEmpty) }
      .map { record in
        record.number == node.number
          ? own : NodeAddress(nodeID: UInt64(record.number.rawValue), address: record.clientAddress)
      }
  }
}

// MARK: - Health

extension StoreServer {
  func healthCheck(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(GRPCHealth.HealthCheckRequest.self, message)
    let status = health(of: request.service)
    guard status != .serviceUnknown else {
      throw CallFailure(status: .notFound, message: "there is no service '\(request.service)'")
    }
    answer(origin, GRPCHealth.HealthCheckResponse(status: status))
  }

  func healthWatch(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(GRPCHealth.HealthCheckRequest.self, message)
    let key = StreamKey(connection: origin.tag, stream: origin.stream)
    let status = health(of: request.service)
    guard healthWatches.add(key, of: request.service, told: status) else { throw CallFailure(StoreRefusal.backlogFull) }
    tell(status, key)
  }

  /// Ends the watches of a node that goes down; they were told that it does not serve.
  func endHealthWatches() {
    for key in healthWatches.all.keys {
      guard let connection = connections[key.connection] else { continue }
      connection.session.fail(key.stream, CallFailure(StoreRefusal.shuttingDown))
      connection.outputChanged()
    }
    healthWatches.removeAll()
  }

  /// Tells the watchers whose service has another state than they were told.
  func tellHealthWatches() {
    for (key, status) in healthWatches.take({ health(of: $0) }) { tell(status, key) }
  }

  private func tell(_ status: GRPCHealth.HealthCheckResponse.ServingStatus, _ key: StreamKey) {
    guard let connection = connections[key.connection] else { return }
    connection.session.send(key.stream, bytes: GRPCHealth.HealthCheckResponse(status: status).encoded())
    connection.outputChanged()
  }

  /// The empty name stands for the node; a service of ours is served when the node is.
  private func health(of service: String) -> GRPCHealth.HealthCheckResponse.ServingStatus {
    guard service.isEmpty || Method.allCases.contains(where: { $0.descriptor.service == service }) else {
      return .serviceUnknown
    }
    return node.servingState == .serving ? .serving : .notServing
  }
}

extension ShardRole {
  init(_ role: RaftGroup.Role) {
    switch role {
    case .leader: self = .leader
    case .preCandidate, .candidate: self = .candidate
    case .follower: self = .follower
    }
  }
}
