internal import Basics
internal import Reactor
internal import Replication

// Connections to here: who is let in, and what comes from them.

extension PeerLinks: ListenerHandler {
  /// Takes connections of other nodes, for all Stores of this one.
  ///
  /// - Returns: the address in use, with the port that the system picked if it was to.
  func listen(on address: ListenAddress) throws(ReactorError) -> ListenAddress {
    var options = Listener.Options()
    options.connection.stallMillisecondsMax = limits.silenceMilliseconds
    let socket = try SocketAddress(address.host, port: address.port)
    let listener = try Listener(on: loop, address: socket, options: options, handler: self)
    self.listener = listener
    return ListenAddress(host: address.host, port: listener.address.port)
  }

  func listener(_ listener: Listener, accepted connection: Connection) { _ = meet(connection) }

  /// Takes a connection that reached another Store of the node first.
  func take(_ handover: PeerHandover) {
    guard !isClosed else { return }
    do throws(ReactorError) {
      var limits = Connection.Limits()
      limits.stallMillisecondsMax = self.limits.silenceMilliseconds
      let connection = try Connection.adopt(handover.socket, on: loop, limits: limits)
      meet(connection).start(with: handover.hello)
    } catch {
      log.log(
        .warning, "a connection of a node could not be taken over", reason: error.description, node: nil,
        address: handover.socket.peer.description, now: loop.now)
    }
  }

  private func meet(_ connection: Connection) -> IncomingLink {
    // Who has had the most time and has proved nothing goes first: so strangers lock nobody out.
    if strangers.count >= limits.handshakeCountMax { incoming[strangers[0]]?.end(.handshakeTimedOut) }
    let link = IncomingLink(connection, tag: incoming.nextTag, secret: configuration.secret, owner: self)
    strangers.append(incoming.insert(link))
    beginTicks()
    return link
  }
}

extension PeerLinks: IncomingLinkOwner {
  func admit(_ hello: PeerHello, on link: IncomingLink) throws(PeerRefusal) {
    do throws(PeerRefusal) {
      try book.admit(hello)
      try refuseCopy(hello)
    } catch {
      if error == .copied || error == .superseded { copies.saw(hello.identity.node, now: loop.now) }
      throw error
    }
    strangers.removeAll { $0 == link.tag }
    let remote = meet(hello.identity.node)
    // A newer connection of the same kind: the older one is dead and does not know it yet.
    switch hello.lane {
    case .urgent:
      remote.urgentIncoming?.end(.replaced)
      remote.urgentIncoming = link
      remote.forgetLeave()
    case .bulk:
      remote.bulkIncoming?.end(.replaced)
      remote.bulkIncoming = link
    }
    remote.urgent.hurry()
    remote.bulk.hurry()
  }

  /// A process that died is not connected any more, or is found silent within two seconds. So whoever comes as a node that
  /// is connected is another process on a copy of its data directory, whose votes and promises it does not know.
  private func refuseCopy(_ hello: PeerHello) throws(PeerRefusal) {
    guard let remote = remote(hello.identity.node) else { return }
    for link in [remote.urgentIncoming, remote.bulkIncoming] {
      guard let link, link.isOpen, let known = link.peer?.identity else { continue }
      if known.starts.latest != hello.identity.starts.latest { throw .copied }
    }
  }

  func opened(_ link: IncomingLink) {
    if let node = link.node, let remote = remote(node) { tell(remote) }
  }

  func handOver(_ connection: Connection, _ hello: [UInt8], toStore store: UInt16, from link: IncomingLink) {
    forget(link)
    guard store < identity.storeCount else { return connection.close() }
    delegate.pass(PeerHandover(socket: connection.detach(), hello: hello), toStore: Int(store))
  }

  func received(_ kind: EnvelopeKind, _ body: RawSpan, on link: IncomingLink) throws(PeerFault) {
    guard let node = link.node else { invariantViolated("data of a stranger") }
    switch kind {
    case .storeFrame:
      try PeerFault.reading { () throws(DecodeError) in
        guard try FrameHead.sender(of: body) == node else { throw .invalid("a frame of another node") }
        try delegate.peer(node, sentFrame: body)
      }
    case .leaving: nodeLeaves(node)
    case .noted: leaveWasNoted(by: node)
    case .call, .answer, .clusterCommands, .nodeReport:
      let packet = try PeerFault.reading { () throws(DecodeError) in try PeerPacket(kind, body) }
      if let packet { delegate.peer(node, sent: packet) }
    case .hello, .challenge, .proof, .welcome, .refusal, .alive: throw .unexpected(kind: kind.rawValue)
    }
  }

  func linkClosed(_ link: IncomingLink, _ fault: PeerFault?) {
    if let fault, fault != .replaced {
      let isCopy = fault == .refused(.copied) || fault == .refused(.superseded)
      log.log(
        isCopy ? .error : .warning, "a connection of a node was ended", reason: fault.description,
        node: link.peer?.identity.node, address: link.address.description, now: loop.now)
    }
    forget(link)
    guard let peer = link.peer, let remote = remote(peer.identity.node) else { return }
    if remote.urgentIncoming === link {
      remote.urgentIncoming = nil
      remote.forgetLeave()
    }
    if remote.bulkIncoming === link { remote.bulkIncoming = nil }
    tell(remote)
  }

  private func forget(_ link: IncomingLink) {
    incoming.remove(link.tag)
    strangers.removeAll { $0 == link.tag }
  }
}
