public import Basics

extension WellKnown.Timestamp {
  /// A stamp as the contract tells it.
  public init(_ stamp: Stamp) {
    let (seconds, rest) = stamp.milliseconds.quotientAndRemainder(dividingBy: 1000)
    self.init(seconds: rest < 0 ? seconds - 1 : seconds, nanos: Int32((rest < 0 ? rest + 1000 : rest) * 1_000_000))
  }

  /// The stamp, in whole milliseconds; `nil` outside the range of a stamp or with nanoseconds out of range.
  public var stamp: Stamp? {
    guard nanos >= 0, nanos < 1_000_000_000 else { return nil }
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    let (sum, carry) = product.addingReportingOverflow(Int64(nanos) / 1_000_000)
    return overflow || carry ? nil : Stamp(milliseconds: sum)
  }
}

extension WellKnown.Duration {
  public init(milliseconds: Int64) {
    let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    self.init(seconds: seconds, nanos: Int32(rest * 1_000_000))
  }

  /// The span in whole milliseconds, toward zero; `nil` when it does not fit or the parts contradict each other.
  public var milliseconds: Int64? { Self.milliseconds(seconds: seconds, nanos: nanos) }

  /// The span in whole milliseconds, toward zero; `nil` when it does not fit or the parts contradict each other.
  public static func milliseconds(seconds: Int64, nanos: Int32) -> Int64? {
    guard nanos > -1_000_000_000, nanos < 1_000_000_000 else { return nil }
    guard nanos == 0 || seconds == 0 || (nanos < 0) == (seconds < 0) else { return nil }
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    let (sum, carry) = product.addingReportingOverflow(Int64(nanos) / 1_000_000)
    return overflow || carry ? nil : sum
  }
}
