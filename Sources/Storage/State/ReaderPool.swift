package import Basics

/// Threads for reads that take long: lists, verification, catching up a feed. Each read sees the state as of the moment
/// it was asked for. `run` is the Store thread's.
package final class ReaderPool: Sendable {
  private struct Job: @unchecked Sendable {
    let view: StateView
    let body: @Sendable (any StateReader) -> Void
  }

  private struct State {
    var jobs = RingBuffer<Job>()
    var isStopping = false
  }

  private let state = Monitor(State())
  private let threads: [Monitor<WorkerThreadBox>]
  private let database: RocksDatabase
  private let queueMax: Int

  init(_ database: RocksDatabase, name: String, threadCount: Int, queueMax: Int) {
    self.database = database
    self.queueMax = queueMax
    threads = (0..<threadCount).map { _ in Monitor(WorkerThreadBox()) }
    for (number, thread) in threads.enumerated() {
      thread.withLock { thread in
        thread.start(name: "read-\(name).\(number)", background: true) { [self] in work() }
      }
    }
  }

  /// Runs `body` on a reader thread over the state as it is now; `false` when too many reads wait already. The body must
  /// not keep the reader.
  package func run(_ body: @escaping @Sendable (any StateReader) -> Void) -> Bool {
    guard state.withLock({ $0.jobs.count < queueMax && !$0.isStopping }) else { return false }
    let job = Job(view: StateView(snapshotOf: database), body: body)
    state.signal { $0.jobs.append(job) }
    return true
  }

  /// Runs what waits, then ends the threads.
  func close() {
    state.broadcast { $0.isStopping = true }
    for thread in threads { thread.withLock { $0.join() } }
  }

  private func work() {
    while true {
      let job = state.wait { state -> Job?? in
        if let job = state.jobs.popFirst() { return .some(job) }
        return state.isStopping ? .some(nil) : nil
      }
      guard case .some(.some(let job)) = job else { return }
      job.body(job.view)
    }
  }
}
