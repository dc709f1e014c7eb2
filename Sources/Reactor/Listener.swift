internal import Basics
internal import CLinux

/// Is told of accepted connections on the loop's thread, and sets their `handler` there and then.
package protocol ListenerHandler: AnyObject {
  func listener(_ listener: Listener, accepted connection: Connection)
}

/// A listening TCP socket of one loop. Several loops may share a port, each with a listener of its own.
package final class Listener {
  package struct Options: Sendable {
    package var backlog: Int32 = 1024
    /// Lets other listeners (of other loops) share the port; the kernel spreads connections over them.
    package var sharesPort = false
    package var connectionsMax = 10_000
    package var connectionsPerAddressMax = 10_000
    package var connection = Connection.Limits()

    package init() {}
  }

  /// How many connections were taken and turned away, since the start.
  package struct Counters: Sendable {
    package var accepted: UInt64 = 0
    package var refusedForTotal: UInt64 = 0
    package var refusedForAddress: UInt64 = 0
    /// Times that accepting paused because the process or the system had no descriptors or memory left.
    package var pauses: UInt64 = 0
  }

  private static let acceptsPerTurnMax = 64
  private static let pauseMilliseconds: UInt64 = 100

  package unowned let loop: EventLoop
  /// The address in use, with the port that the system picked if port 0 was asked for.
  package let address: SocketAddress
  package private(set) var counters = Counters()
  package private(set) var connectionCount = 0

  private let options: Options
  private let descriptor: Int32
  private var token: UInt64 = 0
  private var isClosed = false
  private var pauseTimer = TimerID.none
  private var perAddress: [SocketAddress: Int] = [:]
  private unowned let handler: any ListenerHandler

  /// The loop keeps an open listener; the handler is not retained.
  package init(
    on loop: EventLoop, address: SocketAddress, options: Options = Options(), handler: any ListenerHandler
  ) throws(ReactorError) {
    loop.assertOnThread()
    self.loop = loop
    self.options = options
    self.handler = handler
    var raw = address.raw
    descriptor = try checked(
      "listen on \(address)", unsafe clinux_tcp_listen(&raw, options.backlog, options.sharesPort ? 1 : 0))
    let named = unsafe clinux_tcp_local_address(descriptor, &raw)
    self.address = SocketAddress(raw)
    _ = try checked("getsockname", named)
    token = try loop.watch(descriptor, .readable, self)
  }

  deinit {
    if !isClosed { _ = clinux_close(descriptor) }
  }

  /// Takes no more connections; those that there are stay.
  package func close() {
    loop.assertOnThread()
    if isClosed { return }
    isClosed = true
    loop.cancel(pauseTimer)
    loop.unwatch(descriptor, token: token)
    _ = clinux_close(descriptor)
  }

  private func accept(_ descriptor: Int32, _ peer: SocketAddress) {
    let key = peer.withoutPort
    let count = perAddress[key, default: 0]
    guard connectionCount < options.connectionsMax else {
      counters.refusedForTotal += 1
      return refuse(descriptor)
    }
    guard count < options.connectionsPerAddressMax else {
      counters.refusedForAddress += 1
      return refuse(descriptor)
    }
    do throws(ReactorError) {
      let connection = try Connection(
        loop, descriptor: descriptor, peer: peer, limits: options.connection, state: .open,
        watching: Connection.watchedWhenOpen)
      counters.accepted += 1
      connectionCount += 1
      perAddress[key] = count + 1
      connection.listener = self
      handler.listener(self, accepted: connection)
      invariant(connection.handler != nil || !connection.isOpen, "an accepted connection was given no handler")
    } catch {
      // The kernel has no room to watch it: the same as having no descriptor for it.
      pause()
    }
  }

  private func refuse(_ descriptor: Int32) {
    _ = clinux_socket_abort_on_close(descriptor)
    _ = clinux_close(descriptor)
  }

  /// Without descriptors, the waiting connection would keep the listener ready and the loop spinning.
  private func pause() {
    if isClosed || pauseTimer != .none { return }
    counters.pauses += 1
    loop.rewatch(descriptor, [], token: token)
    pauseTimer = loop.schedule(at: loop.now.advanced(byMilliseconds: Self.pauseMilliseconds), self)
  }

  func released(_ connection: Connection) {
    connectionCount -= 1
    let key = connection.peer.withoutPort
    let left = perAddress[key, default: 1] - 1
    perAddress[key] = left > 0 ? left : nil
  }
}

extension Listener: ReadyHandler, TimerHandler {
  package func ready(_ events: Readiness) {
    for _ in 0..<Self.acceptsPerTurnMax {
      if isClosed { return }
      var raw = clinux_address()
      let result = unsafe clinux_tcp_accept(descriptor, &raw)
      if result >= 0 {
        accept(result, SocketAddress(raw))
        continue
      }
      switch -result {
      case SystemError.again: return
      case SystemError.tooManyFiles, SystemError.tooManyFilesInSystem, SystemError.noBuffers, SystemError.noMemory:
        return pause()
      default: continue  // That connection failed before it was taken; the next one may be well.
      }
    }
  }

  package func timerFired(_ id: TimerID, token: UInt64) {
    pauseTimer = .none
    loop.rewatch(descriptor, .readable, token: self.token)
  }
}
