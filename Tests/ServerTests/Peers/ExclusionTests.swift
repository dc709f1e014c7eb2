import Basics
import Replication
import Testing

@testable import Server

/// When a node whom others keep out must end.
@Suite struct ExclusionTests {
  private let start = Instant(nanoseconds: 1_000_000_000)
  private let other = NodeID(2)

  @Test func `what the cluster's table says is the last word`() {
    var exclusion = Exclusion()
    for reason in [PeerRefusal.removed, .superseded] {
      #expect(exclusion.refused(by: other, reason, now: start) == reason)
    }
  }

  @Test func `a connection that is in the way may be an old one, for a while`() {
    var exclusion = Exclusion()
    let late = start.advanced(byMilliseconds: Exclusion.copiedMillisecondsMax)
    #expect(exclusion.refused(by: other, .copied, now: start) == nil)
    #expect(exclusion.refused(by: NodeID(3), .copied, now: late) == nil, "of that one it is the first word")
    #expect(exclusion.refused(by: other, .copied, now: late) == .copied)
    exclusion.admitted(by: other)
    #expect(exclusion.refused(by: other, .copied, now: late) == nil)
  }

  @Test func `any other reason is one to try again`() {
    var exclusion = Exclusion()
    let late = start.advanced(byMilliseconds: 10 * Exclusion.copiedMillisecondsMax)
    for reason in PeerRefusal.allCases where ![.removed, .superseded, .copied].contains(reason) {
      #expect(exclusion.refused(by: other, .copied, now: start) == nil)
      #expect(exclusion.refused(by: other, reason, now: late) == nil)
    }
  }

  @Test func `a copy that was seen is told of for a minute`() {
    var copies = SeenCopies()
    copies.saw(NodeID(3), now: start)
    copies.saw(other, now: start.advanced(byMilliseconds: 30_000))
    copies.saw(other, now: start.advanced(byMilliseconds: 30_001))
    #expect(copies.nodes(now: start.advanced(byMilliseconds: 60_000)) == [other, NodeID(3)])
    #expect(copies.nodes(now: start.advanced(byMilliseconds: 60_001)) == [other])
  }
}
