internal import Basics
internal import Raft
internal import Replication

/// Flushes the state database in the background, and tells the log what it need not keep. `request` is the
/// background writer's; the rest happens on a thread of its own.
final class Checkpointer: Sendable {
  private struct State {
    var request: [(shard: ShardID, index: LogIndex)]?
    /// The last request that someone waits for; it is in the next flush.
    var number: FlushNumber?
    var isStopping = false
    /// A flush failed: what the device holds is unknown, so there is no second attempt.
    var hasFailed = false
    var log: LogWriter?
    var flushed: (@Sendable (FlushNumber) -> Void)?
  }

  private let state = Monitor(State())
  private let thread = Monitor(WorkerThreadBox())
  private let database: RocksDatabase
  private let failed: @Sendable (StorageError) -> Void

  init(_ database: RocksDatabase, name: String, failed: @escaping @Sendable (StorageError) -> Void) {
    self.database = database
    self.failed = failed
    thread.withLock { thread in
      thread.start(name: "flush-\(name)", background: false) { [self] in run() }
    }
  }

  func attach(_ log: LogWriter) { state.withLock { $0.log = log } }

  /// Who is told that a numbered request is durable; on the flushing thread.
  func connect(_ flushed: @escaping @Sendable (FlushNumber) -> Void) { state.withLock { $0.flushed = flushed } }

  /// Asks for a flush that makes at least these indexes durable: after the one under way, if there is one. All of it
  /// must be in RocksDB. A later request takes the place of one that waits.
  func request(_ applied: [(shard: ShardID, index: LogIndex)], _ number: FlushNumber? = nil) {
    state.signal { state in
      guard !state.hasFailed else { return }
      state.request = applied
      state.number = number ?? state.number
    }
  }

  /// Flushes nothing any more.
  func giveUp() {
    state.withLock { state in
      (state.request, state.number) = (nil, nil)
      state.hasFailed = true
    }
  }

  /// Ends the thread after the flush under way, then flushes a last time, if none ever failed.
  func close(_ applied: [(shard: ShardID, index: LogIndex)]) throws(StorageError) {
    state.signal { $0.isStopping = true }
    thread.withLock { $0.join() }
    if !state.withLock({ $0.hasFailed }) { try flush(applied, nil) }
  }

  private func flush(
    _ applied: [(shard: ShardID, index: LogIndex)], _ number: FlushNumber?
  ) throws(StorageError) {
    do throws(StorageError) { try database.flush() } catch {
      state.withLock { $0.hasFailed = true }
      throw error
    }
    state.withLock { $0.log }?.flushed(applied)
    if let number { state.withLock { $0.flushed }?(number) }
  }

  /// How often it is asked whether RocksDB has failed in its background.
  private static let lookMilliseconds: UInt64 = 500

  private func look() {
    guard !state.withLock({ $0.hasFailed }) else { return }
    do throws(StorageError) { try database.checkBackground() } catch {
      giveUp()
      failed(error)
    }
  }

  private func run() {
    while true {
      let request = state.wait(timeoutMilliseconds: Self.lookMilliseconds) {
        state -> (applied: [(shard: ShardID, index: LogIndex)], number: FlushNumber?)?? in
        if state.isStopping { return .some(nil) }
        guard let request = state.request else { return nil }
        defer { (state.request, state.number) = (nil, nil) }
        return .some((request, state.number))
      }
      switch request {
      case nil: look()
      case .some(nil): return
      case .some(let request?):
        do throws(StorageError) { try flush(request.applied, request.number) } catch { failed(error) }
      }
    }
  }
}
