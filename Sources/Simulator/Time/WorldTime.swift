/// The true time of a simulated world, in nanoseconds since it began. Only the world itself reads it; a node reads its
/// own ``NodeClock``.
package struct WorldTime: Hashable, Comparable, Sendable {
  package var nanoseconds: UInt64

  package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }
  package static let zero = WorldTime(nanoseconds: 0)
  package static func < (left: WorldTime, right: WorldTime) -> Bool { left.nanoseconds < right.nanoseconds }

  package static func + (left: WorldTime, right: Span) -> WorldTime {
    WorldTime(nanoseconds: left.nanoseconds &+ right.nanoseconds)
  }

  /// The span from an earlier time to this one; zero if `earlier` is later.
  package func since(_ earlier: WorldTime) -> Span {
    Span(nanoseconds: nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0)
  }

  /// A span of simulated time.
  package struct Span: Hashable, Comparable, Sendable {
    package var nanoseconds: UInt64
    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }
    package static let zero = Span(nanoseconds: 0)
    package static func microseconds(_ count: UInt64) -> Span { Span(nanoseconds: count * 1_000) }
    package static func milliseconds(_ count: UInt64) -> Span { Span(nanoseconds: count * 1_000_000) }
    package static func seconds(_ count: UInt64) -> Span { Span(nanoseconds: count * 1_000_000_000) }
    package static func < (left: Span, right: Span) -> Bool { left.nanoseconds < right.nanoseconds }
    package static func + (left: Span, right: Span) -> Span { Span(nanoseconds: left.nanoseconds + right.nanoseconds) }
    package var milliseconds: UInt64 { nanoseconds / 1_000_000 }
  }
}

extension WorldTime: CustomStringConvertible {
  /// Seconds with six decimals.
  package var description: String {
    let microseconds = String(nanoseconds / 1_000 % 1_000_000)
    return "\(nanoseconds / 1_000_000_000)." + String(repeating: "0", count: 6 - microseconds.count) + microseconds
  }
}
