internal import Basics

/// An open segment of the log.
struct Segment: Sendable {
  let header: SegmentHeader
  let file: any DurableFile
  let path: String

  var sequence: UInt64 { header.sequence }
  var life: SegmentLife { header.life }
  var byteCount: Int { Int(header.byteCount) }
}

/// The names of the files in a log's folder.
///
/// `<sequence, 16 hexadecimal digits>.log` is a segment; `spare-<number>` is a written file waiting for its next life;
/// `*.new` is a file whose writing was not finished.
struct LogFolder: Sendable {
  let path: String

  func segmentPath(_ sequence: UInt64) -> String {
    let digits = String(sequence, radix: 16)
    return path + "/" + String(repeating: "0", count: 16 - digits.count) + digits + ".log"
  }

  func sparePath(_ number: Int) -> String { path + "/spare-\(number)" }

  /// The sequence number in the name of a segment.
  static func sequence(ofName name: String) -> UInt64? {
    guard name.hasSuffix(".log"), name.utf8.count == 20 else { return nil }
    return UInt64(name.dropLast(4), radix: 16)
  }

  static func spareNumber(ofName name: String) -> Int? {
    guard name.hasPrefix("spare-") else { return nil }
    return Int(name.dropFirst(6))
  }
}
