internal import Basics
internal import Reactor
internal import Replication
internal import Storage

/// What a Store has to do with the other nodes of its cluster.
extension StoreServer {
  /// Begins to dial the others; the first Store of the node takes their connections, for all of them.
  func joinPeers() {
    let configuration = node.peers
    let node = node
    let links = PeerLinks(
      configuration, store: index, storeCount: node.storeCount, on: loop, resolver: node.resolver, logger: node.logger,
      delegate: self
    ) { (node.clientAddress, node.peerAddress) }
    self.links = links
    if index == 0 { listenForPeers(configuration, links) }
    links.start()
  }

  /// The other Stores start after this one, so their first words say where the node is.
  private func listenForPeers(_ configuration: PeerConfiguration, _ links: PeerLinks) {
    do throws(ReactorError) {
      let address = try links.listen(on: configuration.listen)
      node.listensForPeers(on: address)
      node.tell(.listensForPeers(address))
    } catch {
      node.tell(.cannotListen("\(configuration.listen) for other nodes: \(error)"))
    }
  }

  /// Carries out what the turn has for others than the callers. Frames leave when the loop next writes, at the end
  /// of this turn at the latest.
  func sendOutgoing() {
    store.collectOutgoing()
    for frame in store.outgoing.frames { links?.send(frame) }
    for request in store.outgoing.requests { log.fetch(request) }
    for retention in store.outgoing.retentions { log.retain(retention.shard, from: retention.from) }
    noteClock()
    noteDisk()
  }

  /// Has the storage's answers to the core come in as messages.
  static func connect(_ state: StateDatabase, _ log: LogWriter, _ node: NodeContext, to mailbox: Mailbox<StoreMessage>)
  {
    let post: @Sendable (StoreMessage) -> Void = { message in
      invariant(mailbox.post(message), "a Store's mailbox is full")
    }
    state.connect(
      slice: { post(.slice($0)) }, loaded: { post(.loaded($0)) }, flushed: { post(.flushed($0)) })
    log.connect(fetched: { request, answer, damage in
      if let damage {
        node.logger.log(
          .error, "the log is damaged, a follower gets a snapshot instead",
          ["shard": "\(request.shard)", "error": "\(damage)"])
      }
      post(.fetched(request, answer))
    })
  }

  private func noteDisk() {
    guard store.isDiskSlow != isDiskSlow else { return }
    isDiskSlow = store.isDiskSlow
    if isDiskSlow {
      node.logger.log(
        .error, "the disk does not answer, leaderships go to nodes whose disks do", ["store": "\(index)"])
    } else {
      node.logger.log(.info, "the disk answers in time again", ["store": "\(index)"])
    }
  }

  private func noteClock() {
    guard store.isClockOff != isClockOff else { return }
    isClockOff = store.isClockOff
    if isClockOff {
      node.logger.log(
        .error, "the wall clock is far from the other nodes', leaderships are given up", ["store": "\(index)"])
    } else {
      node.logger.log(.info, "the wall clock agrees with the other nodes' again", ["store": "\(index)"])
    }
  }
}

extension StoreServer: PeerLinksDelegate {
  func peer(_ node: NodeID, sentFrame frame: RawSpan) throws(DecodeError) {
    try store.received(frame, now: loop.now)
  }

  func peer(_ node: NodeID, sent packet: PeerPacket) {
    switch packet {
    case .call(let call): received(call, from: node)
    case .answer(let answer): received(answer, from: node)
    case .clusterCommands(let bytes): receivedClusterCommands(bytes, from: node)
    case .nodeReport(let bytes): receivedNodeReport(bytes, from: node)
    }
  }

  func peerGone(_ node: NodeID) { store.peerGone(node) }

  func peer(_ node: NodeID, refused reason: PeerRefusal) {
    if let reason = exclusion.refused(by: node, reason, now: loop.now) { exclude(reason) }
  }

  func peersMeasured(roundTripMilliseconds: UInt64) { store.measured(roundTripMilliseconds: roundTripMilliseconds) }

  func pass(_ handover: PeerHandover, toStore store: Int) {
    outboxes[store].append(.peerConnection(handover))
  }
}
