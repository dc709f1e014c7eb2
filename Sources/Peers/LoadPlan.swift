/// What a load asks of a peer: who asks, for how long, and of how many SKUs.
package struct LoadPlan: Sendable {
  package var port: UInt16
  package var connections = 16
  /// Callers on each connection; each sends its next call when its last one is answered.
  package var inFlight = 1
  /// Reservations a call.
  package var batch = 1
  package var skuCount = 10_000
  package var warmupMilliseconds: UInt64 = 1_000
  package var measuredMilliseconds: UInt64 = 5_000
  package var seed: UInt64 = 1

  package init(port: UInt16) { self.port = port }
}

/// Why a load could not be made, or could not be finished.
package enum LoadFailure: Error, Equatable, Sendable {
  case system(String)
  case connection(String)
  case unreadableAnswer(String)
  /// Calls were without an answer for ``LoadDriver/answerMillisecondsMax`` after the load's end.
  case unanswered(callers: Int)
}

extension LoadFailure: CustomStringConvertible {
  package var description: String {
    switch self {
    case .system(let text): text
    case .connection(let text): "a connection ended: \(text)"
    case .unreadableAnswer(let text): "an answer cannot be read: \(text)"
    case .unanswered(let callers): "\(callers) callers had no answer long after the load's end"
    }
  }
}
