package import Basics
package import Raft

/// What the log answers to a reader.
package enum LogSlice: Equatable, Sendable {
  /// At least one entry, consecutive from the index asked for.
  case entries([Entry])
  /// The log was cut above the index asked for: only a snapshot helps.
  case compacted
  /// The index asked for is behind the durable end.
  case pastEnd
}

extension LogWriter {
  /// Reads durable entries back from `from` up to and including `to`, as many as fit in `byteCountMax` payload bytes but
  /// at least one. Waits for the disk: for reader threads, not for the Store's loop.
  package func entries(
    _ shard: ShardID, from: LogIndex, to: LogIndex, byteCountMax: Int
  ) throws(StorageError) -> LogSlice {
    var entries: [Entry] = []
    var budget = byteCountMax
    while true {
      let next = from + UInt64(entries.count)
      if next > to || (budget <= 0 && !entries.isEmpty) { return .entries(entries) }
      switch contents.withLock({ $0.find(shard, next) }) {
      case .end: return entries.isEmpty ? .pastEnd : .entries(entries)
      case .gone: return entries.isEmpty ? .compacted : .entries(entries)
      case .found(let found):
        defer { contents.withLock { $0.release(found.segment) } }
        try RunReader(found: found, shard: shard).read(from: next, to: min(to, found.last), &budget, into: &entries)
      }
    }
  }
}

/// Reads the entries of one run out of its segment.
private struct RunReader {
  let found: LogContents.Found
  let shard: ShardID

  func read(
    from: LogIndex, to: LogIndex, _ budget: inout Int, into entries: inout [Entry]
  ) throws(StorageError) {
    var next = from
    var offset = Int(found.run.page) * DiskPage.byteCount
    while next <= to && (budget > 0 || entries.isEmpty) {
      let head = PageBuffer(byteCount: DiskPage.byteCount)
      let headCount = unsafe try found.segment.file.read(into: head.raw, at: UInt64(offset))
      guard let header = BatchHeader(head.span(headCount), life: found.segment.life),
        offset + header.diskByteCount <= found.segment.byteCount
      else { throw damage(offset, "a batch's head cannot be read") }
      let batch = PageBuffer(byteCount: header.diskByteCount)
      let count = unsafe try found.segment.file.read(into: batch.raw, at: UInt64(offset))
      try collect(batch.span(count), header, offset, &next, to, &budget, into: &entries)
      offset += header.diskByteCount
    }
  }

  private func collect(
    _ bytes: RawSpan, _ header: BatchHeader, _ offset: Int, _ next: inout LogIndex, _ to: LogIndex,
    _ budget: inout Int, into entries: inout [Entry]
  ) throws(StorageError) {
    switch BatchReader.look(at: 0, in: bytes, life: found.segment.life) {
    case .whole: break
    case .nothing: throw damage(offset, "a batch's head cannot be read")
    case .damaged(let place, let reason): throw damage(offset + place, reason)
    }
    BatchReader.forEachRecord(of: header, at: 0, in: bytes) { record, payload in
      // An entry that was replaced later has another term; one with the same index and term is the same entry.
      guard record.shard == shard, record.index == next, record.term == found.run.term, next <= to,
        let kind = record.kind.entryKind, budget > 0 || entries.isEmpty
      else { return }
      entries.append(Entry(term: record.term, index: record.index, kind: kind, payload: payload.copied()))
      budget -= payload.byteCount
      next = next.next
    }
  }

  private func damage(_ offset: Int, _ reason: String) -> StorageError {
    .damaged(path: found.segment.path, offset: UInt64(offset), reason: reason)
  }
}
