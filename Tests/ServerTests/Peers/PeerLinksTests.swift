import Basics
import Reactor
import Replication
import Storage
import Testing

@testable import Server

/// Links on real sockets of the loopback interface, all on the test's own loop.
@Suite struct PeerLinksTests {
  private let loop: EventLoop

  init() throws { loop = try EventLoop() }

  /// Two nodes, the first of which knows where the second is.
  private func pair(limits: PeerLimits = LinkEnd.quickLimits) throws -> (LinkEnd, LinkEnd) {
    let second = try LinkEnd(PeerSamples.configuration(2), on: loop, limits: limits)
    let seed = PeerSamples.record(2, address: second.address)
    return (try LinkEnd(PeerSamples.configuration(1, seeds: [seed]), on: loop, limits: limits), second)
  }

  /// As ``pair(limits:)``, with a wire on the way from the first to the second.
  private func wiredPair(limits: PeerLimits = LinkEnd.quickLimits) throws -> (LinkEnd, LinkEnd, Wire) {
    let second = try LinkEnd(PeerSamples.configuration(2), on: loop, limits: limits)
    let wire = try Wire(to: second.address, on: loop)
    second.address = wire.address
    let seed = PeerSamples.record(2, address: wire.address)
    return (try LinkEnd(PeerSamples.configuration(1, seeds: [seed]), on: loop, limits: limits), second, wire)
  }

  private func connect(_ ends: [LinkEnd]) {
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
    #expect(!end.links.isConnected(NodeID(2)))
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

  // MARK: Damage and loss

  /// The kind, and two bytes of the length: a frame that seems longer than it is must not be waited for.
  @Test(arguments: [(0, 0x40), (2, 0x01), (3, 0x10)] as [(Int, UInt8)])
  func `a damaged frame ends the connection, which is back within a second`(place: Int, bit: UInt8) throws {
    let (first, second, wire) = try wiredPair()
    connect([first, second])
    wire.alter = { bytes in
      wire.alter = { $0 }
      var bytes = bytes
      bytes[place] ^= bit
      return bytes
    }
    let began = EventLoop.clock
    first.links.send(first.frame(to: 2, fill: 1))
    loop.work { !first.lost.isEmpty && !second.lost.isEmpty }
    #expect(second.frames.isEmpty)
    connect([first, second])
    #expect(EventLoop.clock.nanoseconds(since: began) < 1_000_000_000)
    first.links.send(first.frame(to: 2, fill: 2))
    loop.work { !second.frames.isEmpty }
    #expect(second.frames.map { $0.last } == [2])
  }

  @Test func `a frame that the core cannot read, or of another node, ends the connection`() throws {
    let (first, second) = try pair()
    connect([first, second])
    second.rejectsFrames = true
    first.links.send(first.frame(to: 2))
    loop.work { !first.lost.isEmpty }
    second.rejectsFrames = false
    connect([first, second])
    var forged = first.frame(to: 2)
    forged.bytes[FrameHead.prefixByteCount + 1] = 3
    first.links.send(forged)
    loop.work { first.lost.count == 2 }
    #expect(second.frames.isEmpty)
  }

  @Test func `a lost connection is told once and dialled again`() throws {
    let (first, second, wire) = try wiredPair()
    connect([first, second])
    for round in 1...3 {
      wire.tear()
      loop.work { first.lost.count == round && second.lost.count == round }
      connect([first, second])
    }
    #expect(first.connected.count == 4 && second.connected.count == 4)
  }

  @Test func `a node whose process has ended is told apart from a connection that broke`() throws {
    var limits = LinkEnd.quickLimits
    limits.steadyMilliseconds = 20
    let (first, second) = try pair(limits: limits)
    connect([first, second])
    loop.work(forMilliseconds: 50)
    second.links.close()
    loop.work { first.gone.contains(NodeID(2)) }
    #expect(first.lost == [NodeID(2)])
    let told = first.gone.count
    loop.work(forMilliseconds: 300)
    #expect(first.gone.count == told, "a node that stays away is told of once")

    let (third, fourth, wire) = try wiredPair(limits: limits)
    connect([third, fourth])
    loop.work(forMilliseconds: 50)
    wire.tear()
    loop.work { !third.lost.isEmpty }
    connect([third, fourth])
    // Nothing is heard of one that is cut off, and so nothing is known of it.
    wire.isCut = true
    loop.work { third.lost.count == 2 }
    #expect(third.gone.isEmpty && fourth.gone.isEmpty)
  }

  @Test func `a wire that swallows everything is noticed and given up`() throws {
    let (first, second, wire) = try wiredPair()
    connect([first, second])
    loop.work(forMilliseconds: 600)
    #expect(first.lost.isEmpty && second.lost.isEmpty, "an idle connection that works is kept")
    wire.isCut = true
    loop.work { !first.lost.isEmpty && !second.lost.isEmpty }
    wire.isCut = false
    connect([first, second])
  }

  @Test func `parts of snapshots have a connection of their own, and are dropped beyond a bound`() throws {
    var limits = LinkEnd.quickLimits
    limits.silenceMilliseconds = 5_000
    limits.bulkQueueByteCountMax = 1 << 20
    let (first, second, wire) = try wiredPair(limits: limits)
    connect([first, second])
    // The bulk connection opens by itself, and later.
    loop.work {
      first.links.send(first.frame(to: 2, lane: .bulk, fill: 7))
      return second.frames.contains { $0.last == 7 }
    }
    second.frames = []
    wire.cutLane = .bulk
    for _ in 0..<200 { first.links.send(first.frame(to: 2, lane: .bulk, byteCount: 256 << 10, fill: 8)) }
    #expect(first.links.droppedCount(to: NodeID(2)) > 150)
    let began = EventLoop.clock
    for _ in 0..<10 { first.links.send(first.frame(to: 2, fill: 9)) }
    loop.work { second.frames.count { $0.last == 9 } == 10 }
    #expect(EventLoop.clock.nanoseconds(since: began) < 500_000_000)
  }

  @Test func `what waits for a node that takes nothing is bounded, and packets leave room for frames`() throws {
    var limits = LinkEnd.quickLimits
    limits.urgentQueueByteCountMax = 1 << 20
    limits.packetQueueByteCountMax = 1 << 19
    let (first, second) = try pair(limits: limits)
    connect([first, second])
    let report = [UInt8](repeating: 1, count: 10_000)
    var sent = 0
    while first.links.send(.nodeReport(report), to: NodeID(2)), sent < 1_000 { sent += 1 }
    #expect((50...60).contains(sent))
    for _ in 0..<100 { first.links.send(first.frame(to: 2, byteCount: 10_000)) }
    #expect((45...55).contains(Int(first.links.droppedCount(to: NodeID(2)))))
    loop.work { second.packets.count == sent }
    loop.work { second.frames.count + Int(first.links.droppedCount(to: NodeID(2))) == 100 }
  }

  // MARK: Members

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
