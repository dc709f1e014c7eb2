internal import API
internal import Basics
internal import Inventory
internal import Replication

/// Refusals about stock, and why each location did not give what was asked, in the words of the contract.
extension StoreServer {
  func describeStock(_ refusal: Refusal, of call: PendingCall, in shard: ShardID) -> CallFailure {
    switch refusal {
    case .notAMultiple(_, let sku, let lot, let asked):
      return .notAMultiple(store.text(of: sku, in: shard), lot: lot, asked: asked)
    case .locationClosed(_, let location, _): return .locationClosed(locationText(location))
    case .backorderLimit(_, let sku, let limit, let left):
      let text = store.text(of: sku, in: shard)
      return CallFailure(
        .backorderLimit, "orders may wait for \(limit) of SKU '\(text)', and \(left) more would fit",
        metadata: ["sku": text, "limit": "\(limit)", "left": "\(left)"])
    case .countOutdated(let stock, let revision, let onHand):
      let (sku, location) = (store.text(of: stock.sku, in: shard), locationText(stock.location))
      return CallFailure(
        .countOutdated, "the stock of SKU '\(sku)' at '\(location)' has changed at revision \(revision): count again",
        metadata: ["sku": sku, "location": location, "revision": "\(revision)", "on_hand": "\(onHand)"])
    case .unknownRevision(let revision):
      return .invalidField("as_of_revision", found: "\(revision)", allowed: "a revision that was answered")
    case .invalidLot(let lot): return .invalidField("sku.lot_size", found: "\(lot)", allowed: "1 to 2^53")
    case .unknownOwner(let id):
      let text = Self.holdID(id, of: call)
      return call.context & Self.orderContext == 0 ? .unknownHold(text) : .unknownOrder(text)
    case .tooManyLines(let id):
      let text = Self.holdID(id, of: call)
      return CallFailure(.tooManyLines, "the hold '\(text)' would have too many lines", metadata: ["hold_id": text])
    default: invariantViolated("not a refusal about stock: \(refusal)")
    }
  }

  /// Adds why each location did not give what was asked.
  func explain(_ refused: ArraySlice<Inventory.LocationRefusal>, in failure: inout CallFailure) {
    if refused.isEmpty { return }
    var reasons = ByteWriter()
    appendReasons(refused, to: &reasons)
    failure.metadata["locations"] = String(decoding: reasons.bytes, as: UTF8.self)
  }

  func appendReasons(_ refused: ArraySlice<Inventory.LocationRefusal>, to writer: inout ByteWriter) {
    for (place, refused) in refused.enumerated() {
      if place > 0 { writer.append(text: ", ") }
      writer.append(text: locationText(refused.location))
      writer.append(text: " ")
      writer.append(text: API.LocationRefusal(refused.reason).name)
      writer.append(text: " ")
      writer.append(decimal: refused.available)
    }
  }

  func answerMoved(
    _ call: PendingCall, _ completion: Completion, _ owner: UniqueID, isOrder: Bool, isReplay: Bool
  ) throws(CallFailure) {
    guard isOrder else { return try answerHold(call, completion, owner, isReplay: isReplay) }
    guard let order = try order(owner, in: completion.shard) else { throw .unknownOrder(owner.description) }
    answer(
      call.origin,
      MoveAllocationResponse(revision: revision(of: completion.shard), replayed: isReplay, owner: .order(order)))
  }
}

extension CallFailure {
  static func notAMultiple(_ sku: String, lot: Int64, asked: Int64) -> CallFailure {
    CallFailure(
      .notAMultiple, "SKU '\(sku)' is given in multiples of \(lot), and \(asked) are asked for",
      metadata: ["sku": sku, "lot_size": "\(lot)", "asked": "\(asked)"])
  }
}

extension API.LocationRefusal {
  init(_ reason: Inventory.LocationRefusal.Reason) {
    switch reason {
    case .empty: self = .empty
    case .tooLittle: self = .tooLittle
    case .lessThanLot: self = .lessThanLot
    case .draining: self = .draining
    case .closed: self = .closed
    case .notRanked: self = .notRanked
    case .notAllLines: self = .notAllLines
    }
  }
}
