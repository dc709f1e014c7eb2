import Basics
import Testing

@testable import HTTP2

@Suite("Calls between a client and a server session")
struct CallTests {
  static let bytes: [UInt8] = [1, 2, 3]

  @Test("a unary call is answered, however its bytes are cut", arguments: [Int.max, 1, 2, 7, 64])
  func unary(chunk: Int) {
    let pair = SessionPair()
    pair.chunk = chunk
    pair.start(SessionPair.unary, Self.bytes, timeoutMilliseconds: 5_000)
    pair.settle()
    #expect(pair.serverDelegate.events == [.called(1, Self.bytes)])
    #expect(pair.serverDelegate.calls[1]?.deadline == pair.now.advanced(byMilliseconds: 5_000))
    #expect(pair.outcome() == .init(messages: [Self.bytes], status: .ok, certainty: .answered))
    #expect(pair.server.streamCount == 0 && pair.client.callCount == 0)
    #expect(pair.server.queuedByteCount == 0 && pair.client.queuedByteCount == 0)
  }

  @Test("messages of every size come through whole", arguments: [0, 1, 5, 16_384, 16_379, 100_000, 1 << 20])
  func sizes(count: Int) {
    for chunk in [Int.max, 4_099] {
      let pair = SessionPair()
      pair.chunk = chunk
      let message = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      pair.start(SessionPair.unary, message)
      pair.settle()
      #expect(pair.outcome()?.messages == [message])
      #expect(pair.outcome()?.status == .ok)
    }
  }

  @Test("a failed call carries code, message and details")
  func failure() {
    let pair = SessionPair()
    pair.serverDelegate.echoes = false
    pair.start(SessionPair.unary, Self.bytes)
    pair.settle()
    let details = [UInt8](0...255)
    #expect(
      pair.server.fail(
        StreamID(rawValue: 1), .failedPrecondition, message: "außer Lager: 3 % übrig\n", details: details))
    pair.settle()
    #expect(
      pair.outcome()
        == .init(
          status: .failedPrecondition, certainty: .answered, message: "außer Lager: 3 % übrig\n", details: details))
    let isTaken = pair.server.respond(StreamID(rawValue: 1), message: Self.bytes.rawSpan)
    #expect(!isTaken, "the call is gone")
  }

  @Test("a prepared refusal says what a failure would, each time")
  func preparedRefusal() {
    let pair = SessionPair()
    pair.serverDelegate.echoes = false
    let details = [UInt8](0...200)
    let refusal = PreparedRefusal(.resourceExhausted, message: "zu viel: 90 % zu viel", details: details)
    for (stream, tag) in [(Int32(1), UInt64(1)), (3, 2)] {
      pair.start(SessionPair.unary, Self.bytes, tag: tag)
      pair.settle()
      let isTaken = pair.server.refuse(StreamID(rawValue: stream), refusal)
      let isTakenTwice = pair.server.refuse(StreamID(rawValue: stream), refusal)
      #expect(isTaken && !isTakenTwice)
      pair.settle()
      #expect(
        pair.outcome(tag)
          == .init(
            status: .resourceExhausted, certainty: .answered, message: "zu viel: 90 % zu viel", details: details))
    }
    #expect(pair.server.streamCount == 0)
  }

  @Test("a server stream delivers its messages in order and then its status")
  func serverStream() {
    let pair = SessionPair()
    pair.start(SessionPair.serverStream, [9])
    pair.settle()
    for index in 0..<100 {
      let message = [UInt8](repeating: UInt8(index), count: index)
      let queued = pair.server.send(StreamID(rawValue: 1), message: message.rawSpan)
      #expect(queued != nil)
      if index % 7 == 0 { pair.settle() }
    }
    pair.server.finish(StreamID(rawValue: 1), .aborted, message: "enough")
    pair.settle()
    #expect(pair.outcome()?.messages == (0..<100).map { [UInt8](repeating: UInt8($0), count: $0) })
    #expect(pair.outcome()?.status == .aborted && pair.outcome()?.message == "enough")
  }

  @Test("a bidirectional stream echoes until it is half closed", arguments: [Int.max, 1])
  func bidirectional(chunk: Int) throws {
    let pair = SessionPair()
    pair.chunk = chunk
    let call = try #require(pair.client.open(SessionPair.bidirectional, tag: 1))
    for index in 0..<20 {
      let message = [UInt8(index), 1]
      pair.client.send(call, message: message.rawSpan)
      if index % 3 == 0 { pair.settle() }
    }
    pair.client.finishSending(call)
    pair.settle()
    #expect(pair.outcome() == .init(messages: (0..<20).map { [UInt8($0), 1] }, status: .ok, certainty: .answered))
    let queued = pair.client.send(call, message: Self.bytes.rawSpan)
    #expect(queued == nil)
  }

  @Test("a client stream is answered with one message")
  func clientStream() throws {
    let pair = SessionPair()
    let call = try #require(pair.client.open(SessionPair.clientStream, tag: 1))
    for _ in 0..<3 { pair.client.send(call, message: Self.bytes.rawSpan) }
    pair.client.finishSending(call)
    pair.settle()
    let stream = StreamID(rawValue: 1)
    #expect(
      pair.serverDelegate.events
        == [.opened(1), .received(1, Self.bytes), .received(1, Self.bytes), .received(1, Self.bytes), .halfClosed(1)])
    pair.server.respond(stream, message: [7].rawSpan)
    pair.settle()
    #expect(pair.outcome() == .init(messages: [[7]], status: .ok, certainty: .answered))
  }

  @Test("calls beyond the server's limit wait and are all answered")
  func queueing() {
    var limits = SessionLimits()
    limits.concurrentStreamsMax = 3
    let pair = SessionPair(server: limits)
    pair.settle()
    for tag in 0..<200 { pair.start(SessionPair.unary, [UInt8(tag)], tag: UInt64(tag)) }
    pair.settle()
    for tag in 0..<200 { #expect(pair.outcome(UInt64(tag))?.messages == [[UInt8(tag)]]) }
    #expect(pair.server.counters.calls == 200)
  }

  @Test("calls that were sent before the limit was known are refused as not processed, or answered")
  func refusedStreams() {
    var limits = SessionLimits()
    limits.concurrentStreamsMax = 3
    let pair = SessionPair(server: limits)
    pair.serverDelegate.echoes = false
    for tag in 0..<100 { pair.start(SessionPair.unary, [UInt8(tag)], tag: UInt64(tag)) }
    pair.settle()
    for stream in pair.serverDelegate.calls.keys {
      pair.server.respond(StreamID(rawValue: stream), message: [1].rawSpan)
    }
    pair.settle()
    let outcomes = pair.clientDelegate.outcomes.values
    #expect(outcomes.count { $0.status == .ok } == pair.serverDelegate.calls.count)
    #expect(outcomes.allSatisfy { $0.status == .ok || ($0.status == .unavailable && $0.certainty == .notProcessed) })
    #expect(outcomes.count == 100)
  }

  @Test("metadata of session and call reach the server")
  func metadata() {
    let pair = SessionPair()
    pair.serverDelegate.echoes = false
    pair.start(
      SessionPair.unary, Self.bytes, metadata: RequestMetadata([("authorization", "Bearer x"), ("x-empty", "")]))
    pair.start(SessionPair.unary, Self.bytes, tag: 2)
    pair.settle()
    let stream = StreamID(rawValue: 1)
    #expect(pair.server.hasMetadata(stream) && !pair.server.hasMetadata(StreamID(rawValue: 3)))
    #expect(pair.server.metadata("authorization", of: stream) == Array("Bearer x".utf8))
    #expect(pair.server.metadata("x-empty", of: stream) == [])
    #expect(pair.server.metadata("absent", of: stream) == nil)
    #expect(pair.server.metadata("authorization", of: StreamID(rawValue: 99)) == nil)
  }

  @Test("an unknown method is UNIMPLEMENTED")
  func unknownMethod() {
    let pair = SessionPair()
    pair.start(SessionPair.unknown, Self.bytes)
    pair.settle()
    #expect(pair.outcome()?.status == .unimplemented && pair.outcome()?.certainty == .answered)
    #expect(pair.serverDelegate.events.isEmpty)
  }

  @Test("a message over the limit is RESOURCE_EXHAUSTED before it is buffered")
  func tooLarge() {
    var limits = SessionLimits()
    limits.messageBytesMax = 1_000
    let pair = SessionPair(server: limits)
    pair.start(SessionPair.unary, [UInt8](repeating: 1, count: 1_001))
    pair.start(SessionPair.unary, [UInt8](repeating: 1, count: 1_000), tag: 2)
    pair.settle()
    #expect(pair.outcome(1)?.status == .resourceExhausted)
    #expect(pair.outcome(2)?.status == .ok)
    #expect(pair.server.bufferedMessageBytes == 0)
  }

  @Test("an answer over the client's limit is RESOURCE_EXHAUSTED")
  func answerTooLarge() {
    var limits = SessionLimits.forClients
    limits.messageBytesMax = 100
    let pair = SessionPair(client: limits)
    pair.start(SessionPair.unary, [UInt8](repeating: 1, count: 101))
    pair.settle()
    #expect(pair.outcome()?.status == .resourceExhausted)
    #expect(pair.client.callCount == 0)
  }

  @Test("many calls over one connection leave nothing behind")
  func soak() {
    let pair = SessionPair()
    for round in 0..<200 {
      for tag in 0..<50 {
        pair.start(SessionPair.unary, [UInt8](repeating: UInt8(tag), count: tag * 7), tag: UInt64(tag))
      }
      pair.settle()
      for tag in 0..<50 { #expect(pair.outcome(UInt64(tag))?.status == .ok, "round \(round)") }
      pair.clientDelegate.outcomes = [:]
      pair.serverDelegate.events = []
    }
    #expect(!pair.clientDelegate.finishedTwice)
    #expect(pair.server.pool.capacity <= 64 && pair.client.pool.capacity <= 64)
    #expect(pair.server.bufferedMessageBytes == 0 && pair.client.bufferedMessageBytes == 0)
  }
}
