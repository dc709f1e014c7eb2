package import API

/// How far the cluster is on its way to where it should be, from answers of GetCluster that follow each other.
package struct ClusterProgress: Equatable, Sendable {
  private struct Copy: Equatable {
    var shard: UInt32
    var node: UInt64
    var done: Int64
    var total: Int64
  }

  /// Shards that were seen not to be as they should be.
  private var seen: Set<UInt32> = []
  private var unsettled: Set<UInt32> = []
  /// Copies of states as they were seen last, also those that are complete.
  private var copies: [Copy] = []
  private var firstMilliseconds: Int64?
  private var latestMilliseconds: Int64 = 0
  /// What was there of the copies when they were seen first.
  private var bytesAtFirst: Int64 = 0

  package init() {}

  package var shardsTotal: Int { seen.count }
  package var shardsDone: Int { seen.count - unsettled.count }
  package var bytesTotal: Int64 { copies.reduce(0) { $0 + $1.total } }
  package var bytesDone: Int64 { copies.reduce(0) { $0 + $1.done } }

  package var bytesPerSecond: Int64 {
    let elapsed = latestMilliseconds - (firstMilliseconds ?? latestMilliseconds)
    return elapsed > 0 ? max(0, bytesDone - bytesAtFirst) * 1_000 / elapsed : 0
  }

  /// From the copies that are known now, or else from how many shards are done; `nil` while there is nothing to go by.
  package var millisecondsLeft: Int64? {
    if bytesPerSecond > 0, bytesDone < bytesTotal { return (bytesTotal - bytesDone) * 1_000 / bytesPerSecond }
    let elapsed = latestMilliseconds - (firstMilliseconds ?? latestMilliseconds)
    return shardsDone > 0 ? elapsed * Int64(shardsTotal - shardsDone) / Int64(shardsDone) : nil
  }

  /// - Parameter pending: the shards whose state is waited for.
  package mutating func take(_ cluster: GetClusterResponse, pending: [ClusterShard], atMilliseconds now: Int64) {
    unsettled = Set(pending.map(\.shard))
    seen.formUnion(unsettled)
    latestMilliseconds = now
    let began = firstMilliseconds == nil
    if began { firstMilliseconds = now }
    for shard in cluster.shards {
      for progress in shard.progress { take(progress, shard.shard) }
      // What is not under way any more has come whole, or was given up.
      for place in copies.indices where copies[place].shard == shard.shard {
        if !shard.progress.contains(where: { $0.nodeID == copies[place].node }) {
          copies[place].done = copies[place].total
        }
      }
    }
    if began { bytesAtFirst = bytesDone }
  }

  private mutating func take(_ progress: ReplicaProgress, _ shard: UInt32) {
    let total = max(progress.bytesTotal, progress.bytesDone)
    let copy = Copy(shard: shard, node: progress.nodeID, done: progress.bytesDone, total: total)
    if let place = copies.firstIndex(where: { $0.shard == shard && $0.node == copy.node }) {
      copies[place] = copy
    } else {
      copies.append(copy)
    }
  }

  /// Such as `3 of 12 shards, 120.5 of 400.0 MiB, 30.2 MiB/s, 9s left`.
  package var text: String {
    var parts = ["\(shardsDone) of \(shardsTotal) shards"]
    if bytesTotal > 0 {
      parts.append("\(Self.mebibytes(bytesDone)) of \(Self.mebibytes(bytesTotal)) MiB")
      parts.append("\(Self.mebibytes(bytesPerSecond)) MiB/s")
    }
    if let left = millisecondsLeft, left > 0 { parts.append("\(DurationText.show(milliseconds: left)) left") }
    return parts.joined(separator: ", ")
  }

  package var json: JSON {
    .object([
      "shards_done": .integer(Int64(shardsDone)), "shards_total": .integer(Int64(shardsTotal)),
      "bytes_done": .integer(bytesDone), "bytes_total": .integer(bytesTotal),
      "bytes_per_second": .integer(bytesPerSecond),
      "milliseconds_left": millisecondsLeft.map { .integer($0) } ?? .null,
    ])
  }

  private static func mebibytes(_ bytes: Int64) -> String {
    let tenths = bytes * 10 / (1 << 20)
    return "\(tenths / 10).\(tenths % 10)"
  }
}
