import Basics
import Raft
import Replication

@testable import Storage

/// A log on a made-up disk, with what was acknowledged kept beside it.
final class LogBench {
  /// What a shard's log must hold.
  struct Expected: Equatable {
    var hardState = HardState()
    var start = LogStart()
    var entries: [Entry] = []
    var last: LogIndex { entries.last?.index ?? start.index }

    mutating func append(_ entry: Entry) {
      while let last = entries.last, last.index >= entry.index { entries.removeLast() }
      entries.append(entry)
    }
  }

  typealias Model = [ShardID: Expected]

  let disk: PowerLossDisk
  var configuration = LogConfiguration()
  /// What is acknowledged.
  var model: Model = [:]
  /// What it is if the batch under way was written.
  var attempted: Model?
  var applied: [ShardID: LogStart] = [:]
  var log: LogWriter?
  var receipts = Receipts()
  var recovered: [(shard: ShardID, log: RecoveredLog)] = []
  private var token: UInt64 = 0

  init(seed: UInt64 = 1, segmentPages: Int = 8) {
    disk = PowerLossDisk(seed: seed)
    configuration.segmentByteCount = segmentPages * DiskPage.byteCount
    configuration.batchByteCountMax = segmentPages * DiskPage.byteCount
    configuration.spareSegmentCount = 1
    configuration.freeByteCountMin = 0
    configuration.sealDelayMilliseconds = 1_000_000
  }

  var opening: LogOpening {
    let receipts = receipts
    return LogOpening(
      fileSystem: disk, folder: LogFolder(path: "/log"), owner: UniqueID(high: 1, low: 2), store: 0,
      configuration: configuration, persisted: receipts.persisted, failed: receipts.failed)
  }

  func create() throws(StorageError) { try opening.create() }

  func open() throws(StorageError) {
    receipts = Receipts()
    token = 0
    (log, recovered) = try opening.open(applied: applied)
  }

  /// Ends the threads, whatever the disk says.
  func abandon() {
    do { try log?.close() } catch {}
    log = nil
  }

  func close() throws(StorageError) {
    try log?.close()
    log = nil
  }

  /// Submits a batch and waits for it; `false` if the log failed.
  func write(_ records: [LogBatch.Record]) -> Bool {
    token += 1
    var batch = LogBatch(token: PersistToken(token))
    batch.records = records
    var next = model
    for record in records { Self.apply(record, to: &next) }
    attempted = next
    log?.submit(batch)
    guard receipts.wait(for: token) else { return false }
    model = next
    attempted = nil
    return true
  }

  /// Everything up to `index` is flushed, and will be taken as applied at the next start.
  func flush(_ shard: ShardID, _ index: LogIndex) {
    guard let term = model[shard]?.entries.first(where: { $0.index == index })?.term else { return }
    guard index > applied[shard]?.index ?? .zero else { return }
    applied[shard] = LogStart(index: index, term: term)
    while let first = model[shard]?.entries.first, first.index < index { model[shard]?.entries.removeFirst() }
    log?.flushed([(shard, index)])
  }

  static func apply(_ record: LogBatch.Record, to model: inout Model) {
    switch record {
    case .entry(let shard, let entry): model[shard, default: Expected()].append(entry)
    case .hardState(let shard, let state): model[shard, default: Expected()].hardState = state
    case .start(let shard, let start):
      let agrees = model[shard]?.entries.first { $0.index == start.index }?.term == start.term
      model[shard, default: Expected()].start = start
      model[shard, default: Expected()].entries.removeAll { $0.index <= start.index || !agrees }
    case .forget(let shard): model[shard] = nil
    }
  }

  /// Whether what was recovered is `model`, above what is applied.
  func matches(_ model: Model) -> Bool {
    let found = recovered.filter { $0.log != RecoveredLog() }
    guard found.count == model.count else { return false }
    for (shard, log) in found {
      guard let expected = model[shard], log.hardState == expected.hardState else { return false }
      let start = max(expected.start.index, applied[shard]?.index ?? .zero)
      guard log.start.index == start, log.entries == expected.entries.filter({ $0.index > start }) else { return false }
    }
    return true
  }

  /// After a crash: what was recovered is what was acknowledged, with or without the batch under way, which is then
  /// what counts.
  func settle() -> Bool {
    if let attempted, matches(attempted) {
      model = attempted
      self.attempted = nil
      return true
    }
    attempted = nil
    return matches(model)
  }
}
