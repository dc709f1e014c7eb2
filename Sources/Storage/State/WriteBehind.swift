internal import Basics
internal import Raft
internal import Replication

/// The changes that are not known to be in RocksDB yet: a buffer that grows, and those handed over to the background
/// writer. Used by the Store's thread alone; `Sendable` only because the reader pool that holds it is.
@safe final class WriteBehind: @unchecked Sendable {
  private let writer: BackgroundWriter
  private let configuration: StateConfiguration
  private var current: ChangeBuffer
  /// Handed over, oldest first.
  private var waiting: [ChangeBuffer] = []
  private var spare: ChangeBuffer?
  /// What a new buffer takes.
  private let usualMemoryByteCount: Int
  private var retiredCount: UInt64 = 0
  private var applied = AppliedIndexes()
  /// Whether `applied` has moved since the last buffer was handed over.
  private var hasNewApplied = false

  init(_ writer: BackgroundWriter, _ configuration: StateConfiguration) {
    self.writer = writer
    self.configuration = configuration
    current = Self.makeBuffer(configuration)
    usualMemoryByteCount = current.memoryByteCount
  }

  /// The memory of all buffers.
  var memoryByteCount: Int {
    waiting.reduce(current.memoryByteCount + (spare?.memoryByteCount ?? 0)) { $0 + $1.memoryByteCount }
  }

  /// Sets what the state on disk covers, before anything is written.
  func setApplied(_ shard: ShardID, _ index: LogIndex) {
    applied.set(shard, index)
    hasNewApplied = true
  }

  /// Takes a turn's changes whole, or nothing.
  func take(
    _ changes: borrowing StateChanges, _ applied: [(shard: ShardID, index: LogIndex)]
  ) -> StateWriteOutcome {
    retire()
    let pendingByteCount = waiting.reduce(current.byteCount) { $0 + $1.byteCount }
    if !current.isEmpty, pendingByteCount + changes.byteCount > configuration.bufferByteCountMax {
      guard waiting.isEmpty else {
        writer.hurry()
        return .stalled
      }
      handOver()
    }
    current.append(changes)
    for (shard, index) in applied { setApplied(shard, index) }
    if isDue { if waiting.isEmpty { handOver() } else { writer.hurry() } }
    return .written
  }

  /// Has a task carried out when all that was taken so far is in RocksDB and nothing that is taken later. Answers
  /// `false`, and does nothing, when too many buffers wait already; unless `isExact` is false: then the task comes behind
  /// those.
  func order(_ task: BackgroundWriter.Task, isExact: Bool) -> Bool {
    retire()
    if !current.isEmpty || hasNewApplied {
      if waiting.count < configuration.waitingBufferCountMax {
        handOver()
      } else if isExact {
        return false
      }
    }
    writer.submit(task)
    return true
  }

  /// Has a task carried out behind those that were ordered before, whatever is written by then.
  func submit(_ task: BackgroundWriter.Task) { writer.submit(task) }

  /// Has all that was taken written.
  func handOverAll() {
    if !current.isEmpty || hasNewApplied { handOver() }
  }

  /// A buffer with room for what is usual: the last turn goes beyond the limits by its size.
  private static func makeBuffer(_ configuration: StateConfiguration) -> ChangeBuffer {
    ChangeBuffer(
      byteCapacity: configuration.handOverByteCount + configuration.handOverByteCount / 4,
      keyCapacity: configuration.handOverChangeCount)
  }

  private var isDue: Bool {
    current.byteCount >= configuration.handOverByteCount || current.changeCount >= configuration.handOverChangeCount
      || current.rangeDeleteCount >= configuration.handOverRangeDeleteCount
  }

  private func handOver() {
    current.applied = applied.all
    hasNewApplied = false
    waiting.append(current)
    writer.submit(.write(current))
    current = spare ?? Self.makeBuffer(configuration)
    spare = nil
  }

  /// Takes back the buffers that are in RocksDB now.
  private func retire() {
    guard !waiting.isEmpty else { return }
    let count = Int(writer.writtenCount - retiredCount)
    guard count > 0 else { return }
    // One that outgrew the others while the writer was busy would cost its memory, and its clearing, ever after.
    let kept = waiting[..<count].first { $0.memoryByteCount <= 4 * usualMemoryByteCount }
    kept?.removeAll()
    spare = kept ?? spare
    waiting.removeFirst(count)
    retiredCount += UInt64(count)
  }
}

// MARK: - Reading

extension WriteBehind {
  var isEmpty: Bool { current.isEmpty && waiting.isEmpty }

  /// What the newest buffer that knows the key says of it.
  func find(_ key: UnsafeRawBufferPointer) -> ChangeBuffer.Finding {
    let found = unsafe current.find(key)
    guard case .unknown = unsafe found else { return unsafe found }
    for buffer in waiting.reversed() {
      let found = unsafe buffer.find(key)
      guard case .unknown = unsafe found else { return unsafe found }
    }
    return unsafe .unknown
  }

  /// Whether some range delete hides what RocksDB has under the key.
  func isRangeDeleted(_ key: UnsafeRawBufferPointer) -> Bool {
    if unsafe current.isRangeDeleted(key) { return true }
    return waiting.contains { unsafe $0.isRangeDeleted(key) }
  }

  /// What hides RocksDB's pairs with `start <= key < end`: the newest change of each key, in key order.
  ///
  /// It sorts the changes of the families asked for. That suits scans on the loop, which are rare (a retention sweep a
  /// second, a page of a list); keeping the buffers sorted would cost each write.
  func changes(from start: UnsafeRawBufferPointer, to end: UnsafeRawBufferPointer) -> [SortableChange] {
    retire()
    var result = unsafe [SortableChange]()
    let buffers = waiting + [current]
    for place in buffers.indices {
      unsafe buffers[place].forEachNewest(from: start, to: end) { change in
        for newer in buffers[(place + 1)...] {
          guard case .unknown = unsafe newer.find(change.key) else { return }
        }
        unsafe result.append(SortableChange(change))
      }
    }
    unsafe result.sort { unsafe SortableChange.isBefore($0, $1) }
    return unsafe result
  }
}
