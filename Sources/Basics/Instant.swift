/// A reading of a monotonic clock, in nanoseconds. It orders events and measures waits inside one process; it means
/// nothing to another process and is never stored.
public struct Instant: Hashable, Comparable, Sendable {
  public var nanoseconds: UInt64

  @inlinable public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  public static let zero = Instant(nanoseconds: 0)
  public static let distantFuture = Instant(nanoseconds: .max)

  @inlinable public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

  /// This instant moved forward; saturates at `distantFuture`.
  @inlinable public func advanced(byMilliseconds milliseconds: UInt64) -> Instant {
    let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
    return overflow ? .distantFuture : advanced(byNanoseconds: product)
  }

  @inlinable public func advanced(byNanoseconds delta: UInt64) -> Instant {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(delta)
    return overflow ? .distantFuture : Instant(nanoseconds: sum)
  }

  /// Nanoseconds from an earlier instant to this one; zero if `earlier` is later.
  @inlinable public func nanoseconds(since earlier: Instant) -> UInt64 {
    nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0
  }
}

/// The time that a leader writes into an entry: milliseconds since 1970-01-01 00:00 UTC. The only time that applying
/// a command may read. Within one shard, stamps never go back.
public struct Stamp: Hashable, Comparable, Sendable {
  public var milliseconds: Int64

  @inlinable public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public static let zero = Stamp(milliseconds: 0)
  public static let distantFuture = Stamp(milliseconds: .max)

  @inlinable public static func < (left: Stamp, right: Stamp) -> Bool { left.milliseconds < right.milliseconds }

  /// This stamp moved by a span in milliseconds; saturates at `distantFuture`.
  @inlinable public func advanced(byMilliseconds delta: Int64) -> Stamp {
    let (sum, overflow) = milliseconds.addingReportingOverflow(delta)
    return overflow ? (delta < 0 ? .zero : .distantFuture) : Stamp(milliseconds: sum)
  }
}
