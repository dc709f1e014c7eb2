package import Basics

/// A stream of one connection. Unique in its connection: never used again, even after the call is over.
package struct StreamID: Hashable, Sendable {
  package let rawValue: Int32
  @inline(__always) package init(rawValue: Int32) { self.rawValue = rawValue }
}

/// What a server knows of a call when it is told of it. A plain value; it stays meaningful after the call is gone,
/// and answers to a call that is gone are ignored.
package struct ServerCall: Sendable {
  package let stream: StreamID
  package let method: MethodID
  package let kind: MethodKind
  /// `distantFuture` when the caller set none.
  package let deadline: Instant
  /// What the owner stored with ``ServerSession/setTag(_:for:)``; 0 at first.
  package let tag: UInt64
}

/// Why a call that the owner had not answered is over.
package enum Cancellation: Equatable, Sendable {
  /// The peer reset the stream, or broke a rule so that we did.
  case reset(ErrorCode)
  /// Its deadline passed; the caller was told `DEADLINE_EXCEEDED`.
  case deadlineExceeded
  /// The session refused the rest of the call and told the caller why (a message too large, for one).
  case refused(StatusCode)
  case connectionLost
}

/// Is told of calls, on the thread that drives the session, while it is inside `receive`, `tick`, `takeOutput` or
/// `connectionLost`.
///
/// From inside, every answering call of the session may be used, for this stream or another; `receive`, `takeOutput`,
/// `tick` and `connectionLost` may not (asserted). Each call that was told ends exactly once: by the owner's `respond`,
/// `fail` or `finish`, or by `cancelled`.
package protocol ServerSessionDelegate: AnyObject {
  /// A unary or server-streaming call with its one message, which is borrowed for the length of this call.
  func called(_ call: ServerCall, message: RawSpan, in session: ServerSession)
  /// A client-streaming or bidirectional call has begun.
  func opened(_ call: ServerCall, in session: ServerSession)
  /// The next message of such a call.
  func received(_ message: RawSpan, for call: ServerCall, in session: ServerSession)
  /// The caller of such a call sends no more messages; the answer may go on.
  func halfClosed(_ call: ServerCall, in session: ServerSession)
  /// The call is over and whatever is answered goes nowhere.
  func cancelled(_ call: ServerCall, _ reason: Cancellation, in session: ServerSession)
  /// A stream that had too much queued may be written to again.
  func writable(_ call: ServerCall, in session: ServerSession)
}

/// What a session has seen and done since it began.
package struct SessionCounters: Sendable {
  package var calls: UInt64 = 0
  package var answers: UInt64 = 0
  package var cancellations: UInt64 = 0
  package var messagesReceived: UInt64 = 0
  package var messagesSent: UInt64 = 0
  /// Names and values of the header fields that the peer made us decode, with 32 bytes for each field.
  package var headerBytes: UInt64 = 0
}

/// Why a session ended or is ending.
package enum SessionEnd: Equatable, Sendable {
  /// An orderly end: a shutdown, an idle connection, or the peer's GOAWAY.
  case drained
  /// The peer sends frames that cost more than they ask for; the frame type of the last one.
  case flooded(frameType: UInt8)
  case notHTTP2
  case protocolError(code: Int32)
  case handshakeTimedOut
  /// A frame or header block was begun and not finished in time.
  case frameTimedOut
  case peerTooSlow
  case keepAliveTimedOut
  case connectionLost
}
