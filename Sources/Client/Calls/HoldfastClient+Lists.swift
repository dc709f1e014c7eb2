public import API
public import Basics

/// Which holds a list shows; see `ListHoldsRequest`. Everything left as it is does not matter.
public struct HoldQuery: Equatable, Sendable {
  /// Of a line.
  public var sku = ""
  /// Of a line, of that SKU if one is named.
  public var location = ""
  /// Of the buyer or the cart.
  public var reference = ""
  /// Empty: the live ones.
  public var states: [HoldState] = []
  public var createdFrom: Stamp?
  public var createdBefore: Stamp?
  public var expiringBefore: Stamp?

  public init() {}
}

/// Which orders a list shows; see `ListOrdersRequest`. Everything left as it is does not matter.
public struct OrderQuery: Equatable, Sendable {
  /// Of a line.
  public var sku = ""
  /// Of a line, of that SKU if one is named.
  public var location = ""
  /// Of the buyer.
  public var reference = ""
  public var channel = ""
  public var externalNumber = ""
  /// Empty: all.
  public var statuses: [OrderStatus] = []
  public var createdFrom: Stamp?
  public var createdBefore: Stamp?
  /// Those that await their payment and expire without it before this.
  public var payByBefore: Stamp?

  public init() {}
}

/// Which stock a list shows. Everything left as it is does not matter.
public struct StockQuery: Equatable, Sendable {
  public var location = ""
  /// How the SKUs begin.
  public var skuPrefix = ""
  public var availableMin: Int64?
  public var availableMax: Int64?

  public init(location: String = "") { self.location = location }
}

/// Which movements a list of the journal shows; see `ListJournalRequest`. Everything left as it is does not matter.
public struct JournalQuery: Equatable, Sendable {
  /// Empty: of all SKUs, shard after shard.
  public var sku = ""
  public var location = ""
  /// Oldest first, from this sequence on; `nil`: newest first.
  public var sequenceFrom: Int64?
  /// One of the two at most.
  public var holdID = ""
  public var orderID = ""
  public var actor = ""
  public var requestID: UniqueID?
  public var causes: [CauseKind] = []
  public var timeFrom: Stamp?
  public var timeBefore: Stamp?
  /// 0: of all shards.
  public var shard: UInt32 = 0

  public init(sku: String = "") { self.sku = sku }
}

extension HoldfastClient {
  /// Holds, newest first. What a list shows while things change, `ListHolds` says in the contract.
  ///
  /// - Parameter pageSize: how many are fetched at once: 1 to 1000.
  public func holds(
    _ query: HoldQuery = .init(), pageSize: Int = 500, options: ReadOptions = .init()
  ) -> Pages<Hold> {
    let request = ListHoldsRequest(
      sku: query.sku, location: query.location, reference: query.reference, states: query.states,
      createTimeFrom: query.createdFrom.map { .init($0) }, createTimeBefore: query.createdBefore.map { .init($0) },
      expireTimeBefore: query.expiringBefore.map { .init($0) })
    return Pages { token throws(HoldfastError) in
      let answer = try await page(HoldService.listHolds, request, pageSize, token, options)
      return Page(answer.holds, next: answer.nextPageToken)
    }
  }

  /// Orders, newest first.
  ///
  /// - Parameter pageSize: how many are fetched at once: 1 to 1000.
  public func orders(
    _ query: OrderQuery = .init(), pageSize: Int = 500, options: ReadOptions = .init()
  ) -> Pages<Order> {
    let request = ListOrdersRequest(
      sku: query.sku, location: query.location, reference: query.reference, externalNumber: query.externalNumber,
      statuses: query.statuses, createTimeFrom: query.createdFrom.map { .init($0) },
      createTimeBefore: query.createdBefore.map { .init($0) }, channel: query.channel,
      payByTimeBefore: query.payByBefore.map { .init($0) })
    return Pages { token throws(HoldfastError) in
      let answer = try await page(OrderService.listOrders, request, pageSize, token, options)
      return Page(answer.orders, next: answer.nextPageToken)
    }
  }

  /// The stock of the tenant's SKUs, in an order that stays the same.
  ///
  /// - Parameter pageSize: how many SKUs are fetched at once: 1 to 1000.
  public func allStock(
    _ query: StockQuery = .init(), pageSize: Int = 500, options: ReadOptions = .init()
  ) -> Pages<SKUStock> {
    let request = ListStockRequest(
      location: query.location, skuPrefix: query.skuPrefix, availableMin: query.availableMin,
      availableMax: query.availableMax)
    return Pages { token throws(HoldfastError) in
      let answer = try await page(InventoryService.listStock, request, pageSize, token, options)
      return Page(answer.stock, next: answer.nextPageToken)
    }
  }

  /// Movements of the journal.
  ///
  /// - Parameter pageSize: how many are fetched at once: 1 to 1000.
  public func journal(
    _ query: JournalQuery, pageSize: Int = 500, options: ReadOptions = .init()
  ) -> Pages<JournalRecord> {
    let request = ListJournalRequest(
      sku: query.sku, location: query.location, sequenceFrom: query.sequenceFrom, holdID: query.holdID,
      orderID: query.orderID, actor: query.actor, causes: query.causes, timeFrom: query.timeFrom.map { .init($0) },
      timeBefore: query.timeBefore.map { .init($0) }, ofRequestID: query.requestID?.description ?? "",
      shard: query.shard)
    return Pages { token throws(HoldfastError) in
      let answer = try await page(AuditService.listJournal, request, pageSize, token, options)
      return Page(answer.records, next: answer.nextPageToken)
    }
  }

  /// How much of up to 500 SKUs can be reserved now, in the order asked.
  ///
  /// - Parameter locations: only these; empty for all.
  /// - Throws: only when the call as a whole failed; an unknown SKU is a failure in the results.
  public func availability(
    of skus: [String], at locations: [String] = [], options: ReadOptions = .init()
  ) async throws(HoldfastError) -> [Result<Availability, HoldfastError>] {
    try await batch(of: skus.count, timeout: options.timeout, requestID: { _ in nil }) {
      (indices, timeout) throws(HoldfastError) in
      let request = prepared(
        GetAvailabilityRequest(skus: indices.map { skus[$0] }, locations: locations), options)
      let answer = try await call(InventoryService.getAvailability, request, timeout: timeout)
      return try results(answer.results, of: indices.count) { result in
        switch result.outcome {
        case .availability(let availability): .success(availability)
        case .error(let error): .failure(HoldfastError(error, nil))
        case nil: nil
        }
      }
    }
  }

  /// The stock of one SKU as it was: at a revision that was answered for it, or at the end of a millisecond.
  ///
  /// - Throws: `.refused(.historyCut)` when the journal does not reach back so far; `.notFound`; `.invalidRequest`.
  public func stock(
    of sku: String, at location: String = "", asOf moment: GetStockRequest.AsOf, options: ReadOptions = .init()
  ) async throws(HoldfastError) -> SKUStock {
    let request = prepared(GetStockRequest(sku: sku, location: location, asOf: moment), options)
    let answer = try await call(InventoryService.getStock, request, timeout: options.timeout)
    return try present(answer.stock)
  }
}
