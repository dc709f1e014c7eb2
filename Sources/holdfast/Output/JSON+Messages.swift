package import API
internal import Basics

// The names are those of the .proto files, and so are the numbers: quantities are whole numbers of the SKU's base unit.
// Scripts rely on them: never rename.

extension JSON {
  package init(_ sku: SKU) {
    self = .object([
      "tenant": .text(sku.tenant), "sku": .text(sku.sku), "name": .text(sku.name),
      "quantity_scale": .integer(Int64(sku.quantityScale)), "lot_size": .integer(sku.lotSize),
      "backorder_limit": .integer(sku.backorderLimit), "attributes": JSON(sku.attributes),
      "revision": .integer(sku.revision), "create_time": JSON(sku.createTime),
    ])
  }

  package init(_ location: Location) {
    self = .object([
      "tenant": .text(location.tenant), "location": .text(location.location), "name": .text(location.name),
      "zone": .text(location.zone), "priority": .integer(Int64(location.priority)),
      "state": .text(location.state.name), "revision": .integer(location.revision),
    ])
  }

  package init(_ balances: StockBalances?) {
    guard let balances else {
      self = .null
      return
    }
    self = .object([
      "on_hand": .integer(balances.onHand), "available": .integer(balances.available),
      "held": .integer(balances.held), "allocated": .integer(balances.allocated), "safety": .integer(balances.safety),
      "quality_control": .integer(balances.qualityControl), "damaged": .integer(balances.damaged),
      "supplier": .integer(balances.supplier), "customer": .integer(balances.customer),
      "adjustment": .integer(balances.adjustment), "in_transit": .integer(balances.inTransit),
      "shortfall": .integer(balances.shortfall),
    ])
  }

  package init(_ stock: SKUStock) {
    self = .object([
      "sku": .text(stock.sku), "quantity_scale": .integer(Int64(stock.quantityScale)), "total": JSON(stock.total),
      "locations": .array(stock.locations.map { JSON($0) }), "revision": .integer(stock.revision),
      "as_of_time": JSON(stock.asOfTime),
    ])
  }

  package init(_ stock: LocationStock) {
    self = .object(["location": .text(stock.location), "balances": JSON(stock.balances)])
  }

  package init(_ hold: Hold) {
    self = .object([
      "hold_id": .text(hold.holdID), "tenant": .text(hold.tenant), "state": .text(hold.state.name),
      "lines": .array(
        hold.lines.map {
          .object([
            "sku": .text($0.sku), "location": .text($0.location), "quantity": .integer($0.quantity),
            "asked_quantity": .integer($0.askedQuantity), "line": .integer(Int64($0.line)),
          ])
        }),
      "create_time": JSON(hold.createTime), "expire_time": JSON(hold.expireTime), "order_id": .text(hold.orderID),
      "reference": .text(hold.reference),
    ])
  }

  package init(_ order: Order) {
    self = .object([
      "order_id": .text(order.orderID), "tenant": .text(order.tenant), "status": .text(order.status.name),
      "lines": .array(
        order.lines.map {
          .object([
            "sku": .text($0.sku), "location": .text($0.location), "ordered": .integer($0.ordered),
            "cancelled": .integer($0.cancelled), "backordered": .integer($0.backordered),
            "allocated": .integer($0.allocated), "shipped": .integer($0.shipped), "line": .integer(Int64($0.line)),
          ])
        }),
      "external_number": .text(order.externalNumber), "hold_id": .text(order.holdID),
      "create_time": JSON(order.createTime), "reference": .text(order.reference), "channel": .text(order.channel),
      "version": .integer(order.version), "pay_by_time": JSON(order.payByTime), "pay_time": JSON(order.payTime),
      "payment_reference": .text(order.paymentReference), "on_hold": .bool(order.onHold),
      "hold_reason": .text(order.holdReason), "expire_time": JSON(order.expireTime),
      "complete_time": JSON(order.completeTime), "replaces_order_id": .text(order.replacesOrderID),
      "replacement_order_ids": .array(order.replacementOrderIDs.map { .text($0) }),
      "shipments": .array(order.shipments.map { JSON($0) }),
    ])
  }

  package init(_ shipment: Shipment) {
    self = .object([
      "shipment_id": .text(shipment.shipmentID), "ship_time": JSON(shipment.shipTime),
      "lines": .array(
        shipment.lines.map { .object(["line": .integer(Int64($0.line)), "quantity": .integer($0.quantity)]) }),
    ])
  }

  package init(_ record: JournalRecord) {
    self = .object([
      "shard": .unsigned(UInt64(record.shard)), "sequence": .integer(record.sequence), "time": JSON(record.time),
      "sku": .text(record.sku),
      "location": .text(record.location), "from_account": .text(record.fromAccount.name),
      "to_account": .text(record.toAccount.name), "quantity": .integer(record.quantity),
      "from_balance": .integer(record.fromBalance), "to_balance": .integer(record.toBalance),
      "cause_kind": .text(record.cause?.kind.name ?? ""), "cause_id": .text(record.cause?.id ?? ""),
      "actor": .text(record.actor), "reason": .text(record.reason), "request_id": .text(record.requestID),
      "tenant": .text(record.tenant), "revision": .integer(record.revision),
    ])
  }

  package init(_ result: VerifyLedgerResponse) {
    self = .object([
      "shard": .integer(Int64(result.shard)), "shard_count": .integer(Int64(result.shardCount)), "ok": .bool(result.ok),
      "finding_count": .integer(result.findingCount),
      "findings": .array(
        result.findings.map {
          .object([
            "kind": .text($0.kind), "text": .text($0.text), "sku": .text($0.sku), "location": .text($0.location),
            "since": JSON($0.since), "subject_id": .text($0.subjectID), "advice": .text($0.advice),
          ])
        }),
      "revision": .integer(result.revision), "as_of_time": JSON(result.asOfTime),
      "balances_checked": .integer(result.balancesChecked), "holds_checked": .integer(result.holdsChecked),
      "orders_checked": .integer(result.ordersChecked), "records_checked": .integer(result.recordsChecked),
      "claims_checked": .integer(result.claimsChecked),
    ])
  }

  package init(_ status: GetStatusResponse) {
    self = .object([
      "node_id": .unsigned(status.nodeID), "version": .text(status.version),
      "uptime_milliseconds": .integer(status.uptime?.milliseconds ?? 0),
      "data_format": .integer(Int64(status.dataFormat)), "stores": .array(status.stores.map { JSON($0) }),
      "alarms": .array(status.alarms.map { .object(["kind": .text($0.kind), "text": .text($0.text)]) }),
    ])
  }

  private init(_ store: StoreStatus) {
    self = .object([
      "store": .integer(Int64(store.store)), "disk_free_bytes": .integer(store.diskFreeBytes),
      "shards": .array(
        store.shards.map {
          .object([
            "shard": .integer(Int64($0.shard)), "role": .text($0.role.name), "term": .unsigned($0.term),
            "commit_index": .unsigned($0.commitIndex), "applied_index": .unsigned($0.appliedIndex),
            "last_index": .unsigned($0.lastIndex),
            "sku_count": .integer($0.skuCount), "live_hold_count": .integer($0.liveHoldCount),
            "leader_node_id": .unsigned($0.leaderNodeID), "journal_first": .integer($0.journalFirst),
            "journal_last": .integer($0.journalLast), "journal_bytes": .integer($0.journalBytes),
            "is_joint": .bool($0.isJoint),
          ])
        }), "followers": .array(store.followers.map { JSON($0) }), "watch_count": .integer(Int64(store.watchCount)),
      "snapshots_installed": .unsigned(store.snapshotsInstalled),
    ])
  }

  private init(_ follower: FeedFollowerStatus) {
    self = .object([
      "address": .text(follower.address), "connected_milliseconds": .integer(follower.connected?.milliseconds ?? 0),
      "shard_count": .integer(Int64(follower.shardCount)), "records_sent": .integer(follower.recordsSent),
      "lag_records": .integer(follower.lagRecords),
      "lag_milliseconds": follower.lag.map { .integer($0.milliseconds ?? 0) } ?? .null,
      "is_slow": .bool(follower.isSlow),
    ])
  }

  package init(_ base: StockBase) {
    self = .object([
      "tenant": .text(base.tenant), "sku": .text(base.sku), "location": .text(base.location),
      "balances": JSON(base.balances),
    ])
  }

  private init(_ attributes: [String: String]) {
    self = .object(attributes.sorted { $0.key < $1.key }.map { Member(key: $0.key, value: .text($0.value)) })
  }

  private init(_ time: WellKnown.Timestamp?) { self = TimeText.show(time).map { .text($0) } ?? .null }
}
