import Basics
import Reactor
import Replication
import Storage
import Testing

@testable import Server

/// Links on real sockets of the loopback interface, all on the test's own loop.
@Suite struct PeerLinksTests {
  let loop: EventLoop

  init() throws { loop = try EventLoop() }

  /// Two nodes, the first of which knows where the second is.
  func pair(limits: PeerLimits = LinkEnd.quickLimits) throws -> (LinkEnd, LinkEnd) {
    let second = try LinkEnd(PeerSamples.configuration(2), on: loop, limits: limits)
    let seed = PeerSamples.record(2, address: second.address)
    return (try LinkEnd(PeerSamples.configuration(1, seeds: [seed]), on: loop, limits: limits), second)
  }

  /// As ``pair(limits:)``, with a wire on the way from the first to the second.
  func wiredPair(limits: PeerLimits = LinkEnd.quickLimits) throws -> (LinkEnd, LinkEnd, Wire) {
    let second = try LinkEnd(PeerSamples.configuration(2), on: loop, limits: limits)
    let wire = try Wire(to: second.address, on: loop)
    second.address = wire.address
    let seed = PeerSamples.record(2, address: wire.address)
    return (try LinkEnd(PeerSamples.configuration(1, seeds: [seed]), on: loop, limits: limits), second, wire)
  }

  func connect(_ ends: [LinkEnd]) {
    loop.work { ends.allSatisfy { $0.links.connectedNodes.count == ends.count - 1 } }
  }

  @Test func `three nodes of which each knows one other all find each other`() throws {
    let third = try LinkEnd(PeerSamples.configuration(3), on: loop)
    let second = try LinkEnd(
      PeerSamples.configuration(2, seeds: [PeerSamples.record(3, address: third.address)]), on: loop)
    let first = try LinkEnd(
      PeerSamples.configuration(
        1, seeds: [PeerSamples.record(2, address: second.address), PeerSamples.record(3, address: third.address)]),
      on: loop)
    connect([first, second, third])
    for end in [first, second, third] {
      for other in [first, second, third] where other !== end {
        #expect(end.links.facts(of: other.node)?.peerAddress == other.address)
        end.links.send(end.frame(to: other.node.rawValue, fill: UInt8(end.node.rawValue)))
        #expect(end.links.send(.nodeReport([UInt8(end.node.rawValue)]), to: other.node))
      }
    }
    loop.work { [first, second, third].allSatisfy { $0.frames.count == 2 && $0.packets.count == 2 } }
    #expect(Set(second.frames.map { $0.last! }) == [1, 3])
  }

  @Test func `frames and packets of a node come in the order in which they were sent`() throws {
    let (first, second) = try pair()
    connect([first, second])
    for number in 0..<500 {
      first.links.send(first.frame(to: 2, byteCount: number * 37 % 5_000, fill: UInt8(number % 251)))
      #expect(first.links.send(.nodeReport([UInt8(number % 251)]), to: NodeID(2)))
    }
    loop.work { second.packets.count == 500 }
    #expect(second.packets == (0..<500).map { .nodeReport([UInt8($0 % 251)]) })
    #expect(second.frames.map(\.count) == (0..<500).map { 13 + $0 * 37 % 5_000 })
  }

  @Test func `what waits for the end of a pause arrives whole and in order`() throws {
    var limits = LinkEnd.quickLimits
    limits.pauseMilliseconds = 20
    let (first, second) = try pair(limits: limits)
    connect([first, second])
    for number in 0..<50 {
      first.links.send(first.frame(to: 2, fill: UInt8(number)))
      loop.work(forMilliseconds: 1)
    }
    loop.work { second.frames.count == 50 }
    #expect(second.frames.map { $0.last! } == (0..<50).map { UInt8($0) })
    // The last one too, although nothing comes behind it.
    first.links.send(first.frame(to: 2, fill: 99))
    loop.work { second.frames.last?.last == 99 }
  }

  @Test func `a frame of many megabytes arrives whole`() throws {
    let (first, second) = try pair()
    connect([first, second])
    let frame = first.frame(to: 2, byteCount: 20 << 20, fill: 0x5A)
    first.links.send(frame)
    loop.work { !second.frames.isEmpty }
    #expect(second.frames == [frame.bytes])
  }

  @Test func `nothing is sent to a node that is not there`() throws {
    let end = try LinkEnd(
      PeerSamples.configuration(1, seeds: [PeerSamples.record(2, address: "127.0.0.1:1")]), on: loop)
    loop.work(forMilliseconds: 50)
    #expect(!end.links.takesCalls(NodeID(2)))
    #expect(!end.links.send(.nodeReport([]), to: NodeID(2)))
    #expect(!end.links.send(.nodeReport([]), to: NodeID(3)))
    end.links.send(end.frame(to: 2))
    #expect(end.links.droppedCount(to: NodeID(2)) == 2)
  }

  @Test func `a call is only sent when its answer has a way back`() throws {
    let second = try LinkEnd(PeerSamples.configuration(2), on: loop)
    let first = try LinkEnd(PeerSamples.configuration(1), on: loop)
    let call = PeerPacket.call(RemoteCall(id: 1, method: 1, timeoutMilliseconds: 0, hops: 0, message: []))
    // Nobody can dial back whoever does not say where it is.
    let address = first.address
    first.address = ""
    first.links.follow([PeerSamples.record(2, address: second.address)])
    loop.work { first.links.send(.nodeReport([1]), to: NodeID(2)) }
    #expect(!first.links.send(call, to: NodeID(2)))
    first.address = address
    second.links.follow([PeerSamples.record(1, address: address)])
    connect([first, second])
    #expect(first.links.send(call, to: NodeID(2)))
    loop.work { second.packets.contains(call) }
  }

  @Test func `a name is looked up off the loop`() throws {
    let second = try LinkEnd(PeerSamples.configuration(2), on: loop)
    let port = try #require(ListenAddress(text: second.address)).port
    // In capitals it is not taken for the loopback's number.
    let seed = PeerSamples.record(2, address: "LOCALHOST:\(port)")
    let first = try LinkEnd(PeerSamples.configuration(1, seeds: [seed]), on: loop)
    connect([first, second])
  }

  // MARK: Strangers

  @Test func `who does not know the secret is refused with the reason`() throws {
    let end = try LinkEnd(PeerSamples.configuration(1), on: loop)
    let stranger = try Stranger(
      PeerSamples.identity(2, storeCount: 1), to: end, secret: PeerSamples.otherSecret, on: loop)
    loop.work { stranger.end != nil }
    #expect(stranger.refusal == .wrongSecret)
    #expect(end.links.connectedNodes.isEmpty && end.links.facts(of: NodeID(2)) == nil)
  }

  @Test func `another cluster, this node's number, a removed node and a lost disk are refused with the reason`() throws
  {
    let end = try LinkEnd(PeerSamples.configuration(1), on: loop)
    end.links.follow([PeerSamples.record(2), PeerSamples.record(3, isRemoved: true)])
    var other = PeerSamples.identity(2, storeCount: 1)
    other.cluster = UniqueID(high: 9, low: 9)
    var lostDisk = PeerSamples.identity(2, storeCount: 1)
    lostDisk.directory = PeerSamples.directory(7)
    let cases: [(PeerIdentity, PeerRefusal?)] = [
      (other, .otherCluster), (PeerSamples.identity(1, storeCount: 1), .ownNumber),
      (PeerSamples.identity(3, storeCount: 1), .removed), (lostDisk, .otherDirectory),
      (PeerSamples.identity(2, storeCount: 2), .stores), (PeerSamples.identity(2, storeCount: 1), nil),
    ]
    for (identity, reason) in cases {
      let stranger = try Stranger(identity, to: end, on: loop)
      loop.work { stranger.end != nil || stranger.isWelcome }
      #expect(stranger.refusal == reason)
      #expect(stranger.isWelcome == (reason == nil))
    }
  }

  @Test func `two nodes with different secrets never connect`() throws {
    let second = try LinkEnd(PeerSamples.configuration(2, secret: PeerSamples.otherSecret), on: loop)
    let first = try LinkEnd(
      PeerSamples.configuration(1, seeds: [PeerSamples.record(2, address: second.address)]), on: loop)
    loop.work(forMilliseconds: 300)
    first.links.send(first.frame(to: 2))
    loop.work(forMilliseconds: 50)
    #expect(first.connected.isEmpty && second.connected.isEmpty && second.frames.isEmpty)
  }

  @Test func `a stranger is closed after a kilobyte, or when it says nothing for too long`() throws {
    let end = try LinkEnd(PeerSamples.configuration(1), on: loop)
    let talker = try Stranger(PeerSamples.identity(2), to: end, staysSilent: true, on: loop)
    var head = ByteWriter()
    head.uint8(EnvelopeKind.hello.rawValue)
    head.uint32(UInt32(PeerProtocol.handshakeBodyByteCountMax) + 1)
    head.uint32(0)
    talker.say(head.bytes)
    let mute = try Stranger(PeerSamples.identity(2), to: end, staysSilent: true, on: loop)
    loop.work { talker.end != nil }
    #expect(mute.end == nil)
    let began = EventLoop.clock
    loop.work { mute.end != nil }
    #expect(EventLoop.clock.nanoseconds(since: began) < 5_000_000_000)
  }

  @Test func `a crowd of strangers keeps no node out`() throws {
    var limits = LinkEnd.quickLimits
    limits.handshakeCountMax = 20
    limits.handshakeMilliseconds = 5_000
    let (first, second) = try pair(limits: limits)
    let crowd = try (0..<60).map { _ in
      try Stranger(PeerSamples.identity(9), to: second, staysSilent: true, on: loop)
    }
    connect([first, second])
    loop.work { crowd.count { $0.end == nil } <= 20 }
  }

  @Test func `data before the proof ends the connection`() throws {
    let end = try LinkEnd(PeerSamples.configuration(1), on: loop)
    let stranger = try Stranger(PeerSamples.identity(2), to: end, staysSilent: true, on: loop)
    var bytes = ByteWriter()
    bytes.envelope(.nodeReport, [1])
    stranger.say(bytes.bytes)
    loop.work { stranger.end != nil }
    #expect(end.packets.isEmpty)
  }
}
