import Basics
import Replication
import Testing

@testable import Server

/// Which way a call goes, for all that a Store can know.
@Suite struct WayfinderTests {
  private func way(
    _ leadership: Leadership, reported: UInt32? = nil, others: [UInt32] = [2, 3], hops: Int = 0, waited: UInt64 = 0,
    attempts: Int = 0, connected: [UInt32] = [2, 3, 4]
  ) -> Direction {
    Wayfinder(
      leadership: leadership, reported: reported.map { NodeID($0) }, others: others.map { NodeID($0) }, hops: hops,
      waitedMilliseconds: waited, attempts: attempts
    ).direction { connected.contains($0.rawValue) }
  }

  @Test func `to the leader that the replica here knows`() {
    #expect(way(.here) == .here)
    #expect(way(.at(NodeID(3)), reported: 2) == .to(NodeID(3)))
    #expect(way(.changing) == .wait)
  }

  @Test func `a leader out of reach is waited for, then asked by way of another node`() {
    #expect(way(.at(NodeID(3)), connected: [2]) == .wait)
    #expect(way(.at(NodeID(3)), waited: 300, connected: [2]) == .to(NodeID(2)))
    #expect(way(.at(NodeID(3)), hops: 1, waited: 300, connected: [2]) == .wait, "no going round")
  }

  @Test func `an election is waited for before others are asked`() {
    #expect(way(.unknown) == .wait)
    #expect(way(.unknown, waited: 299) == .wait)
    #expect(way(.unknown, reported: 3, waited: 300) == .to(NodeID(3)))
    #expect(way(.unknown, reported: 3, hops: 1, waited: 300) == .wait)
    #expect(way(.unknown, waited: 300, connected: []) == .wait)
  }

  @Test func `without a replica the reported leader is asked, or whoever has one, in turn`() {
    #expect(way(.notHere, reported: 4) == .to(NodeID(4)))
    #expect(way(.notHere, reported: 4, connected: [2]) == .to(NodeID(2)))
    #expect([0, 1, 2].map { way(.notHere, attempts: $0) } == [.to(NodeID(2)), .to(NodeID(3)), .to(NodeID(2))])
    #expect(way(.notHere, reported: 4, attempts: 1) == .to(NodeID(3)), "the report may be old")
    #expect(way(.notHere, others: []) == .wait)
  }

  @Test func `a call is sent on three times at the most`() {
    #expect(way(.at(NodeID(3)), hops: 2) == .to(NodeID(3)))
    #expect(way(.at(NodeID(3)), hops: 3) == .wait)
    #expect(way(.notHere, reported: 4, hops: 3) == .wait)
    #expect(way(.here, hops: 3) == .here)
  }
}
