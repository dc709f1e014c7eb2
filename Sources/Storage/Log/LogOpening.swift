internal import Basics
internal import Raft
internal import Replication

/// Opens a Store's log: recovery, then the threads.
struct LogOpening {
  let fileSystem: any FileSystem
  let folder: LogFolder
  let owner: UniqueID
  let store: UInt32
  let configuration: LogConfiguration
  let persisted: @Sendable (PersistToken) -> Void
  let failed: @Sendable (StorageError) -> Void

  /// Makes the first segment of a log that has none.
  func create() throws(StorageError) {
    try fileSystem.makeDirectory(folder.path)
    for name in try fileSystem.list(folder.path) { try fileSystem.remove(folder.path + "/" + name) }
    try fileSystem.syncDirectory(folder.path)
    var maker = maker(nextSpareNumber: 0)
    let segment = try maker.makeSegment(1, from: try maker.makeSpare())
    try segment.file.close()
  }

  /// Recovers the log. `applied` says, for each replica, what its state covers.
  func open(applied: [ShardID: LogStart]) throws(StorageError) -> (LogWriter, [(shard: ShardID, log: RecoveredLog)]) {
    if let problem = configuration.problem { throw .unusable(path: folder.path, reason: problem) }
    var recovery = LogRecovery(
      fileSystem: fileSystem, folder: folder, owner: owner, store: store,
      batchByteCountMax: configuration.batchByteCountMax, applied: applied)
    guard var found = try recovery.run() else {
      throw .unusable(path: folder.path, reason: "the log is gone. Restore this node from its peers")
    }
    let starts = try align(&found.table, applied)
    let logs = recoveredLogs(found, applied)
    for (shard, start) in applied { found.table.setFlushed(shard, start.index) }
    let writer = try run(found, starts)
    return (writer, logs)
  }

  /// Compares the log with the state. A state that is ahead of the log or contradicts it came with a snapshot, and moves
  /// the log's start; answers these starts, which must be written.
  private func align(
    _ table: inout LogTable, _ applied: [ShardID: LogStart]
  ) throws(StorageError) -> [LogBatch.Record] {
    var starts: [LogBatch.Record] = []
    for shard in applied.keys.sorted() {
      guard let state = applied[shard], state.index > .zero else { continue }
      let log = table[shard] ?? LogTable.Shard()
      guard state.index >= log.start.index else { continue }
      if let term = table.term(log, at: state.index) {
        if state.term == term || state.term == .zero { continue }
        // A snapshot replaced what the log has there, which never was committed. What replaces it is of a later term.
        guard state.term > term else {
          throw .unusable(
            path: folder.path,
            reason: "shard \(shard) applied entry \(state.index) of term \(state.term), the log has term \(term)")
        }
      } else if state.index <= log.last.index || state.term == .zero {
        throw .unusable(
          path: folder.path,
          reason: "shard \(shard) applied up to \(state.index), but the log ends at \(log.last.index)")
      }
      starts.append(.start(shard, state))
    }
    return starts
  }

  private func recoveredLogs(
    _ found: RecoveredFolder, _ applied: [ShardID: LogStart]
  ) -> [(shard: ShardID, log: RecoveredLog)] {
    var logs: [(shard: ShardID, log: RecoveredLog)] = []
    for slot in found.table.shards.indices {
      let id = found.table.ids[slot]
      let shard = found.table.shards[slot]
      var start = shard.start
      var entries = slot < found.entries.count ? found.entries[slot] : []
      var storedStart = start.index
      if let state = applied[id], state.index >= start.index {
        let known = found.table.term(shard, at: state.index)
        let isReplaced = known == nil || (state.term != .zero && known != state.term)
        if isReplaced {
          entries = []
          storedStart = state.index
        }
        start = LogStart(index: state.index, term: isReplaced ? state.term : known ?? state.term)
      }
      logs.append(
        (
          id,
          RecoveredLog(
            hardState: shard.checkpoint.hardState, start: start,
            entries: entries.filter { $0.index > start.index && $0.index <= shard.last.index },
            storedStart: storedStart == start.index ? nil : storedStart)
        ))
    }
    return logs.sorted { $0.shard < $1.shard }
  }

  /// Starts the threads. The batch written here, empty or not, proves that everything recovered is durable.
  private func run(_ found: RecoveredFolder, _ starts: [LogBatch.Record]) throws(StorageError) -> LogWriter {
    let live = Array(found.segments[...found.endSegment])
    let (maker, spares) = try collectSpares(found.segments[(found.endSegment + 1)...])
    let contents = Monitor(
      LogContents(table: found.table, places: live.map { LogContents.Place(segment: $0) }))
    let relay = FailureRelay()
    let pool = SegmentPool(
      maker: maker, spares: spares, nextSequence: live[found.endSegment].sequence + 1, configuration: configuration,
      failed: { relay.fail($0) })
    let loop = LogWriterLoop(
      contents: contents, pool: pool, configuration: configuration, segment: live[found.endSegment],
      offset: found.offset, nextBatch: found.nextBatch, firstBatch: found.firstBatch,
      previousChecksum: found.previousChecksum)
    var batch = LogBatch()
    batch.records = starts
    do throws(StorageError) { try loop.persist([batch]) } catch {
      // The first error is the one to tell; the pool's thread must not outlive it.
      pool.stop()
      throw error
    }
    let writer = LogWriter(
      loop, contents: contents, pool: pool, configuration: configuration, persisted: persisted, failed: failed)
    relay.connect(writer)
    writer.start(name: "log-\(store)")
    return writer
  }

  /// Segments behind the end and files of earlier runs become spares; unfinished ones and those too many are removed.
  private func collectSpares(
    _ unused: ArraySlice<Segment>
  ) throws(StorageError) -> (SegmentMaker, [SpareFile]) {
    let names = try fileSystem.list(folder.path)
    let numbers = names.compactMap(LogFolder.spareNumber(ofName:)).sorted()
    var maker = maker(nextSpareNumber: (numbers.last ?? -1) + 1)
    var spares: [SpareFile] = []
    for name in names where name.hasSuffix(".new") { try fileSystem.remove(folder.path + "/" + name) }
    for number in numbers {
      let path = folder.sparePath(number)
      spares.append(SpareFile(path: path, file: try fileSystem.open(path, create: false)))
    }
    // The last one first: a crash in between must not leave a gap in the sequence.
    for segment in unused.reversed() { spares.append(try maker.retire(segment)) }
    var kept: [SpareFile] = []
    for spare in spares {
      let fits = try spare.file.byteCount() == UInt64(configuration.segmentByteCount)
      if fits && kept.count <= configuration.spareSegmentCount { kept.append(spare) } else { try maker.remove(spare) }
    }
    return (maker, kept)
  }

  private func maker(nextSpareNumber: Int) -> SegmentMaker {
    SegmentMaker(
      fileSystem: fileSystem, folder: folder, owner: owner, store: store,
      segmentByteCount: configuration.segmentByteCount, nextSpareNumber: nextSpareNumber)
  }
}

/// Carries a failure of the pool's thread to a writer that is made after the pool. Any thread.
private final class FailureRelay: Sendable {
  private struct State {
    weak var writer: LogWriter?
    var early: StorageError?
  }

  private let state = Monitor(State())

  func fail(_ error: StorageError) {
    let writer = state.withLock { state -> LogWriter? in
      if state.writer == nil { state.early = error }
      return state.writer
    }
    writer?.fail(error)
  }

  func connect(_ writer: LogWriter) {
    let early = state.withLock { state -> StorageError? in
      state.writer = writer
      return state.early
    }
    if let early { writer.fail(early) }
  }
}
