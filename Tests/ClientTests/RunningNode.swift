import API
import Basics
import Client
import Reactor
import Synchronization

/// A scripted node on a thread of its own, stopped when the test lets go of it.
final class RunningNode: Sendable {
  private final class Handed: Sendable { let port = Mutex<UInt16>(0) }

  let log = FakeNode.Log()
  let port: UInt16
  private let thread: LoopThread
  private let isRunning = Mutex(true)

  init(port: UInt16 = 0, _ script: [Step]) throws {
    let handed = Handed()
    let log = log
    thread = try LoopThread(name: "fake-node") { loop in
      let node = try FakeNode(on: loop, log: log, port: port, script: script)
      handed.port.withLock { $0 = node.address.port }
      return node
    }
    self.port = handed.port.withLock { $0 }
  }

  deinit { stop() }

  /// Goes away, with all its connections.
  func stop() {
    let wasRunning = isRunning.withLock { isRunning in
      defer { isRunning = false }
      return isRunning
    }
    if wasRunning { thread.stopAndJoin() }
  }

  var address: String { "127.0.0.1:\(port)" }

  func client(
    retries: RetryPolicy = RetryPolicy(firstDelay: .milliseconds(2)), timeout: Duration = .seconds(5)
  ) throws -> HoldfastClient {
    try HoldfastClient(
      .init(addresses: [address], tenant: "shop", actor: "test", timeout: timeout, retries: retries))
  }
}

/// Waits for something another thread does, at most ten seconds.
func eventually(_ condition: () -> Bool) async -> Bool {
  let limit = EventLoop.clock.advanced(byMilliseconds: 10_000)
  while !condition() {
    if EventLoop.clock >= limit { return false }
    await Task.yield()
  }
  return true
}
