internal import Basics
internal import CLinux
internal import Synchronization

/// An open socket between two loops: taken off one of them, and closed unless another one adopts it. Any thread may hold
/// it.
package final class DetachedSocket: Sendable {
  private static let none: Int32 = -1

  package let peer: SocketAddress
  private let descriptor: Atomic<Int32>

  init(_ descriptor: Int32, peer: SocketAddress) {
    self.descriptor = Atomic(descriptor)
    self.peer = peer
  }

  deinit {
    let descriptor = descriptor.load(ordering: .acquiring)
    if descriptor != Self.none { _ = clinux_close(descriptor) }
  }

  /// Once.
  func take() -> Int32 {
    let taken = descriptor.exchange(Self.none, ordering: .acquiringAndReleasing)
    invariant(taken != Self.none, "a socket was adopted twice")
    return taken
  }
}

extension Connection {
  /// Takes an open connection off its loop, to be adopted by another one. Its handler is let go without being told of an
  /// end. What was read and what waits to be sent does not go along: call it when both are nothing.
  package func detach() -> DetachedSocket {
    loop.assertOnThread()
    invariant(state == .open && unsentByteCount == 0, "only an open connection with nothing to send changes its loop")
    state = .closed
    loop.cancel(stateTimer)
    loop.cancel(stallTimer)
    loop.cancel(ownerTimer)
    loop.unwatch(descriptor, token: token)
    listener?.released(self)
    handler = nil
    return DetachedSocket(descriptor, peer: peer)
  }

  /// Goes on with a connection that another loop has let go. The caller sets its handler there and then.
  package static func adopt(
    _ socket: DetachedSocket, on loop: EventLoop, limits: Limits = Limits()
  ) throws(ReactorError) -> Connection {
    loop.assertOnThread()
    return try Connection(
      loop, descriptor: socket.take(), peer: socket.peer, limits: limits, state: .open,
      watching: watchedWhenOpen)
  }
}
