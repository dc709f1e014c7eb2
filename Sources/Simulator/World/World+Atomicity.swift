internal import Basics
internal import Inventory
internal import Raft
internal import Replication

// What must be true of all shards together when nothing is under way any more.
extension World {
  /// Nothing may be in doubt for longer than this when everything is well and every shard has a leader.
  private static let doubtMax = WorldTime.Span.seconds(10)

  /// Whether a shard has something to tell another, or waits to be told.
  func doubt(in shard: ShardID) throws(Violation) -> String? {
    guard let (_, _, status) = leader(of: shard) else { return "shard \(shard) has no leader" }
    let place = Int(shard.rawValue)
    guard status.outboxCount > 0 || status.pendingClaimCount > 0 else {
      doubtSince[place] = nil
      return nil
    }
    let since = network.isFlowing(at: time, within: .seconds(1)) ? doubtSince[place] ?? time : time
    doubtSince[place] = since
    let text =
      "shard \(shard) has \(status.outboxCount) claims to tell of, and \(status.pendingClaimCount) that wait to be told"
    guard time.since(since) < Self.doubtMax else {
      throw Violation(.doubt, "for 10 s, since everything was well and led: \(text)")
    }
    return text
  }

  /// Every hold that has lines in other shards has there just what it should, and nothing else is set aside anywhere.
  func checkAtomicity() throws(Violation) {
    var owned = SortedMap<ClaimKey, Bool>()
    for history in histories where history.shard != .meta {
      for hold in history.model.holds where hold.hasRemoteStock { try check(hold, &owned) }
    }
    for history in histories where history.shard != .meta {
      try checkNoStrays(history, owned)
    }
  }

  private func check(
    _ hold: StockModel.Hold, _ owned: inout SortedMap<ClaimKey, Bool>
  ) throws(Violation) {
    for remote in hold.remotes where !remote.grants.isEmpty {
      let key = ClaimKey(id: hold.id, slot: remote.item.slot)
      let shard = Int(UInt32(remote.item.slot.rawValue) / RequestMaker.slotsPerShard)
      let wanted = hold.remotes.filter { $0.item.slot == remote.item.slot }
        .reduce(0) { $0 + $1.grants.reduce(0) { $0 + $1.granted } }
      let claim = histories[shard].model.claims[key]
      let held = claim?.lines.reduce(0) { $0 + $1.portion.held } ?? 0
      let allocated = claim?.lines.reduce(0) { $0 + $1.portion.allocated } ?? 0
      let expected: (held: Int64, allocated: Int64) =
        switch hold.state {
        case .active: (wanted, 0)
        case .confirmed: (0, wanted)
        case .released, .expired: (0, 0)
        }
      guard claim?.pending == nil, held == expected.held, allocated == expected.allocated else {
        throw Violation(
          .atomicity,
          "hold \(hold.id) is \(hold.state), and \(key) holds \(held) and owes \(allocated), not \(expected.held) and"
            + " \(expected.allocated)\(claim?.pending == nil ? "" : "; it still waits to be told")")
      }
      owned[key] = true
    }
  }

  private func checkNoStrays(_ history: ShardHistory, _ owned: SortedMap<ClaimKey, Bool>) throws(Violation) {
    var stray: ClaimKey?
    history.model.claims.forEach { key, claim in
      if owned[key] == nil, claim.pending != nil || !claim.lines.isEmpty { stray = key }
      return stray == nil
    }
    if let stray { throw Violation(.atomicity, "\(stray) has stock that no hold and no order knows of") }
  }
}
