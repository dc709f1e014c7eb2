package import Basics

/// Decides when the shard map is asked for: when there is none, when something contradicts it, and when it is old; one
/// question at a time, and never more than one in a tenth of a second, however many calls fail at once. A value without
/// clock or randomness.
package struct MapRefresh: Equatable, Sendable {
  private static let maxAgeMilliseconds: UInt64 = 30_000
  private static let shortestMilliseconds: UInt64 = 100
  private static let longestMilliseconds: UInt64 = 1_000

  private var isRunning = false
  private var isWanted = true
  private var notBefore = Instant.zero
  private var isOldAt = Instant.zero
  /// Answers in a row that did not settle everything.
  private var unsettledCount: UInt64 = 0

  package init() {}

  /// Something contradicts the map.
  package mutating func want() { isWanted = true }

  /// Whether to ask now; if so, `ended` is to be told of what came of it.
  package mutating func begins(at now: Instant) -> Bool {
    guard !isRunning, isWanted || now >= isOldAt, now >= notBefore else { return false }
    isRunning = true
    isWanted = false
    notBefore = now.advanced(byMilliseconds: Self.shortestMilliseconds)
    return true
  }

  /// - Parameter isSettled: there is a map now in which every shard has a leader. Otherwise it is asked for again, less
  ///   and less often.
  package mutating func ended(isSettled: Bool, at now: Instant) {
    isRunning = false
    isOldAt = now.advanced(byMilliseconds: Self.maxAgeMilliseconds)
    if isSettled {
      unsettledCount = 0
      return
    }
    isWanted = true
    let delay = min(Self.shortestMilliseconds << min(unsettledCount, 8), Self.longestMilliseconds)
    unsettledCount += 1
    notBefore = max(notBefore, now.advanced(byMilliseconds: delay))
  }
}
