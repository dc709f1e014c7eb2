package import API
package import Basics
package import HTTP2
package import Reactor

/// Is told what happens on a connection, on its loop's thread: what becomes of calls, and of the connection itself.
package protocol ClientConnectionDelegate: ClientSessionDelegate {
  /// The node has said its first words, so that somebody is there: a socket alone is also taken for a process that was
  /// stopped. What was started before may have been sent already.
  func opened(_ connection: ClientConnection)
  /// The connection is over, and so are all its calls: each was told before. Told exactly once.
  func closed(_ connection: ClientConnection, _ end: ConnectionEnd)
}

/// One connection to a node: a socket of an event loop and the HTTP/2 session on it. It belongs to the loop's thread
/// and allocates nothing for a call.
///
/// Calls may be started before the connection is established; they are sent once it is. Everything that is started in
/// one turn of the loop leaves in one write. The delegate is told of calls by the session, whose `tag` is the
/// connection's ``tag``.
package final class ClientConnection {
  /// The methods of the contract; a method's place is its raw value.
  package static let methods = MethodTable(
    Method.allCases.map { MethodTable.Method($0.descriptor.path, MethodKind($0.descriptor.kind)) })

  package let session: ClientSession
  private let loop: EventLoop
  private var delegate: (any ClientConnectionDelegate)?
  private var connection: Connection?
  /// The session is being driven and may be telling the delegate something: it cannot lose its connection now.
  private var isDriving = false
  /// How the connection ended; set before its calls are told.
  package private(set) var end: ConnectionEnd?
  /// The delegate has been told that it is open.
  package private(set) var wasOpened = false
  private var closesAfterDriving = false

  /// For the owner's use; the same as the session's.
  package var tag: UInt64 {
    get { session.tag }
    set { session.tag = newValue }
  }

  /// Starts to connect. The outcome is told in a later turn, at the latest at `deadline`.
  ///
  /// - Parameter authority: the host and port that the node is known by.
  package init(
    to address: SocketAddress, authority: String, on loop: EventLoop, deadline: Instant,
    limits: SessionLimits = .forClients, delegate: any ClientConnectionDelegate
  ) throws(ReactorError) {
    self.loop = loop
    node = address
    self.delegate = delegate
    session = ClientSession(
      methods: Self.methods, authority: authority, limits: limits, delegate: delegate, now: loop.now)
    connection = try Connection.connect(to: address, on: loop, deadline: deadline, handler: self)
    settle()
  }

  package var isOpen: Bool { wasOpened && (connection?.isOpen ?? false) }
  /// Whether new calls may be started.
  package var isAccepting: Bool { connection != nil && session.isAccepting }
  /// Calls that were started and are not over.
  package var callCount: Int { session.callCount }
  /// The address that was connected to.
  package let node: SocketAddress

  // MARK: calls

  /// Starts a call whose request is one message. `nil` when the connection takes no more calls. `tag` comes back with
  /// everything about the call.
  @inline(__always)
  package func start(_ method: Method, message: RawSpan, deadline: Instant, tag: UInt64) -> CallID? {
    let call = session.start(MethodID(method), message: message, deadline: deadline, tag: tag)
    connection?.setNeedsFlush()
    return call
  }

  /// Opens a call whose request is many messages.
  package func open(_ method: Method, deadline: Instant, tag: UInt64) -> CallID? {
    let call = session.open(MethodID(method), deadline: deadline, tag: tag)
    connection?.setNeedsFlush()
    return call
  }

  /// Queues a message of an open call. Answers the bytes queued on the stream, or `nil` when the call is over; above
  /// `SessionLimits.streamQueuedBytesHigh` the owner should wait for `writable`.
  @discardableResult
  package func send(_ call: CallID, message: RawSpan) -> Int? {
    let queued = session.send(call, message: message)
    connection?.setNeedsFlush()
    return queued
  }

  /// Ends the request of an open call.
  package func finishSending(_ call: CallID) {
    session.finishSending(call)
    connection?.setNeedsFlush()
  }

  /// Gives a call up: the delegate is told `CANCELLED` at once, and the node with the next write.
  package func cancel(_ call: CallID) {
    session.cancel(call)
    settle()
  }

  /// Holds a call's answer back: at most one window more is delivered.
  package func pause(_ call: CallID) { session.pause(call) }

  package func resume(_ call: CallID) {
    session.resume(call)
    connection?.setNeedsFlush()
  }

  // MARK: the end

  /// No new calls; the connection closes when those under way are over.
  package func shutdown() {
    session.shutdown(now: loop.now)
    settle()
  }

  /// Closes, from inside a callback as soon as that has returned; calls under way are lost.
  package func close() {
    if isDriving { closesAfterDriving = true } else { connection?.close() }
  }

  private func drivingEnded() {
    isDriving = false
    if closesAfterDriving { connection?.close() }
  }

  /// After anything that may have given the session something to write, to wait for, or its end.
  private func settle() {
    guard let connection else { return }
    if session.hasOutput || session.isFinished { connection.setNeedsFlush() }
    connection.wake(at: session.wakeAt)
  }
}

extension ClientConnection: ConnectionHandler {
  package func connectionOpened(_ connection: Connection) { connection.setNeedsFlush() }

  package func connection(_ connection: Connection, received bytes: RawSpan) {
    isDriving = true
    session.receive(bytes, now: loop.now)
    if !wasOpened, session.settingsSeen {
      wasOpened = true
      delegate?.opened(self)
    }
    drivingEnded()
    settle()
  }

  package func connection(_ connection: Connection, fill output: inout ByteWriter) {
    isDriving = true
    session.takeOutput(into: &output, now: loop.now)
    drivingEnded()
    connection.wake(at: session.wakeAt)
    if session.isFinished { connection.closeAfterFlush() }
  }

  package func connectionPeerFinished(_ connection: Connection) { connection.close() }

  package func connectionWoke(_ connection: Connection) {
    isDriving = true
    session.tick(now: loop.now)
    drivingEnded()
    settle()
    // A connection that is still being made has nothing to flush, but may have nothing left to wait for either.
    if !connection.isOpen, session.isFinished { connection.close() }
  }

  package func connectionClosed(_ connection: Connection, _ end: ConnectionEnd) {
    self.connection = nil
    self.end = end
    isDriving = true
    session.connectionLost(now: loop.now)
    let told = delegate
    delegate = nil
    told?.closed(self, end)
  }
}

extension MethodID {
  /// A method's place in ``ClientConnection/methods``.
  @inline(__always)
  package init(_ method: Method) { self.init(rawValue: UInt16(method.rawValue)) }
}

extension MethodKind {
  init(_ kind: CallKind) {
    switch kind {
    case .unary: self = .unary
    case .serverStream: self = .serverStream
    case .clientStream: self = .clientStream
    case .bidirectional: self = .bidirectional
    }
  }
}
