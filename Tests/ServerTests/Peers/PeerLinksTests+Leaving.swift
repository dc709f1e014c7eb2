import Basics
import Reactor
import Replication
import Testing

@testable import Server

/// A node that stops in good order loses none of the calls that others have sent it, and none of its answers.
extension PeerLinksTests {
  static let question = PeerPacket.call(RemoteCall(id: 7, method: 1, timeoutMilliseconds: 1_000, hops: 1, message: [1]))

  static func reply(_ number: UInt64) -> PeerPacket { .answer(RemoteAnswer(id: number, outcome: .message([9]))) }

  @Test func `a node that leaves is sent no more calls, and still answers those before`() throws {
    let (first, second) = try pair()
    connect([first, second])
    #expect(first.links.send(Self.question, to: NodeID(2)))
    second.links.takeLeave()
    #expect(!second.links.isLeftAlone)
    loop.work { second.links.isLeftAlone }
    #expect(second.links.isLeftAlone)
    // What was sent before came before.
    #expect(second.packets == [Self.question])
    #expect(!first.links.takesCalls(NodeID(2)))
    #expect(!first.links.send(Self.question, to: NodeID(2)))
    // The core's frames, and what nobody answers, go on.
    #expect(first.links.send(.nodeReport([3]), to: NodeID(2)))
    #expect(second.links.send(Self.reply(7), to: NodeID(1)))
    loop.work { first.packets.count == 1 && second.packets.count == 2 }
    #expect(first.packets == [Self.reply(7)])
    #expect(first.lost.isEmpty)
  }

  @Test func `answers that wait when a node closes arrive before it counts as lost`() throws {
    var limits = LinkEnd.quickLimits
    // They would wait for longer than the node stays.
    limits.pauseMilliseconds = 250
    let (first, second) = try pair(limits: limits)
    connect([first, second])
    #expect(second.links.send(Self.reply(0), to: NodeID(1)))
    loop.work { first.packets.count == 1 }
    for number in 1...20 { #expect(second.links.send(Self.reply(UInt64(number)), to: NodeID(1))) }
    second.links.close()
    var answersWhenLost: Int?
    loop.work {
      if answersWhenLost == nil, !first.lost.isEmpty { answersWhenLost = first.packets.count }
      return answersWhenLost != nil
    }
    #expect(answersWhenLost == 21)
  }

  @Test func `a connection that breaks during a leave is noticed on both sides, and the leave is told anew`() throws {
    let (first, second, wire) = try wiredPair()
    connect([first, second])
    second.links.takeLeave()
    loop.work { second.links.isLeftAlone }
    wire.tear()
    // No call that was under way is waited for in vain.
    loop.work { second.lost == [NodeID(1)] && first.lost == [NodeID(2)] }
    loop.work { second.connected.count == 2 && second.links.isLeftAlone }
    loop.work { first.connected.count == 2 }
    #expect(!first.links.takesCalls(NodeID(2)))
  }

  @Test func `a node that comes while another leaves is told`() throws {
    let second = try LinkEnd(PeerSamples.configuration(2), on: loop)
    second.links.takeLeave()
    #expect(second.links.isLeftAlone)
    let first = try LinkEnd(
      PeerSamples.configuration(1, seeds: [PeerSamples.record(2, address: second.address)]), on: loop)
    loop.work { second.connected == [NodeID(1)] && second.links.isLeftAlone }
    #expect(!first.links.takesCalls(NodeID(2)))
  }

  @Test func `a node that came back takes calls`() throws {
    let (first, second) = try pair()
    connect([first, second])
    second.links.takeLeave()
    loop.work { second.links.isLeftAlone }
    second.links.close()
    loop.work { first.lost == [NodeID(2)] }
    let again = try LinkEnd(PeerSamples.configuration(2), on: loop)
    first.links.follow([PeerSamples.record(2, address: again.address)])
    loop.work { first.links.takesCalls(NodeID(2)) }
    #expect(first.links.send(Self.question, to: NodeID(2)))
    loop.work { again.packets == [Self.question] }
  }
}
