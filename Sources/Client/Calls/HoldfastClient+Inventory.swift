public import API
public import Basics

/// A movement of stock as it was written to the journal.
public struct Movement: Equatable, Sendable {
  /// The journal's number for it.
  public var sequence: Int64
  /// When it was decided, by the shard's time.
  public var time: Stamp?
  /// The location's stock right after; `nil` when the answer was replayed.
  public var stock: LocationStock?

  public init(sequence: Int64, time: Stamp?, stock: LocationStock?) {
    self.sequence = sequence
    self.time = time
    self.stock = stock
  }
}

extension HoldfastClient {
  /// Stock arrived: moves a quantity from the supplier to what is available. The options' reason is a good place for
  /// the number of the delivery note.
  ///
  /// - Parameters:
  ///   - quantity: in the SKU's base unit; 1 to 2^53.
  ///   - toQualityControl: into quality control in place of what is available.
  /// - Throws: `.notFound` for an unknown SKU or location; `.refused(.locationClosed)`; `.invalidRequest`.
  public func receive(
    _ quantity: Int64, of sku: String, at location: String, toQualityControl: Bool = false,
    options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<Movement> {
    let request = ReceiveRequest(
      sku: sku, location: location, quantity: quantity, toQualityControl: toQualityControl)
    return try await write(InventoryService.receive, request, options) {
      Movement(sequence: $0.sequence, time: $0.time?.stamp, stock: $0.stock)
    }
  }

  /// A count differed: changes one account by a signed quantity.
  ///
  /// - Parameters:
  ///   - delta: in the SKU's base unit; not 0.
  ///   - account: available, safety, quality control or damaged.
  ///   - reason: why, for the journal; required, at most 128 bytes. It wins over the options' reason.
  /// - Throws: `.refused(.outOfStock)` when the account would fall below zero; `.notFound`; `.invalidRequest`.
  public func adjust(
    _ sku: String, at location: String, by delta: Int64, account: Account = .available, reason: String,
    options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<Movement> {
    var options = options
    options.reason = reason
    let request = AdjustRequest(sku: sku, location: location, account: account, delta: delta)
    return try await write(InventoryService.adjust, request, options) {
      Movement(sequence: $0.sequence, time: $0.time?.stamp, stock: $0.stock)
    }
  }

  /// Moves a quantity between two of available, safety, quality control and damaged, at one location.
  ///
  /// - Parameter quantity: in the SKU's base unit; 1 to 2^53.
  /// - Throws: `.refused(.outOfStock)` when the first account holds less; `.notFound`; `.invalidRequest`.
  public func move(
    _ quantity: Int64, of sku: String, at location: String, from source: Account, to target: Account,
    options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<Movement> {
    let request = MoveStockRequest(
      sku: sku, location: location, fromAccount: source, toAccount: target, quantity: quantity)
    return try await write(InventoryService.moveStock, request, options) {
      Movement(sequence: $0.sequence, time: $0.time?.stamp, stock: $0.stock)
    }
  }

  /// Says how much was counted at a location, in all accounts together, as of the revision at which its stock was looked
  /// at before the count. What was held or allocated since is kept; if stock has come or gone since, it is refused.
  ///
  /// - Parameters:
  ///   - counted: in the SKU's base unit; 0 to 2^53.
  ///   - revision: that of the ``SKUStock`` that was read.
  ///   - reason: why, for the journal; required, at most 128 bytes. It wins over the options' reason.
  /// - Throws: `.refused(.other(.countOutdated))`; `.notFound`; `.invalidRequest`.
  public func setCount(
    _ counted: Int64, of sku: String, at location: String, asOf revision: Int64, reason: String,
    options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<Movement> {
    var options = options
    options.reason = reason
    let request = SetCountRequest(sku: sku, location: location, counted: counted, asOfRevision: revision)
    return try await write(InventoryService.setCount, request, options) {
      Movement(sequence: $0.sequence, time: $0.time?.stamp, stock: $0.stock)
    }
  }

  /// Has a live hold or an open order take what it has of a SKU from another location.
  ///
  /// - Parameters:
  ///   - owner: the hold's or the order's id.
  ///   - quantity: in the SKU's base unit; 0 for all that it has there.
  /// - Throws: `.refused(.outOfStock)`, `.refused(.locationClosed)`, `.refused(.holdExpired)` and the like; `.notFound`.
  public func moveAllocation(
    of owner: MoveAllocationRequest.Owner, sku: String, from source: String, to target: String, quantity: Int64 = 0,
    options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<MoveAllocationResponse.Owner> {
    let request = MoveAllocationRequest(
      owner: owner, sku: sku, fromLocation: source, toLocation: target, quantity: quantity)
    return try await write(InventoryService.moveAllocation, request, options) { $0.owner }
  }

  /// The stock of one SKU, at one location or, when that is empty, at all.
  ///
  /// - Throws: `.notFound`; `.invalidRequest`.
  public func stock(
    of sku: String, at location: String = "", options: ReadOptions = .init()
  ) async throws(HoldfastError) -> SKUStock {
    let request = prepared(GetStockRequest(sku: sku, location: location), options)
    let answer = try await call(InventoryService.getStock, request, timeout: options.timeout)
    return try present(answer.stock)
  }

  /// The stock of up to 500 SKUs, each read consistently, perhaps at different moments. In the order asked.
  ///
  /// - Throws: only when the call as a whole failed; an unknown SKU is a failure in the results.
  public func stock(
    of skus: [String], at location: String = "", options: ReadOptions = .init()
  ) async throws(HoldfastError) -> [Result<SKUStock, HoldfastError>] {
    try await batch(of: skus.count, timeout: options.timeout, requestID: { _ in nil }) {
      (indices, timeout) throws(HoldfastError) in
      let request = prepared(BatchGetStockRequest(skus: indices.map { skus[$0] }, location: location), options)
      let answer = try await call(InventoryService.batchGetStock, request, timeout: timeout)
      return try results(answer.results, of: indices.count) { result in
        switch result.outcome {
        case .stock(let stock): .success(stock)
        case .error(let error): .failure(HoldfastError(error, nil))
        case nil: nil
        }
      }
    }
  }
}
