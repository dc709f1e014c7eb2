internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// Holds on their way out.
extension StoreServer {
  /// A reservation was granted, now or (a replay) before. The first is the hot path: written from its parts.
  func answerReserved(
    _ call: PendingCall, _ completion: Completion, _ grant: HoldGrant, isReplay: Bool
  ) throws(CallFailure) {
    let refused = store.effects.refusedLocations(of: completion.outcome)
    guard !isReplay, refused.isEmpty,
      let shard = store.look(at: completion.shard),
      let created = shard.copyReference(ofLiveHold: grant.hold, into: &texts.reference)
    else {
      return try answerHold(call, completion, grant.hold, isReplay: isReplay, refused: refused)
    }
    let id = ResourceID(id: grant.hold, homeSlot: grant.home.rawValue)
    let revision = Int64(clamping: shard.revision)
    answer(call.origin) { output in
      if let first = grant.lines.first { texts.load(lineAt: first, store.effects, shard) }
      let writer = texts.begin(into: &output, revision: revision, hold: id)
      var number = -1
      for index in grant.lines {
        let line = store.effects.line(at: index)
        if line.asked > 0 { number += 1 }
        if index != grant.lines.first { texts.load(lineAt: index, store.effects, shard) }
        texts.line(line, number: number, at: locationID(line.location), with: writer, into: &output)
      }
      texts.end(consume writer, into: &output, createTime: created, expireTime: grant.expiry)
    }
  }

  /// The tenant and the text of what a line is of.
  func texts(of item: LineItem, in shard: ShardID) -> (tenant: String, sku: String) {
    switch item {
    case .local(let sku): (store.tenant(of: sku, in: shard) ?? "", store.text(of: sku, in: shard))
    case .remote(let item): (item.tenant, item.sku)
    }
  }

  func locationID(_ number: LocationNumber?) -> [UInt8] {
    guard let number, Int(number.rawValue) < locationIDs.count else { return [] }
    return locationIDs[Int(number.rawValue)]
  }

  func locationText(_ number: LocationNumber?) -> String { number.flatMap { locations[$0]?.id } ?? "" }

  /// Answers a call on a hold with the hold as it is now.
  func answerHold(
    _ call: PendingCall, _ completion: Completion, _ id: UniqueID, isReplay: Bool, refused: Range<Int> = 0..<0
  ) throws(CallFailure) {
    guard let hold = try hold(id, in: completion.shard) else { throw .unknownHold(id.description) }
    let revision = revision(of: completion.shard)
    switch call.method {
    case .holdExtendHold: answer(call.origin, ExtendHoldResponse(revision: revision, replayed: isReplay, hold: hold))
    case .holdReleaseHold: answer(call.origin, ReleaseHoldResponse(revision: revision, replayed: isReplay, hold: hold))
    case .inventoryMoveAllocation:
      answer(call.origin, MoveAllocationResponse(revision: revision, replayed: isReplay, owner: .hold(hold)))
    default:
      var response = ReserveResponse(revision: revision, replayed: isReplay, hold: hold)
      response.refusedLocations = store.effects.outcomes.refusedLocations[refused].map {
        RefusedLocation(
          line: Int32($0.line), location: locationText($0.location), reason: API.LocationRefusal($0.reason),
          available: $0.available)
      }
      answer(call.origin, response)
    }
  }

  /// A hold as the contract tells it; `nil` when there is none.
  func hold(_ id: UniqueID, in shard: ShardID) throws(CallFailure) -> API.Hold? {
    guard let view = try reading({ () throws(StateReadError) in try store.hold(id, in: shard) }) else { return nil }
    return API.Hold(view, texts: { texts(of: $0, in: shard) }, location: { locationText($0) })
  }

  /// A failure to read state is the disk's, not the caller's: the Store stops, and the caller is told that it cannot know.
  func reading<Result>(_ body: () throws(StateReadError) -> Result) throws(CallFailure) -> Result {
    do throws(StateReadError) { return try body() } catch {
      node.tell(.storeFailed(index, error.message))
      throw CallFailure(status: .dataLoss, message: "the state cannot be read: \(error.message)")
    }
  }
}

extension API.HoldState {
  init(_ state: Inventory.HoldState) {
    switch state {
    case .active: self = .active
    case .confirmed: self = .confirmed
    case .released: self = .released
    case .expired: self = .expired
    }
  }
}
