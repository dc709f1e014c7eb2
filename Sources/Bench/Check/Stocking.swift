internal import API
internal import Basics
internal import Client
internal import Reactor

/// Makes what a run reserves: the location, the SKUs, their stock. It asks through a pump and changes nothing else.
struct Stocking {
  let pump: CallPump
  let tenant: String
  let location: String
  let names: SKUNames
  let skuCount: Int

  private static let skusPerCall = 1_000
  static let stocksPerCall = 500

  func makeLocation(_ id: UniqueID) throws(BenchError) {
    _ = try pump.call(
      CatalogService.putLocation,
      PutLocationRequest(
        tenant: tenant, requestID: id.description,
        location: API.Location(location: location, name: "holdfast-bench", state: .active)))
  }

  func makeSKUs(_ ids: inout UniqueIDSequence) throws(BenchError) {
    let calls = (skuCount + Self.skusPerCall - 1) / Self.skusPerCall
    let requestIDs = (0..<calls).map { _ in ids.next(atMilliseconds: EventLoop.wallClockMilliseconds) }
    try pump.perform(
      CatalogService.putSKUs.method, count: calls,
      encode: { [self] index, writer in
        let range = index * Self.skusPerCall..<min(skuCount, (index + 1) * Self.skusPerCall)
        PutSKUsRequest(
          tenant: tenant, requestID: requestIDs[index].description, skus: range.map { SKU(sku: names.name($0)) }
        ).encode(into: &writer)
      },
      receive: { (_, answer) throws(BenchError) in
        for result in try answer.decoded(CatalogService.putSKUs).results {
          if case .error(let error)? = result.outcome { throw .call(name: "PutSkus", CallFailure(error)) }
        }
      })
  }

  func receive(units: Int, _ ids: inout UniqueIDSequence) throws(BenchError) {
    if units == 0 { return }
    let first = ids.next(atMilliseconds: EventLoop.wallClockMilliseconds)
    try pump.perform(
      InventoryService.receive.method, count: skuCount,
      encode: { [self] index, writer in
        // One id a SKU, the same when it is asked for again.
        let id = UniqueID(high: first.high, low: first.low & ~0xFFFF_FFFF | UInt64(index))
        ReceiveRequest(
          tenant: tenant, requestID: id.description, reason: "holdfast-bench", sku: names.name(index),
          location: location, quantity: Int64(units)
        ).encode(into: &writer)
      },
      receive: { (_, answer) throws(BenchError) in _ = try answer.decoded(InventoryService.receive) })
  }

  /// Reads the stock of every SKU; `each` is called once for each index, in any order.
  func readStock(_ each: @escaping (_ index: Int, _ stock: SKUStock) -> Void) throws(BenchError) {
    let calls = (skuCount + Self.stocksPerCall - 1) / Self.stocksPerCall
    try pump.perform(
      InventoryService.batchGetStock.method, count: calls,
      encode: { [self] index, writer in
        let range = index * Self.stocksPerCall..<min(skuCount, (index + 1) * Self.stocksPerCall)
        BatchGetStockRequest(tenant: tenant, skus: range.map(names.name)).encode(into: &writer)
      },
      receive: { (index, answer) throws(BenchError) in
        let results = try answer.decoded(InventoryService.batchGetStock).results
        for (position, result) in results.enumerated() {
          switch result.outcome {
          case .stock(let stock): each(index * Self.stocksPerCall + position, stock)
          case .error(let error): throw .call(name: "BatchGetStock", CallFailure(error))
          case nil: throw .unreadableAnswer(call: "BatchGetStock", .invalid("a result without an outcome"))
          }
        }
      })
  }
}
