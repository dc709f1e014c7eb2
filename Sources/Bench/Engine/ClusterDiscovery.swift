internal import API
internal import Basics
internal import Client
internal import Reactor

/// What the first server that answers tells about itself and its cluster.
struct ClusterDiscovery {
  var serverVersion: String
  var nodeCount: Int
  /// Set when there are several nodes, or retries are wanted: then calls follow the leaders.
  var router: Router?
  /// The shard of each slot; empty where nobody tells.
  var shardOfSlot: [UInt16]

  /// - Parameters:
  ///   - targets: asked in turn until one answers.
  ///   - follows: also a single node is called as a cluster would be.
  init(
    _ targets: [Target], _ servers: [NodeName], follows: Bool, on loop: EventLoop, deadlineMilliseconds: UInt64
  ) throws(BenchError) {
    var failure: BenchError?
    for target in targets {
      let pump = CallPump([target], on: loop, deadlineMilliseconds: deadlineMilliseconds)
      defer { pump.close() }
      do throws(BenchError) {
        try pump.connect()
        serverVersion = try pump.call(ClusterService.getStatus, GetStatusRequest()).version
        let map = try Self.shardMap(pump)
        var router = Router(named: servers)
        let isLearned = map.map { router.learn($0, at: loop.now) } ?? false
        nodeCount = isLearned ? map?.nodes.count ?? 1 : servers.count
        shardOfSlot = router.shardOfSlot
        self.router = follows || isLearned && nodeCount > 1 ? router : nil
        return
      } catch {
        // What one server refuses, another would refuse too.
        guard error.exitCode == ExitCode.serverGone else { throw error }
        failure = failure ?? error
      }
    }
    throw failure ?? .system("no server is named")
  }

  /// `nil` from a server that has none.
  private static func shardMap(_ pump: CallPump) throws(BenchError) -> GetShardMapResponse? {
    do throws(BenchError) { return try pump.call(ClusterService.getShardMap, GetShardMapRequest()) } catch {
      if case .call = error { return nil }
      throw error
    }
  }
}
