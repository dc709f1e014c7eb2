package import HTTP2

extension SessionLimits {
  /// For calls that another node could answer: a node that is silent for a second while it is asked something is left.
  /// It is a question to the node's loop and not to its shards, so that one that merely waits for an election answers.
  package static var forRoutedCalls: SessionLimits {
    var limits = SessionLimits.forClients
    limits.keepAliveMilliseconds = 400
    limits.keepAliveTimeoutMilliseconds = 600
    limits.handshakeMillisecondsMax = 3_000
    return limits
  }
}
