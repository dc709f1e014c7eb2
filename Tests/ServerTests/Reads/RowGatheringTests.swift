import API
import Basics
import Testing

@testable import Server

@Suite struct RowGatheringTests {
  private let skus = (0..<6).map { "SKU-\($0)" }

  private func gathering() -> RowGathering {
    RowGathering(origin: .part(0, of: 0, store: 0), skus: skus, places: [[0, 2, 4], [1, 3, 5]])
  }

  /// The answer of a shard: stock of these SKUs, with so many locations each.
  private func answer(_ skus: [String], locations: Int) -> StoreAnswer {
    let name = String(repeating: "L", count: 60)
    let response = BatchGetStockResponse(
      results: skus.map { sku in
        var stock = SKUStock()
        stock.sku = sku
        stock.locations = (0..<locations).map { _ in LocationStock(location: name, balances: StockBalances(onHand: 1)) }
        return BatchGetStockResult(outcome: .stock(stock))
      })
    return .message(response.encoded())
  }

  private func results(_ gathering: RowGathering) throws -> [BatchGetStockResult] {
    var output = ByteWriter()
    gathering.encode(into: &output)
    #expect(output.count < 1_250_000)
    return try BatchGetStockResponse(decoding: output.bytes.rawSpan).results
  }

  @Test func `rows of all shards stand in the order asked`() throws {
    let gathering = gathering()
    gathering.take(answer(["SKU-1", "SKU-3", "SKU-5"], locations: 1), for: 1)
    #expect(!gathering.isComplete)
    gathering.take(answer(["SKU-0", "SKU-2", "SKU-4"], locations: 1), for: 0)
    let found = try results(gathering).map { result in
      if case .stock(let stock) = result.outcome { stock.sku } else { "" }
    }
    #expect(gathering.isComplete && found == skus)
  }

  @Test func `rows that an answer has no room for are refused, each for itself`() throws {
    let many = (0..<40).map { "SKU-\($0)" }
    let places = [Array(stride(from: 0, to: 40, by: 2)), Array(stride(from: 1, to: 40, by: 2))]
    let gathering = RowGathering(origin: .part(0, of: 0, store: 0), skus: many, places: places)
    // Each part is of more than a megabyte.
    for part in 0...1 { gathering.take(answer(places[part].map { many[$0] }, locations: 1_000), for: part) }
    var refused: [String] = []
    for (sku, result) in zip(many, try results(gathering)) {
      guard case .error(let error) = result.outcome else { continue }
      #expect(error.reason == "ANSWER_TOO_LARGE" && error.code == 9 && error.metadata == ["sku": sku])
      refused.append(sku)
    }
    #expect(Set(refused).isSuperset(of: places[1].map { many[$0] }), "the first part has taken the room")
    #expect(refused.contains("SKU-38") && !refused.contains("SKU-0"))
  }
}
