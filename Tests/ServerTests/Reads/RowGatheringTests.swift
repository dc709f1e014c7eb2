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
    #expect(output.count < 4 << 20, "no client would take it")
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
    let gathering = gathering()
    // Half a megabyte for each SKU.
    gathering.take(answer(["SKU-0", "SKU-2", "SKU-4"], locations: 8_000), for: 0)
    gathering.take(answer(["SKU-1", "SKU-3", "SKU-5"], locations: 8_000), for: 1)
    var refused: [String] = []
    for result in try results(gathering) {
      guard case .error(let error) = result.outcome else { continue }
      #expect(error.reason == "ANSWER_TOO_LARGE" && error.code == 9)
      refused.append(error.metadata["sku"] ?? "")
    }
    // Two of the first shard come to a megabyte or nearly so.
    #expect(refused.sorted().suffix(3) != ["SKU-0"] && Set(refused).isSuperset(of: ["SKU-1", "SKU-3", "SKU-5"]))
  }
}
