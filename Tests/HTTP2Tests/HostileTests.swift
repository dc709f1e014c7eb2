import Basics
import Testing

@testable import HTTP2

@Suite("A hostile peer is stopped")
struct HostileTests {
  static let calm: UInt32 = 11

  struct Flood: Sendable, CustomTestStringConvertible {
    var name: String
    /// The frames of one round; the number makes streams differ.
    var round: @Sendable (UInt32) -> [Frame]
    var before: [Frame] = []

    var testDescription: String { name }
  }

  static let floods: [Flood] = [
    Flood(name: "PING", round: { _ in [.ping()] }),
    Flood(name: "SETTINGS", round: { _ in [.settings([(3, 100)])] }),
    Flood(name: "empty SETTINGS", round: { _ in [.settings()] }),
    Flood(name: "empty DATA", round: { _ in [.data(1, [], end: false)] }, before: [.headers(1, RawPeer.grpc)]),
    Flood(
      name: "one-byte DATA", round: { _ in [.data(1, [0], end: false)] },
      before: [.headers(1, RawPeer.request("/test.Service/Bidirectional"))]),
    Flood(name: "WINDOW_UPDATE of one byte", round: { _ in [.windowUpdate(0, 1)] }),
    Flood(
      name: "WINDOW_UPDATE on a stream", round: { _ in [.windowUpdate(1, 1)] }, before: [.headers(1, RawPeer.grpc)]),
    Flood(name: "PRIORITY", round: { _ in [.priority(3)] }),
    Flood(name: "unknown frames", round: { _ in [Frame(type: 0xEE)] }),
    Flood(name: "rapid reset", round: { n in [.headers(1 + 2 * n, RawPeer.grpc), .reset(1 + 2 * n)] }),
    Flood(
      name: "resets that the server is made to send",
      round: { n in [.headers(1 + 2 * n, RawPeer.grpc), .windowUpdate(1 + 2 * n, 0x7FFF_FFFF)] }),
    Flood(name: "refused streams", round: { n in [.headers(1 + 2 * n, RawPeer.grpc)] }),
    Flood(name: "malformed requests", round: { n in [.headers(1 + 2 * n, [(":method", "POST")], flags: 5)] }),
    Flood(
      name: "CONTINUATION without end",
      round: { n in n == 0 ? [.headers(1, RawPeer.grpc, flags: 0)] : [Frame(type: 9, stream: 1)] }),
    Flood(
      name: "CONTINUATION with fields",
      round: { n in
        n == 0 ? [.headers(1, RawPeer.grpc, flags: 0)] : [Frame(type: 9, stream: 1, payload: Frame.block([("x", "y")]))]
      }),
  ]

  @Test("a flood is closed with ENHANCE_YOUR_CALM, in one read or in many", arguments: floods)
  func flood(_ flood: Flood) {
    for batch in [1, 10_000] {
      let peer = RawPeer()
      peer.send(flood.before)
      var sent: UInt32 = 0
      while sent < 10_000, !peer.session.isFinished {
        peer.send((0..<UInt32(batch)).flatMap { flood.round(sent + $0) })
        sent += UInt32(batch)
      }
      #expect(peer.session.isFinished)
      #expect(peer.goAway == Self.calm)
      #expect(peer.received.count < 5_000)
    }
  }

  @Test("a flood that is spread over time is let through only at its rate")
  func slowFlood() {
    let peer = RawPeer()
    var pings = 0
    while pings < 100_000, !peer.session.isFinished {
      peer.now = peer.now.advanced(byMilliseconds: 10)
      peer.send(.ping())
      pings += 1
    }
    // 200 at once and 20 a second: at 100 a second the bucket lasts two and a half seconds.
    #expect(pings > 200 && pings < 300)
  }

  @Test("a client that probes bandwidth after each answer is never taken for a flood")
  func honestProbes() {
    let peer = RawPeer()
    var open: [Frame] = []
    for call in 0..<5_000 as Range<UInt32> {
      open = [
        .headers(1 + 2 * call, RawPeer.grpc), .data(1 + 2 * call, Frame.message([1])), .ping(),
        .windowUpdate(0, 12), .windowUpdate(0, 6),
      ]
      peer.send(open)
      #expect(peer.hasEnded(1 + 2 * call))
      peer.received = []
    }
    #expect(!peer.session.isFinished && peer.session.counters.answers == 5_000)
  }

  @Test("a client that cancels half of its calls is never taken for a flood")
  func honestCancellations() {
    let peer = RawPeer()
    for call in 0..<5_000 as Range<UInt32> {
      let stream = 1 + 4 * call
      peer.send(.headers(stream, RawPeer.grpc), .data(stream, Frame.message([1])))
      peer.send(.headers(stream + 2, RawPeer.grpc), .reset(stream + 2))
      peer.received = []
    }
    #expect(!peer.session.isFinished)
  }

  @Test("a header list over the limit is refused, and one far beyond ends the connection")
  func headerLists() {
    var limits = SessionLimits()
    limits.headerListBytesMax = 1_000
    let peer = RawPeer(limits: limits)
    peer.send(.headers(1, RawPeer.grpc + [("x", String(repeating: "y", count: 900))], flags: 5))
    #expect(peer.hasEnded(1) && peer.reset(1) == nil)
    peer.send(.headers(3, RawPeer.grpc + [("x", String(repeating: "y", count: 2_000))], flags: 5))
    #expect(peer.hasEnded(3) && peer.reset(3) == nil && !peer.session.isFinished)
    peer.send(.headers(5, RawPeer.grpc + [("x", String(repeating: "y", count: 9_000))], flags: 5))
    #expect(peer.delegate.events.isEmpty)
    #expect(peer.session.isFinished && peer.goAway == Self.calm)
  }

  @Test("header lists over the limit are refused only so often")
  func oversizedHeaderLists() {
    let peer = RawPeer()
    let half = [("x", String(repeating: "y", count: 10_000))]
    var calls = 0 as UInt32
    while calls < 1_000, !peer.session.isFinished {
      let stream = 1 + 2 * calls
      peer.send(
        .headers(stream, RawPeer.grpc + half, flags: 1),
        Frame(type: 9, flags: 4, stream: stream, payload: Frame.block(half)))
      calls += 1
    }
    #expect(calls > 20 && calls < 100 && peer.goAway == Self.calm)
  }

  /// One field of 3,900 bytes is put into the table, and then named 10,000 times by one byte each.
  struct Bomb: Sendable, CustomTestStringConvertible {
    var name: String
    var before: [Frame] = []
    var fields: [(String, String)]
    var lastByte: UInt8 = 0x7A
    var flags: UInt8 = 5

    var testDescription: String { name }

    func frame(_ stream: UInt32) -> Frame {
      let entry = Frame.block([("b", String(repeating: "z", count: 3_900))])
      let named = [UInt8](repeating: 0xBE, count: 10_000)
      return Frame(
        type: 1, flags: flags, stream: stream,
        payload: Frame.block(fields) + [0x40] + entry.dropFirst().dropLast() + [lastByte] + named)
    }
  }

  static let bombs: [Bomb] = [
    Bomb(name: "in a request", fields: RawPeer.grpc),
    Bomb(name: "with values that HTTP forbids", fields: RawPeer.grpc, lastByte: 1),
    Bomb(name: "in trailers", before: [.headers(1, RawPeer.grpc)], fields: []),
    Bomb(name: "in forbidden trailers", before: [.headers(1, RawPeer.grpc)], fields: [], lastByte: 1),
    Bomb(
      name: "in trailers of an open stream",
      before: [.headers(1, RawPeer.request("/test.Service/Bidirectional"))], fields: []),
  ]

  @Test("a header bomb ends the connection before it is decoded", arguments: bombs)
  func headerBomb(_ bomb: Bomb) {
    let peer = RawPeer()
    peer.send(bomb.before)
    peer.send((0..<50 as Range<UInt32>).map { bomb.frame(1 + 2 * $0) })
    #expect(peer.session.isFinished && peer.goAway == Self.calm)
    #expect(peer.session.end == .flooded(frameType: FrameType.headers))
    #expect(peer.session.counters.headerBytes < 80_000)
    #expect(!peer.delegate.events.contains { if case .called = $0 { true } else { false } })
  }

  @Test("header blocks for a stream that was reset are not read for ever")
  func headersAfterReset() {
    let peer = RawPeer()
    peer.send(.headers(1, RawPeer.grpc), .windowUpdate(1, 0x7FFF_FFFF))
    #expect(peer.reset(1) != nil)
    var frames = 0
    while frames < 10_000, !peer.session.isFinished {
      peer.send(.headers(1, [("x", "y")]))
      frames += 1
    }
    #expect(frames < 1_000 && peer.goAway == Self.calm)
  }

  @Test("a server's header bomb ends the client's connection", arguments: [UInt8(0x7A), 1])
  func responseBomb(lastByte: UInt8) {
    let pair = SessionPair()
    pair.start(SessionPair.unary, [1])
    _ = pair.toServer()
    let bomb = Bomb(name: "", fields: [(":status", "200")], lastByte: lastByte, flags: 4).frame(1)
    pair.client.receive((Frame.settings().bytes + bomb.bytes).rawSpan, now: pair.now)
    _ = pair.toServer()
    #expect(pair.client.isFinished && pair.client.end == .flooded(frameType: FrameType.headers))
    #expect(pair.client.counters.headerBytes < 80_000)
    #expect(
      pair.outcome()?.status == (lastByte == 1 ? .unavailable : .resourceExhausted)
        && !pair.clientDelegate.finishedTwice)
  }

  @Test("a claimed length allocates nothing")
  func claimedLength() {
    let peer = RawPeer()
    peer.send(.headers(1, RawPeer.grpc), .data(1, [0, 0, 0x3F, 0xFF, 0xFF], end: false))
    #expect(peer.session.bufferedMessageBytes == 5)
    peer.send(.headers(3, RawPeer.grpc), .data(3, [0, 0xFF, 0xFF, 0xFF, 0xFF], end: false))
    #expect(peer.session.bufferedMessageBytes == 5, "a message over the limit is not kept")
    peer.advance(milliseconds: 100)
    #expect(peer.hasEnded(3) && !peer.hasEnded(1))
  }

  @Test("incomplete messages are bounded over all streams")
  func bufferedMessages() {
    var limits = SessionLimits()
    limits.bufferedMessageBytesMax = 100_000
    let peer = RawPeer(limits: limits)
    let part = Frame.word(1 << 20)
    for call in 0..<20 as Range<UInt32> {
      peer.send(
        .headers(1 + 2 * call, RawPeer.grpc),
        .data(1 + 2 * call, [0] + part + [UInt8](repeating: 1, count: 10_000), end: false))
      #expect(peer.session.bufferedMessageBytes <= 100_000 + 10_005)
    }
    peer.advance(milliseconds: 100)
    #expect(peer.hasEnded(39) && !peer.hasEnded(1))
  }

  @Test("incomplete messages and metadata are bounded over all connections, and small calls go on")
  func sharedBudget() {
    let budget = SessionBudget(bytesMax: 1_000_000)
    let peers = (0..<20).map { _ in RawPeer(budget: budget) }
    let part = [0] + Frame.word(1 << 20) + [UInt8](repeating: 1, count: 15_000)
    let metadata = RawPeer.request("/test.Service/Bidirectional", [("x", String(repeating: "y", count: 15_000))])
    for call in 0..<100 as Range<UInt32> {
      for peer in peers {
        peer.send(.headers(1 + 4 * call, RawPeer.grpc), .data(1 + 4 * call, part, end: false))
        peer.send(.headers(3 + 4 * call, metadata))
        #expect(budget.bytes <= 1_100_000)
      }
    }
    let honest = RawPeer(budget: budget)
    honest.send(.headers(1, RawPeer.grpc), .data(1, Frame.message([UInt8](repeating: 1, count: 10_000))))
    #expect(honest.hasEnded(1) && honest.delegate.calls.count == 1)
    for peer in peers { peer.session.connectionLost(now: peer.now) }
    #expect(budget.bytes == 0 && budget.sessionCount == 1)
  }

  @Test("a peer that takes no answers is cut sooner when all together leave too much")
  func sharedBudgetOfAnswers() {
    let budget = SessionBudget(bytesMax: 1_000_000)
    let answer = [UInt8](repeating: 1, count: 150_000)
    let peers = (0..<10).map { _ in RawPeer(budget: budget) }
    for peer in peers {
      peer.delegate.echoes = false
      peer.send(.settings([(4, 0)]), .headers(1, RawPeer.grpc), .data(1, Frame.message([1])))
      peer.session.respond(StreamID(rawValue: 1), message: answer.rawSpan)
      peer.collect()
    }
    for peer in peers {
      peer.advance(milliseconds: 2_000)
      if peer.session.isFinished { peer.session.connectionLost(now: peer.now) }
    }
    #expect(peers.contains { $0.session.end == .peerTooSlow } && peers.contains { !$0.session.isFinished })
    #expect(budget.bytes <= 1_000_000)
  }

  @Test("a connection that was busy once does not keep the memory for it")
  func spareMemory() {
    let peer = RawPeer()
    let parts = (0..<200 as Range<UInt32>).map { 1 + 2 * $0 }
    peer.send(parts.map { .headers($0, RawPeer.grpc) })
    peer.send(parts.map { .data($0, Frame.message([UInt8](repeating: 1, count: 300))) })
    #expect(peer.session.counters.answers == 200 && peer.session.streamCount == 0 && peer.session.pool.capacity >= 200)
    peer.advance(milliseconds: 4_000)
    #expect(peer.session.pool.capacity >= 200)
    peer.advance(milliseconds: 2_000)
    #expect(peer.session.pool.capacity == 0)
    peer.send(.headers(1_001, RawPeer.grpc), .data(1_001, Frame.message([1])))
    #expect(peer.hasEnded(1_001))
  }

  @Test("a body that does not come in time ends its call, not the connection")
  func slowBody() {
    let peer = RawPeer()
    peer.send(.headers(1, RawPeer.grpc), .data(1, [0], end: false))
    for _ in 0..<40 where !peer.hasEnded(1) {
      peer.send(.data(1, [], end: false))
      peer.advance(milliseconds: 1_000)
    }
    #expect(peer.hasEnded(1) && !peer.session.isFinished)
    #expect(peer.now.nanoseconds <= 32_000_000_000)
  }

  @Test("half a frame and half a header block do not hold a connection", arguments: [0, 1, 2])
  func slowFrames(kind: Int) {
    let peer = RawPeer()
    switch kind {
    case 0: peer.send([0, 0, 8])
    case 1: peer.send(Array(Frame.ping().bytes.prefix(12)))
    default: peer.send(.headers(1, RawPeer.grpc, flags: 0))
    }
    peer.advance(milliseconds: 29_000)
    #expect(!peer.session.isFinished)
    peer.advance(milliseconds: 2_000)
    #expect(peer.session.isFinished && peer.session.end == .frameTimedOut)
  }

  @Test("a busy peer whose frames never end where a read ends is not taken for a slow one")
  func framesAcrossReads() {
    let peer = RawPeer()
    peer.send(.headers(1, RawPeer.request("/test.Service/ClientStream")))
    let frame = Frame.data(1, Frame.message([UInt8](repeating: 1, count: 100)), end: false).bytes
    peer.send(Array(frame.prefix(50)))
    for _ in 0..<100 {
      peer.send(Array(frame.dropFirst(50) + frame.prefix(50)))
      peer.advance(milliseconds: 1_000)
    }
    #expect(!peer.session.isFinished && peer.session.counters.messagesReceived == 100)
  }

  @Test("a connection that never greets is cut", arguments: [0, 10, 24])
  func slowHandshake(count: Int) {
    let peer = RawPeer(greets: false)
    peer.send(Array(Frame.preface.prefix(count)))
    #expect(peer.session.wakeAt <= peer.now.advanced(byMilliseconds: 10_000))
    peer.advance(milliseconds: 10_001)
    #expect(peer.session.isFinished && peer.session.end == .handshakeTimedOut)
  }

  @Test("a peer that opens no window is cut by time, and sooner when much waits for it")
  func slowReader() {
    for (bytes, milliseconds) in [(100, 20_000), (300_000, 2_000)] as [(Int, UInt64)] {
      let peer = RawPeer()
      peer.delegate.echoes = false
      peer.send(.settings([(4, 0)]), .headers(1, RawPeer.grpc), .data(1, Frame.message([1])))
      let answer = [UInt8](repeating: 1, count: bytes)
      peer.session.respond(StreamID(rawValue: 1), message: answer.rawSpan)
      peer.collect()
      let start = peer.now
      while !peer.session.isFinished, peer.now < start.advanced(byMilliseconds: 60_000) {
        peer.send(.ping())
        peer.advance(milliseconds: 500)
      }
      #expect(peer.session.end == .peerTooSlow && peer.goAway == Self.calm)
      #expect(peer.now.nanoseconds(since: start) / 1_000_000 <= milliseconds + 2_500)
    }
  }

  @Test("a peer with far too much waiting for it is cut at the next tick")
  func hardLimit() {
    var limits = SessionLimits()
    limits.queuedBytesHardMax = 1 << 20
    let peer = RawPeer(limits: limits)
    peer.delegate.echoes = false
    peer.send(
      .settings([(4, 0)]), .headers(1, RawPeer.request("/test.Service/ServerStream")), .data(1, Frame.message([1])))
    let message = [UInt8](repeating: 1, count: 100_000)
    for _ in 0..<11 { peer.session.send(StreamID(rawValue: 1), message: message.rawSpan) }
    #expect(peer.session.wakeAt <= peer.now)
    peer.advance(milliseconds: 0)
    #expect(peer.session.end == .peerTooSlow)
    #expect(peer.delegate.events.last == .cancelled(1, .connectionLost))
  }

  @Test("one input full of small messages cannot ask for more answers than may wait", arguments: [false, true])
  func answerAmplification(isUnary: Bool) {
    var limits = SessionLimits()
    if isUnary { limits.queuedBytesHardMax = 1 << 20 }
    let peer = RawPeer(limits: limits)
    let answer = [UInt8](repeating: 1, count: 50_000)
    peer.delegate.answer = answer
    if isUnary {
      let streams = (0..<200 as Range<UInt32>).map { 1 + 2 * $0 }
      peer.send(streams.flatMap { [.headers($0, RawPeer.grpc), .data($0, Frame.message([1]))] })
    } else {
      let messages = [[UInt8]](repeating: Frame.message([1]), count: 1_000).flatMap { $0 }
      peer.send(.headers(1, RawPeer.request("/test.Service/Bidirectional")), .data(1, messages, end: false))
    }
    #expect(peer.session.queuedByteCount < (1 << 20) + 60_000)
    #expect(peer.delegate.events.count < 30)
  }

  @Test("a peer that goes on asking without reading is cut")
  func askingWithoutReading() {
    let peer = RawPeer()
    peer.delegate.answer = [UInt8](repeating: 1, count: 20_000)
    let messages = [[UInt8]](repeating: Frame.message([1]), count: 400).flatMap { $0 }
    peer.send(.settings([(4, 0)]), .headers(1, RawPeer.request("/test.Service/Bidirectional")))
    for _ in 0..<60 where !peer.session.isFinished {
      peer.send([Frame](repeating: .data(1, messages, end: false), count: 10))
      peer.advance(milliseconds: 100)
    }
    #expect(peer.session.isFinished && peer.goAway == Self.calm)
    #expect(peer.now.nanoseconds <= 4_000_000_000)
  }

  @Test("an answer that is taken a byte at a time is given up in the end")
  func tricklingReader() {
    let peer = RawPeer()
    peer.delegate.echoes = false
    peer.send(.settings([(4, 0)]), .headers(1, RawPeer.grpc), .data(1, Frame.message([1])))
    let answer = [UInt8](repeating: 1, count: 10_000)
    peer.session.respond(StreamID(rawValue: 1), message: answer.rawSpan)
    for _ in 0..<130 where peer.reset(1) == nil {
      peer.send(.windowUpdate(1, 1))
      peer.advance(milliseconds: 1_000)
    }
    #expect(peer.reset(1) == 8 && peer.session.queuedByteCount == 0)
  }

  @Test("random bytes never crash a server or a client")
  func randomBytes() {
    var random = SeededGenerator(seed: 7)
    for round in 0..<2_000 {
      let bytes = (0..<random.below(400)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let peer = RawPeer(greets: round % 2 == 0)
      peer.send(bytes)
      peer.session.connectionLost(now: peer.now)
      let pair = SessionPair()
      pair.start(SessionPair.unary, [1])
      _ = pair.toServer()
      pair.client.receive(bytes.rawSpan, now: pair.now)
      _ = pair.toServer()
      pair.client.connectionLost(now: pair.now)
      #expect(!pair.clientDelegate.finishedTwice)
      #expect(pair.outcome()?.status != nil)
    }
  }

  @Test("random frames never crash a server, and every call it was told of ends")
  func randomFrames() {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<1_000 {
      let peer = RawPeer()
      for _ in 0..<60 where !peer.session.isFinished { peer.send(Self.randomFrame(&random)) }
      peer.advance(milliseconds: UInt64(random.below(40_000)))
      peer.session.connectionLost(now: peer.now)
      for (stream, call) in peer.delegate.calls where call.kind != .unary {
        let ends = peer.delegate.events.count { if case .cancelled(stream, _) = $0 { true } else { false } }
        #expect(ends <= 1)
      }
      #expect(peer.session.bufferedMessageBytes >= 0 && peer.session.queuedByteCount >= 0)
    }
  }

  private static func randomFrame(_ random: inout SeededGenerator) -> Frame {
    let stream = UInt32(random.below(8))
    let paths = SessionPair.serverMethods.map(\.path) + ["/x"]
    switch random.below(10) {
    case 0, 1, 2:
      return .headers(
        stream | 1, RawPeer.request(paths[random.below(paths.count)], [("grpc-timeout", "\(random.below(50))m")]),
        flags: random.below(4) == 0 ? 5 : 4)
    case 3, 4, 5:
      let message = Frame.message([UInt8](repeating: 1, count: random.below(300)))
      return .data(stream, Array(message.prefix(random.below(message.count + 1))), end: random.below(3) == 0)
    case 6: return .reset(stream)
    case 7: return .windowUpdate(stream, UInt32(random.below(1_000)))
    case 8: return .settings([(UInt16(random.below(8)), UInt32(random.below(70_000)))])
    default:
      let payload = (0..<random.below(20)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      return Frame(type: UInt8(random.below(12)), flags: UInt8(random.below(256)), stream: stream, payload: payload)
    }
  }
}
