internal import Basics

/// What happened in a run. A digest of all of it is always kept: two runs are the same exactly when their digests are.
/// Lines for people are made only when somebody takes them.
package struct Trace {
  private var hash = StableHash(seed: 0x7261_6365)
  private let sink: ((String) -> Void)?

  /// - Parameter sink: takes each line as it is made, so that the last ones are there even if the process stops at once.
  package init(sink: ((String) -> Void)? = nil) { self.sink = sink }

  package var digest: UInt64 { hash.value }

  /// Words that tell this event from any other at this place of a run.
  @inline(__always)
  mutating func note(_ time: WorldTime, _ first: UInt64, _ second: UInt64 = 0) {
    hash.combine(time.nanoseconds)
    hash.combine(first ^ second &* 0x9E37_79B9_7F4A_7C15)
  }

  mutating func note(_ bytes: [UInt8]) { hash.combine(bytes.rawSpan) }

  @inline(__always)
  func say(_ time: WorldTime, _ text: @autoclosure () -> String) {
    if let sink { sink("\(time)  \(text())") }
  }
}
