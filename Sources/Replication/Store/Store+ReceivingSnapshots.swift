package import Basics
internal import Raft

// Snapshots on their way to replicas of this Store: see SnapshotReceiving and SnapshotInstall.

// MARK: - Parts

extension Store {
  /// A leader has a snapshot. It is taken if the group would install it; the same one again goes on where it was.
  func receivedOffer(_ shard: ShardID, _ offer: SnapshotOffer, from node: NodeID) throws(DecodeError) {
    guard offer.message.from.node == node else { throw .invalid("an offer of another node's member") }
    guard let replica = addressee(shard, offer.message.to) else {
      counters.messagesDropped += 1
      return
    }
    // A leader of an earlier term is not answered: it will hear of the later one.
    guard offer.message.term >= replica.raft.term, replica.install == nil else { return }
    // The group has taken one already, and needs its data in this turn.
    guard replica.receiving?.isStepped != true else { return }
    guard replica.raft.wouldInstall(offer.snapshot) else {
      stopReceiving(replica)
      sendEnd(shard, TransferHead(from: offer.message.to, to: offer.message.from, cut: offer.cut), true)
      return step(offer.message, replica)
    }
    if replica.receiving?.hasAll == true { return }
    if replica.receiving?.isOf(offer) == true {
      replica.receiving?.message = offer.message
      replica.receiving?.heardTick = tick
      replica.receiving?.wantsNext = true
    } else {
      beginReceiving(replica, offer)
    }
    wantsTurn = true
  }

  private func beginReceiving(_ replica: Replica, _ offer: SnapshotOffer) {
    if replica.receiving == nil { receivers.append(replica) }
    // Whatever an earlier attempt left under that generation is deleted first.
    let receiving = SnapshotReceiving(offer, generation: replica.record.generation &+ 1, tick: tick)
    changes.deleteAll(under: PartitionPrefix(shard: replica.shard, generation: receiving.generation))
    receiving.record.put(replica.shard, into: &changes)
    replica.receiving = receiving
  }

  /// A part has come. What is not the missing one is dropped: it will be asked for again.
  func receivedChunk(_ shard: ShardID, _ body: RawSpan) throws(DecodeError) {
    let chunk = try Chunk(body)
    guard let replica = addressee(shard, chunk.head.to), var receiving = replica.receiving,
      receiving.expects(chunk), !isStalled
    else { return }
    try SlicePairs.put(
      chunk.pairs, under: PartitionPrefix(shard: shard, generation: receiving.generation), into: &changes)
    receiving.next += 1
    let rest = Int(min(chunk.restByteCount, UInt64(Int64.max) / 2))
    receiving.totalByteCount = receiving.byteCount + max(rest, chunk.pairs.byteCount)
    receiving.byteCount += chunk.pairs.byteCount
    receiving.position = chunk.end
    receiving.hasAll = chunk.isLast
    receiving.wantsNext = !chunk.isLast
    receiving.heardTick = tick
    receiving.record.put(shard, into: &changes)
    replica.receiving = receiving
    wantsTurn = true
  }

  /// Gives up what is arriving, unless the group has taken it already.
  func stopReceiving(_ replica: Replica) {
    guard let receiving = replica.receiving, !receiving.isStepped else { return }
    replica.receiving = nil
    changes.deleteAll(under: PartitionPrefix(shard: replica.shard, generation: receiving.generation))
    StagingRecord.delete(replica.shard, from: &changes)
    receivers.removeAll { $0 === replica }
  }

  func tickReceiving() {
    for replica in receivers {
      guard let receiving = replica.receiving, replica.install == nil, !replica.isGone else { continue }
      // A machine that is being loaded takes its time.
      if !receiving.hasAll, tick - receiving.heardTick > limits.snapshotSilenceTicksMax {
        stopReceiving(replica)
      } else if !receiving.hasAll, tick - receiving.askedTick >= limits.snapshotRetryTicks {
        replica.receiving?.wantsNext = true
        wantsTurn = true
      }
    }
  }
}

// MARK: - After the turn's changes are written

extension Store {
  /// What arrived is in the partition: asks for the next part, or hands the whole to the group.
  func goOnReceiving() {
    for replica in receivers {
      guard let receiving = replica.receiving, replica.install == nil else { continue }
      if receiving.hasAll {
        if !receiving.isStepped { complete(replica, receiving) }
      } else if receiving.wantsNext {
        replica.receiving?.wantsNext = false
        replica.receiving?.askedTick = tick
        send(.chunkRequest, of: replica.shard, to: receiving.message.from) { receiving.request.encode(into: &$0) }
      }
    }
  }

  /// Everything has arrived. The machine is loaded from it first: what cannot be loaded is not installed.
  private func complete(_ replica: Replica, _ receiving: SnapshotReceiving) {
    guard let message = currentMessage(receiving.message, replica), case .snapshot(let snapshot) = message.body else {
      return
    }
    guard replica.raft.wouldInstall(snapshot) else {
      // The log has caught up meanwhile.
      sendEnd(replica.shard, receiving.head, true)
      stopReceiving(replica)
      return step(message, replica)
    }
    guard let load = load(replica, receiving, snapshot), let result = load.result else { return }
    guard case .success(let loaded) = result, loaded.applied == snapshot.position.index else {
      counters.snapshotsRejected += 1
      sendEnd(replica.shard, receiving.head, false)
      return stopReceiving(replica)
    }
    sendEnd(replica.shard, receiving.head, true)
    replica.receiving?.isStepped = true
    step(message, replica)
    wantsTurn = true
  }

  /// Has the machine loaded, in the background if the storage can; `nil` until it has begun.
  private func load(_ replica: Replica, _ receiving: SnapshotReceiving, _ snapshot: Snapshot) -> MachineLoad? {
    if let load = receiving.load { return load }
    // Founders that have applied nothing have no state to send, and that is right at their start alone.
    let start = LogPosition(ReplicaSpecification.foundersStart)
    let load = replica.machine.makeLoad(
      from: PartitionPrefix(shard: replica.shard, generation: receiving.generation),
      beginning: snapshot.position == start ? start.index : .zero)
    if !partitions.loadsInBackground {
      load.run(partitions)
    } else if !partitions.requestLoad(load) {
      return nil
    }
    replica.receiving?.load = load
    return load
  }

  /// A machine is loaded; the next turn goes on with it.
  package func loaded(_ load: MachineLoad) {
    invariant(load.result != nil, "a load was answered that was not run")
    wantsTurn = true
  }

  /// The message as a leader of the present term would send it: the state after a committed entry is the same in every
  /// later term. `nil` while no leader is known.
  private func currentMessage(_ message: Message, _ replica: Replica) -> Message? {
    guard message.term < replica.raft.term else { return message }
    guard !replica.raft.isLeader, replica.raft.leader != .none else { return nil }
    var current = message
    current.from = replica.raft.leader
    current.term = replica.raft.term
    return current
  }
}

// MARK: - Installing

extension Store {
  /// The group installs: the machine is replaced, and the switch is one batch with everything else of this turn.
  func beginInstall(_ replica: Replica) {
    guard let install = replica.install, let receiving = replica.receiving, let load = receiving.load else {
      invariantViolated("a group installs a snapshot whose data is not here")
    }
    let old = PartitionPrefix(shard: replica.shard, generation: replica.record.generation)
    replica.record.generation = receiving.generation
    replica.record.position = install.snapshot.position
    replica.record.configuration = install.snapshot.configuration
    replica.record.put(replica.shard, into: &changes)
    changes.deleteAll(under: old)
    StagingRecord.delete(replica.shard, from: &changes)
    replica.machine.adopt(load)
    replica.stateReplaced(&lost)
    replica.receiving = nil
  }

  /// The switch is written: it has to be durable before the log may begin behind it.
  func flushInstalls() {
    for replica in receivers {
      guard let install = replica.install, install.flush == nil else { continue }
      if partitions.requestFlush(nextFlush) {
        replica.install?.flush = nextFlush
        nextFlush = FlushNumber(nextFlush.rawValue + 1)
      }
    }
  }

  /// What was written before the request of this number is durable.
  package func flushed(_ number: FlushNumber) throws(StateReadError) {
    for replica in receivers {
      guard let install = replica.install, let flush = install.flush, flush <= number, !install.isInBatch else {
        continue
      }
      for record in install.records { batch.append(record) }
      promised.receipts.append((replica, install.receipt))
      for message in install.promises { promised.promises.append((replica.shard, message)) }
      replica.install?.isInBatch = true
    }
    try lifeChangesFlushed(number)
    wantsTurn = true
  }

  /// The log begins behind the snapshot: the replica goes on as any other.
  func installPersisted(_ replica: Replica, _ receipt: PersistReceipt) {
    guard let install = replica.install, install.isInBatch, install.receipt == receipt else { return }
    replica.install = nil
    receivers.removeAll { $0 === replica }
    counters.snapshotsInstalled += 1
  }
}
