package import Basics
internal import CLinux

/// Why a connection ended.
package enum ConnectionEnd: Equatable, Sendable {
  /// This side closed it.
  case closedHere
  /// The peer closed or reset it.
  case closedByPeer
  /// The peer took none of the bytes sent to it for too long.
  case peerTooSlow
  /// The connection could not be made; the code is `errno`.
  case connectFailed(Int32)
  case connectTimedOut
  case failed(Int32)

  /// The host is there, and nobody listens on that port.
  package var isRefusal: Bool { self == .connectFailed(SystemError.connectionRefused) }
}

/// The way to a connection's peer. The counts begin with the connection.
package struct WireState: Equatable, Sendable {
  package var roundTripMicroseconds: UInt32
  package var segmentsSent: UInt32
  package var segmentsRepeated: UInt32

  package init(roundTripMicroseconds: UInt32 = 0, segmentsSent: UInt32 = 0, segmentsRepeated: UInt32 = 0) {
    self.roundTripMicroseconds = roundTripMicroseconds
    self.segmentsSent = segmentsSent
    self.segmentsRepeated = segmentsRepeated
  }
}

/// What a connection tells its owner, on the loop's thread.
package protocol ConnectionHandler: AnyObject {
  /// An outgoing connection is established.
  func connectionOpened(_ connection: Connection)
  /// Bytes arrived; they are borrowed from the loop's buffer and gone after the call.
  func connection(_ connection: Connection, received bytes: RawSpan)
  /// Asks for output at the end of a turn, because ``Connection/setNeedsFlush()`` was called or earlier output is
  /// gone. More than ``Connection/Limits/outputBytesMax`` bytes should not be added at once.
  func connection(_ connection: Connection, fill output: inout ByteWriter)
  /// The peer sends no more. Most protocols close now.
  func connectionPeerFinished(_ connection: Connection)
  /// The time given to ``Connection/wake(at:)`` has come.
  func connectionWoke(_ connection: Connection)
  /// The connection is over; told exactly once, and the handler is let go.
  func connectionClosed(_ connection: Connection, _ end: ConnectionEnd)
}

/// One non-blocking TCP connection of a loop, used on the loop's thread.
///
/// Output is asked for once a turn and written with one call. What the socket does not take is kept here, and no more
/// is asked for until it is gone: so at most one fill is ever buffered. The loop keeps an open connection alive.
package final class Connection {
  package struct Limits: Sendable {
    /// A fill of this many bytes is asked for again in the next turn, as there may be more.
    package var outputBytesMax = 256 << 10
    /// A peer that takes nothing of what waits for it for this long is cut off.
    package var stallMillisecondsMax: UInt64 = 20_000
    /// How long a closed connection still reads, so that the peer gets to see the last bytes sent to it.
    package var lingerMillisecondsMax: UInt64 = 1_000

    package init() {}
  }

  enum State {
    case connecting
    case open
    /// Told as closed and nothing more is sent, but the peer may still be reading.
    case lingering
    case closed
  }

  /// What an open connection is watched for. Edges, as each level would be looked at a second time before the next wait:
  /// whoever reads reads until there is nothing more, or has it told again.
  static let watchedWhenOpen: Readiness = [.readable, .peerFinished, .edge]

  enum TimerToken {
    static let stall: UInt64 = 1
    static let owner: UInt64 = 2
    static let connect: UInt64 = 3
    static let linger: UInt64 = 4
  }

  /// Retained, and the loop retains what it watches: for each call of a connection an unowned one's references were counted
  /// nine times (callgrind, 64 connections of one call each). The ring is opened when the connection is closed, or the loop is abandoned.
  package let loop: EventLoop
  package let peer: SocketAddress
  package var handler: (any ConnectionHandler)?
  /// For the owner's use.
  package var tag: UInt64 = 0
  package internal(set) var bytesReceived: UInt64 = 0
  package internal(set) var bytesSent: UInt64 = 0

  let limits: Limits
  let descriptor: Int32
  var state: State
  /// Output that the socket has not taken, from `unsentHead` on.
  var unsent: [UInt8] = []
  var unsentHead = 0
  /// The last time that the socket took bytes, or that bytes began to wait.
  var progressAt: Instant
  var isDirty = false
  var closesAfterFlush = false
  var peerIsFinished = false
  var lingerBytes = 0
  var watched: Readiness
  var token: UInt64 = 0
  var stallTimer = TimerID.none
  var ownerTimer = TimerID.none
  var ownerDeadline = Instant.distantFuture
  var stateTimer = TimerID.none
  weak var listener: Listener?

  /// Takes the descriptor over: also when this throws, it is closed.
  init(
    _ loop: EventLoop, descriptor: Int32, peer: SocketAddress, limits: Limits, state: State, watching: Readiness
  ) throws(ReactorError) {
    self.loop = loop
    self.descriptor = descriptor
    self.peer = peer
    self.limits = limits
    self.state = state
    watched = watching
    progressAt = loop.now
    token = try loop.watch(descriptor, watching, self)
  }

  /// A connection that outlives its loop takes its descriptor along.
  deinit {
    if state != .closed { _ = clinux_close(descriptor) }
  }

  /// Starts to connect; the handler is told of the outcome in a later turn, at the latest at `deadline`.
  package static func connect(
    to address: SocketAddress, on loop: EventLoop, deadline: Instant, limits: Limits = Limits(),
    handler: any ConnectionHandler
  ) throws(ReactorError) -> Connection {
    loop.assertOnThread()
    var raw = address.raw
    let descriptor = try checked("connect", unsafe clinux_tcp_connect(&raw))
    let connection = try Connection(
      loop, descriptor: descriptor, peer: address, limits: limits, state: .connecting, watching: .writable)
    connection.handler = handler
    connection.stateTimer = loop.schedule(at: deadline, connection, token: TimerToken.connect)
    return connection
  }

  package var isOpen: Bool { state == .open }
  /// Bytes handed over and not yet taken by the socket.
  package var unsentByteCount: Int { unsent.count - unsentHead }

  /// Asks for the handler to be called for output at the end of this turn.
  @inline(__always)
  package func setNeedsFlush() {
    if isDirty { return }
    loop.assertOnThread()
    isDirty = true
    loop.dirty.append(self)
  }

  /// Has what ``setNeedsFlush()`` was called for written now and not at the end of the turn: for an owner that is about to
  /// do something long, to whom the peer's work at the same time is worth a call of its own. Not from within the handler.
  package func flushNow() {
    loop.assertOnThread()
    if isDirty { flush() }
  }

  /// The way to the peer as the system sees it; `nil` where it does not tell.
  package var wire: WireState? {
    var found = clinux_tcp_wire()
    guard state == .open, unsafe clinux_tcp_look(descriptor, &found) == 0 else { return nil }
    return WireState(
      roundTripMicroseconds: found.round_trip_microseconds, segmentsSent: found.segments_sent,
      segmentsRepeated: found.segments_repeated)
  }

  /// Has ``ConnectionHandler/connectionWoke(_:)`` called at `instant`. Only the last request counts; moving it
  /// further off costs nothing.
  package func wake(at instant: Instant) {
    if instant == ownerDeadline { return }
    let armed = ownerDeadline
    ownerDeadline = instant
    if state == .closed || instant == .distantFuture { return }
    if ownerTimer != .none, armed <= instant { return }
    loop.cancel(ownerTimer)
    ownerTimer = loop.schedule(at: instant, self, token: TimerToken.owner)
  }

  /// Takes what the handler still has to say, writes it, ends the sending and closes.
  package func closeAfterFlush() {
    loop.assertOnThread()
    if state != .open { return close() }
    closesAfterFlush = true
    setNeedsFlush()
  }

  /// Closes at once; unsent bytes are lost.
  package func close() { end(.closedHere) }

  /// Ends this side's sending and keeps reading.
  package func finishSending() {
    loop.assertOnThread()
    if state == .open { _ = clinux_socket_shutdown_send(descriptor) }
  }
}
