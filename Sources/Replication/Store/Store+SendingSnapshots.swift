internal import Basics
internal import Raft

// Snapshots on their way to followers: see SnapshotSending.

extension Store {
  /// A group says that a follower needs a snapshot.
  func wantSnapshot(_ request: SnapshotRequest, of replica: Replica) {
    sendings.removeAll { sending in
      guard sending.replica === replica, sending.to == request.to else { return false }
      release(sending)
      return true
    }
    sendings.append(SnapshotSending(replica, request, tick: tick))
    wantsTurn = true
  }

  /// Freezes and offers, as far as there is room. Called when the changes of the turn are written: what is frozen is then
  /// exactly what the machine has applied.
  func offerSnapshots() {
    // A follower that is gone, or that loads what it has, keeps nobody from having his turn.
    var active = sendings.count { $0.offered != nil && tick - $0.heardTick <= 2 * limits.snapshotRetryTicks }
    var frozen = sendings.count { $0.offered != nil }
    for place in sendings.indices where sendings[place].offered == nil {
      guard active < limits.snapshotsSendingMax, frozen < limits.snapshotsFrozenMax else { return }
      // Nor does one that was gone before it had its turn: it keeps its place until it is heard again.
      guard peers.find(sendings[place].to.node)?.isSilent != true else { continue }
      guard freeze(place) else { continue }
      active += 1
      frozen += 1
      offer(place)
    }
  }

  private func freeze(_ place: Int) -> Bool {
    let replica = sendings[place].replica
    let index = replica.machine.appliedIndex
    // It does not wait until an entry of this term is committed: that may take the very member that it is for.
    guard !sendings[place].isOutdated, replica.install == nil, index >= sendings[place].request.minimum,
      let term = replica.raft.term(at: index)
    else { return false }
    guard partitions.freeze(nextCut) else { return false }
    sendings[place].offered = SnapshotSending.Offered(
      cut: nextCut,
      snapshot: Snapshot(
        position: LogPosition(index: index, term: term), configuration: replica.raft.configuration(through: index)),
      prefix: PartitionPrefix(shard: replica.shard, generation: replica.record.generation))
    nextCut = CutNumber(nextCut.rawValue &+ 1)
    sendings[place].heardTick = tick
    return true
  }

  private func offer(_ place: Int) {
    guard let offered = sendings[place].offered else { return }
    let replica = sendings[place].replica
    sendings[place].offeredTick = tick
    let message = Message(
      from: replica.record.member, to: sendings[place].to, term: sendings[place].request.term,
      body: .snapshot(offered.snapshot))
    send(.offer, of: replica.shard, to: sendings[place].to) {
      SnapshotOffer.encode(message, offered.cut, into: &$0)
    }
  }

  /// The follower wants a part. One is read at a time; asking again for what is being read changes nothing.
  func receivedChunkRequest(_ shard: ShardID, _ request: ChunkRequest) {
    guard let place = sending(shard, request.head) else {
      // It was given up, or belongs to an earlier life: the follower need not wait.
      return sendEnd(shard, TransferHead(from: request.head.to, to: request.head.from, cut: request.head.cut), false)
    }
    sendings[place].heardTick = tick
    guard sendings[place].offered?.isReading == false else { return }
    sendings[place].offered?.wanted = request
    readSlice(place)
  }

  /// Has the wanted part read, within the bytes of the tick: snapshots leave room for everything else.
  private func readSlice(_ place: Int) {
    guard let offered = sendings[place].offered, let wanted = offered.wanted, !offered.isReading,
      snapshotBudget.take(limits.chunkBytesMax)
    else { return }
    sendings[place].offered?.isReading = true
    partitions.requestSlice(
      SliceRequest(
        cut: offered.cut, prefix: offered.prefix, position: wanted.position, byteCountMax: limits.chunkBytesMax))
  }

  /// The storage has read a part of a frozen state.
  package func received(_ slice: SnapshotSlice) {
    if takeForMoves(slice) { return }
    guard let place = sendings.firstIndex(where: { $0.offered?.cut == slice.request.cut }),
      let wanted = sendings[place].offered?.wanted, let head = sendings[place].head
    else { return }
    snapshotBudget.giveBack(max(0, limits.chunkBytesMax - slice.pairs.count))
    sendings[place].offered?.wanted = nil
    sendings[place].offered?.isReading = false
    send(.chunk, of: sendings[place].replica.shard, to: sendings[place].to) {
      Chunk.encode(head, number: wanted.number, slice, into: &$0)
    }
  }

  /// The follower needs no more, or gave up.
  func receivedEnd(_ shard: ShardID, _ end: SnapshotEnd) {
    if let place = sending(shard, end.head) {
      counters.snapshotsSent += end.isDelivered ? 1 : 0
      finishSending(place, end.isDelivered ? .delivered : .failed)
    } else if let replica = addressee(shard, end.head.to), replica.receiving?.cut == end.head.cut,
      replica.receiving?.message.from == end.head.from
    {
      // The other way round: the sender has given up.
      stopReceiving(replica)
    }
  }

  /// The transfer that a record from a follower belongs to.
  private func sending(_ shard: ShardID, _ head: TransferHead) -> Int? {
    sendings.firstIndex {
      $0.replica.shard == shard && $0.to == head.from && $0.replica.record.member == head.to
        && $0.offered?.cut == head.cut
    }
  }

  private func finishSending(_ place: Int, _ outcome: SnapshotOutcome) {
    let sending = sendings.remove(at: place)
    release(sending)
    guard !sending.isOutdated else { return }
    sending.replica.raft.reportSnapshot(to: sending.to, outcome)
    mark(sending.replica)
  }

  private func release(_ sending: SnapshotSending) {
    if let offered = sending.offered { partitions.release(offered.cut) }
  }

  func sendEnd(_ shard: ShardID, _ head: TransferHead, _ isDelivered: Bool) {
    send(.snapshotEnd, of: shard, to: head.to) { SnapshotEnd(head: head, isDelivered: isDelivered).encode(into: &$0) }
  }

  /// Repeats offers, goes on with parts that waited for the next tick's bytes, and gives up.
  func tickSending() {
    var place = 0
    while place < sendings.count {
      // Who waits for its turn has nothing to say.
      let isSilent =
        sendings[place].offered != nil && tick - sendings[place].heardTick > limits.snapshotSilenceTicksMax
      if sendings[place].isOutdated || isSilent {
        finishSending(place, .failed)
        continue
      }
      sendings[place].replica.raft.snapshotGoesOn(to: sendings[place].to)
      let silence = tick - max(sendings[place].heardTick, sendings[place].offeredTick)
      if silence >= limits.snapshotRetryTicks { offer(place) }
      place += 1
    }
    // Whoever is first gets the bytes of this tick when they are few: so each is first in its turn.
    for offset in sendings.indices { readSlice((offset + Int(tick % UInt64(sendings.count))) % sendings.count) }
  }
}
