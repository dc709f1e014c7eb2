internal import API
internal import Basics
internal import Inventory
internal import Placement

/// One shard as of one moment, told as the contract tells it. Owned by a reader thread for the time of one read.
struct FrozenShard {
  let shard: ShardID
  var ledger: LedgerReader
  let locations: LocationTable
  /// The home slots of holds that journal records named, by hold; looked up, never gone through.
  private var homeSlots: [UniqueID: UInt16?] = [:]

  init(_ shard: ShardID, _ ledger: LedgerReader, _ locations: LocationTable) {
    self.shard = shard
    self.ledger = ledger
    self.locations = locations
  }

  func text(_ location: LocationNumber?) -> String { location.flatMap { locations[$0]?.id } ?? "" }

  /// The definition of a SKU that a record names.
  mutating func sku(_ number: SKUNumber) throws(StateReadError) -> SKUView {
    guard let sku = try ledger.sku(number) else {
      throw StateReadError(message: "a record names SKU number \(number), which is not there")
    }
    return sku
  }

  mutating func hold(_ view: HoldView) throws(StateReadError) -> API.Hold {
    let slot = try homeSlot(of: view.lines.map(\.sku))
    var hold = API.Hold()
    hold.holdID = ResourceID(id: view.id, homeSlot: slot).description
    hold.state = API.HoldState(view.state)
    hold.createTime = WellKnown.Timestamp(view.created)
    hold.expireTime = WellKnown.Timestamp(view.expiry)
    hold.orderID = view.order.map { ResourceID(id: $0, homeSlot: slot).description } ?? ""
    hold.reference = view.reference
    for line in view.lines {
      let sku = try sku(line.sku)
      hold.tenant = sku.tenant
      hold.lines.append(
        API.HoldLine(
          sku: sku.sku, location: text(line.location), quantity: line.granted, askedQuantity: line.asked))
    }
    return hold
  }

  mutating func order(_ id: UniqueID, _ record: OrderRecord) throws(StateReadError) -> API.Order {
    let slot = try homeSlot(of: record.lines.map(\.stock.sku))
    var order = API.Order()
    order.orderID = ResourceID(id: id, homeSlot: slot).description
    order.status = API.OrderStatus(record.status)
    order.holdID = ResourceID(id: record.hold, homeSlot: slot).description
    order.createTime = WellKnown.Timestamp(record.created)
    order.reference = record.reference
    order.externalNumber = record.externalNumber
    for line in record.lines {
      let sku = try sku(line.stock.sku)
      order.tenant = sku.tenant
      order.lines.append(
        API.OrderLine(
          sku: sku.sku, location: text(line.stock.location), ordered: line.ordered, cancelled: line.cancelled,
          backordered: line.backordered, allocated: line.allocated, shipped: line.shipped))
    }
    return order
  }

  private mutating func homeSlot(of skus: [SKUNumber]) throws(StateReadError) -> UInt16 {
    var least = UInt16.max
    for number in skus {
      let sku = try sku(number)
      let (tenant, text) = (Array(sku.tenant.utf8), Array(sku.sku.utf8))
      least = min(least, Slot(tenant: tenant.rawSpan, sku: text.rawSpan).rawValue)
    }
    return least
  }

  mutating func record(_ movement: Movement) throws(StateReadError) -> JournalRecord {
    var record = JournalRecord()
    record.sequence = Int64(clamping: movement.sequence)
    record.time = WellKnown.Timestamp(movement.stamp)
    record.sku = try sku(movement.stock.sku).sku
    record.location = text(movement.stock.location)
    record.fromAccount = API.Account(movement.from)
    record.toAccount = API.Account(movement.to)
    record.quantity = movement.quantity
    record.fromBalance = movement.fromBalance
    record.toBalance = movement.toBalance
    record.cause = try cause(of: movement)
    record.actor = movement.actor
    record.reason = movement.reason
    record.requestID = movement.requestID?.description ?? ""
    record.shard = shard.rawValue
    return record
  }

  /// A hold is named by the id that its caller knows; one that was forgotten meanwhile by its request's.
  private mutating func cause(of movement: Movement) throws(StateReadError) -> API.Cause {
    let kind = CauseKind(movement.cause)
    guard let id = movement.causeID else { return API.Cause(kind: kind) }
    switch movement.cause {
    case .hold, .release, .confirmation:
      guard let slot = try homeSlot(ofHold: id) else { break }
      return API.Cause(kind: kind, id: ResourceID(id: id, homeSlot: slot).description)
    case .expiry, .receipt, .adjustment, .move: break
    }
    return API.Cause(kind: kind, id: id.description)
  }

  private mutating func homeSlot(ofHold id: UniqueID) throws(StateReadError) -> UInt16? {
    if let known = homeSlots[id] { return known }
    let slot = try ledger.hold(id).map { hold throws(StateReadError) in try homeSlot(of: hold.lines.map(\.sku)) }
    homeSlots[id] = .some(slot)
    return slot
  }
}

extension CauseKind {
  init(_ cause: Inventory.Cause) {
    switch cause {
    case .hold: self = .hold
    case .release: self = .release
    case .expiry: self = .expiry
    case .confirmation: self = .confirmation
    case .receipt: self = .receipt
    case .adjustment: self = .adjustment
    case .move: self = .move
    }
  }
}

extension Inventory.Cause {
  /// `nil` for what is no cause of a movement.
  init?(_ kind: CauseKind) {
    switch kind {
    case .hold: self = .hold
    case .release: self = .release
    case .expiry: self = .expiry
    case .confirmation: self = .confirmation
    case .receipt: self = .receipt
    case .adjustment: self = .adjustment
    case .move: self = .move
    case .unspecified, .unrecognized: return nil
    }
  }
}
