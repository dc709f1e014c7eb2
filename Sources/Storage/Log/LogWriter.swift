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
package final class LogWriter: Sendable {
  struct Queue {
    var batches: [LogBatch] = []
    var isStopping = false
    var hasFailed = false
  }

  private enum Work {
    case persist([LogBatch])
    case seal
    case stop
  }

  let contents: Monitor<LogContents>
  private let queue = Monitor(Queue())
  let pool: SegmentPool
  private let configuration: LogConfiguration
  private let persisted: @Sendable (PersistToken) -> Void
  private let failed: @Sendable (StorageError) -> Void
  private let thread = Monitor(WorkerThreadBox())
  private let payloadByteCount = Atomic<UInt64>(0)

  init(
    contents: Monitor<LogContents>, pool: SegmentPool, configuration: LogConfiguration,
    persisted: @escaping @Sendable (PersistToken) -> Void, failed: @escaping @Sendable (StorageError) -> Void
  ) {
    self.contents = contents
    self.pool = pool
    self.configuration = configuration
    self.persisted = persisted
    self.failed = failed
  }

  /// Hands a batch over. Any thread; in practice the Store's.
  package func submit(_ batch: LogBatch) {
    payloadByteCount.wrappingAdd(UInt64(batch.payloadByteCount), ordering: .relaxed)
    queue.signal { queue in
      if !queue.hasFailed { queue.batches.append(batch) }
    }
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
    try pool.close()
    for place in contents.withLock({ $0.places }) { try place.segment.file.close() }
  }

  func start(_ loop: sending LogWriterLoop, name: String) {
    let box = LoopBox(loop: loop)
    thread.withLock { thread in
      thread.start(name: name, background: false) { [self] in run(box.loop) }
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

  private func run(_ loop: LogWriterLoop) {
    while true {
      let delay = loop.isSealed ? nil : configuration.sealDelayMilliseconds
      let work = queue.wait(timeoutMilliseconds: delay) { queue -> Work? in
        if queue.hasFailed { return queue.isStopping ? .stop : nil }
        if !queue.batches.isEmpty {
          defer { queue.batches = [] }
          return .persist(queue.batches)
        }
        return queue.isStopping ? .stop : nil
      }
      do throws(StorageError) {
        switch work ?? .seal {
        case .persist(let batches):
          try loop.persist(batches)
          if let token = batches.last?.token { report(token) }
        case .seal:
          if !hasFailed { try loop.seal() }
        case .stop:
          if !hasFailed { try loop.seal() }
          return
        }
      } catch {
        fail(error)
        waitForStop()
        return
      }
    }
  }

  private var hasFailed: Bool { queue.withLock { $0.hasFailed } }

  private func report(_ token: PersistToken) {
    if !hasFailed { persisted(token) }
  }

  private func waitForStop() {
    _ = queue.wait { $0.isStopping ? true : nil }
  }
}

/// Carries the loop to its thread.
private struct LoopBox: @unchecked Sendable {
  let loop: LogWriterLoop
}
