package import Basics

/// Threads for reads that take long: lists, verification, catching up a feed. Each read sees the state as of the moment
/// it was asked for: the background writer takes its snapshot behind the writes before it. `run` is the Store thread's.
package final class ReaderPool: Sendable {
  private struct Job: @unchecked Sendable {
    let view: StateView
    /// Answers whether there is more to do.
    let slice: @Sendable (any StateReader) -> Bool
  }

  private struct State {
    var jobs = RingBuffer<Job>()
    /// Accepted, but still without a snapshot.
    var expectedCount = 0
    var isStopping = false
  }

  private let state = Monitor(State())
  private let threads: [Monitor<WorkerThreadBox>]
  private let database: RocksDatabase
  private let pending: WriteBehind
  private let queueMax: Int

  init(_ database: RocksDatabase, _ pending: WriteBehind, name: String, threadCount: Int, queueMax: Int) {
    self.database = database
    self.pending = pending
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
    runInSlices { reader in
      body(reader)
      return false
    }
  }

  /// As ``run(_:)``, but a part at a time, as long as `slice` answers that there is more; after each part the reads that
  /// wait have their turn, so that a read of minutes holds up none of milliseconds. All parts see the same state. When
  /// the pool closes, what is left is dropped.
  package func runInSlices(_ slice: @escaping @Sendable (any StateReader) -> Bool) -> Bool {
    let isAccepted = state.withLock { state in
      guard state.jobs.count + state.expectedCount < queueMax && !state.isStopping else { return false }
      state.expectedCount += 1
      return true
    }
    guard isAccepted else { return false }
    let isOrdered = pending.order(.job { [self] in runWithSnapshot(slice) }, isExact: true)
    if !isOrdered { state.withLock { $0.expectedCount -= 1 } }
    return isOrdered
  }

  /// Runs `body` on a reader thread over a view that is there already. The caller bounds how many wait.
  func run(over view: StateView, _ body: @escaping @Sendable (any StateReader) -> Void) {
    let job = Job(view: view) { reader in
      body(reader)
      return false
    }
    state.signal { $0.jobs.append(job) }
  }

  /// Called by the background writer between the writes before ``run(_:)`` and those after it.
  private func runWithSnapshot(_ slice: @escaping @Sendable (any StateReader) -> Bool) {
    let job = Job(view: StateView(snapshotOf: database), slice: slice)
    state.signal { state in
      state.expectedCount -= 1
      state.jobs.append(job)
    }
  }

  /// Runs what waits, then ends the threads. The background writer must have ended.
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
      guard job.slice(job.view) else { continue }
      state.signal { state in
        if !state.isStopping { state.jobs.append(job) }
      }
    }
  }
}
