internal import Reactor

/// How long the way to a node and back takes: the least that was seen within the last few seconds. So one segment that was
/// repeated, or a process that was stopped, makes no way long, and a way that has become long is known as such soon.
struct RoundTrip {
  /// Looks after which what was seen before the ones before them is forgotten: two seconds, as links are looked at.
  static let looksMax = 8

  private var looks = 0
  /// Of the looks since the last change, and of those before it.
  private var current = UInt32.max
  private var previous = UInt32.max

  /// 0 before anything was measured.
  var microseconds: UInt32 {
    let least = min(current, previous)
    return least == .max ? 0 : least
  }

  /// Takes what the system has measured.
  mutating func look(_ state: WireState) {
    if state.roundTripMicroseconds > 0 { current = min(current, state.roundTripMicroseconds) }
    looks += 1
    guard looks == Self.looksMax else { return }
    looks = 0
    // A connection on which nothing was measured tells nothing new.
    if current != .max { (previous, current) = (current, .max) }
  }
}
