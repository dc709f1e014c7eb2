import Basics
import Testing

@Suite struct CollectionTests {
  @Test(arguments: 0..<8)
  func `a sorted map does what a dictionary and a sort do`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var map = SortedMap<Int, Int>()
    var twin: [Int: Int] = [:]
    for step in 0..<3_000 {
      let key = random.below(600)
      if random.below(3) == 0 {
        let removed = map.removeValue(forKey: key)
        #expect(removed == twin.removeValue(forKey: key))
      } else {
        map[key] = step
        twin[key] = step
      }
      #expect(map.count == twin.count)
    }
    var keys: [Int] = []
    map.forEach { key, value in
      #expect(twin[key] == value)
      keys.append(key)
      return true
    }
    #expect(keys == twin.keys.sorted())
    let start = random.below(600)
    var tail: [Int] = []
    map.forEach(from: start) { key, _ in
      tail.append(key)
      return tail.count < 5
    }
    #expect(tail == Array(twin.keys.sorted().filter { $0 >= start }.prefix(5)))
  }

  @Test(arguments: 0..<4)
  func `a ring buffer does what an array does`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var ring = RingBuffer<Int>()
    var twin: [Int] = []
    for step in 0..<5_000 {
      switch random.below(5) {
      case 0, 1, 2:
        ring.append(step)
        twin.append(step)
      case 3:
        let popped = ring.popFirst()
        #expect(popped == (twin.isEmpty ? nil : twin.removeFirst()))
      default:
        let popped = ring.popLast()
        #expect(popped == twin.popLast())
      }
      #expect(ring.count == twin.count && ring.first == twin.first && ring.last == twin.last)
      if !twin.isEmpty {
        let index = random.below(twin.count)
        #expect(ring[index] == twin[index])
      }
    }
  }

  @Test(arguments: 0..<8)
  func `an identifier table does what a dictionary does`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var table = IdentifierTable<Int>(seed: seed)
    var twin: [UniqueID: Int] = [:]
    for step in 0..<5_000 {
      let id = UniqueID(high: UInt64(random.below(40)), low: UInt64(random.below(40)))
      if random.below(2) == 0 {
        let removed = table.removeValue(forKey: id)
        #expect(removed == twin.removeValue(forKey: id))
      } else if twin[id] == nil {
        let inserted = table.insert(id, step)
        #expect(inserted)
        twin[id] = step
      } else {
        let inserted = table.insert(id, -1)
        #expect(!inserted)
      }
      #expect(table.count == twin.count)
    }
    for high in 0..<40 {
      for low in 0..<40 {
        let id = UniqueID(high: UInt64(high), low: UInt64(low))
        #expect(table[id] == twin[id])
      }
    }
  }

  @Test func `state changes come out as they went in`() {
    var changes = StateChanges()
    changes.put(key: [1].rawSpan, value: [2, 3].rawSpan)
    changes.delete(key: [4].rawSpan)
    changes.deleteRange(from: [5].rawSpan, to: [6].rawSpan)
    var seen: [String] = []
    changes.forEach { kind, first, second in seen.append("\(kind) \(first.copied()) \(second.copied())") }
    #expect(seen == ["put [1] [2, 3]", "delete [4] []", "deleteRange [5] [6]"])
    #expect(changes.count == 3)
  }

  @Test func `a seed gives one sequence, in range`() {
    var one = SeededGenerator(seed: 42)
    var two = SeededGenerator(seed: 42)
    for _ in 0..<1_000 {
      let (value, twin) = (one.below(10), two.below(10))
      #expect(value == twin && (0..<10).contains(value))
      let (unit, unitTwin) = (one.unit(), two.unit())
      #expect(unit == unitTwin && (0..<1).contains(unit))
    }
    #expect(SeededGenerator(seed: 1).firstValue != SeededGenerator(seed: 2).firstValue)
  }
}

extension SeededGenerator {
  fileprivate var firstValue: UInt64 {
    var copy = self
    return copy.next()
  }
}
