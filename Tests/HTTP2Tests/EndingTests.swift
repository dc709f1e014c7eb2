import Basics
import Testing

@testable import HTTP2

@Suite("Deadlines, cancellation and the end of sessions")
struct EndingTests {
  let pair = SessionPair()

  init() { pair.serverDelegate.echoes = false }

  @Test("a deadline ends a call on both sides, once")
  func deadline() {
    pair.start(SessionPair.unary, [1], timeoutMilliseconds: 100)
    pair.settle()
    #expect(pair.server.wakeAt <= pair.now.advanced(byMilliseconds: 100))
    pair.advance(milliseconds: 101)
    pair.server.tick(now: pair.now)
    pair.client.tick(now: pair.now)
    pair.settle()
    #expect(pair.serverDelegate.events == [.called(1, [1]), .cancelled(1, .deadlineExceeded)])
    #expect(pair.outcome()?.status == .deadlineExceeded && pair.outcome()?.certainty == .unknown)
    #expect(pair.server.streamCount == 0 && pair.client.callCount == 0)
    #expect(!pair.clientDelegate.finishedTwice)
  }

  @Test("a deadline that passes before the call is sent is surely not processed")
  func unsentDeadline() {
    pair.start(SessionPair.unary, [1], timeoutMilliseconds: 10)
    pair.advance(milliseconds: 11)
    pair.settle()
    #expect(pair.outcome()?.status == .deadlineExceeded && pair.outcome()?.certainty == .notProcessed)
    #expect(pair.serverDelegate.events.isEmpty)
  }

  @Test("a cancelled call is told to the server, and late answers go nowhere")
  func cancel() throws {
    let call = try #require(pair.start(SessionPair.unary, [1]))
    pair.settle()
    pair.client.cancel(call)
    pair.client.cancel(call)
    pair.settle()
    #expect(pair.serverDelegate.events == [.called(1, [1]), .cancelled(1, .reset(.cancel))])
    #expect(pair.outcome()?.status == .cancelled && pair.outcome()?.certainty == .unknown)
    let isTaken = pair.server.respond(StreamID(rawValue: 1), message: [1].rawSpan)
    #expect(!isTaken)
    pair.settle()
    #expect(!pair.clientDelegate.finishedTwice)
  }

  @Test("a call cancelled before it is sent never reaches the server")
  func cancelUnsent() throws {
    let call = try #require(pair.start(SessionPair.unary, [1]))
    pair.client.cancel(call)
    pair.settle()
    #expect(pair.outcome()?.certainty == .notProcessed)
    #expect(pair.serverDelegate.events.isEmpty && pair.client.callCount == 0)
  }

  @Test("a lost connection ends every open call once, on both sides")
  func lost() {
    for tag in UInt64(0)..<5 { pair.start(SessionPair.unary, [1], tag: tag) }
    pair.settle()
    pair.server.respond(StreamID(rawValue: 1), message: [1].rawSpan)
    pair.start(SessionPair.unary, [1], tag: 9)
    for _ in 0..<2 {
      pair.server.connectionLost(now: pair.now)
      pair.client.connectionLost(now: pair.now)
    }
    let cancelled = pair.serverDelegate.events.filter { if case .cancelled = $0 { true } else { false } }
    #expect(cancelled == [3, 5, 7, 9].map { .cancelled($0, .connectionLost) })
    for tag in UInt64(0)..<5 { #expect(pair.outcome(tag)?.certainty == .unknown) }
    #expect(pair.outcome(9)?.certainty == .notProcessed)
    #expect(!pair.clientDelegate.finishedTwice)
    #expect(pair.start(SessionPair.unary, [1]) == nil)
  }

  @Test("a shutdown answers what is under way and takes nothing new")
  func shutdown() {
    pair.start(SessionPair.unary, [1])
    pair.settle()
    pair.server.shutdown(now: pair.now)
    pair.settle()
    #expect(pair.clientDelegate.isDraining && !pair.client.isAccepting)
    #expect(pair.start(SessionPair.unary, [2], tag: 2) == nil)
    #expect(!pair.server.isFinished && !pair.client.isFinished)
    pair.server.respond(StreamID(rawValue: 1), message: [1].rawSpan)
    pair.settle()
    #expect(pair.outcome()?.status == .ok)
    #expect(pair.server.isFinished && pair.client.isFinished)
    #expect(pair.server.end == .drained)
  }

  @Test("calls that cross a GOAWAY on the wire are not processed, and say so")
  func goAwayCrosses() {
    pair.settle()
    pair.start(SessionPair.unary, [1])
    pair.settle()
    pair.server.shutdown(now: pair.now)
    // The notice is out and answered, so the server takes no more; the client has not heard of it.
    var output = ByteWriter()
    pair.server.takeOutput(into: &output, now: pair.now)
    pair.advance(milliseconds: 2_000)
    pair.server.tick(now: pair.now)
    pair.server.takeOutput(into: &output, now: pair.now)
    pair.start(SessionPair.unary, [2], tag: 2)
    _ = pair.toServer()
    pair.client.receive(output.bytes.rawSpan, now: pair.now)
    pair.settle()
    #expect(pair.outcome(2)?.status == .unavailable && pair.outcome(2)?.certainty == .notProcessed)
    #expect(pair.serverDelegate.events == [.called(1, [1])])
    #expect(pair.outcome(1) == nil, "the first call is still under way")
  }

  @Test("waiting calls are surely not processed when the server says goodbye")
  func pendingAtGoAway() {
    var limits = SessionLimits()
    limits.concurrentStreamsMax = 1
    let pair = SessionPair(server: limits)
    pair.serverDelegate.echoes = false
    pair.settle()
    for tag in UInt64(0)..<3 { pair.start(SessionPair.unary, [1], tag: tag) }
    pair.settle()
    pair.server.shutdown(now: pair.now)
    pair.settle()
    #expect(pair.outcome(0) == nil)
    #expect(pair.outcome(1)?.certainty == .notProcessed && pair.outcome(2)?.certainty == .notProcessed)
  }

  @Test("an idle connection is closed in an orderly way")
  func idle() {
    let pair = SessionPair()
    pair.start(SessionPair.unary, [1])
    pair.settle()
    for _ in 0..<200 where !pair.server.isFinished {
      pair.now = max(pair.now, pair.server.wakeAt)
      pair.server.tick(now: pair.now)
      pair.settle()
    }
    #expect(pair.server.isFinished && pair.server.end == .drained)
    #expect(pair.clientDelegate.isDraining)
  }

  @Test("a silent peer is asked, and gone when it does not answer")
  func keepAlive() {
    let peer = RawPeer()
    peer.advance(milliseconds: 30_001)
    #expect(peer.received.contains { $0.type == 6 && $0.flags == 0 })
    peer.send(.ping(ack: true))
    peer.advance(milliseconds: 20_001)
    #expect(!peer.session.isFinished)
    peer.advance(milliseconds: 30_001)
    peer.advance(milliseconds: 20_001)
    #expect(peer.session.isFinished && peer.session.end == .keepAliveTimedOut)
  }

  @Test("a client notices a server that went silent during a call")
  func silentServer() {
    pair.start(SessionPair.unary, [1])
    pair.settle()
    for _ in 0..<20 where !pair.client.isFinished {
      pair.now = max(pair.now, pair.client.wakeAt)
      pair.client.tick(now: pair.now)
      _ = pair.toServer()
    }
    #expect(pair.client.end == .keepAliveTimedOut)
    #expect(pair.outcome()?.status == .unavailable && pair.outcome()?.certainty == .unknown)
  }

  @Test("a server's silence counts from the first call on, however long there was none")
  func silenceAfterRest() {
    pair.start(SessionPair.unary, [1])
    pair.settle()
    pair.advance(milliseconds: 10_000)
    pair.client.tick(now: pair.now)
    let limits = pair.client.limits
    pair.start(SessionPair.unary, [1])
    #expect(pair.client.wakeAt <= pair.now.advanced(byMilliseconds: limits.keepAliveMilliseconds))
  }

  @Test("a delegate may answer other streams and cancel from inside a callback")
  func reentrance() {
    for tag in UInt64(0)..<3 { pair.start(SessionPair.unary, [1], tag: tag) }
    pair.settle()
    let answering = AnsweringOthers()
    pair.server.delegate = answering
    pair.start(SessionPair.unary, [1], tag: 3)
    pair.settle()
    for tag in UInt64(0)...3 { #expect(pair.outcome(tag)?.status == (tag == 3 ? .aborted : .ok)) }
  }
}

/// On each call, answers the three before it and fails the call itself.
private final class AnsweringOthers: ServerSessionDelegate {
  func called(_ call: ServerCall, message: RawSpan, in session: ServerSession) {
    for stream in [1, 3, 5] as [Int32] { session.respond(StreamID(rawValue: stream), message: message) }
    session.fail(call.stream, .aborted, message: "no")
  }
  func opened(_ call: ServerCall, in session: ServerSession) {}
  func received(_ message: RawSpan, for call: ServerCall, in session: ServerSession) {}
  func halfClosed(_ call: ServerCall, in session: ServerSession) {}
  func cancelled(_ call: ServerCall, _ reason: Cancellation, in session: ServerSession) {}
  func writable(_ call: ServerCall, in session: ServerSession) {}
}
