internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// Refusals of the ledger in the words of the contract: numbers become the texts that the caller knows.
extension StoreServer {
  func describe(_ refusal: Refusal, of call: PendingCall, requestID: UniqueID, in shard: ShardID) -> CallFailure {
    switch refusal {
    case .malformed:
      node.logger.log(.error, "a committed command was malformed", ["shard": shard.description])
      return CallFailure(status: .internal, message: "the command was malformed")
    case .requestIDReused: return .requestIDReused(requestID)
    case .requestTooOld:
      return CallFailure(
        .requestTooOld, "the request id is from more than 72 hours ago, so it cannot be told whether it was used",
        metadata: ["request_id": requestID.description])
    case .requestFromFuture:
      return CallFailure(
        .requestFromFuture, "the request id is from more than 24 hours ahead",
        metadata: ["request_id": requestID.description])
    case .unknownSKU(_, let sku): return .unknownSKU(store.text(of: sku, in: shard))
    case .invalidQuantity(let line, let quantity):
      return .invalidField(
        "lines[\(line)].quantity", found: "\(quantity)", allowed: "1 to \(Limits.quantityMax)")
    case .invalidMinimum(let line, let minimum):
      return .invalidField("lines[\(line)].minimum_quantity", found: "\(minimum)", allowed: "0 to the quantity")
    case .noLocation(let line):
      return CallFailure(
        .unknownLocation, "line \(line) names no location, and the tenant has no active one",
        metadata: ["location": ""])
    case .invalidLineCount(let count):
      return .invalidField("lines", found: "\(count) lines", allowed: "1 to \(Limits.reserveLineCountMax)")
    case .invalidTimeToLive: return .invalidField("time_to_live", found: "out of range", allowed: "1 s to 24 h")
    case .invalidAccount(let account):
      return .invalidField(
        "account", found: API.Account(account).name, allowed: "AVAILABLE, SAFETY, QUALITY_CONTROL or DAMAGED")
    case .invalidSKUText: return .invalidField("sku", found: "not valid", allowed: "1 to \(Limits.skuBytesMax) bytes")
    case .invalidScale(let scale):
      return .invalidField("sku.quantity_scale", found: "\(scale)", allowed: "0 to \(Limits.quantityScaleMax)")
    case .tooManySKUs:
      return CallFailure(.tooManySKUs, "the shard has no number for another SKU")
    case .scaleIsFixed(let sku, let scale):
      let text = store.text(of: sku, in: shard)
      return CallFailure(
        .scaleFixed, "the quantity scale of SKU '\(text)' is \(scale) and cannot change",
        metadata: ["sku": text, "scale": "\(scale)"])
    case .revisionMismatch(let sku, let current):
      let text = store.text(of: sku, in: shard)
      return CallFailure(
        .revisionMismatch, "SKU '\(text)' is at revision \(current) meanwhile",
        metadata: ["sku": text, "revision": "\(current)"])
    case .quantityOverflow(let stock, let account):
      let (sku, location) = (store.text(of: stock.sku, in: shard), locationText(stock.location))
      return CallFailure(
        .quantityOverflow, "a balance of SKU '\(sku)' at '\(location)' would become too large",
        metadata: ["sku": sku, "location": location, "account": API.Account(account).name])
    case .outOfStock(let shortage): return outOfStock(shortage, in: shard)
    case .notAMultiple, .locationClosed, .backorderLimit, .countOutdated, .unknownRevision, .invalidLot, .unknownOwner,
      .tooManyLines:
      return describeStock(refusal, of: call, in: shard)
    case .insufficient(let stock, let account, let asked, let balance):
      return outOfStock(
        sku: store.text(of: stock.sku, in: shard), location: locationText(stock.location), account: account,
        asked: asked, available: balance)
    case .insufficientElsewhere(let item, let location, let account, let asked, let balance):
      return outOfStock(
        sku: item.sku, location: locationText(location), account: account, asked: asked, available: balance)
    case .unknownHold(let id): return .unknownHold(Self.holdID(id, of: call))
    case .holdNotActive(let id, let state): return describeClosed(id, Self.holdID(id, of: call), state, in: shard)
    case .order(let id, let refusal): return Self.describe(refusal, of: id, call)
    case .externalNumberTaken(let taken): return Self.describe(taken)
    case .invalidPayWithin: return .invalidField("pay_within", found: "out of range", allowed: "1 s to 90 days")
    case .needsConsent(let id):
      return CallFailure(.holdExpired, "the hold has expired", metadata: ["hold_id": Self.holdID(id, of: call)])
    case .invalidName, .claimOverdrawn:
      node.logger.log(.error, "a step between shards was refused", ["shard": shard.description])
      return CallFailure(status: .internal, message: "a step between shards was refused")
    case .holdExpired(let id, let shortage):
      var failure = outOfStock(shortage, in: shard)
      failure.reason = .holdExpired
      failure.message = "the hold has expired, and its stock is gone: " + failure.message
      failure.metadata["hold_id"] = Self.holdID(id, of: call)
      return failure
    }
  }

  func outOfStock(_ shortage: Shortage, in shard: ShardID) -> CallFailure {
    outOfStock(
      sku: store.text(of: shortage.sku, in: shard), location: locationText(shortage.location), account: .available,
      asked: shortage.asked, available: shortage.available)
  }

  /// The refusal of another shard's leader, which names the line of the request.
  func describe(_ refused: AcrossRefused) -> CallFailure {
    let sku = String(decoding: refused.line?.sku ?? [], as: UTF8.self)
    switch refused.refusal {
    case .outOfStock(_, let location, let asked, let available):
      return outOfStock(
        sku: sku, location: locationText(location), account: .available, asked: asked, available: available)
    case .unknownSKU: return .unknownSKU(sku)
    case .noLocation:
      return CallFailure(
        .unknownLocation, "SKU '\(sku)' names no location, and the tenant has no active one", metadata: ["location": ""]
      )
    case .locationClosed(_, let location): return .locationClosed(locationText(location))
    case .notAMultiple(_, let lot, let asked): return .notAMultiple(sku, lot: lot, asked: asked)
    case .nameTaken(let taken): return Self.describe(taken)
    case .requestIDReused: return .requestIDReused(refused.request)
    case .invalid:
      node.logger.log(.error, "another shard does not take what this one asks for", ["sku": sku])
      return CallFailure(status: .internal, message: "another shard did not take its part")
    }
  }

  private func outOfStock(
    sku: String, location: String, account: Inventory.Account, asked: Int64, available: Int64
  ) -> CallFailure {
    .outOfStock(sku: sku, location: location, account: API.Account(account), asked: asked, available: available)
  }

  private func describeClosed(
    _ id: UniqueID, _ text: String, _ state: Inventory.HoldState, in shard: ShardID
  ) -> CallFailure {
    switch state {
    case .active: return CallFailure(status: .internal, message: "the hold '\(text)' is active")
    case .released: return CallFailure(.holdReleased, "the hold was released", metadata: ["hold_id": text])
    case .expired: return CallFailure(.holdExpired, "the hold has expired", metadata: ["hold_id": text])
    case .confirmed:
      var failure = CallFailure(.holdConfirmed, "the hold became an order", metadata: ["hold_id": text])
      do throws(CallFailure) { failure.metadata["order_id"] = try hold(id, in: shard)?.orderID } catch { return error }
      return failure
    }
  }

  /// The id of a hold as the call on it named it: with the home slot that it carried.
  static func holdID(_ id: UniqueID, of call: PendingCall) -> String {
    ResourceID(id: id, homeSlot: UInt16(truncatingIfNeeded: call.context)).description
  }
}
