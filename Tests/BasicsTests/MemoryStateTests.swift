import Basics
import Testing

@Suite struct MemoryStateTests {
  private func scan(_ state: MemoryState, _ start: [UInt8], _ end: [UInt8], descending: Bool = false, limit: Int = 100)
    throws -> [[UInt8]]
  {
    var found: [[UInt8]] = []
    try state.scan(from: start.rawSpan, to: end.rawSpan, descending: descending) { key, value in
      #expect(value.copied() == key.copied() + [9])
      found.append(key.copied())
      return found.count < limit
    }
    return found
  }

  @Test func `it reads back in key order what was put and not deleted`() throws {
    var generator = SeededGenerator(seed: 2)
    let state = MemoryState()
    var twin: Set<[UInt8]> = []
    for _ in 0..<300 {
      var changes = StateChanges()
      for _ in 0..<20 {
        let key = (0..<1 + generator.below(30)).map { _ in UInt8(generator.below(3)) }
        let end = (0..<1 + generator.below(4)).map { _ in UInt8(generator.below(3)) }
        switch generator.below(30) {
        case 0:
          changes.deleteRange(from: key.rawSpan, to: end.rawSpan)
          twin = twin.filter { $0.lexicographicallyPrecedes(key) || !$0.lexicographicallyPrecedes(end) }
        case 1..<10:
          changes.delete(key: key.rawSpan)
          twin.remove(key)
        default:
          changes.put(key: key.rawSpan, value: (key + [9]).rawSpan)
          twin.insert(key)
        }
      }
      state.apply(changes)
    }
    let sorted = twin.sorted { $0.lexicographicallyPrecedes($1) }
    #expect(state.count == sorted.count)
    #expect(try scan(state, [], [255], limit: .max) == sorted)
    #expect(try scan(state, [], [255], descending: true, limit: .max) == sorted.reversed())
    for _ in 0..<200 {
      let bounds = (0..<2).map { _ in (0..<generator.below(5)).map { _ in UInt8(generator.below(3)) } }
      let inside = sorted.filter { !$0.lexicographicallyPrecedes(bounds[0]) && $0.lexicographicallyPrecedes(bounds[1]) }
      #expect(try scan(state, bounds[0], bounds[1], limit: 7) == Array(inside.prefix(7)))
      #expect(try scan(state, bounds[0], bounds[1], descending: true, limit: 7) == Array(inside.reversed().prefix(7)))
    }
    var value: [UInt8] = []
    for key in sorted {
      #expect(try state.read(key: key.rawSpan, into: &value))
      #expect(value == key + [9])
    }
    #expect(try !state.read(key: [7].rawSpan, into: &value))
  }
}
