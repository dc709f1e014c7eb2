import API
import Basics
import Client
import HTTP2
import Reactor
import Testing

/// Keeps what a connection tells.
private final class Listening: ClientConnectionDelegate {
  var opened = 0
  var messages: [UInt64: [[UInt8]]] = [:]
  var results: [UInt64: StatusCode] = [:]
  var certainties: [UInt64: CallCertainty] = [:]
  var drainings = 0
  var end: ConnectionEnd?

  func opened(_ connection: ClientConnection) { opened += 1 }
  func closed(_ connection: ClientConnection, _ end: ConnectionEnd) { self.end = end }
  func received(_ message: RawSpan, for call: CallID, tag: UInt64, in session: ClientSession) {
    messages[tag, default: []].append(message.copied())
  }
  func finished(_ result: borrowing CallResult, for call: CallID, tag: UInt64, in session: ClientSession) {
    results[tag] = result.status
    certainties[tag] = result.certainty
  }
  func writable(_ call: CallID, tag: UInt64, in session: ClientSession) {}
  func draining(_ session: ClientSession) { drainings += 1 }
}

@Suite("A connection to a node")
struct ClientConnectionTests {
  /// Turns a loop until the condition holds, at most for ten seconds.
  private func turn(_ loop: EventLoop, until condition: () -> Bool) {
    let limit = EventLoop.clock.advanced(byMilliseconds: 10_000)
    while !condition(), EventLoop.clock < limit { loop.turn(until: EventLoop.clock.advanced(byMilliseconds: 50)) }
    #expect(condition())
  }

  private func connect(_ loop: EventLoop, _ address: SocketAddress, _ told: Listening) throws -> ClientConnection {
    try ClientConnection(
      to: address, authority: address.description, on: loop,
      deadline: loop.now.advanced(byMilliseconds: 5_000), delegate: told)
  }

  @Test("calls started before the connection is made are answered after it is")
  func startsEarly() throws {
    let loop = try EventLoop()
    let node = try FakeNode(on: loop, script: [.answer([1, 2, 3])])
    let told = Listening()
    let connection = try connect(loop, node.address, told)
    let request: [UInt8] = [9, 9]
    for tag in UInt64(1)...50 {
      #expect(connection.start(.holdReserve, message: request.rawSpan, deadline: .distantFuture, tag: tag) != nil)
    }
    turn(loop) { told.results.count == 50 }
    #expect(told.opened == 1)
    #expect(told.results.values.allSatisfy { $0 == .ok })
    #expect(told.messages[50] == [[1, 2, 3]])
    #expect(node.log.now.calls.allSatisfy { $0.method == .holdReserve && $0.message == request })
    connection.shutdown()
    turn(loop) { told.end != nil }
    #expect(told.end == .closedHere)
  }

  @Test("a refused connection fails its calls as not processed")
  func refused() throws {
    let loop = try EventLoop()
    let node = try FakeNode(on: loop, script: [.silence])
    let address = node.address
    node.listener.close()
    let told = Listening()
    let connection = try connect(loop, address, told)
    let request: [UInt8] = [1]
    _ = connection.start(.holdReserve, message: request.rawSpan, deadline: .distantFuture, tag: 7)
    turn(loop) { told.end != nil }
    #expect(told.end == .connectFailed(111))
    #expect(told.results[7] == .unavailable)
    #expect(told.certainties[7] == .notProcessed)
    #expect(!connection.isAccepting)
  }

  @Test("a call's deadline ends it and resets its stream")
  func deadline() throws {
    let loop = try EventLoop()
    let node = try FakeNode(on: loop, script: [.silence])
    let told = Listening()
    let connection = try connect(loop, node.address, told)
    let request: [UInt8] = [1]
    let deadline = loop.now.advanced(byMilliseconds: 60)
    _ = connection.start(.holdReserve, message: request.rawSpan, deadline: deadline, tag: 7)
    turn(loop) { told.results[7] != nil && !node.log.now.cancellations.isEmpty }
    #expect(told.results[7] == .deadlineExceeded)
    #expect(EventLoop.clock >= deadline)
    #expect(connection.isAccepting)
  }

  @Test("a connection that the node closes loses its calls, with their outcome unknown")
  func dropped() throws {
    let loop = try EventLoop()
    let node = try FakeNode(on: loop, script: [.drop])
    let told = Listening()
    let connection = try connect(loop, node.address, told)
    let request: [UInt8] = [1]
    _ = connection.start(.holdReserve, message: request.rawSpan, deadline: .distantFuture, tag: 7)
    turn(loop) { told.end != nil }
    #expect(told.results[7] == .unavailable)
    #expect(told.certainties[7] == .unknown)
  }

  @Test("a stream carries messages both ways")
  func stream() throws {
    let loop = try EventLoop()
    let node = try FakeNode(on: loop, script: [.echo { $0 + $0 }])
    let told = Listening()
    let connection = try connect(loop, node.address, told)
    let call = try #require(connection.open(.holdReserveStream, deadline: .distantFuture, tag: 3))
    for byte in UInt8(1)...3 {
      let message = [byte]
      connection.send(call, message: message.rawSpan)
    }
    turn(loop) { told.messages[3]?.count == 3 }
    connection.finishSending(call)
    turn(loop) { told.results[3] != nil }
    #expect(told.messages[3] == [[1, 1], [2, 2], [3, 3]])
    #expect(told.results[3] == .ok)
  }
}
