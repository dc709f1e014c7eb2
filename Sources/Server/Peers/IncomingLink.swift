internal import Basics
internal import Reactor
internal import Replication
internal import Storage

/// What an ``IncomingLink`` tells the ``PeerLinks`` that has it.
protocol IncomingLinkOwner: AnyObject {
  var identity: PeerIdentity { get }
  var limits: PeerLimits { get }
  /// Whether who has proved to know the secret is a member, and this one; throws why not.
  func admit(_ hello: PeerHello, on link: IncomingLink) throws(PeerRefusal)
  /// What the peer sends counts from now on.
  func opened(_ link: IncomingLink)
  /// The hello is for another Store of the node: the connection is that one's from here on.
  func handOver(_ connection: Connection, _ hello: [UInt8], toStore store: UInt16, from link: IncomingLink)
  func received(_ kind: EnvelopeKind, _ body: RawSpan, on link: IncomingLink) throws(PeerFault)
  func linkClosed(_ link: IncomingLink, _ fault: PeerFault?)
}

/// One lane from another node: has the dialler prove who it is, then takes what it sends. Owned by its Store's thread.
final class IncomingLink {
  private enum State {
    case greeting(AcceptorHandshake)
    case open
    /// Refused or closed: nothing that comes is read.
    case ended
  }

  /// A slot of the owner's table; see ``SlotTable``.
  let tag: UInt64
  let acceptedAt: Instant
  private(set) var peer: PeerHello?
  private let connection: Connection
  private unowned let owner: any IncomingLinkOwner
  private var state: State
  private var reader = EnvelopeReader(bodyByteCountMax: PeerProtocol.handshakeBodyByteCountMax)
  private var output = ByteWriter()
  /// Since something was heard.
  private var quietLooks: UInt64 = 0
  private var saidAt: Instant
  private var fault: PeerFault?

  /// Takes an accepted connection; ``start(with:)`` begins.
  init(_ connection: Connection, tag: UInt64, secret: ClusterSecret, owner: any IncomingLinkOwner) {
    self.connection = connection
    self.tag = tag
    self.owner = owner
    let now = connection.loop.now
    (acceptedAt, saidAt) = (now, now)
    state = .greeting(AcceptorHandshake(owner.identity, secret: secret))
    connection.handler = self
    connection.wake(at: now.advanced(byMilliseconds: owner.limits.handshakeMilliseconds))
  }

  /// The node at the other end, once it is let in.
  var node: NodeID? { isOpen ? peer?.identity.node : nil }
  var isOpen: Bool { if case .open = state { true } else { false } }
  var address: SocketAddress { connection.peer }

  /// Goes on with a hello that another Store of the node has read.
  func start(with hello: [UInt8]) {
    do throws(PeerFault) { _ = try take(EnvelopeKind.hello.rawValue, hello.rawSpan) } catch { end(error) }
  }

  /// Ends the connection; with a refusal the other side is told the reason.
  func end(_ fault: PeerFault) {
    if case .ended = state { return }
    self.fault = fault
    state = .ended
    if case .refused(let reason) = fault {
      output.envelope(.refusal, [reason.rawValue])
      connection.closeAfterFlush()
    } else {
      connection.close()
    }
  }

  /// Says that this side is there, and closes when the other is not.
  func tick(now: Instant) {
    guard isOpen else { return }
    quietLooks += 1
    if quietLooks > owner.limits.quietLooksMax(connection.wire) { return end(.silent) }
    guard now.nanoseconds(since: saidAt) >= owner.limits.aliveMilliseconds * 1_000_000 else { return }
    say(.alive, [])
  }

  private func say(_ kind: EnvelopeKind, _ body: [UInt8]) {
    output.envelope(kind, body)
    saidAt = connection.loop.now
    connection.setNeedsFlush()
  }
}

extension IncomingLink: ConnectionHandler {
  func connectionOpened(_ connection: Connection) {}

  func connection(_ connection: Connection, received bytes: RawSpan) {
    quietLooks = 0
    // Taken out for the while: what it hands over may close this connection.
    var reader = EnvelopeReader(bodyByteCountMax: PeerProtocol.handshakeBodyByteCountMax)
    swap(&reader, &self.reader)
    do throws(PeerFault) {
      try reader.read(bytes) { kind, body throws(PeerFault) in try take(kind, body) }
    } catch { return end(error) }
    // Nothing is behind a proof before its dialler was welcomed.
    if isOpen, let peer {
      reader.bodyByteCountMax = PeerProtocol.bodyByteCountMax
      reader.form = EnvelopeForm(protocolVersion: peer.version)
    } else if case .greeting = state {
      let end = acceptedAt.advanced(byMilliseconds: owner.limits.handshakeMilliseconds)
      connection.wake(at: owner.limits.nextLook(untilHandshakeEnd: end, reader, connection))
    }
    self.reader = reader
  }

  /// Answers whether to go on reading.
  private func take(_ kind: UInt8, _ body: RawSpan) throws(PeerFault) -> Bool {
    switch state {
    case .ended: return false
    case .open:
      // A later version may say more: what is unknown is left out.
      guard let kind = EnvelopeKind(rawValue: kind), kind != .alive else { return true }
      try owner.received(kind, body, on: self)
      return isOpen
    case .greeting(var handshake):
      if handshake.state == .waiting {
        let store = try AcceptorHandshake.store(kind, body)
        guard store == owner.identity.store else {
          leave(to: store, with: body.copied())
          return false
        }
      }
      let step = try handshake.received(kind, body)
      state = .greeting(handshake)
      switch step {
      case .send(let kind, let body): say(kind, body)
      case .proved(let hello): try open(hello)
      }
      return true
    }
  }

  private func open(_ hello: PeerHello) throws(PeerFault) {
    peer = hello
    do throws(PeerRefusal) { try owner.admit(hello, on: self) } catch { throw .refused(error) }
    state = .open
    connection.wake(at: .distantFuture)
    say(.welcome, [])
    owner.opened(self)
  }

  private func leave(to store: UInt16, with hello: [UInt8]) {
    state = .ended
    owner.handOver(connection, hello, toStore: store, from: self)
  }

  func connection(_ connection: Connection, fill output: inout ByteWriter) {
    output.append(self.output.bytes)
    self.output.removeAll()
  }

  func connectionPeerFinished(_ connection: Connection) { connection.close() }

  func connectionWoke(_ connection: Connection) { if !isOpen { end(.handshakeTimedOut) } }

  func connectionClosed(_ connection: Connection, _ end: ConnectionEnd) {
    state = .ended
    let fault = fault
    self.fault = nil
    owner.linkClosed(self, fault)
  }
}
