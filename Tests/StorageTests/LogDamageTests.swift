import Basics
import Raft
import Replication
import Testing

@testable import Storage

/// What recovery makes of a log whose bytes were changed.
@Suite struct LogDamageTests {
  /// A log over several segments: entries of two shards, one batch each, sealed or not at the end.
  func makeLog(segmentPages: Int = 4, batches: UInt64 = 8, payload: Int = 700) throws -> LogBench {
    let bench = LogBench(segmentPages: segmentPages)
    try bench.create()
    try bench.open()
    for index in 1...batches {
      let written = bench.write([
        .entry(ShardID(1), entry(index, [UInt8](repeating: UInt8(index), count: payload))),
        .entry(ShardID(2), entry(index, [])),
        .hardState(ShardID(1), HardState(term: Term(1), vote: MemberID(3), commit: LogIndex(index))),
      ])
      #expect(written)
    }
    return bench
  }

  func path(_ sequence: UInt64) -> String { LogFolder(path: "/log").segmentPath(sequence) }

  /// Where the last batch lies: the segment's number, the offset, and its bytes without the padding.
  func lastBatch(_ bench: LogBench) -> (segment: UInt64, offset: Int, count: Int) {
    var result: (segment: UInt64, offset: Int, count: Int) = (0, 0, 0)
    for sequence in UInt64(1)...100 {
      let bytes = bench.disk.bytes(path(sequence))
      guard !bytes.isEmpty, let header = try? SegmentHeader(bytes.rawSpan.extracting(0..<4096)) else { continue }
      for offset in stride(from: 4096, to: bytes.count, by: 4096) {
        if let batch = BatchHeader(bytes.rawSpan.extracting(offset..<bytes.count), life: header.life) {
          result = (sequence, offset, batch.contentByteCount)
        }
      }
    }
    return result
  }

  @Test("a write torn at any byte of the last batch is cut, and all before it stays")
  func tornTail() throws {
    let bench = try makeLog()
    let before = bench.model
    #expect(bench.write([.entry(ShardID(1), entry(9, [7, 7, 7])), .entry(ShardID(2), entry(9, [8]))]))
    let log = bench.log
    bench.log = nil
    // Stop without a seal: the threads of a disk that is down write nothing.
    bench.disk.with { $0.isDown = true }
    do { try log?.close() } catch {}
    bench.disk.restart()
    let last = lastBatch(bench)
    let whole = bench.disk.bytes(path(last.segment))
    for kept in 0..<last.count {
      var torn = whole
      torn.replaceSubrange(
        last.offset + kept..<last.offset + last.count, with: repeatElement(0, count: last.count - kept))
      if torn == whole { continue }
      bench.disk.setBytes(torn, path(last.segment))
      try bench.open()
      #expect(bench.matches(before), "torn at byte \(kept)")
      bench.disk.with { $0.isDown = true }
      bench.abandon()
      bench.disk.restart()
    }
  }

  @Test("a changed byte anywhere before the last batch is refused with its file and place")
  func damageBeforeTail() throws {
    let bench = try makeLog()
    try bench.close()
    let last = lastBatch(bench)
    #expect(last.segment >= 2)
    var generator = SeededGenerator(seed: 4)
    for sequence in 1...last.segment {
      let bytes = bench.disk.bytes(path(sequence))
      let header = try SegmentHeader(bytes.rawSpan.extracting(0..<4096))
      var offset = 0
      while offset < (sequence == last.segment ? last.offset : bytes.count) {
        let page = offset / 4096 * 4096
        let isBatch =
          page == 0 || BatchHeader(bytes.rawSpan.extracting(page..<bytes.count), life: header.life) != nil
        guard isBatch else { break }
        bench.disk.damage(path(sequence), at: offset, xor: UInt8(1 << generator.below(8)))
        do throws(StorageError) {
          try bench.open()
          Issue.record("byte \(offset) of segment \(sequence) was changed, and nobody saw it")
        } catch {
          guard case .damaged(let file, let place, _) = error else {
            Issue.record("\(error)")
            return
          }
          #expect(file == path(sequence))
          #expect(Int(place) / 4096 * 4096 == page, "byte \(offset) of segment \(sequence) was said to be at \(place)")
        }
        bench.disk.setBytes(bytes, path(sequence))
        offset += 1 + generator.below(97)
      }
    }
    try bench.open()
    #expect(bench.settle())
    try bench.close()
  }

  @Test("damage to the last batch is refused once the log was sealed")
  func sealed() throws {
    let bench = try makeLog(segmentPages: 64)
    let offset = lastBatch(bench).offset
    try bench.close()
    bench.disk.damage(path(1), at: offset + 60, xor: 1)
    #expect(throws: StorageError.self) { try bench.open() }
  }

  @Test("refused damage changes nothing on the disk")
  func refusalChangesNothing() throws {
    let bench = try makeLog()
    try bench.close()
    bench.disk.damage(path(1), at: 4096 + 60, xor: 4)
    let names = try bench.disk.list("/log")
    let before = names.map { bench.disk.bytes("/log/" + $0) }
    #expect(throws: StorageError.self) { try bench.open() }
    #expect(try bench.disk.list("/log") == names)
    #expect(names.map { bench.disk.bytes("/log/" + $0) } == before)
  }

  @Test("a segment missing in the middle is refused")
  func missingSegment() throws {
    let bench = try makeLog(batches: 12)
    try bench.close()
    try bench.disk.remove(path(2))
    #expect(throws: StorageError.damaged(path: path(2), offset: 0, reason: "this segment is missing")) {
      try bench.open()
    }
  }

  @Test("a missing first segment whose entries are needed is refused")
  func missingFirstSegment() throws {
    let bench = try makeLog(batches: 12)
    try bench.close()
    try bench.disk.remove(path(1))
    #expect(throws: StorageError.self) { try bench.open() }
  }

  @Test("a log without any segment is refused")
  func emptyFolder() throws {
    let bench = try makeLog()
    try bench.close()
    for name in try bench.disk.list("/log") { try bench.disk.remove("/log/" + name) }
    #expect(throws: StorageError.self) { try bench.open() }
  }

  @Test("a segment of another node is refused")
  func foreignSegment() throws {
    let bench = try makeLog()
    try bench.close()
    let other = LogOpening(
      fileSystem: bench.disk, folder: LogFolder(path: "/log"), owner: UniqueID(high: 5, low: 5), store: 0,
      configuration: bench.configuration, persisted: { _ in }, failed: { _ in })
    #expect(throws: StorageError.self) { _ = try other.open(applied: [:]) }
  }

  @Test("random bytes in place of a segment are refused, never trusted")
  func randomBytes() throws {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<50 {
      let bench = try makeLog(batches: 3)
      try bench.close()
      let from = generator.below(3 * 4096)
      var bytes = bench.disk.bytes(path(1))
      for place in from..<from + 512 { bytes[place] = UInt8(truncatingIfNeeded: generator.next()) }
      bench.disk.setBytes(bytes, path(1))
      #expect(throws: StorageError.self) { try bench.open() }
    }
  }
}
