internal import Basics

/// Decides when the memory of sessions and messages that have gone is given back to the system. The allocator keeps what
/// was freed in the middle of its arena, so after a crowd of connections or of half-sent messages a node would stay as
/// large as it was at their peak. Owned by its Store.
struct ReleasedMemory {
  /// What the sessions held at most since memory was last given back.
  private var peak = 0
  private var earliest = Instant.zero

  /// Roughly what an open session costs beside what it holds for its peer.
  static let sessionByteCount = 16 << 10
  /// What must have been freed to be worth looking for, and less than half of the peak must be left.
  static let byteCountMin = 4 << 20
  /// While memory is given back the Store allocates nothing: no more often than this, and for so many times as long as it
  /// took not again. It looks at every free block of the process: 5 ms with 128 MB of them and between them, 50 with 512.
  static let intervalMilliseconds: UInt64 = 1_000
  static let pauseFactor: UInt64 = 200

  /// Notes what the sessions hold now. Answers whether memory is to be given back at once.
  mutating func isDue(held: Int, sessions: Int, now: Instant) -> Bool {
    let weight = held + sessions * Self.sessionByteCount
    peak = max(peak, weight)
    guard hasFallen(to: weight), now >= earliest else { return false }
    peak = weight
    earliest = now.advanced(byMilliseconds: Self.intervalMilliseconds)
    return true
  }

  /// Notes how long giving back took.
  mutating func gaveBack(from began: Instant, to ended: Instant) {
    earliest = max(earliest, ended.advanced(byNanoseconds: ended.nanoseconds(since: began) * Self.pauseFactor))
  }

  /// When to look again although nothing happens.
  func nextLook(held: Int, sessions: Int) -> Instant {
    hasFallen(to: held + sessions * Self.sessionByteCount) ? earliest : .distantFuture
  }

  private func hasFallen(to weight: Int) -> Bool { peak - weight >= Self.byteCountMin && weight < peak / 2 }
}
