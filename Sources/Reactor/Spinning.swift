/// Decides whether a loop looks for events again and again for a moment before it sleeps.
///
/// To be woken from sleep costs a thread 20 to 50 µs, much of what a lone request takes in all. A loop that usually hears
/// of something right after it fell asleep saves that by staying awake. It spends at most ``creditMax`` vain moments
/// on being wrong about it, so an idle loop sleeps; and between its looks it lets others have the processor. Owned by its
/// loop.
package struct Spinning {
  /// How long a loop stays awake for the next event; 0: it sleeps at once.
  package var nanosecondsMax: UInt64 = 0
  /// How many more moments may be vain.
  private var credit = 0

  static let creditMax = 8

  package init() {}

  /// Whether to stay awake before the next sleep.
  var isWorthwhile: Bool { credit > 0 }

  /// A loop that stayed awake for its whole moment heard of nothing.
  mutating func wasVain() { credit -= 1 }

  /// Something happened `nanoseconds` after the loop began to wait.
  mutating func heard(after nanoseconds: UInt64) {
    if nanosecondsMax > 0 && nanoseconds <= nanosecondsMax { credit = Self.creditMax }
  }
}
