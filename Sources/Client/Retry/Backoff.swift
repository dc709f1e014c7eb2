internal import Basics

/// How long to wait after a number of failures in a row: doubling from the first delay up to the longest one, the
/// upper half of it at random, so that clients that failed together do not come back together. A pure value.
package struct Backoff: Equatable, Sendable {
  package var firstNanoseconds: UInt64
  package var longestNanoseconds: UInt64

  package init(firstNanoseconds: UInt64, longestNanoseconds: UInt64) {
    self.firstNanoseconds = firstNanoseconds
    self.longestNanoseconds = longestNanoseconds
  }

  /// - Parameters:
  ///   - failureCount: failures in a row so far, at least 1.
  ///   - jitter: from 0 up to but not including 1.
  package func delayNanoseconds(failureCount: Int, jitter: Double) -> UInt64 {
    invariant(failureCount >= 1, "there is nothing to wait for before the first failure")
    let doublings = UInt64(min(failureCount - 1, 62))
    let (scaled, overflow) = firstNanoseconds.multipliedReportingOverflow(by: 1 << doublings)
    let whole = overflow ? longestNanoseconds : min(scaled, longestNanoseconds)
    let half = whole / 2
    return half + UInt64(Double(whole - half) * jitter)
  }
}
