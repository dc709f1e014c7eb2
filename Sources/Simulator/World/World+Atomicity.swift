internal import Basics
internal import Inventory
internal import Raft
internal import Replication

// What must be true of all shards together when nothing is under way any more.
extension World {
  /// Nothing may be in doubt for longer than this when everything is well, every shard has a leader and no slots are on
  /// their way: what is said of a slot under way waits until it is open.
  private static let doubtMax = WorldTime.Span.seconds(10)

  /// Whether a shard has something to tell another, or waits to be told.
  func doubt(in shard: ShardID) throws(Violation) -> String? {
    guard let (_, _, status) = leader(of: shard) else { return "shard \(shard) has no leader" }
    let place = Int(shard.rawValue)
    guard status.outboxCount > 0 || status.pendingClaimCount > 0 else {
      doubtSince[place] = nil
      return nil
    }
    let isCalm = network.isFlowing(at: time, within: .seconds(1)) && !(settings.usesSlots && isMovingSlots)
    let since = isCalm ? doubtSince[place] ?? time : time
    doubtSince[place] = since
    let text =
      "shard \(shard) has \(status.outboxCount) claims to tell of, and \(status.pendingClaimCount) that wait to be told"
    guard time.since(since) < Self.doubtMax else {
      throw Violation(.doubt, "for 10 s, since everything was well and led: \(text)")
    }
    return text
  }
}
