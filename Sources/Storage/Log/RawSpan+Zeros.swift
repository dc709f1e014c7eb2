internal import CLinux

extension RawSpan {
  /// The offset of the first byte that is not zero, from `start` on and before `end`.
  func firstNonZero(from start: Int, to end: Int) -> Int? {
    let zeros = unsafe extracting(start..<end).withUnsafeBytes { unsafe clinux_count_zeros($0.baseAddress, $0.count) }
    return start + zeros < end ? start + zeros : nil
  }
}
