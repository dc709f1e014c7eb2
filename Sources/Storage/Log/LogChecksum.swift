internal import Basics
internal import CLinux

/// CRC-32C as ``Basics/CRC32C`` computes it, by the processor's own instruction: at a start every byte of the log is
/// checked, and that must not be what a restart waits for.
struct LogChecksum {
  private var state: UInt32 = .max

  var value: UInt32 { ~state }

  mutating func update(_ bytes: RawSpan) {
    state = unsafe bytes.withUnsafeBytes { unsafe clinux_crc32c(state, $0.baseAddress, $0.count) }
  }

  static func checksum(_ bytes: RawSpan) -> UInt32 {
    var checksum = LogChecksum()
    checksum.update(bytes)
    return checksum.value
  }
}

extension RawSpan {
  /// The offset of the first byte that is not zero, from `start` on and before `end`.
  func firstNonZero(from start: Int, to end: Int) -> Int? {
    let zeros = unsafe extracting(start..<end).withUnsafeBytes { unsafe clinux_count_zeros($0.baseAddress, $0.count) }
    return start + zeros < end ? start + zeros : nil
  }
}
