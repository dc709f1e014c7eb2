internal import Replication

/// What nodes with nothing to do sent each other.
package struct IdleMeasure: Equatable, Sendable {
  package var frames: UInt64 = 0
  /// Raft's messages inside the frames.
  package var messages: UInt64 = 0
  package var seconds: UInt64 = 0

  package var framesPerSecond: Double { seconds == 0 ? 0 : Double(frames) / Double(seconds) }
  package var messagesPerSecond: Double { seconds == 0 ? 0 : Double(messages) / Double(seconds) }
}

extension World {
  /// Stocks the shards, leaves them alone for `rest`, and counts what is sent in `seconds` after that.
  package func measureIdle(rest: WorldTime.Span, seconds: UInt64) throws(Violation) -> IdleMeasure {
    try begin()
    while phase == .stocking { try step() }
    try run(through: time + rest)
    let before = sentSoFar
    try run(through: time + .seconds(seconds))
    let after = sentSoFar
    return IdleMeasure(
      frames: after.frames - before.frames, messages: after.messages - before.messages, seconds: seconds)
  }

  private func run(through end: WorldTime) throws(Violation) {
    while let next = queue.nextTime, next <= end { try step() }
    time = end
  }

  private var sentSoFar: (frames: UInt64, messages: UInt64) {
    var sum: (frames: UInt64, messages: UInt64) = (0, 0)
    for node in nodes {
      guard let counters = node.store?.counters else { continue }
      sum.frames += counters.framesSent
      sum.messages += counters.messagesSent
    }
    return sum
  }
}
