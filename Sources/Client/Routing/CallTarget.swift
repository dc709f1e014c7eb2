internal import API
internal import Basics
package import Placement

/// Whom a call is for. Any node takes any call; a call that goes to the right one saves a hop.
package enum CallTarget: Equatable, Sendable {
  /// The nodes that the caller named, in their order: the answer is about the node.
  case namedNode
  case anyNode
  /// The shard that has what is the whole cluster's, such as locations.
  case metaShard
  /// The shard that has the slot.
  case slot(Slot)
}

extension CallTarget {
  /// A SKU's slot, as the server computes it.
  package init(sku: String, tenant: String) {
    let tenant = Array((tenant.isEmpty ? Limits.tenantDefault : tenant).utf8)
    let sku = Array(sku.utf8)
    self = .slot(Slot(tenant: tenant.rawSpan, sku: sku.rawSpan))
  }

  /// The slot of an order's external number, as the server computes it.
  package init(externalNumber: String, channel: String, tenant: String) {
    let tenant = Array((tenant.isEmpty ? Limits.tenantDefault : tenant).utf8)
    let (channel, number) = (Array(channel.utf8), Array(externalNumber.utf8))
    self = .slot(Slot(tenant: tenant.rawSpan, channel: channel.rawSpan, externalNumber: number.rawSpan))
  }

  /// The home slot that the id of a hold or an order carries. What is no such id is refused by any node.
  package init(resource text: String) {
    self = ResourceID(text: text).flatMap { Slot(rawValue: $0.homeSlot) }.map { .slot($0) } ?? .anyNode
  }

  /// A slot by its number, such as that in the id of a hold.
  package init(slotNumber: UInt16) { self = Slot(rawValue: slotNumber).map { .slot($0) } ?? .anyNode }

  /// The number of the slot, if it is for one.
  package var slotNumber: UInt16? {
    if case .slot(let slot) = self { return slot.rawValue }
    return nil
  }

  /// The least slot of several SKUs: that of the shard which decides about all of them.
  package init(skus: some Sequence<String>, tenant: String) {
    var least: Slot?
    for sku in skus {
      guard case .slot(let slot) = CallTarget(sku: sku, tenant: tenant) else { continue }
      least = min(least ?? slot, slot)
    }
    self = least.map { .slot($0) } ?? .anyNode
  }

  init(of request: some ProtobufMessage) {
    self = (request as? any TargetedRequest)?.target ?? .anyNode
  }
}

/// A request that is better answered by one node than by another.
protocol TargetedRequest {
  var target: CallTarget { get }
}

// About one SKU.
extension PutSKURequest: TargetedRequest { var target: CallTarget { CallTarget(sku: sku?.sku ?? "", tenant: tenant) } }
extension GetSKURequest: TargetedRequest { var target: CallTarget { CallTarget(sku: sku, tenant: tenant) } }
extension ReceiveRequest: TargetedRequest { var target: CallTarget { CallTarget(sku: sku, tenant: tenant) } }
extension AdjustRequest: TargetedRequest { var target: CallTarget { CallTarget(sku: sku, tenant: tenant) } }
extension MoveStockRequest: TargetedRequest { var target: CallTarget { CallTarget(sku: sku, tenant: tenant) } }
extension SetCountRequest: TargetedRequest { var target: CallTarget { CallTarget(sku: sku, tenant: tenant) } }
extension GetStockRequest: TargetedRequest { var target: CallTarget { CallTarget(sku: sku, tenant: tenant) } }
extension ListJournalRequest: TargetedRequest {
  var target: CallTarget { sku.isEmpty ? .anyNode : CallTarget(sku: sku, tenant: tenant) }
}
extension ReserveRequest: TargetedRequest {
  var target: CallTarget { CallTarget(skus: lines.lazy.map(\.sku), tenant: tenant) }
}

// About one hold or order.
extension GetHoldRequest: TargetedRequest { var target: CallTarget { CallTarget(resource: holdID) } }
extension ExtendHoldRequest: TargetedRequest { var target: CallTarget { CallTarget(resource: holdID) } }
extension ReleaseHoldRequest: TargetedRequest { var target: CallTarget { CallTarget(resource: holdID) } }
extension ConfirmHoldRequest: TargetedRequest { var target: CallTarget { CallTarget(resource: holdID) } }
extension MoveAllocationRequest: TargetedRequest {
  var target: CallTarget {
    switch owner {
    case .holdID(let id), .orderID(let id): CallTarget(resource: id)
    case nil: .anyNode
    }
  }
}
extension GetOrderRequest: TargetedRequest { var target: CallTarget { CallTarget(resource: orderID) } }
extension PayOrderRequest: TargetedRequest { var target: CallTarget { CallTarget(resource: orderID) } }
extension HoldOrderRequest: TargetedRequest { var target: CallTarget { CallTarget(resource: orderID) } }
extension ResumeOrderRequest: TargetedRequest { var target: CallTarget { CallTarget(resource: orderID) } }
extension CancelOrderRequest: TargetedRequest { var target: CallTarget { CallTarget(resource: orderID) } }
extension AmendOrderRequest: TargetedRequest { var target: CallTarget { CallTarget(resource: orderID) } }
extension ShipOrderRequest: TargetedRequest { var target: CallTarget { CallTarget(resource: orderID) } }
extension CompleteOrderRequest: TargetedRequest { var target: CallTarget { CallTarget(resource: orderID) } }
extension CreateOrderRequest: TargetedRequest {
  /// The order in whose place it is has the same home.
  var target: CallTarget {
    replacesOrderID.isEmpty
      ? CallTarget(skus: lines.lazy.map(\.sku), tenant: tenant) : CallTarget(resource: replacesOrderID)
  }
}
extension GetOrderByExternalNumberRequest: TargetedRequest {
  var target: CallTarget { CallTarget(externalNumber: externalNumber, channel: channel, tenant: tenant) }
}

extension WatchHoldRequest: TargetedRequest { var target: CallTarget { CallTarget(resource: holdID) } }
extension WatchOrderRequest: TargetedRequest { var target: CallTarget { CallTarget(resource: orderID) } }
extension WatchAvailabilityRequest: TargetedRequest {
  var target: CallTarget { skus.first.map { CallTarget(sku: $0, tenant: tenant) } ?? .anyNode }
}

// About many of them: the node divides the request, so the first one's shard is as good as another.
extension BatchReserveRequest: TargetedRequest {
  var target: CallTarget { requests.first?.target ?? .anyNode }
}

extension PutLocationRequest: TargetedRequest { var target: CallTarget { .metaShard } }
extension GetLocationRequest: TargetedRequest { var target: CallTarget { .metaShard } }
extension ListLocationsRequest: TargetedRequest { var target: CallTarget { .metaShard } }

// About the node that is asked.
extension GetStatusRequest: TargetedRequest { var target: CallTarget { .namedNode } }
extension VerifyLedgerRequest: TargetedRequest { var target: CallTarget { .namedNode } }
extension GRPCHealth.HealthCheckRequest: TargetedRequest { var target: CallTarget { .namedNode } }
