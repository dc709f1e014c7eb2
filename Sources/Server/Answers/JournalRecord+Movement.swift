internal import API
internal import Basics
internal import Inventory

extension JournalRecord {
  /// A movement as the contract tells it.
  init(_ movement: Movement, tenant: String, sku: String, location: String) {
    self.init()
    sequence = Int64(clamping: movement.sequence)
    time = WellKnown.Timestamp(movement.stamp)
    self.tenant = tenant
    self.sku = sku
    self.location = location
    fromAccount = API.Account(movement.from)
    toAccount = API.Account(movement.to)
    quantity = movement.quantity
    fromBalance = movement.fromBalance
    toBalance = movement.toBalance
    cause = API.Cause(movement)
    actor = movement.actor
    reason = movement.reason
    requestID = movement.requestID?.description ?? ""
    revision = Int64(clamping: movement.revision)
  }
}

extension API.Cause {
  /// A hold or an order is named by the id that its caller knows, which carries its home slot.
  init(_ movement: Movement) {
    self.init(kind: CauseKind(movement.cause))
    guard let id = movement.causeID else { return }
    self.id = movement.home.map { ResourceID(id: id, homeSlot: $0.rawValue).description } ?? id.description
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
    case .opening: self = .opening
    case .departure: self = .departure
    case .order: self = .order
    case .amendment: self = .amendment
    case .cancellation: self = .cancellation
    case .shipment: self = .shipment
    case .rejection: self = .rejection
    case .count: self = .count
    case .reassignment: self = .reassignment
    case .backorder: self = .backorder
    case .shortfall: self = .shortfall
    }
  }
}
