internal import Basics
internal import Raft
package import Replication
internal import Synchronization

/// The log of one Store: takes batches from the Store's thread, makes them durable on a thread of its own.
///
/// Everything submitted while a write is under way goes into the next write, in order: one wake-up and one durable write
/// for all of it, then one `persisted` with the last token. So the Store may submit whenever it likes; to bound memory
/// it should not submit while more than one token is outstanding. Callbacks come on the writer's thread. After `failed`
/// nothing is written and nothing is said any more.
///
/// A small batch that comes when nothing is under way may be written by the Store's thread itself: ``persistNow(_:)``.
package final class LogWriter: Sendable {
  struct Queue {
    var batches: [LogBatch] = []
    /// Some thread has the loop; only that one may call it.
    var isWriting = false
    /// Invariant: false while a batch is on disk that no later batch proves to have been durable.
    var isSealed = false
    /// Counts what was written, so that the writer's thread can tell an idle log.
    var writeCount: UInt64 = 0
    /// The writer's thread sleeps without a time to wake up at.
    var sleepsForLong = false
    var isStopping = false
    var hasFailed = false
  }

  let contents: Monitor<LogContents>
  let queue = Monitor(Queue())
  let pool: SegmentPool
  let configuration: LogConfiguration
  private let loop: LoopBox
  private let persisted: @Sendable (PersistToken) -> Void
  private let failed: @Sendable (StorageError) -> Void
  private let thread = Monitor(WorkerThreadBox())
  let fetching = Monitor(LogFetching())
  let fetchThread = Monitor(WorkerThreadBox())
  private let payloadByteCount = Atomic<UInt64>(0)
  /// The batch before this one was larger than what the Store's thread writes itself.
  private let lastWasLarge = Atomic<Bool>(false)
  /// Until when (nanoseconds of the monotonic clock) the disk counts as slow.
  private let slowUntil = Atomic<UInt64>(0)

  init(
    _ loop: sending LogWriterLoop, contents: Monitor<LogContents>, pool: SegmentPool, configuration: LogConfiguration,
    persisted: @escaping @Sendable (PersistToken) -> Void, failed: @escaping @Sendable (StorageError) -> Void
  ) {
    self.loop = LoopBox(loop: loop)
    self.contents = contents
    self.pool = pool
    self.configuration = configuration
    self.persisted = persisted
    self.failed = failed
  }

  /// Hands a batch over. Any thread; in practice the Store's.
  package func submit(_ batch: LogBatch) {
    lastWasLarge.store(!configuration.isSmall(batch), ordering: .relaxed)
    payloadByteCount.wrappingAdd(UInt64(batch.payloadByteCount), ordering: .relaxed)
    queue.signal { queue in
      if !queue.hasFailed { queue.batches.append(batch) }
    }
  }

  /// Makes a batch durable on the calling thread, where that is better than to hand it over: it is small, as was the one
  /// before it, nothing is under way, and the disk was quick lately. For a lone request the two hand-overs between threads
  /// cost about as much as the write; a small batch among large ones is an accident of their timing, and while it was
  /// written many others would wait.
  ///
  /// - Returns: whether the batch is durable. `persisted` is not called for it. If not, nothing was done, or the log has
  ///   failed: submit it.
  package func persistNow(_ batch: LogBatch) -> Bool {
    guard isForThisThread(batch), takeLoop(for: batch) else { return false }
    let began = MonotonicClock.now()
    payloadByteCount.wrappingAdd(UInt64(batch.payloadByteCount), ordering: .relaxed)
    do throws(StorageError) { try loop.loop.persist([batch]) } catch {
      // Nobody else gets the loop any more.
      fail(error)
      return false
    }
    let ended = MonotonicClock.now()
    let duration = ended.nanoseconds(since: began)
    if duration > configuration.directNanosecondsMax {
      slowUntil.store(ended.nanoseconds + duration * configuration.slowFactor, ordering: .relaxed)
    }
    return giveBackLoop()
  }

  /// Whether ``persistNow(_:)`` would write the batch, if nothing is under way.
  package func isForThisThread(_ batch: LogBatch) -> Bool {
    configuration.isSmall(batch) && !lastWasLarge.load(ordering: .relaxed)
      && MonotonicClock.now().nanoseconds >= slowUntil.load(ordering: .relaxed)
  }

  private func takeLoop(for batch: LogBatch) -> Bool {
    queue.withLock { queue in
      guard !queue.isWriting, queue.batches.isEmpty, !queue.hasFailed, !queue.isStopping, loop.loop.hasRoom(for: batch)
      else { return false }
      queue.isWriting = true
      return true
    }
  }

  /// Answers whether the log still works: after a failure elsewhere nothing is said to be durable any more.
  private func giveBackLoop() -> Bool {
    let (mustWake, hasFailed) = queue.withLock { queue in
      queue.isWriting = false
      queue.isSealed = false
      queue.writeCount += 1
      return (queue.sleepsForLong || queue.isStopping || !queue.batches.isEmpty, queue.hasFailed)
    }
    if mustWake { queue.signal { _ in } }
    return !hasFailed
  }

  /// Whether the Store may take new work; cheap, from any thread.
  package var spaceState: SpaceState { pool.spaceState }

  /// The payload bytes submitted since the log was opened: what a restart would have to replay, but for what a flush
  /// made unnecessary.
  package var submittedByteCount: UInt64 { payloadByteCount.load(ordering: .relaxed) }

  /// Writes what was submitted, seals the log, and ends the threads. Call once.
  package func close() throws(StorageError) {
    queue.signal { $0.isStopping = true }
    pool.beginClosing()
    thread.withLock { $0.join() }
    endFetching()
    try pool.close()
    for place in contents.withLock({ $0.places }) { try place.segment.file.close() }
  }

  func start(name: String) {
    thread.withLock { thread in
      thread.start(name: name, background: false) { [self] in run() }
    }
  }

  /// The helper thread failed: the Store stops as if the writer had.
  func fail(_ error: StorageError) {
    let isFirst = queue.signal { queue in
      defer { queue.hasFailed = true }
      queue.batches = []
      return !queue.hasFailed
    }
    if isFirst { failed(error) }
  }
}

// MARK: - The writer's thread

extension LogWriter {
  private enum Work {
    case persist([LogBatch])
    case seal
    case stop
    /// There is something to wait for now.
    case waitAnew
  }

  private func run() {
    while true {
      do throws(StorageError) {
        switch nextWork() {
        case .persist(let batches):
          try loop.loop.persist(batches)
          if giveBackLoop(), let token = batches.last?.token { persisted(token) }
        case .seal:
          try loop.loop.seal()
          queue.withLock { queue in
            queue.isWriting = false
            queue.isSealed = true
          }
        case .stop:
          if !queue.withLock({ $0.hasFailed }) { try loop.loop.seal() }
          return
        case .waitAnew: break
        }
      } catch {
        fail(error)
        _ = queue.wait { $0.isStopping ? true : nil }
        return
      }
    }
  }

  /// Waits for something to do; with all but `waitAnew` and `stop` the loop is this thread's.
  private func nextWork() -> Work {
    let (sleepsForLong, writeCount) = queue.withLock { queue in
      queue.sleepsForLong = queue.isSealed
      return (queue.isSealed, queue.writeCount)
    }
    let delay = sleepsForLong ? nil : configuration.sealDelayMilliseconds
    let work = queue.wait(timeoutMilliseconds: delay) { queue -> Work? in
      if queue.hasFailed { return queue.isStopping ? .stop : nil }
      if queue.isWriting { return nil }
      if !queue.batches.isEmpty {
        defer { queue.batches = [] }
        queue.isWriting = true
        return .persist(queue.batches)
      }
      if queue.isStopping { return .stop }
      return sleepsForLong && !queue.isSealed ? .waitAnew : nil
    }
    return work ?? workAfterQuiet(since: writeCount)
  }

  /// The wait is over and nothing was submitted: the log is sealed if nothing was written meanwhile either.
  private func workAfterQuiet(since writeCount: UInt64) -> Work {
    queue.withLock { queue in
      guard !queue.isWriting, !queue.hasFailed, queue.writeCount == writeCount else { return .waitAnew }
      queue.isWriting = true
      return .seal
    }
  }
}

/// Carries the loop between threads; whoever set `isWriting` may use it.
private struct LoopBox: @unchecked Sendable {
  let loop: LogWriterLoop
}
