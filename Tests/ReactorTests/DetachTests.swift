import Basics
import Synchronization
import Testing

@testable import Reactor

@Suite(.serialized) struct DetachTests {
  /// Lets each connection go as soon as something was read from it.
  private final class Passer: ListenerHandler, ConnectionHandler {
    var read: [UInt8] = []
    var ends = 0
    let pass: (DetachedSocket) -> Void

    init(_ pass: @escaping (DetachedSocket) -> Void) { self.pass = pass }

    func listener(_ listener: Listener, accepted connection: Connection) { connection.handler = self }
    func connectionOpened(_ connection: Connection) {}
    func connection(_ connection: Connection, received bytes: RawSpan) {
      read += bytes.copied()
      pass(connection.detach())
    }
    func connection(_ connection: Connection, fill output: inout ByteWriter) {}
    func connectionPeerFinished(_ connection: Connection) {}
    func connectionWoke(_ connection: Connection) {}
    func connectionClosed(_ connection: Connection, _ end: ConnectionEnd) { ends += 1 }
  }

  @Test func `a connection goes on at the loop that adopts it, on another thread`() throws {
    let loop = try EventLoop()
    let posted = Mutex<Mailbox<DetachedSocket>?>(nil)
    let other = try LoopThread(name: "adopter") { loop in
      let echo = Echo()
      let mailbox = loop.makeMailbox(of: DetachedSocket.self) { batch in
        for socket in batch {
          do throws(ReactorError) {
            let connection = try Connection.adopt(socket, on: loop)
            connection.handler = echo
          } catch { Issue.record("not adopted: \(error)") }
        }
      }
      posted.withLock { $0 = mailbox }
      return echo
    }
    let mailbox = try #require(posted.withLock { $0 })
    let passer = Passer { #expect(mailbox.post($0)) }
    let listener = try Listener(on: loop, address: loopback, handler: passer)
    let caller = Caller(Array("hello".utf8))
    let connection = try loop.call(listener.address, caller)
    loop.work { !passer.read.isEmpty }
    #expect(listener.connectionCount == 0)
    caller.toSend = Array("again".utf8)
    connection.setNeedsFlush()
    loop.work { caller.received == Array("again".utf8) }
    #expect(passer.read == Array("hello".utf8) && passer.ends == 0)
    connection.close()
    other.stopAndJoin()
  }

  @Test func `a socket that nobody adopts is closed`() throws {
    let loop = try EventLoop()
    let passer = Passer { _ in }
    let listener = try Listener(on: loop, address: loopback, handler: passer)
    let caller = Caller([1])
    _ = try loop.call(listener.address, caller)
    loop.work { caller.isPeerFinished || caller.end != nil }
    #expect(passer.read == [1])
  }

  @Test func `with a loop's thread the connections that nobody else holds are closed`() throws {
    let address = Mutex<SocketAddress?>(nil)
    let other = try LoopThread(name: "ending") { loop in
      let echo = Echo()
      echo.keepsConnections = false
      let listener = try Listener(on: loop, address: loopback, handler: echo)
      address.withLock { $0 = listener.address }
      return Service(echo, listener)
    }
    let loop = try EventLoop()
    let caller = Caller([1])
    _ = try loop.call(try #require(address.withLock { $0 }), caller)
    loop.work { caller.received == [1] }
    other.stopAndJoin()
    loop.work { caller.isPeerFinished || caller.end == .closedByPeer }
  }
}

/// What the thread of a loop keeps.
private final class Service {
  let echo: Echo
  let listener: Listener

  init(_ echo: Echo, _ listener: Listener) {
    self.echo = echo
    self.listener = listener
  }
}
