import Basics
import Testing

@testable import Placement

@Suite struct SlotTests {
  private func slot(_ tenant: String, _ sku: String) -> UInt16 {
    Slot(tenant: Array(tenant.utf8).rawSpan, sku: Array(sku.utf8).rawSpan).rawValue
  }

  @Test func `a slot is the checksum of tenant, zero byte and SKU, and never changes`() {
    let bytes = Array("default".utf8) + [0] + Array("tshirt-red-m".utf8)
    #expect(slot("default", "tshirt-red-m") == UInt16(truncatingIfNeeded: CRC32C.checksum(bytes.rawSpan) & 16_383))
    #expect(slot("a", "bc") != slot("ab", "c"))
  }

  @Test func `slots spread evenly`() {
    let map = ShardMap(dividedAmong: 8)
    var counts = [Int](repeating: 0, count: 9)
    for number in 0..<80_000 {
      let slot = Slot(tenant: Array("default".utf8).rawSpan, sku: Array("sku-\(number)".utf8).rawSpan)
      counts[Int(map[slot].rawValue)] += 1
    }
    #expect(counts[0] == 0)
    #expect(counts[1...].allSatisfy { (9_500...10_500).contains($0) }, "\(counts)")
  }

  @Test(arguments: [1, 2, 3, 8, 1_000, 16_384])
  func `every slot has a shard, in ranges that differ by one at the most`(count: Int) {
    let map = ShardMap(dividedAmong: count)
    let ranges = map.ranges
    #expect(ranges.count == count)
    #expect(ranges.map(\.shard) == map.inventoryShards)
    #expect(ranges.first?.slots.lowerBound == 0 && ranges.last?.slots.upperBound == 16_383)
    let sizes = ranges.map { Int($0.slots.upperBound) - Int($0.slots.lowerBound) + 1 }
    #expect(sizes.reduce(0, +) == Slot.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
  }

  @Test func `a number beyond the slots is none`() {
    #expect(Slot(rawValue: 16_383) != nil)
    #expect(Slot(rawValue: 16_384) == nil)
  }
}

@Suite struct LocationTableTests {
  private func ranking(_ table: LocationTable, _ tenant: String) -> [String] {
    table.ranking(tenant: Array(tenant.utf8).rawSpan).compactMap { table[$0]?.id }
  }

  @Test func `active locations are tried by priority, for each tenant apart`() {
    var table = LocationTable()
    #expect(table.put(Location(tenant: "a", id: "x", priority: 5)) == LocationNumber(rawValue: 0))
    #expect(table.put(Location(tenant: "a", id: "y", priority: 1)) == LocationNumber(rawValue: 1))
    #expect(table.put(Location(tenant: "b", id: "x")) == LocationNumber(rawValue: 2))
    #expect(ranking(table, "a") == ["y", "x"] && ranking(table, "b") == ["x"] && ranking(table, "c") == [])
    #expect(table.put(Location(tenant: "a", id: "y", priority: 1, state: .draining)) == LocationNumber(rawValue: 1))
    #expect(ranking(table, "a") == ["x"])
    #expect(table.number(tenant: Array("b".utf8).rawSpan, id: Array("x".utf8).rawSpan) == LocationNumber(rawValue: 2))
    #expect(table.number(tenant: Array("b".utf8).rawSpan, id: Array("y".utf8).rawSpan) == nil)
  }

  @Test func `equal priorities are tried in the order of their ids`() {
    var table = LocationTable()
    for id in ["ZZ", "AA", "MM"] { _ = table.put(Location(tenant: "t", id: id, priority: 1)) }
    #expect(ranking(table, "t") == ["AA", "MM", "ZZ"])
  }

  @Test func `a full table refuses a new location and still changes an old one`() {
    var table = LocationTable()
    for number in 0..<LocationTable.countMax { _ = table.put(Location(tenant: "t", id: "\(number)")) }
    #expect(table.put(Location(tenant: "t", id: "one more")) == nil)
    #expect(table.put(Location(tenant: "t", id: "7", name: "new name")) == LocationNumber(rawValue: 7))
  }
}
