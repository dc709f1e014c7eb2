internal import Basics
package import Inventory
internal import Placement

/// The SKUs of a world whose slots move: some in each shard of the founding, apart from one another, so that a range of
/// slots may have one, several or none. A SKU has one number in the whole world, and in each shard that it comes to the
/// number that shard gives it.
package struct SlotCatalogue: Sendable {
  package static let tenant = "t"

  /// By number, from 1 on.
  private let slots: [SlotNumber]

  init(shardCount: Int, skusPerShard: Int) {
    let map = ShardMap(dividedAmong: shardCount)
    slots = map.ranges.flatMap { range in
      let step = range.slots.count / (skusPerShard + 1)
      return (1...skusPerShard).map { SlotNumber(range.slots.lowerBound + UInt16(step * $0)) }
    }
  }

  package init(slots: [SlotNumber]) { self.slots = slots }

  package var skus: [SKUNumber] { slots.indices.map { SKUNumber(UInt32($0 + 1)) } }

  package func slot(of sku: SKUNumber) -> SlotNumber { slots[Int(sku.rawValue) - 1] }
  package func text(of sku: SKUNumber) -> String { "S\(sku.rawValue)" }

  /// The number of a SKU by its text; 0 for a text that is none's.
  package func sku(_ text: String) -> SKUNumber {
    guard text.first == "S", let number = UInt32(text.dropFirst()), number >= 1, Int(number) <= slots.count else {
      return SKUNumber(0)
    }
    return SKUNumber(number)
  }
}
