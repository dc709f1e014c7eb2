internal import Basics
internal import Raft

extension LogRecovery {
  /// Opens the segments by name and checks their headers.
  func openSegments() throws(StorageError) -> [Segment] {
    var segments: [Segment] = []
    for name in try fileSystem.list(folder.path) {
      guard let sequence = LogFolder.sequence(ofName: name) else { continue }
      if let last = segments.last, last.sequence + 1 != sequence {
        throw .damaged(path: folder.segmentPath(last.sequence + 1), offset: 0, reason: "this segment is missing")
      }
      segments.append(try openSegment(folder.path + "/" + name, sequence))
    }
    return segments
  }

  private func openSegment(_ path: String, _ sequence: UInt64) throws(StorageError) -> Segment {
    let file = try fileSystem.open(path, create: false)
    let page = PageBuffer(byteCount: DiskPage.byteCount)
    let count = unsafe try file.read(into: page.raw, at: 0)
    let header: SegmentHeader
    do throws(DecodeError) { header = try SegmentHeader(page.span(count)) } catch {
      throw .damaged(path: path, offset: 0, reason: "\(error)")
    }
    guard header.owner == owner, header.store == store else {
      throw .unusable(path: path, reason: "this segment belongs to another node or store")
    }
    let size = try file.byteCount()
    guard header.sequence == sequence, header.byteCount == size, size % UInt64(DiskPage.byteCount) == 0 else {
      throw .damaged(path: path, offset: 0, reason: "the header does not fit the file's name and size")
    }
    return Segment(header: header, file: file, path: path)
  }

  func read(_ segment: Segment, into buffer: inout PageBuffer) throws(StorageError) {
    let target = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.raw[0..<segment.byteCount])
    let count = unsafe try segment.file.read(into: target, at: 0)
    guard count == segment.byteCount else {
      throw .damaged(path: segment.path, offset: UInt64(count), reason: "the file ends early")
    }
  }

  /// Entries that a segment once held must be there, down to the start.
  func refuseMissingEntries(_ segments: [Segment]) throws(StorageError) {
    guard let missing = table.missingEntries(), let first = segments.first else { return }
    throw damage(
      first, 0, "entries \(missing.from) to \(missing.to) of shard \(missing.shard) are in no segment")
  }

  /// Makes the end of the log clean and durable: what follows the last whole batch is zeroed, so that no part of a torn
  /// batch is ever looked at again, and what an earlier process left in caches is forced out, because from now on it
  /// counts as written. Segments behind the end go back to the spares.
  func cut(
    _ segments: [Segment], _ end: LogEnd, _ buffer: inout PageBuffer
  ) throws(StorageError) -> RecoveredFolder {
    var hasCut = false
    for number in end.segment..<segments.count {
      let segment = segments[number]
      try segment.file.sync()
      try read(segment, into: &buffer)
      let from = number == end.segment ? end.offset : DiskPage.byteCount
      // No batch is longer than this, so nothing of a torn one lies further on.
      let to = min(segment.byteCount, from + DiskPage.roundedUp(batchByteCountMax))
      let bytes = buffer.span(segment.byteCount)
      guard let dirty = bytes.firstNonZero(from: from, to: to) else { continue }
      hasCut = hasCut || BatchHeader(bytes.extracting(from..<to), life: segment.life) != nil
      let zeros = PageBuffer(byteCount: to - dirty / DiskPage.byteCount * DiskPage.byteCount)
      unsafe try segment.file.write(
        zeros.prefix(zeros.byteCount), at: UInt64(dirty / DiskPage.byteCount * DiskPage.byteCount))
    }
    if end.segment > 0 { try segments[end.segment - 1].file.sync() }
    try fileSystem.syncDirectory(folder.path)
    return RecoveredFolder(
      table: table, segments: segments, endSegment: end.segment, offset: end.offset, nextBatch: end.nextBatch ?? 1,
      firstBatch: end.firstBatch, previousChecksum: end.checksum, entries: entries, hasCutTail: hasCut)
  }
}
