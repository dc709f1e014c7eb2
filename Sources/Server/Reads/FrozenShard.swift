internal import API
internal import Basics
internal import Inventory
internal import Placement

/// One shard as of one moment, told as the contract tells it. Owned by a reader thread for the time of one read.
struct FrozenShard {
  let shard: ShardID
  var ledger: LedgerReader
  let locations: LocationTable

  init(_ shard: ShardID, _ ledger: LedgerReader, _ locations: LocationTable) {
    self.shard = shard
    self.ledger = ledger
    self.locations = locations
  }

  func text(_ location: LocationNumber?) -> String { locations.text(location) }

  /// The definition of a SKU that a record names.
  mutating func sku(_ number: SKUNumber) throws(StateReadError) -> SKUView {
    guard let sku = try ledger.sku(number) else {
      throw StateReadError(message: "a record names SKU number \(number), which is not there")
    }
    return sku
  }

  mutating func texts(of item: LineItem) throws(StateReadError) -> (tenant: String, sku: String) {
    switch item {
    case .local(let number):
      let sku = try sku(number)
      return (sku.tenant, sku.sku)
    case .remote(let item): return (item.tenant, item.sku)
    }
  }

  mutating func hold(_ view: HoldView) throws(StateReadError) -> API.Hold {
    try API.Hold(
      view, texts: { item throws(StateReadError) in try texts(of: item) },
      location: { [locations] in locations.text($0) })
  }

  mutating func order(_ id: UniqueID, _ record: OrderRecord) throws(StateReadError) -> API.Order {
    try API.Order(
      record, id, sku: { item throws(StateReadError) in try texts(of: item).sku },
      location: { [locations] in locations.text($0) })
  }

  mutating func record(_ movement: Movement) throws(StateReadError) -> JournalRecord {
    let sku = try sku(movement.stock.sku)
    var record = JournalRecord(
      movement, tenant: sku.tenant, sku: sku.sku, location: text(movement.stock.location))
    record.shard = shard.rawValue
    return record
  }
}

extension LocationTable {
  func text(_ number: LocationNumber?) -> String { number.flatMap { self[$0]?.id } ?? "" }
}

extension Inventory.Cause {
  /// What the contract calls by one name may be several; none for what is no cause of a movement.
  static func causes(_ kind: CauseKind) -> [Inventory.Cause] {
    switch kind {
    case .hold: [.hold]
    case .release: [.release]
    case .rejection: [.rejection]
    case .expiry: [.expiry]
    case .confirmation: [.confirmation]
    case .receipt: [.receipt]
    case .adjustment: [.adjustment]
    case .move: [.move]
    case .order: [.order]
    case .amendment: [.amendment]
    case .cancellation: [.cancellation]
    case .shipment: [.shipment]
    case .count: [.count]
    case .reassignment: [.reassignment]
    case .backorder: [.backorder]
    case .shortfall: [.shortfall]
    case .opening: [.opening]
    case .departure: [.departure]
    case .unspecified, .unrecognized: []
    }
  }
}
