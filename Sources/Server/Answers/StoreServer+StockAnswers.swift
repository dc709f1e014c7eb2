internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// SKUs and stock on their way out.
extension StoreServer {
  /// The answer to a put: the whole SKU, or as a row of a batch the same without the envelope.
  func answerSKU(
    _ call: PendingCall, _ completion: Completion, _ put: SKUPut, isReplay: Bool
  ) throws(CallFailure) {
    guard let sku = try sku(put.sku, in: completion.shard) else { invariantViolated("a SKU that was put is not there") }
    if call.origin.isRow { return answer(call.origin, sku) }
    answer(call.origin, PutSKUResponse(revision: revision(of: completion.shard), replayed: isReplay, sku: sku))
  }

  /// The answer to a movement: the row as it is now, which later movements of the same turn may have changed too.
  func answerStock(_ call: PendingCall, _ completion: Completion, _ changed: StockChanged, isReplay: Bool) {
    let revision = revision(of: completion.shard)
    let time = WellKnown.Timestamp(completion.stamp)
    let sequence = Int64(clamping: changed.sequence)
    // A count of nothing where nothing ever was makes no row.
    let balances = store.stock(changed.stock, in: completion.shard)?.balances ?? Balances()
    let stock = LocationStock(location: locationText(changed.stock.location), balances: StockBalances(balances))
    switch call.method {
    case .inventoryAdjust:
      answer(
        call.origin,
        AdjustResponse(revision: revision, replayed: isReplay, sequence: sequence, time: time, stock: stock))
    case .inventoryMoveStock:
      answer(
        call.origin,
        MoveStockResponse(revision: revision, replayed: isReplay, sequence: sequence, time: time, stock: stock))
    case .inventorySetCount:
      answer(
        call.origin,
        SetCountResponse(revision: revision, replayed: isReplay, sequence: sequence, time: time, stock: stock))
    default:
      answer(
        call.origin,
        ReceiveResponse(revision: revision, replayed: isReplay, sequence: sequence, time: time, stock: stock))
    }
  }

  /// A SKU as the contract tells it; `nil` when there is none of this number.
  func sku(_ number: SKUNumber, in shard: ShardID) throws(CallFailure) -> API.SKU? {
    guard let view = try reading({ () throws(StateReadError) in try store.sku(number, in: shard) }) else { return nil }
    return try reading { () throws(StateReadError) in try API.SKU(view) }
  }

  /// All rows of a SKU with their sum, or those of one location.
  func skuStock(_ number: SKUNumber, in shard: ShardID, at location: LocationNumber?) -> SKUStock {
    var stock = SKUStock()
    stock.sku = store.text(of: number, in: shard)
    stock.quantityScale = Int32(store.scale(of: number, in: shard))
    stock.revision = revision(of: shard)
    stock.asOfTime = WellKnown.Timestamp(store.readStamp)
    var total = Balances()
    for view in store.stock(of: number, in: shard) where location == nil || view.stock.location == location {
      total.add(view.balances)
      stock.locations.append(
        LocationStock(location: locationText(view.stock.location), balances: StockBalances(view.balances)))
    }
    stock.total = StockBalances(total)
    return stock
  }
}

extension API.SKU {
  init(_ view: SKUView) throws(StateReadError) {
    self.init()
    tenant = view.tenant
    sku = view.sku
    name = view.name
    quantityScale = Int32(view.scale)
    lotSize = view.lot == 1 ? 0 : view.lot
    backorderLimit = view.backorderLimit
    revision = Int64(view.revision)
    createTime = WellKnown.Timestamp(view.created)
    do throws(DecodeError) { attributes = try SKUAttributes.decode(view.attributes) } catch {
      throw StateReadError(message: "the attributes of SKU '\(view.sku)' are unreadable: \(error)")
    }
  }
}

extension StockBalances {
  init(_ balances: Balances) {
    self.init(
      onHand: balances.onHand, available: balances[.available], held: balances[.held],
      allocated: balances[.allocated], safety: balances[.safety], qualityControl: balances[.qualityControl],
      damaged: balances[.damaged], supplier: balances[.supplier], customer: balances[.customer],
      adjustment: balances[.adjustment], inTransit: balances[.inTransit], shortfall: balances[.shortfall])
  }
}

extension API.Location {
  init(_ location: Placement.Location) {
    self.init(
      tenant: location.tenant, location: location.id, name: location.name, zone: location.zone,
      priority: Int32(location.priority), state: LocationState(location.state),
      revision: Int64(clamping: location.revision))
  }
}

extension API.LocationState {
  init(_ state: Placement.Location.State) {
    switch state {
    case .active: self = .active
    case .draining: self = .draining
    case .closed: self = .closed
    }
  }
}

extension API.Account {
  init(_ account: Inventory.Account) {
    switch account {
    case .available: self = .available
    case .held: self = .held
    case .allocated: self = .allocated
    case .safety: self = .safety
    case .qualityControl: self = .qualityControl
    case .damaged: self = .damaged
    case .supplier: self = .supplier
    case .customer: self = .customer
    case .adjustment: self = .adjustment
    case .inTransit: self = .inTransit
    case .shortfall: self = .shortfall
    }
  }
}
