/// What an engine is made with.
struct EngineSettings: Sendable {
  var policy: RetryPolicy
  var connectionsPerNode: Int
  /// Whether it follows the cluster's shard map, or calls the named nodes only.
  var learnsNodes: Bool
}
