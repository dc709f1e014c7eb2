internal import Basics

/// How many lines orders have, and which of them have lines in several shards. A plain value, the same for all workers.
struct OrderShape: Sendable {
  var lineCounts: ClosedRange<Int>
  /// The share of orders whose lines are in several shards; the others' are all in one.
  var acrossShare: Double
  /// The slot of each SKU, by its index.
  let slotOfSKU: [UInt16]
  private let shardOfSKU: [UInt16]
  /// The SKUs of each shard.
  private let skusOfShard: [[UInt32]]

  init(lineCounts: ClosedRange<Int>, acrossShare: Double, slotOfSKU: [UInt16], shardOfSlot: [UInt16]) {
    self.lineCounts = lineCounts
    self.acrossShare = acrossShare
    self.slotOfSKU = slotOfSKU
    shardOfSKU = slotOfSKU.map { shardOfSlot.isEmpty ? 0 : shardOfSlot[Int($0)] }
    var skus = [[UInt32]](repeating: [], count: Int(shardOfSKU.max() ?? 0) + 1)
    for (sku, shard) in shardOfSKU.enumerated() { skus[Int(shard)].append(UInt32(sku)) }
    skusOfShard = skus
  }

  /// Whether there are SKUs in several shards.
  var canBeAcross: Bool { skusOfShard.count { !$0.isEmpty } > 1 }

  /// The SKUs of an order, each once: the first as it was picked, the others uniformly, in its shard or, for an order
  /// across shards, the second in another shard and the rest anywhere. Where too few are found, the order is shorter.
  func lines(first: Int, isAcross: Bool, using generator: inout SeededGenerator) -> [UInt32] {
    let count = lineCounts.lowerBound + generator.below(lineCounts.count)
    let shard = shardOfSKU[first]
    var lines = [UInt32(first)]
    var draws = 0
    while lines.count < count, draws < 16 * count {
      draws += 1
      let sku =
        isAcross
        ? UInt32(generator.below(shardOfSKU.count))
        : skusOfShard[Int(shard)][generator.below(skusOfShard[Int(shard)].count)]
      if isAcross, lines.count == 1, shardOfSKU[Int(sku)] == shard { continue }
      if !lines.contains(sku) { lines.append(sku) }
    }
    return lines
  }
}
