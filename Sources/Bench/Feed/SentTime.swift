internal import Basics

/// When a request was sent, told by its id: milliseconds as in any id of version 7, and in the twelve bits behind them the
/// fraction of the millisecond (RFC 9562 §6.2, method 3). So whoever sees an id, on any thread, knows how old it is.
enum SentTime {
  private static let fractionBits: UInt64 = 12
  private static let fractionMask: UInt64 = (1 << fractionBits) - 1
  private static let millisecond: UInt64 = 1_000_000

  /// Writes the fraction into an id of this very millisecond.
  static func stamp(_ id: inout UniqueID, nanoseconds: UInt64) {
    let fraction = ((nanoseconds % millisecond) << fractionBits) / millisecond
    id.high = id.high & ~fractionMask | fraction
  }

  /// In nanoseconds of the loops' clock, off by a quarter of a microsecond; `nil` when it is from before the clock's start.
  static func nanoseconds(of id: UniqueID, wallOffsetMilliseconds: Int64) -> UInt64? {
    let milliseconds = Int64(id.high >> 16) - wallOffsetMilliseconds
    guard milliseconds >= 0, milliseconds < 1 << 40 else { return nil }
    return UInt64(milliseconds) * millisecond + (((id.high & fractionMask) * millisecond) >> fractionBits)
  }
}
