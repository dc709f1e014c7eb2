import Basics
import Testing

/// What a data directory remembers of the starts on it, and what it can tell by that.
@Suite struct NodeStartTests {
  private func id(_ number: Int) -> UniqueID { UniqueID(high: 5, low: UInt64(number)) }

  private func starts(_ count: Int) -> NodeStarts {
    (0..<count).reduce(NodeStarts.none) { starts, number in starts.next(id(number + 1)) }
  }

  @Test func `starts are counted, and the last ones remembered`() {
    #expect(NodeStarts.none.latest == .none)
    let few = starts(3)
    #expect(few.latest == NodeStart(number: 3, id: id(3)) && few.earlier == [id(2), id(1)])
    let many = starts(100)
    #expect(many.latest.number == 100 && many.earlier.count == NodeStarts.earlierCountMax)
    #expect(many.earlier.first == id(99))
  }

  @Test func `a directory knows its own starts, and none of a copy that went on without it`() {
    let made = starts(20)
    let (original, copy) = (made.next(id(1_000)), made.next(id(2_000)))
    #expect(original.include(made.latest) && copy.include(made.latest))
    #expect(original.include(original.latest) && !copy.include(original.latest))
    #expect(!copy.next(id(2_001)).include(original.latest), "starting more often helps a copy nothing")
    #expect(!made.include(original.latest), "what is behind the cluster is a copy from before")
    #expect(original.include(.none) && NodeStarts.none.include(.none))
  }

  @Test func `what was longer ago than is remembered is believed`() {
    let many = starts(100)
    let oldest = UInt32(100 - NodeStarts.earlierCountMax)
    #expect(!many.include(NodeStart(number: oldest, id: id(7))))
    #expect(many.include(NodeStart(number: oldest - 1, id: id(7))))
  }

  @Test func `starts read back as they were written, and not in part`() throws {
    for count in [0, 1, 2, 16, 100] {
      var writer = ByteWriter()
      starts(count).encode(into: &writer)
      var reader = ByteReader(writer.bytes.rawSpan)
      #expect(try NodeStarts(&reader) == starts(count))
      try reader.finish()
      for length in 0..<writer.count {
        #expect(throws: DecodeError.self) {
          var reader = ByteReader(Array(writer.bytes[..<length]).rawSpan)
          _ = try NodeStarts(&reader)
        }
      }
    }
    #expect(NodeStarts(number: 2, id: id(2), earlier: [id(1), id(0)]) == nil)
    #expect(NodeStarts(number: 99, id: id(2), earlier: (0...15).map { id($0) }) == nil)
  }
}
