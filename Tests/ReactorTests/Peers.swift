import Basics
import Testing

@testable import Reactor

/// Answers what it receives with the same bytes, and records how connections end.
final class Echo: ListenerHandler, ConnectionHandler {
  var accepted: [Connection] = []
  var waiting: [ObjectIdentifier: [UInt8]] = [:]
  var receivedBytes = 0
  var ends: [ConnectionEnd] = []
  var wakeUps = 0
  var opened = 0
  /// What is sent, beside the echo, when output is asked for.
  var extra: [UInt8] = []
  var closesAtEnd = true
  /// Whether what is accepted is held here, besides by its loop.
  var keepsConnections = true

  func listener(_ listener: Listener, accepted connection: Connection) {
    if keepsConnections { accepted.append(connection) }
    connection.handler = self
  }

  func connectionOpened(_ connection: Connection) {
    opened += 1
    connection.setNeedsFlush()
  }

  func connection(_ connection: Connection, received bytes: RawSpan) {
    receivedBytes += bytes.byteCount
    waiting[ObjectIdentifier(connection), default: []] += bytes.copied()
    connection.setNeedsFlush()
  }

  func connection(_ connection: Connection, fill output: inout ByteWriter) {
    output.append(waiting.removeValue(forKey: ObjectIdentifier(connection)) ?? [])
    output.append(extra)
    extra = []
  }

  func connectionPeerFinished(_ connection: Connection) { if closesAtEnd { connection.closeAfterFlush() } }
  func connectionWoke(_ connection: Connection) { wakeUps += 1 }
  func connectionClosed(_ connection: Connection, _ end: ConnectionEnd) { ends.append(end) }
}

/// Sends some bytes when its connection opens and records what comes back.
final class Caller: ConnectionHandler {
  var toSend: [UInt8]
  var received: [UInt8] = []
  var isOpened = false
  var isPeerFinished = false
  var end: ConnectionEnd?
  var ends = 0

  init(_ bytes: [UInt8]) { toSend = bytes }

  func connectionOpened(_ connection: Connection) {
    isOpened = true
    connection.setNeedsFlush()
  }

  func connection(_ connection: Connection, received bytes: RawSpan) { received += bytes.copied() }

  func connection(_ connection: Connection, fill output: inout ByteWriter) {
    output.append(toSend)
    toSend = []
  }

  func connectionPeerFinished(_ connection: Connection) {
    isPeerFinished = true
    connection.close()
  }

  func connectionWoke(_ connection: Connection) {}

  func connectionClosed(_ connection: Connection, _ end: ConnectionEnd) {
    self.end = end
    ends += 1
  }
}

extension EventLoop {
  /// Makes turns until the condition holds; fails the test after ten seconds.
  func work(until condition: () -> Bool, _ location: SourceLocation = #_sourceLocation) {
    let limit = Self.clock.advanced(byMilliseconds: 10_000)
    while !condition() {
      turn(until: Self.clock.advanced(byMilliseconds: 20))
      if Self.clock > limit {
        Issue.record("the condition was not met within ten seconds", sourceLocation: location)
        return
      }
    }
  }

  func call(_ address: SocketAddress, _ caller: Caller, milliseconds: UInt64 = 5_000) throws -> Connection {
    try Connection.connect(
      to: address, on: self, deadline: Self.clock.advanced(byMilliseconds: milliseconds), handler: caller)
  }
}

let loopback = try! SocketAddress("127.0.0.1", port: 0)
