internal import Basics

/// Reads all of the state now and then, for nothing but its checksums, on a thread that yields to all others.
///
/// Most of a state is asked for seldom. What has rotted there would be found when another replica is lost too, and a group
/// that could do without one of them cannot do without two. The first pass begins soon after the state was opened, because a
/// process that was just started is often one whose machine had trouble.
final class StateScrubber: Sendable {
  private struct State {
    var isStopping = false
    var passCount = 0
  }

  /// What is read between two rests.
  private static let sliceByteCount = 1 << 20
  private static let firstKey: [UInt8] = [0]
  /// Behind every key.
  private static let end = [UInt8](repeating: 0xFF, count: 64)

  private let state = Monitor(State())
  private let thread = Monitor(WorkerThreadBox())
  private let database: RocksDatabase
  private let configuration: StateConfiguration

  /// Tells of damage by `failed`, once, and reads no more.
  init(
    _ database: RocksDatabase, _ configuration: StateConfiguration, name: String,
    failed: @escaping @Sendable (StorageError) -> Void
  ) {
    self.database = database
    self.configuration = configuration
    guard configuration.scrubBytesPerSecond > 0 else { return }
    thread.withLock { thread in
      thread.start(name: "scrub-\(name)", background: true) { [self] in
        do throws(StorageError) { try run() } catch { failed(error) }
      }
    }
  }

  /// How often all of it was read.
  var passCount: Int { state.withLock { $0.passCount } }

  /// Ends the thread.
  func close() {
    state.broadcast { $0.isStopping = true }
    thread.withLock { $0.join() }
  }

  private func run() throws(StorageError) {
    var pause = configuration.scrubDelayMilliseconds
    while rest(milliseconds: pause) {
      var next: [UInt8]? = Self.firstKey
      while let start = next {
        next = try readSlice(from: start)
        let pause = UInt64(Self.sliceByteCount) * 1_000 / configuration.scrubBytesPerSecond
        guard rest(milliseconds: pause) else { return }
      }
      state.withLock { $0.passCount += 1 }
      pause = configuration.scrubIntervalMilliseconds
    }
  }

  /// Answers whether to go on.
  private func rest(milliseconds: UInt64) -> Bool {
    state.wait(timeoutMilliseconds: milliseconds) { $0.isStopping ? true : nil } == nil
  }

  /// Reads some of the state, and answers the key to go on with; `nil` at the end.
  private func readSlice(from start: [UInt8]) throws(StorageError) -> [UInt8]? {
    var next: [UInt8]?
    var byteCount = 0
    do throws(StateReadError) {
      let view = StateView(snapshotOf: database)
      try view.scan(from: start.rawSpan, to: Self.end.rawSpan, descending: false) { key, value in
        if byteCount >= Self.sliceByteCount {
          next = key.copied()
        } else {
          byteCount += key.byteCount + value.byteCount
        }
        return next == nil
      }
    } catch {
      throw .database(path: database.path, message: error.message)
    }
    return next
  }
}
