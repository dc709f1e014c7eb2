internal import Basics
internal import CLinux

/// A thread of the operating system that runs one closure to its end. Owned by whoever started it, who must join it.
struct WorkerThread: ~Copyable {
  private let handle: UInt64

  /// Starts a thread. `name` shows in process listings (at most 15 bytes). A `background` thread yields to all others.
  init(name: String, background: Bool, _ body: @escaping @Sendable () -> Void) {
    let job = unsafe Unmanaged.passRetained(Job(background: background, body: body))
    var handle: UInt64 = 0
    let result = unsafe clinux_thread_start(
      name, -1,
      { argument in
        guard let argument = unsafe argument else { return }
        let job = unsafe Unmanaged<Job>.fromOpaque(argument).takeRetainedValue()
        if job.background { clinux_lower_thread_priority() }
        job.body()
      }, job.toOpaque(), &handle)
    invariant(result == 0, "no thread could be started: error \(-result)")
    self.handle = handle
  }

  /// Waits until the closure has ended.
  consuming func join() {
    let result = clinux_thread_join(handle)
    invariant(result == 0, "a thread was joined twice")
  }
}

/// What a new thread is given.
private final class Job: Sendable {
  let background: Bool
  let body: @Sendable () -> Void

  init(background: Bool, body: @escaping @Sendable () -> Void) {
    self.background = background
    self.body = body
  }
}
