internal import API
internal import Client

/// Waiting until the cluster is where it should be.
extension Session {
  static let waitFlag = Flag.toggle(
    "wait", "Wait until it is done, and tell how far it is; for at most --timeout, which is an hour by default.")

  /// How often to look, and how often to tell.
  private static let lookMilliseconds: Int64 = 300
  private static let tellMilliseconds: Int64 = 2_000

  /// Looks at the cluster until `pending` names nothing that is waited for.
  ///
  /// A look that fails is no reason to give up: the node that is asked may be restarting.
  ///
  /// - Throws: `.unavailable` when the time is up, or what the last look threw if that failed.
  func waitUntil(
    _ what: String, _ pending: (GetClusterResponse) -> (isDone: Bool, shards: [ClusterShard])
  ) async throws(ToolError) {
    let limit = try usage { () throws(UsageError) in try arguments.duration("timeout") } ?? .seconds(3_600)
    let start = ContinuousClock.now
    var progress = ClusterProgress()
    var told: Int64 = 0
    while true {
      let elapsed = start.duration(to: .now)
      let cluster: GetClusterResponse
      do throws(HoldfastError) { cluster = try await client.cluster(timeout: .seconds(15)) } catch {
        if elapsed > limit || !error.isWorthAnotherLook { throw .call(error) }
        await pause()
        continue
      }
      let now = elapsed.components.seconds * 1_000 + elapsed.components.attoseconds / 1_000_000_000_000_000
      let (isDone, shards) = pending(cluster)
      progress.take(cluster, pending: shards, atMilliseconds: now)
      if isDone {
        tell(progress, what: "done")
        return
      }
      if elapsed > limit {
        throw .call(
          .unavailable(
            .init(status: .deadlineExceeded, message: "\(what): not done yet, it goes on (\(progress.text))")))
      }
      if told == 0 || now - told >= Self.tellMilliseconds {
        tell(progress, what: what)
        told = max(now, 1)
      }
      await pause()
    }
  }

  private func tell(_ progress: ClusterProgress, what: String) {
    if output.isJSON { output.note(progress.json.line) } else { output.note("\(what): \(progress.text)") }
  }

  private func pause() async {
    do { try await Task.sleep(for: .milliseconds(Self.lookMilliseconds)) } catch {
      // Cancelled: the next call says so.
      return
    }
  }

  /// Has the cluster spread everything evenly, as often as it finds something to move, and waits for each round.
  func settle(leadersOnly: Bool = false) async throws(ToolError) {
    // Each round moves what is safe to move at once; a cluster that is let alone needs a few.
    for _ in 0..<Self.roundsMax {
      try await waitUntil("replicas move") { cluster in (cluster.unsettled.isEmpty, cluster.unsettled) }
      let answer = try await ask { () throws(HoldfastError) in
        try await client.rebalance(leadersOnly: leadersOnly, timeout: .seconds(15))
      }
      if answer.changes.isEmpty { return }
    }
    throw .call(
      .unavailable(
        .init(status: .aborted, message: "the cluster still finds something to move after \(Self.roundsMax) rounds")))
  }

  private static let roundsMax = 1_000

  // MARK: operands

  func node(_ index: Int) throws(ToolError) -> UInt64 {
    let text = arguments.required(index)
    guard let number = UInt64(text), number > 0 else {
      throw wrong("'\(text)' is no node; holdfast cluster nodes lists them")
    }
    return number
  }

  func shard(_ index: Int) throws(ToolError) -> UInt32 {
    let text = arguments.required(index)
    guard let number = UInt32(text) else { throw wrong("'\(text)' is no shard; holdfast cluster shards lists them") }
    return number
  }
}

extension HoldfastError {
  /// Whether the same look may succeed a moment later.
  fileprivate var isWorthAnotherLook: Bool {
    switch self {
    case .unavailable, .outcomeUnknown: true
    case .refused, .notFound, .invalidRequest, .cancelled, .failed: false
    }
  }
}
