internal import Basics
internal import CLinux
internal import Synchronization

/// Why a loop's thread did not start.
package enum LoopThreadError: Error {
  case system(ReactorError)
  /// What `prepare` threw.
  case preparation(any Error)
}

/// A thread with an event loop of its own. The loop is made, prepared, run and destroyed on that thread; this handle
/// may be used from any thread.
package final class LoopThread: Sendable {
  package typealias Preparation = @Sendable (EventLoop) throws -> AnyObject

  package let remote: LoopRemote
  private let handle: UInt64

  /// Starts the thread and returns once `prepare` has run on it. What `prepare` answers is kept until the loop ends:
  /// the service, usually the loop's hook. `processor` pins the thread to one processor.
  package init(name: String, processor: Int? = nil, prepare: @escaping Preparation) throws(LoopThreadError) {
    let start: LoopStart
    do throws(ReactorError) { start = try LoopStart(prepare) } catch { throw .system(error) }
    let context = unsafe Unmanaged.passRetained(start).toOpaque()
    var handle: UInt64 = 0
    let started = unsafe clinux_thread_start(
      name, Int32(processor ?? -1),
      { context in
        guard let context = unsafe context else { invariantViolated("a thread was started without its body") }
        unsafe Unmanaged<LoopStart>.fromOpaque(context).takeRetainedValue().run()
      }, context, &handle)
    guard started == 0 else {
      unsafe Unmanaged<LoopStart>.fromOpaque(context).release()
      throw .system(.system(call: "pthread_create", code: -started))
    }
    switch start.wait() {
    case .success(let remote): self.remote = remote
    case .failure(let error):
      _ = clinux_thread_join(handle)
      throw error
    }
    self.handle = handle
  }

  /// Asks the loop to end after its turn and waits until the thread has. To be called once, from another thread.
  package func stopAndJoin() {
    remote.stop()
    let result = clinux_thread_join(handle)
    invariant(result == 0, "a loop's thread could not be joined (errno \(-result))")
  }

  /// Waits until the loop has ended by itself. To be called once, from another thread, instead of ``stopAndJoin()``.
  package func join() {
    let result = clinux_thread_join(handle)
    invariant(result == 0, "a loop's thread could not be joined (errno \(-result))")
  }
}

/// What a starting thread does, and how its starter learns the outcome. Shared by the two threads.
private final class LoopStart: Sendable {
  private let prepare: LoopThread.Preparation
  private let outcome = Mutex<Result<LoopRemote, LoopThreadError>?>(nil)
  private let settled: Int32

  init(_ prepare: @escaping LoopThread.Preparation) throws(ReactorError) {
    self.prepare = prepare
    settled = try checked("eventfd", clinux_eventfd_create())
  }

  deinit { _ = clinux_close(settled) }

  func run() {
    let loop: EventLoop
    do throws(ReactorError) { loop = try EventLoop() } catch { return settle(.failure(.system(error))) }
    let service: AnyObject
    do { service = try prepare(loop) } catch { return settle(.failure(.preparation(error))) }
    settle(.success(loop.remote))
    withExtendedLifetime(service) { loop.run() }
    loop.abandon()
  }

  private func settle(_ result: Result<LoopRemote, LoopThreadError>) {
    outcome.withLock { $0 = result }
    let signalled = clinux_eventfd_signal(settled)
    invariant(signalled == 0, "an eventfd write failed")
  }

  func wait() -> Result<LoopRemote, LoopThreadError> {
    while true {
      if let result = outcome.withLock({ $0 }) { return result }
      _ = clinux_wait_readable(settled)
    }
  }
}
