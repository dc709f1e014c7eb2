package import API
internal import Basics

// How answers look to people. Quantities are in whole units, with the SKU's decimals.

extension Table {
  /// Lots and backorders have columns where some SKU has any.
  package static func skus(_ skus: [SKU]) -> Table {
    let hasRules = skus.contains { $0.lotSize > 1 || $0.backorderLimit > 0 }
    let rules: [Column] = hasRules ? [.number("LOT"), .number("BACKORDERS")] : []
    var table = Table(
      [.text("SKU"), .text("NAME"), .number("SCALE")] + rules + [.number("REVISION"), .text("ATTRIBUTES")])
    for sku in skus {
      let attributes = sku.attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      let rules = hasRules ? [sku.lotSize, sku.backorderLimit].map { shown($0, of: sku) } : []
      table.add(
        [sku.sku, sku.name, String(sku.quantityScale)] + rules
          + [String(sku.revision), attributes.joined(separator: " ")])
    }
    return table
  }

  /// A quantity of a SKU, or nothing for none.
  private static func shown(_ quantity: Int64, of sku: SKU) -> String {
    quantity == 0 ? "" : QuantityText.show(quantity, scale: Int(sku.quantityScale))
  }

  package static func locations(_ locations: [Location]) -> Table {
    var table = Table([.text("LOCATION"), .text("NAME"), .text("ZONE"), .number("PRIORITY"), .text("STATE")])
    for location in locations {
      table.add([
        location.location, location.name, location.zone, String(location.priority), location.state.name,
      ])
    }
    return table
  }

  /// A shortfall has a column where there is one.
  private static func balanceColumns(_ hasShortfall: Bool) -> [Column] {
    [
      .number("ON HAND"), .number("AVAILABLE"), .number("HELD"), .number("ALLOCATED"), .number("SAFETY"),
      .number("QC"), .number("DAMAGED"),
    ] + (hasShortfall ? [.number("SHORTFALL")] : [])
  }

  private static func cells(_ balances: StockBalances?, _ scale: Int, _ hasShortfall: Bool) -> [String] {
    let balances = balances ?? StockBalances()
    let quantities = [
      balances.onHand, balances.available, balances.held, balances.allocated, balances.safety,
      balances.qualityControl, balances.damaged,
    ]
    return (quantities + (hasShortfall ? [-balances.shortfall] : [])).map { QuantityText.show($0, scale: scale) }
  }

  /// One SKU by location, with the sum below when there are several.
  package static func stock(_ stock: SKUStock) -> Table {
    let hasShortfall = stock.total?.shortfall ?? 0 != 0
    var table = Table([.text("LOCATION")] + balanceColumns(hasShortfall))
    let scale = Int(stock.quantityScale)
    for location in stock.locations { table.add([location.location] + cells(location.balances, scale, hasShortfall)) }
    if stock.locations.count != 1 { table.add(["total"] + cells(stock.total, scale, hasShortfall)) }
    return table
  }

  package static func stock(_ stocks: [SKUStock]) -> Table {
    let hasShortfall = stocks.contains { $0.total?.shortfall ?? 0 != 0 }
    var table = Table([.text("SKU")] + balanceColumns(hasShortfall))
    for stock in stocks {
      table.add([stock.sku] + cells(stock.total, Int(stock.quantityScale), hasShortfall))
    }
    return table
  }

  /// - Parameter scales: of the SKUs, as far as they are known.
  package static func holdLines(_ hold: Hold, scales: [String: Int]) -> Table {
    var table = Table([.text("SKU"), .text("LOCATION"), .number("ASKED"), .number("GRANTED")])
    for line in hold.lines {
      let scale = scales[line.sku] ?? 0
      table.add([
        line.sku, line.location.isEmpty ? "-" : line.location,
        line.askedQuantity == 0 ? "" : QuantityText.show(line.askedQuantity, scale: scale),
        QuantityText.show(line.quantity, scale: scale),
      ])
    }
    return table
  }

  package static func orderLines(_ order: Order, scales: [String: Int]) -> Table {
    var table = Table([
      .number("LINE"), .text("SKU"), .text("LOCATION"), .number("ORDERED"), .number("CANCELLED"),
      .number("BACKORDERED"),
      .number("ALLOCATED"), .number("SHIPPED"),
    ])
    for line in order.lines {
      let scale = scales[line.sku] ?? 0
      let counters = [line.ordered, line.cancelled, line.backordered, line.allocated, line.shipped]
      let location = line.location.isEmpty ? "-" : line.location
      table.add([String(line.line), line.sku, location] + counters.map { QuantityText.show($0, scale: scale) })
    }
    return table
  }

  /// - Parameters:
  ///   - scales: of the SKUs, as far as they are known.
  ///   - isOfOne: all records are of one SKU, which need not be told.
  package static func journal(_ records: [JournalRecord], scales: [String: Int], isOfOne: Bool) -> Table {
    let what: [Column] = isOfOne ? [] : [.number("SHARD"), .text("SKU")]
    var table = Table(
      what + [
        .number("SEQUENCE"), .text("TIME"), .text("LOCATION"), .text("FROM"), .text("TO"), .number("QUANTITY"),
        .number("FROM AFTER"), .number("TO AFTER"), .text("CAUSE"), .text("ACTOR"), .text("REASON"),
      ])
    for record in records {
      let scale = scales[record.sku] ?? 0
      table.add(
        (isOfOne ? [] : [String(record.shard), record.sku]) + [
          String(record.sequence), TimeText.show(record.time) ?? "", record.location, record.fromAccount.name,
          record.toAccount.name, QuantityText.show(record.quantity, scale: scale),
          QuantityText.show(record.fromBalance, scale: scale), QuantityText.show(record.toBalance, scale: scale),
          [record.cause?.kind.name ?? "", record.cause?.id ?? ""].filter { !$0.isEmpty }.joined(separator: " "),
          record.actor, record.reason,
        ])
    }
    return table
  }

  package static func verification(_ shards: [VerifyLedgerResponse]) -> Table {
    var table = Table([
      .number("SHARD"), .text("RESULT"), .number("BALANCES"), .number("HOLDS"), .number("ORDERS"),
      .number("MOVEMENTS"),
    ])
    for shard in shards.sorted(by: { $0.shard < $1.shard }) {
      table.add(
        [String(shard.shard), shard.ok ? "ok" : "\(shard.findingCount) WRONG"]
          + [shard.balancesChecked, shard.holdsChecked, shard.ordersChecked, shard.recordsChecked].map { String($0) })
    }
    return table
  }

  package static func shards(_ status: GetStatusResponse) -> Table {
    var table = Table([
      .number("SHARD"), .number("STORE"), .text("ROLE"), .number("TERM"), .number("COMMITTED"), .number("APPLIED"),
      .number("SKUS"), .number("LIVE HOLDS"),
    ])
    for store in status.stores {
      for shard in store.shards {
        table.add([
          String(shard.shard), String(store.store), shard.role.name, String(shard.term), String(shard.commitIndex),
          String(shard.appliedIndex), String(shard.skuCount), String(shard.liveHoldCount),
        ])
      }
    }
    return table
  }
}

extension Table {
  /// Who follows the change feed at a node.
  package static func followers(_ status: GetStatusResponse) -> Table {
    var table = Table([
      .text("FOLLOWER"), .number("STORE"), .text("FOR"), .number("SHARDS"), .number("SENT"), .number("BEHIND"),
      .text("BY"), .text(""),
    ])
    for store in status.stores {
      for follower in store.followers {
        table.add([
          follower.address, String(store.store), DurationText.show(milliseconds: follower.connected?.milliseconds ?? 0),
          String(follower.shardCount), String(follower.recordsSent), String(follower.lagRecords),
          follower.lag.map { DurationText.show(milliseconds: $0.milliseconds ?? 0) } ?? "",
          follower.isSlow ? "slow" : "",
        ])
      }
    }
    return table
  }
}

/// Facts one below the other, their names aligned.
package enum Facts {
  package static func lines(_ facts: [(name: String, value: String?)]) -> [String] {
    let told = facts.filter { !($0.value ?? "").isEmpty }
    let longest = told.map(\.name.count).max() ?? 0
    return told.map { fact in
      let gap = String(repeating: " ", count: longest - fact.name.count)
      return "\(fact.name):\(gap)  \(fact.value ?? "")"
    }
  }

  package static func hold(_ hold: Hold) -> [String] {
    lines([
      ("hold", hold.holdID), ("state", hold.state.name), ("made", TimeText.show(hold.createTime)),
      ("expires", TimeText.show(hold.expireTime)), ("order", hold.orderID), ("reference", hold.reference),
    ])
  }

  package static func order(_ order: Order) -> [String] {
    lines([
      ("order", order.orderID), ("status", order.status.name), ("made", TimeText.show(order.createTime)),
      ("number", order.externalNumber), ("channel", order.channel), ("hold", order.holdID),
      ("reference", order.reference), ("pay by", TimeText.show(order.payByTime)),
      ("paid", TimeText.show(order.payTime)), ("payment", order.paymentReference),
      ("on hold", order.onHold ? (order.holdReason.isEmpty ? "yes" : order.holdReason) : ""),
      ("expired", TimeText.show(order.expireTime)), ("completed", TimeText.show(order.completeTime)),
      ("replaces", order.replacesOrderID), ("replaced by", order.replacementOrderIDs.joined(separator: ", ")),
    ])
  }

  package static func shipment(_ shipment: Shipment) -> String {
    let lines = shipment.lines.map { "line \($0.line): \($0.quantity)" }.joined(separator: ", ")
    return "shipment \(shipment.shipmentID), \(TimeText.show(shipment.shipTime) ?? ""): \(lines)"
  }
}
