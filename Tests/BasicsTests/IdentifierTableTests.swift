import Basics
import Testing

@Suite struct IdentifierTableTests {
  /// Ids of one time share the top bits of their hash; so do those of few times.
  @Test(arguments: [nil, 1, 40_000] as [Int?])
  func `it agrees with a dictionary while segments double, split and empty`(milliseconds: Int?) {
    var generator = SeededGenerator(seed: 1)
    var table = IdentifierTable<Int>(seed: 7)
    var twin: [UniqueID: Int] = [:]
    var keys: [UniqueID] = []
    for step in 0..<120_000 {
      if keys.isEmpty || generator.below(4) > 0 {
        let random = generator.next() & 0xF
        let key =
          milliseconds.map { time in
            UniqueID(
              version7At: UInt64(generator.below(time)), randomHigh: 0, randomLow: UInt64(step / 3) << 4 | random)
          } ?? UniqueID(high: UInt64(step / 3), low: random)
        #expect(table.insert(key, step) == (twin[key] == nil))
        if twin[key] == nil {
          twin[key] = step
          keys.append(key)
        }
      } else {
        let key = keys.swapRemove(generator.below(keys.count))
        #expect(table.removeValue(forKey: key) == twin.removeValue(forKey: key))
        #expect(!table.contains(key))
      }
    }
    #expect(table.count == twin.count)
    for key in keys { #expect(table[key] == twin[key]) }
    for key in keys { table.removeValue(forKey: key) }
    #expect(table.count == 0)
    for key in keys { #expect(table[key] == nil) }
  }

  @Test(arguments: [0, 16, 5_000, 30_000])
  func `many at once are what one by one would be`(capacity: Int) {
    var generator = SeededGenerator(seed: 3)
    let entries = (0..<30_000).map { (key: UniqueID(high: 1, low: UInt64(generator.below(20_000))), value: $0) }
    var table = IdentifierTable<Int>(seed: 5, minimumCapacity: capacity)
    var twin: [UniqueID: Int] = [:]
    for (key, value) in entries where twin[key] == nil { twin[key] = value }
    #expect(table.insert(contentsOf: entries) == twin.count)
    #expect(table.count == twin.count)
    for (key, value) in twin { #expect(table[key] == value) }
  }

  @Test func `setting replaces or inserts`() {
    var table = IdentifierTable<Int>()
    let key = UniqueID(high: 1, low: 2)
    table.set(key, 1)
    table.set(key, 2)
    #expect(table[key] == 2 && table.count == 1)
    #expect(!table.insert(key, 3) && table[key] == 2)
    table.removeAll()
    #expect(table[key] == nil && table.count == 0)
  }

  @Test func `slab numbers stay valid, and those of removed values are given out again`() {
    var slab = Slab<Int>()
    let numbers = (0..<10_000).map { slab.insert($0) }
    #expect(numbers == Array(0..<10_000))
    for number in stride(from: 0, to: 10_000, by: 2) { slab.remove(Int32(number)) }
    #expect(slab.count == 5_000)
    for number in stride(from: 1, to: 10_000, by: 2) { #expect(slab[Int32(number)] == number) }
    let again = Set((0..<5_000).map { slab.insert(-$0) })
    #expect(again == Set(stride(from: Int32(0), to: 10_000, by: 2)))
    #expect(slab.endNumber == 10_000)
    slab[3] += 1
    #expect(slab[3] == 4)
  }
}

extension Array {
  /// Removes an element without keeping the order.
  fileprivate mutating func swapRemove(_ index: Int) -> Element {
    swapAt(index, count - 1)
    return removeLast()
  }
}
