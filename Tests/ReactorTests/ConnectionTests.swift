import Basics
import CLinux
import Glibc
import Testing

@testable import Reactor

@Suite("Listeners and connections", .serialized)
struct ConnectionTests {
  let loop: EventLoop
  let echo = Echo()

  init() throws { loop = try EventLoop() }

  @Test("bytes come back, over IPv4 and IPv6", arguments: ["127.0.0.1", "::1"])
  func echoes(host: String) throws {
    let listener = try Listener(on: loop, address: try SocketAddress(host, port: 0), handler: echo)
    #expect(listener.address.port != 0 && listener.address.isLoopback)
    let caller = Caller(Array("hello".utf8))
    let connection = try loop.call(listener.address, caller)
    loop.work { caller.received.count == 5 }
    #expect(caller.received == Array("hello".utf8))
    #expect(connection.bytesSent == 5 && connection.bytesReceived == 5)
    #expect(listener.connectionCount == 1)
    connection.close()
    loop.work { !echo.ends.isEmpty && listener.connectionCount == 0 }
    #expect(caller.end == .closedHere && caller.ends == 1 && echo.ends == [.closedHere])
  }

  @Test("more than a socket takes is sent in order as the peer reads")
  func large() throws {
    let listener = try Listener(on: loop, address: loopback, handler: echo)
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    let caller = Caller(bytes)
    let connection = try loop.call(listener.address, caller)
    loop.work { caller.received.count == bytes.count }
    #expect(caller.received == bytes)
    connection.close()
  }

  @Test("what is said before closing arrives, also when the peer is still sending")
  func lastWords() throws {
    let listener = try Listener(on: loop, address: loopback, handler: echo)
    let caller = Caller([UInt8](repeating: 1, count: 3_000_000))
    _ = try loop.call(listener.address, caller)
    loop.work { echo.receivedBytes > 0 }
    echo.waiting = [:]
    echo.extra = Array("goodbye".utf8)
    for connection in echo.accepted { connection.closeAfterFlush() }
    loop.work { caller.end != nil }
    #expect(caller.received.suffix(7) == Array("goodbye".utf8)[...])
    #expect(echo.ends == [.closedHere])
  }

  @Test("a half-closed peer still gets its answer")
  func halfClose() throws {
    let listener = try Listener(on: loop, address: loopback, handler: echo)
    let caller = Caller(Array("question".utf8))
    let connection = try loop.call(listener.address, caller)
    loop.work { caller.isOpened && connection.bytesSent == 8 }
    connection.finishSending()
    loop.work { caller.isPeerFinished }
    #expect(caller.received == Array("question".utf8))
  }

  @Test("a refused connection says why")
  func refused() throws {
    let listener = try Listener(on: loop, address: loopback, handler: echo)
    let address = listener.address
    listener.close()
    let caller = Caller([])
    do {
      _ = try loop.call(address, caller)
      loop.work { caller.end != nil }
      #expect(caller.end == .connectFailed(111))
    } catch {
      #expect(error as? ReactorError == .system(call: "connect", code: 111))
    }
  }

  @Test("a connection that is not answered is given up at its deadline")
  func connectDeadline() throws {
    // A listener that is never asked to accept, with a full queue, answers no further connection.
    var raw = loopback.raw
    let full = unsafe clinux_tcp_listen(&raw, 0, 0)
    defer { _ = clinux_close(full) }
    unsafe clinux_tcp_local_address(full, &raw)
    let address = SocketAddress(raw)
    let callers = (0..<4).map { _ in Caller([]) }
    for caller in callers { _ = try loop.call(address, caller, milliseconds: 50) }
    loop.work { callers.contains { $0.end == .connectTimedOut } }
  }

  @Test("a peer that reads nothing is cut after its time")
  func stall() throws {
    var options = Listener.Options()
    options.connection.stallMillisecondsMax = 50
    let listener = try Listener(on: loop, address: loopback, options: options, handler: echo)
    var raw = listener.address.raw
    let silent = unsafe clinux_tcp_connect(&raw)
    defer { _ = clinux_close(silent) }
    loop.work { !echo.accepted.isEmpty }
    echo.extra = [UInt8](repeating: 1, count: 16 << 20)
    echo.accepted[0].setNeedsFlush()
    loop.work { !echo.ends.isEmpty }
    #expect(echo.ends == [.peerTooSlow])
  }

  @Test("connections beyond the limits are turned away and counted")
  func limits() throws {
    var options = Listener.Options()
    options.connectionsMax = 3
    options.connectionsPerAddressMax = 2
    let listener = try Listener(on: loop, address: loopback, options: options, handler: echo)
    let callers = (0..<5).map { _ in Caller([1]) }
    let connections = try callers.map { try loop.call(listener.address, $0) }
    loop.work { callers.count { $0.end != nil } == 3 }
    #expect(listener.connectionCount == 2 && listener.counters.refusedForAddress == 3)
    for connection in connections { connection.close() }
    loop.work { listener.connectionCount == 0 }
    let late = Caller([1])
    let connection = try loop.call(listener.address, late)
    loop.work { late.received == [1] }
    connection.close()
  }

  @Test("without descriptors a listener pauses instead of spinning, and goes on when there are some")
  func noDescriptors() async {
    await #expect(processExitsWith: .exitCode(7)) {
      let loop = try EventLoop()
      let echo = Echo()
      let listener = try Listener(on: loop, address: loopback, handler: echo)
      var raw = listener.address.raw
      let waiting = unsafe clinux_tcp_connect(&raw)
      var limit = rlimit()
      _ = unsafe getrlimit(__rlimit_resource_t(7), &limit)
      var none = rlimit(rlim_cur: rlim_t(waiting) + 1, rlim_max: limit.rlim_max)
      _ = unsafe setrlimit(__rlimit_resource_t(7), &none)
      // Every descriptor below the limit is taken, so that accept4 finds none.
      while clinux_eventfd_create() >= 0 {}
      loop.work { listener.counters.pauses >= 1 }
      let turnsBefore = loop.turnCount
      let start = EventLoop.clock
      while EventLoop.clock < start.advanced(byMilliseconds: 150) {
        loop.turn(until: start.advanced(byMilliseconds: 150))
      }
      let isQuiet = loop.turnCount - turnsBefore < 20 && echo.accepted.isEmpty
      _ = unsafe setrlimit(__rlimit_resource_t(7), &limit)
      loop.work { !echo.accepted.isEmpty }
      if isQuiet { clinux_exit(7) }
    }
  }

  @Test("listeners of two loops share a port")
  func sharedPort() throws {
    var options = Listener.Options()
    options.sharesPort = true
    let first = try Listener(on: loop, address: loopback, options: options, handler: echo)
    let second = try Listener(on: loop, address: first.address, options: options, handler: echo)
    #expect(first.address == second.address)
    #expect(throws: ReactorError.self) { try Listener(on: loop, address: first.address, handler: echo) }
  }

  @Test("an owner is woken once, at the last time it asked for")
  func wake() throws {
    let listener = try Listener(on: loop, address: loopback, handler: echo)
    let caller = Caller([1])
    let connection = try loop.call(listener.address, caller)
    loop.work { !echo.accepted.isEmpty }
    let start = EventLoop.clock
    echo.accepted[0].wake(at: start.advanced(byMilliseconds: 500))
    echo.accepted[0].wake(at: start.advanced(byMilliseconds: 10))
    echo.accepted[0].wake(at: start.advanced(byMilliseconds: 40))
    loop.work { echo.wakeUps > 0 }
    #expect(EventLoop.clock.nanoseconds(since: start) >= 40_000_000)
    for _ in 0..<5 { loop.turn(until: EventLoop.clock.advanced(byMilliseconds: 5)) }
    #expect(echo.wakeUps == 1)
    connection.close()
  }

  @Test(
    "addresses are read and written",
    arguments: [
      ("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80"), ("10.1.2.3", "10.1.2.3:80"),
      ("2001:db8::8", "[2001:db8::8]:80"),
    ])
  func addresses(text: String, expected: String) throws {
    let address = try SocketAddress(text, port: 80)
    #expect(address.description == expected && address.host == text)
    #expect(address.isLoopback == (text == "127.0.0.1" || text == "::1"))
  }

  @Test("what is no address is refused", arguments: ["", "localhost", "1.2.3", "1.2.3.4.5", ":::1", "127.0.0.1 "])
  func notAddresses(text: String) {
    #expect(throws: ReactorError.notAnAddress(text)) { try SocketAddress(text, port: 1) }
  }

  @Test("localhost is resolved")
  func resolve() throws {
    let found = try SocketAddress.resolve(host: "localhost", port: 7)
    #expect(found.allSatisfy { $0.isLoopback && $0.port == 7 } && !found.isEmpty)
  }
}
