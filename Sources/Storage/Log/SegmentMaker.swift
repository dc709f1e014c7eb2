internal import Basics

/// A written file that waits for its next life.
struct SpareFile: Sendable {
  let path: String
  let file: any DurableFile
}

/// Makes segments: writes new files with zeros, gives a written file its next life, takes a segment out of the log.
/// Each step leaves the folder valid if the power goes. Owned by one thread at a time.
struct SegmentMaker {
  let fileSystem: any FileSystem
  let folder: LogFolder
  let owner: UniqueID
  let store: UInt32
  let segmentByteCount: Int
  var nextSpareNumber: Int

  private static let stepByteCount = 1 << 20

  /// A new file of a segment's size, every block written: a later write into it changes no metadata, and costs half of
  /// what a write that lets the file grow does.
  mutating func makeSpare() throws(StorageError) -> SpareFile {
    let path = takeSparePath()
    let temporary = path + ".new"
    let file = try fileSystem.open(temporary, create: true)
    do throws(StorageError) {
      let zeros = PageBuffer(byteCount: min(Self.stepByteCount, segmentByteCount))
      var offset = 0
      while offset < segmentByteCount {
        let count = min(zeros.byteCount, segmentByteCount - offset)
        unsafe try file.write(zeros.prefix(count), at: UInt64(offset))
        offset += count
      }
      try fileSystem.rename(temporary, to: path)
      try fileSystem.syncDirectory(folder.path)
    } catch {
      // The place of a file that did not fit is given back; the error that counts is the first one.
      if error.isDiskFull {
        try file.close()
        try fileSystem.remove(temporary)
      }
      throw error
    }
    return SpareFile(path: path, file: file)
  }

  /// Gives a spare its next life. The header is durable before the file has a segment's name, so a segment with a bad
  /// header is damage, never an unfinished birth.
  func makeSegment(_ sequence: UInt64, from spare: SpareFile) throws(StorageError) -> Segment {
    let header = SegmentHeader(
      owner: owner, store: store, sequence: sequence, byteCount: UInt64(segmentByteCount),
      salt: UInt64.random(in: .min ... .max))
    var page = PageBuffer(byteCount: DiskPage.byteCount)
    page.fill(with: header.encoded())
    unsafe try spare.file.write(page.prefix(DiskPage.byteCount), at: 0)
    let path = folder.segmentPath(sequence)
    try fileSystem.rename(spare.path, to: path)
    try fileSystem.syncDirectory(folder.path)
    return Segment(header: header, file: spare.file, path: path)
  }

  /// Takes a segment that nothing needs out of the log.
  mutating func retire(_ segment: Segment) throws(StorageError) -> SpareFile {
    let path = try takeName(of: segment)
    return try spare(segment, at: path)
  }

  /// The first half of taking a segment that nothing needs out of the log. If it fails, the segment still has its name.
  ///
  /// - Returns: the path that it has now.
  mutating func takeName(of segment: Segment) throws(StorageError) -> String {
    let path = takeSparePath()
    try fileSystem.rename(segment.path, to: path)
    return path
  }

  /// The second half: its bytes may change only after its name is durably gone.
  func spare(_ segment: Segment, at path: String) throws(StorageError) -> SpareFile {
    try fileSystem.syncDirectory(folder.path)
    return SpareFile(path: path, file: segment.file)
  }

  func remove(_ spare: SpareFile) throws(StorageError) {
    try spare.file.close()
    try fileSystem.remove(spare.path)
    try fileSystem.syncDirectory(folder.path)
  }

  private mutating func takeSparePath() -> String {
    defer { nextSpareNumber += 1 }
    return folder.sparePath(nextSpareNumber)
  }
}
