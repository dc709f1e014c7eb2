/// The bytes of snapshots that a Store may still send: so many more with each tick. What was taken beyond them is paid off
/// first, so that a bound far below a part of a snapshot holds as well. Owned by the Store.
struct SnapshotBudget {
  private let usualPerTick: Int
  private let perTickMax: Int
  private let tickMilliseconds: Int
  private var perTick: Int
  private var left: Int

  init(_ limits: StoreLimits) {
    usualPerTick = limits.snapshotBytesPerTick
    perTickMax = limits.snapshotBytesPerTickMax
    tickMilliseconds = Int(limits.tickMilliseconds)
    perTick = usualPerTick
    left = usualPerTick
  }

  /// Sets the bound in bytes a second; 0: the usual one.
  mutating func bound(bytesPerSecond: UInt64) {
    let wanted = Int(min(bytesPerSecond, 1 << 40)) * tickMilliseconds / 1_000
    perTick = bytesPerSecond == 0 ? usualPerTick : min(max(wanted, 1), perTickMax)
    left = min(left, perTick)
  }

  mutating func advanceTick() { left = min(left + perTick, perTick) }

  /// A part was smaller than what was taken for it.
  mutating func giveBack(_ byteCount: Int) { left += byteCount }

  /// Takes the bytes of a part, if any are left.
  mutating func take(_ byteCount: Int) -> Bool {
    guard left > 0 else { return false }
    left -= byteCount
    return true
  }
}
