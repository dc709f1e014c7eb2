/// What one connection may ask of us. Every number is checked, none is only advice. A value type for any thread.
package struct SessionLimits: Sendable {
  // MARK: sizes

  /// Calls under way at once. A server advertises it and refuses more; a client queues beyond it.
  package var concurrentStreamsMax: UInt32 = 256
  /// Calls that a client holds back because the server takes no more streams.
  package var pendingCallsMax = 65_536
  /// Names and values of one header list with 32 bytes for each field, as RFC 9113 §6.5.2 counts.
  package var headerListBytesMax = 16 << 10
  /// A header block that decodes to more than this many times the limit ends the connection, in its middle: a kilobyte
  /// on the wire can stand for megabytes of fields, each of which is looked at.
  package var headerBombFactor = 4
  package var messageBytesMax = 4 << 20
  /// Bytes of incomplete incoming messages over all streams.
  package var bufferedMessageBytesMax = 16 << 20
  /// How much a peer may send ahead, on a stream and in all. Credit is given back as bytes are handed over.
  package var streamWindowBytes: Int32 = 256 << 10
  package var connectionWindowBytes: Int32 = 4 << 20
  /// A stream with more than this many bytes queued is not `writable`; told again at half of it.
  package var streamQueuedBytesHigh = 64 << 10
  /// A stream's next message is not taken, and its call refused, with this many bytes of its answers unread.
  package var streamQueuedBytesMax = 1 << 20
  /// How many bytes `takeOutput` gives at once (and one frame more at most).
  package var outputBytesMax = 256 << 10

  /// How much of a request is read past, and for how long, after its call was answered.
  package var discardedBytesMax = 64 << 10
  /// How long a refusal waits for the end of the request that it refuses.
  package var refusalMillisecondsMax: UInt64 = 100
  package var discardMillisecondsMax: UInt64 = 2_000

  // MARK: a peer that does not read

  /// A peer with more than this many bytes waiting for it that has taken none for `slowReaderMillisecondsMax` is cut.
  package var queuedBytesSoftMax = 256 << 10
  package var slowReaderMillisecondsMax: UInt64 = 2_000
  /// And one for which more is waiting than its part of a budget that is used up, in this time.
  package var crowdedReaderMillisecondsMax: UInt64 = 500
  /// With fewer bytes waiting it has this long.
  package var stallMillisecondsMax: UInt64 = 20_000
  /// With this many bytes waiting it is cut at once.
  package var queuedBytesHardMax = 16 << 20
  /// From the last message queued to the last byte taken of one call.
  package var answerMillisecondsMax: UInt64 = 120_000

  // MARK: time

  /// From the start of the connection to the peer's SETTINGS.
  package var handshakeMillisecondsMax: UInt64 = 10_000
  /// From the first byte to the last of a frame, of a header block, and of a request that is one message.
  package var requestMillisecondsMax: UInt64 = 30_000
  /// A connection without calls is closed in an orderly way after this long.
  package var idleMillisecondsMax: UInt64 = 15 * 60_000
  /// A connection without calls for this long gives back the memory that its busiest moment took.
  package var spareMillisecondsMax: UInt64 = 5_000
  /// A silent peer is sent a PING, and is gone if nothing comes back.
  package var keepAliveMilliseconds: UInt64 = 30_000
  package var keepAliveTimeoutMilliseconds: UInt64 = 20_000
  /// Between announcing a shutdown and refusing new streams, when the peer does not answer the PING in between.
  package var shutdownNoticeMillisecondsMax: UInt64 = 1_000

  // MARK: floods

  package var floods = FloodLimits()

  package init() {}

  /// A client has more calls under way than it would allow its own clients.
  package static var forClients: SessionLimits {
    var limits = SessionLimits()
    limits.concurrentStreamsMax = 1_024
    return limits
  }
}

/// Token buckets for frames that cost the receiver work without asking for any. Each bucket starts full.
///
/// Honest peers stay far below: gRPC implementations send at most one bandwidth-probe PING for each DATA frame they
/// receive and one or two WINDOW_UPDATEs, so those buckets are also refilled by what is sent to the peer; a handful of
/// SETTINGS in a connection's life; PRIORITY about once a stream; cancelled calls, of which each answered call pays
/// for one.
package struct FloodLimits: Sendable {
  package struct Rate: Sendable {
    package var burst: Int64
    package var perSecond: Int64

    package init(burst: Int64, perSecond: Int64) {
      self.burst = burst
      self.perSecond = perSecond
    }
  }

  /// Plus two for each DATA frame sent to the peer.
  package var ping = Rate(burst: 200, perSecond: 20)
  /// SETTINGS and GOAWAY.
  package var settings = Rate(burst: 50, perSecond: 5)
  /// Plus four for each DATA frame sent to the peer.
  package var windowUpdate = Rate(burst: 2_000, perSecond: 500)
  /// DATA without bytes that does not end its stream.
  package var emptyData = Rate(burst: 50, perSecond: 5)
  /// DATA of fewer than 16 bytes that does not end its stream; plus two for each stream opened.
  package var smallData = Rate(burst: 2_000, perSecond: 500)
  /// PRIORITY, PRIORITY_UPDATE, frame types that nobody knows, and HEADERS that open no stream (trailers, or what comes
  /// for a stream that was reset); plus two for each stream opened.
  package var other = Rate(burst: 500, perSecond: 50)
  /// RST_STREAM, whether the peer sends it or makes us send it; plus one for each call answered.
  package var reset = Rate(burst: 500, perSecond: 50)
  /// Header blocks over the limit, which are refused one by one until here.
  package var oversizedHeaders = Rate(burst: 50, perSecond: 10)
  /// CONTINUATION frames after one HEADERS.
  package var continuationsMax = 8

  package init() {}
}
