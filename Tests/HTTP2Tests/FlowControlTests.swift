import Basics
import Testing

@testable import HTTP2

@Suite("Flow control holds both sides back")
struct FlowControlTests {
  @Test("a stream with too much queued is told when it may write again")
  func writable() {
    let pair = SessionPair()
    pair.serverDelegate.echoes = false
    pair.start(SessionPair.serverStream, [1])
    pair.settle()
    let message = [UInt8](repeating: 5, count: 50_000)
    let stream = StreamID(rawValue: 1)
    let first = pair.server.send(stream, message: message.rawSpan)
    let second = pair.server.send(stream, message: message.rawSpan)
    #expect(first == 50_005 && second == 100_010)
    #expect(pair.serverDelegate.events.last == .called(1, [1]))
    pair.settle()
    #expect(pair.serverDelegate.events.last == .writable(1))
    #expect(pair.outcome()?.messages.count == 2 && pair.server.queuedByteCount == 0)
  }

  @Test("a client whose stream has too much queued is told when it may write again")
  func clientWritable() throws {
    let pair = SessionPair()
    let call = try #require(pair.client.open(SessionPair.clientStream, tag: 1))
    let message = [UInt8](repeating: 5, count: 100_000)
    pair.client.send(call, message: message.rawSpan)
    pair.settle()
    #expect(pair.clientDelegate.writable == [1])
  }

  @Test("a paused call holds its caller back at one window, and no other call")
  func pause() throws {
    var limits = SessionLimits()
    limits.streamWindowBytes = 65_536
    limits.connectionWindowBytes = 70_000
    let pair = SessionPair(server: limits)
    pair.serverDelegate.echoes = false
    pair.settle()
    let call = try #require(pair.client.open(SessionPair.clientStream, tag: 1))
    pair.settle()
    pair.server.pause(StreamID(rawValue: 1))
    let message = [UInt8](repeating: 5, count: 9_995)
    for _ in 0..<30 { pair.client.send(call, message: message.rawSpan) }
    pair.settle()
    let held = received(pair, 1)
    #expect(held == 6, "65,536 bytes hold six messages of 10,000")
    pair.start(SessionPair.unary, [UInt8](repeating: 1, count: 200_000), tag: 2)
    pair.settle()
    #expect(pair.serverDelegate.events.contains { if case .called(3, _) = $0 { true } else { false } })
    #expect(received(pair, 1) == held)
    pair.server.resume(StreamID(rawValue: 1))
    pair.settle()
    #expect(received(pair, 1) > held)
    for _ in 0..<20 { pair.settle() }
    #expect(received(pair, 1) == 30)
  }

  private func received(_ pair: SessionPair, _ stream: Int32) -> Int {
    pair.serverDelegate.events.count { if case .received(stream, _) = $0 { true } else { false } }
  }

  @Test("a client that pauses a stream holds the server back")
  func clientPause() throws {
    var limits = SessionLimits.forClients
    limits.streamWindowBytes = 65_536
    let pair = SessionPair(client: limits)
    pair.serverDelegate.echoes = false
    let call = try #require(pair.start(SessionPair.serverStream, [1]))
    pair.settle()
    pair.client.pause(call)
    let message = [UInt8](repeating: 5, count: 9_995)
    for _ in 0..<30 { pair.server.send(StreamID(rawValue: 1), message: message.rawSpan) }
    pair.settle()
    #expect(pair.outcome()?.messages.count == 6)
    pair.client.resume(call)
    pair.settle()
    #expect(pair.outcome()?.messages.count == 30)
  }

  @Test("output is given in bounded pieces")
  func boundedOutput() {
    let pair = SessionPair()
    pair.serverDelegate.echoes = false
    for tag in 0..<20 as Range<UInt64> { pair.start(SessionPair.unary, [1], tag: tag) }
    pair.settle()
    let answer = [UInt8](repeating: 1, count: 100_000)
    for stream in pair.serverDelegate.calls.keys {
      pair.server.respond(StreamID(rawValue: stream), message: answer.rawSpan)
    }
    var output = ByteWriter()
    pair.server.takeOutput(into: &output, now: pair.now)
    #expect(output.count >= 256 << 10 && output.count <= (256 << 10) + 16_384 + 9)
    pair.client.receive(output.bytes.rawSpan, now: pair.now)
    pair.settle()
    #expect((0..<20).allSatisfy { pair.outcome($0)?.status == .ok })
  }

  @Test("a bidirectional stream runs for as long as both sides keep reading")
  func longStream() throws {
    let pair = SessionPair()
    let call = try #require(pair.client.open(SessionPair.bidirectional, tag: 1))
    let message = [UInt8](repeating: 5, count: 3_000)
    for _ in 0..<2_000 {
      pair.client.send(call, message: message.rawSpan)
      pair.settle()
    }
    #expect(pair.outcome()?.messages.count == 2_000)
    pair.client.finishSending(call)
    pair.settle()
    #expect(pair.outcome()?.status == .ok)
    #expect(!pair.server.isFinished && !pair.client.isFinished)
  }
}
