public import API

extension HoldfastClient {
  /// How the node that is asked is.
  public func status(timeout: Duration? = nil) async throws(HoldfastError) -> GetStatusResponse {
    try await call(ClusterService.getStatus, GetStatusRequest(), timeout: timeout)
  }

  /// Which shard has which slots, and which nodes have which shards.
  public func shardMap(timeout: Duration? = nil) async throws(HoldfastError) -> GetShardMapResponse {
    try await call(ClusterService.getShardMap, GetShardMapRequest(), timeout: timeout)
  }

  /// Whether the node serves.
  ///
  /// - Parameter service: the full name of one service; empty for the node as a whole.
  /// - Throws: `.notFound` for a service that the node does not know.
  public func health(
    service: String = "", timeout: Duration? = nil
  ) async throws(HoldfastError) -> GRPCHealth.HealthCheckResponse.ServingStatus {
    let request = GRPCHealth.HealthCheckRequest(service: service)
    return try await call(GRPCHealth.Health.check, request, timeout: timeout).status
  }

  /// Whether the node serves, now and at each change, until the sequence is dropped or the connection ends.
  public func healthChanges(service: String = "") -> MessageStream<GRPCHealth.HealthCheckResponse> {
    stream(GRPCHealth.Health.watch, GRPCHealth.HealthCheckRequest(service: service), timeout: nil)
  }
}
