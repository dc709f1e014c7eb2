package import Basics
internal import Raft

/// What a Store counted of its peers' frames, for status pages and tests.
package struct PeerCounters: Equatable, Sendable {
  package var framesSent: UInt64 = 0
  package var framesReceived: UInt64 = 0
  package var messagesSent: UInt64 = 0
  package var messagesReceived: UInt64 = 0
  /// Messages for shards, or lives of replicas, that are not here.
  package var messagesDropped: UInt64 = 0
  package var snapshotsSent: UInt64 = 0
  package var snapshotsInstalled: UInt64 = 0
  /// Snapshots whose data was not what it should be.
  package var snapshotsRejected: UInt64 = 0

  package init() {}
}

// MARK: - Sending

extension Store {
  func head(to node: NodeID) -> FrameHead {
    FrameHead(from: self.node, to: node, incarnation: incarnation, wall: ownWall)
  }

  func send(_ message: Message, of shard: ShardID) {
    let node = message.to.node
    // Another life of this node's replica is nobody that one could talk to.
    guard node != self.node else { return }
    counters.messagesSent += 1
    let place = peers.place(of: node, tick: tick)
    peers[place].urgent.add(.message, shard, head(to: node)) { message.encode(into: &$0) }
  }

  func send(_ tag: FrameTag, of shard: ShardID, to member: MemberID, _ encode: (inout ByteWriter) -> Void) {
    let place = peers.place(of: member.node, tick: tick)
    if tag == .chunk {
      peers[place].bulk.add(tag, shard, head(to: member.node), encode)
    } else {
      peers[place].urgent.add(tag, shard, head(to: member.node), encode)
    }
  }

  /// Closes the frames of this turn, and gathers what else the edge is to do for the peers.
  package func collectOutgoing() {
    outgoing.removeAll()
    swap(&outgoing.requests, &requests)
    swap(&outgoing.retentions, &retentions)
    for place in peers.peers.indices { collectFrames(of: place) }
    counters.framesSent += UInt64(outgoing.frames.count)
  }

  private func collectFrames(of place: Int) {
    let node = peers[place].node
    // A node that was told something knows that this one is there.
    let isSilentFor = tick - peers[place].sentTick
    if peers[place].urgent.isEmpty, peers[place].isNeighbour, isSilentFor >= limits.nodeHeartbeatTicks {
      peers[place].urgent.addHeartbeat(head(to: node))
    }
    let sent = outgoing.frames.count
    peers[place].urgent.take { outgoing.frames.append(OutgoingFrame(to: node, lane: .urgent, bytes: $0)) }
    if outgoing.frames.count > sent { peers[place].sentTick = tick }
    peers[place].bulk.take { outgoing.frames.append(OutgoingFrame(to: node, lane: .bulk, bytes: $0)) }
  }
}

// MARK: - Receiving

extension Store {
  /// Takes one frame of another node. It is checked whole before anything in it counts; records that cannot be read end
  /// it. Then the link is to be closed: the sender is not what it says, or not of this version.
  package func received(_ frame: RawSpan, now: Instant) throws(DecodeError) {
    var reader = try FrameReader(frame)
    let head = reader.head
    guard head.to == node, head.from != node, head.from != .none else {
      throw .invalid("a frame from node \(head.from) to node \(head.to) reached node \(node)")
    }
    counters.framesReceived += 1
    hear(head, now: now)
    while let record = try reader.next() {
      switch record.tag {
      case .message: try receivedMessage(record, from: head.from)
      case .offer: try receivedOffer(record.shard, SnapshotOffer(record.body), from: head.from)
      case .chunkRequest, .chunk, .snapshotEnd: try receivedTransfer(record, from: head.from)
      }
    }
  }

  private func receivedTransfer(_ record: borrowing FrameRecord, from node: NodeID) throws(DecodeError) {
    var reader = ByteReader(record.body)
    guard try TransferHead(&reader).from.node == node else { throw .invalid("a transfer of another node's member") }
    switch record.tag {
    case .chunkRequest: receivedChunkRequest(record.shard, try ChunkRequest(record.body))
    case .chunk: try receivedChunk(record.shard, record.body)
    case .snapshotEnd: receivedEnd(record.shard, try SnapshotEnd(record.body))
    case .message, .offer: invariantViolated("not a record of a transfer")
    }
  }

  private func hear(_ head: FrameHead, now: Instant) {
    let place = peers.place(of: head.from, tick: tick)
    peers[place].heardTick = tick
    peers[place].clock.heard(head.wall, now: now, ageMaxMilliseconds: limits.wallAgeMillisecondsMax)
    guard peers[place].incarnation != head.incarnation else { return }
    // A process that started anew leads nothing: who slept in its trust must look again.
    if peers[place].incarnation != 0 {
      wakeFollowers(of: head.from)
      wakeLeaders(withMemberOn: head.from)
    }
    peers[place].incarnation = head.incarnation
  }

  private func receivedMessage(_ record: borrowing FrameRecord, from node: NodeID) throws(DecodeError) {
    let message = try Message(decoding: record.body, limits: messageLimits)
    guard message.from.node == node else { throw .invalid("a message of another node's member") }
    // The data of a snapshot comes first, with an offer.
    if case .snapshot = message.body { throw .invalid("a snapshot without an offer") }
    counters.messagesReceived += 1
    guard let replica = addressee(record.shard, message.to) else {
      counters.messagesDropped += 1
      return
    }
    if !awaited.isEmpty, case .append(let request) = message.body, !request.entries.isEmpty { awaited.drop(node) }
    step(message, replica)
  }

  /// The replica that a message is meant for: in this life, and no other.
  func addressee(_ shard: ShardID, _ member: MemberID) -> Replica? {
    guard let replica = replica(of: shard), replica.record.member == member, replica.fault == nil else { return nil }
    return replica
  }

  func step(_ message: Message, _ replica: Replica) {
    do throws(RaftFault) {
      try replica.raft.step(message)
      mark(replica)
    } catch {
      retire(replica, because: .raft(error))
    }
  }

  /// A replica stays as it is, for whoever looks into it, and takes no part any more.
  func retire(_ replica: Replica, because fault: ReplicaFault) {
    guard replica.fault == nil else { return }
    replica.fault = fault
    if replica.isKnownLeader { leaderCount -= 1 }
    replica.abandonWaiters(&lost)
    countTicks(of: replica)
    due.set(replica.place, nil)
    goals.reopen(replica.shard)
  }
}
