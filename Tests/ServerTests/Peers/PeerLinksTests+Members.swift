import Basics
import Reactor
import Replication
import Storage
import Testing

@testable import Server

// Who is a member, and where.
extension PeerLinksTests {
  @Test func `a removed node is cut off and stays out`() throws {
    let (first, second) = try pair()
    connect([first, second])
    first.links.follow([PeerSamples.record(2, isRemoved: true)])
    loop.work { first.lost == [NodeID(2)] && !second.lost.isEmpty }
    loop.work(forMilliseconds: 300)
    #expect(first.links.connectedNodes.isEmpty && second.links.connectedNodes.isEmpty)
    #expect(!first.links.send(.nodeReport([]), to: NodeID(2)))
  }

  @Test func `a node whose number the table gives to another directory is cut off`() throws {
    let (first, second) = try pair()
    connect([first, second])
    first.links.follow([PeerRecord(node: NodeID(2), directory: PeerSamples.directory(9), peerAddress: second.address)])
    loop.work { first.lost == [NodeID(2)] }
    loop.work(forMilliseconds: 200)
    #expect(first.links.connectedNodes.isEmpty)
  }

  @Test func `a node that comes back elsewhere is found by what it says`() throws {
    var (first, second): (LinkEnd, LinkEnd?) = try pair()
    connect([first, second!])
    second!.links.close()
    loop.work { !first.lost.isEmpty }
    let moved = try LinkEnd(
      PeerSamples.configuration(2, seeds: [PeerSamples.record(1, address: first.address)]), on: loop)
    #expect(moved.address != second!.address)
    second = nil
    connect([first, moved])
  }

  @Test func `nodes that have all moved find each other when one is told where the others are`() throws {
    let second = try LinkEnd(
      PeerSamples.configuration(2, seeds: [PeerSamples.record(1, address: "127.0.0.1:9")]), on: loop)
    var configuration = PeerSamples.configuration(1, seeds: [PeerSamples.record(2, address: "127.0.0.1:9")])
    configuration.moved = [(NodeID(2), second.address)]
    let first = try LinkEnd(configuration, on: loop)
    // The table that is read from the disk still has the old addresses.
    first.links.follow([PeerSamples.record(1, address: "127.0.0.1:9"), PeerSamples.record(2, address: "127.0.0.1:9")])
    second.links.follow([PeerSamples.record(1, address: "127.0.0.1:9"), PeerSamples.record(2, address: "127.0.0.1:9")])
    connect([first, second])
  }

  @Test func `a second process with a copy of a node's directory is kept out while the first is there`() throws {
    let (first, second) = try pair()
    connect([first, second])
    let copy = try LinkEnd(
      PeerSamples.configuration(2, seeds: [PeerSamples.record(1, address: first.address)]), on: loop)
    loop.work(forMilliseconds: 500)
    #expect(copy.links.connectedNodes.isEmpty && first.lost.isEmpty && second.lost.isEmpty)
    #expect(first.links.facts(of: NodeID(2))?.peerAddress == second.address)
    #expect(Set(copy.refusals) == [.copied] && first.links.copies.nodes(now: loop.now) == [NodeID(2)])
    // A process that is gone stands in nobody's way.
    second.links.close()
    connect([first, copy])
  }

  @Test func `a process on a copy of a directory on which another one was started since is kept out for good`() throws {
    let made = PeerSamples.started()
    let (original, copy) = (PeerSamples.started(after: made), PeerSamples.started(after: made))
    let first = try LinkEnd(PeerSamples.configuration(1), on: loop)
    first.links.follow([PeerSamples.record(2, start: made.latest)])
    let seeds = [PeerSamples.record(1, address: first.address)]
    // Both follow what the cluster knows: whoever comes first is the node.
    let second = try LinkEnd(PeerSamples.configuration(2, starts: original, seeds: seeds), on: loop)
    connect([first, second])
    first.links.follow([PeerSamples.record(2, address: second.address, start: original.latest)])
    #expect(first.lost.isEmpty)
    second.links.close()
    let late = try LinkEnd(PeerSamples.configuration(2, starts: copy, seeds: seeds), on: loop)
    loop.work { late.refusals.contains(.superseded) }
    // The next start on the original directory is welcome, also where the table is one start behind.
    let again = try LinkEnd(
      PeerSamples.configuration(2, starts: PeerSamples.started(after: original), seeds: seeds), on: loop)
    connect([first, again])
    // And it is cut off when another process is taken for the node.
    first.links.follow([PeerSamples.record(2, start: PeerSamples.started(after: original).latest)])
    loop.work { first.lost.count == 2 }
    #expect(late.links.connectedNodes.isEmpty)
  }

  @Test func `stores of one node take each other's connections`() throws {
    func node(_ number: UInt32, seeds: [PeerRecord]) throws -> [LinkEnd] {
      let configuration = PeerSamples.configuration(number, seeds: seeds)
      let ends = try (0..<3).map { try LinkEnd(configuration, on: loop, store: $0, storeCount: 3) }
      for end in ends { (end.stores, end.address) = (ends, ends[0].address) }
      return ends
    }
    let second = try node(2, seeds: [])
    let first = try node(1, seeds: [PeerSamples.record(2, address: second[0].address)])
    loop.work { (first + second).allSatisfy { $0.links.connectedNodes.count == 1 } }
    for store in 0..<3 {
      #expect(first[store].links.send(.nodeReport([UInt8(store)]), to: NodeID(2)))
      loop.work { !second[store].packets.isEmpty }
      #expect(second[store].packets == [.nodeReport([UInt8(store)])])
    }
  }
}
