internal import Basics
internal import Reactor

/// The bounds and times of a Store's links. The defaults are for service; tests make them smaller.
struct PeerLimits: Sendable {
  /// Bytes that may wait for one node: beyond that the core's frames are dropped whole, which its protocols bear.
  var urgentQueueByteCountMax = 32 << 20
  /// Packets are refused when half of that waits, so that the core's frames have room.
  var packetQueueByteCountMax = 16 << 20
  var bulkQueueByteCountMax = 4 << 20

  var connectMilliseconds: UInt64 = 1_000
  var handshakeMilliseconds: UInt64 = 3_000
  /// How long the rest of a part of it may take: each is sent whole, so what does not come is not sent; a flipped bit has
  /// made its length another one. Ten round trips more, for a segment that is repeated.
  var restMilliseconds: UInt64 = 300
  /// Connections that have not proved who they are; the oldest goes when there is one more.
  var handshakeCountMax = 256
  /// Who has said nothing for so long says that it is there. The links are looked at twice as often.
  var aliveMilliseconds: UInt64 = 500
  /// A connection of which nothing was heard for so long is closed.
  var silenceMilliseconds: UInt64 = 2_000

  /// What is sent within this time goes out together in any case; for tests.
  var pauseMilliseconds: UInt64 = 0

  /// How often a connection may be looked at without anything having been heard of it. Looks are counted, and not time: a
  /// process that was stopped for a while has first to read what the others sent meanwhile. Over a long wire a segment that
  /// is lost twice is heard of late: ten round trips are waited for in any case.
  func quietLooksMax(_ wire: WireState?) -> UInt64 {
    let milliseconds = max(silenceMilliseconds, Self.tenRoundTripsMilliseconds(wire))
    return max(1, 2 * milliseconds / aliveMilliseconds)
  }

  /// When a handshake that must be over at `end` is next looked at: sooner, if an envelope has begun and has not ended.
  func nextLook(
    untilHandshakeEnd end: Instant, _ reader: borrowing EnvelopeReader, _ connection: Connection
  ) -> Instant {
    guard reader.isWithinEnvelope else { return end }
    let rest = restMilliseconds + Self.tenRoundTripsMilliseconds(connection.wire)
    return min(end, connection.loop.now.advanced(byMilliseconds: rest))
  }

  private static func tenRoundTripsMilliseconds(_ wire: WireState?) -> UInt64 {
    UInt64(wire?.roundTripMicroseconds ?? 0) / 100
  }

  /// A connection that held for so long starts the back-off anew when it is lost.
  var steadyMilliseconds: UInt64 = 1_000
}
