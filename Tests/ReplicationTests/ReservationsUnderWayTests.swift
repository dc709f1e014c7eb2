import Testing

@testable import Replication

@Suite struct ReservationsUnderWayTests {
  @Test func `an id that was put in is there until it is taken out as often`() {
    var underWay = ReservationsUnderWay()
    #expect(!underWay.mayContain(1))
    for id in UInt64(1)...500 { underWay.insert(id) }
    underWay.insert(7)
    for id in UInt64(1)...500 { #expect(underWay.mayContain(id)) }
    underWay.remove((1...500).map { UInt64($0) })
    #expect(underWay.mayContain(7))
    #expect((501...2_000).count { underWay.mayContain($0) } < 10)
    underWay.remove([7])
    #expect(!underWay.mayContain(7))
  }

  @Test func `a place that was full stays taken until nothing is under way`() {
    var underWay = ReservationsUnderWay()
    for _ in 0..<300 { underWay.insert(7) }
    underWay.remove([UInt64](repeating: 7, count: 299))
    #expect(underWay.mayContain(7))
    underWay.remove([7])
    #expect(!underWay.mayContain(7))
    underWay.insert(8)
    underWay.removeAll()
    #expect(!underWay.mayContain(8))
  }
}
