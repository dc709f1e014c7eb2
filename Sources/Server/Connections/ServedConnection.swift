internal import Basics
internal import HTTP2
internal import Reactor

/// One client's connection: the socket's events go to its HTTP/2 session, the session's output to the socket. Owned by
/// its Store's thread.
final class ServedConnection: ConnectionHandler {
  let connection: Connection
  let session: ServerSession
  private unowned let owner: any ServedConnectionOwner

  init(_ connection: Connection, session: ServerSession, owner: any ServedConnectionOwner) {
    self.connection = connection
    self.session = session
    self.owner = owner
    connection.handler = self
    wakeInTime()
  }

  func connectionOpened(_ connection: Connection) {}

  func connection(_ connection: Connection, received bytes: RawSpan) {
    session.receive(bytes, now: connection.loop.now)
    outputChanged()
  }

  func connection(_ connection: Connection, fill output: inout ByteWriter) {
    session.takeOutput(into: &output, now: connection.loop.now)
    if session.isFinished { connection.closeAfterFlush() } else { wakeInTime() }
  }

  func connectionPeerFinished(_ connection: Connection) { connection.closeAfterFlush() }

  func connectionWoke(_ connection: Connection) {
    session.tick(now: connection.loop.now)
    outputChanged()
  }

  func connectionClosed(_ connection: Connection, _ end: ConnectionEnd) {
    session.connectionLost(now: connection.loop.now)
    owner.connectionClosed(self)
  }

  /// The session was told something that it may have to say to the peer.
  func outputChanged() {
    // A peer that is cut off for not reading would not read the goodbye either.
    if session.end == .peerTooSlow, connection.unsentByteCount > 0 { return connection.close() }
    if session.hasOutput || session.isFinished { connection.setNeedsFlush() }
    // A blocked socket takes no output, and the session's own deadlines must pass all the same.
    wakeInTime()
  }

  func shutDown() {
    session.shutdown(now: connection.loop.now)
    outputChanged()
  }

  private func wakeInTime() { connection.wake(at: session.wakeAt) }
}

protocol ServedConnectionOwner: AnyObject {
  func connectionClosed(_ connection: ServedConnection)
}
