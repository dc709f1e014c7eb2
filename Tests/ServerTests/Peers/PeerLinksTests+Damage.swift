import Basics
import Reactor
import Replication
import Storage
import Testing

@testable import Server

// Damage, loss, and what waits for who takes nothing.
extension PeerLinksTests {
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

  @Test func `a hello that seems longer than it is is not waited for until the handshake's time is over`() throws {
    let (first, second, wire) = try wiredPair(limits: PeerLimits())
    var alteredCount = 0
    wire.alter = { bytes in
      guard bytes.first == EnvelopeKind.hello.rawValue, alteredCount < 2 else { return bytes }
      alteredCount += 1
      var bytes = bytes
      bytes[2] ^= 0x01
      return bytes
    }
    let began = EventLoop.clock
    connect([first, second])
    #expect(alteredCount == 2 && EventLoop.clock.nanoseconds(since: began) < 2_000_000_000)
  }

  @Test func `a sign of life that seems to have a body ends the connection at once`() throws {
    let (first, second, wire) = try wiredPair()
    connect([first, second])
    var alteredCount = 0
    wire.alterAnswers = { bytes in
      guard bytes.first == EnvelopeKind.alive.rawValue else { return bytes }
      alteredCount += 1
      var bytes = bytes
      bytes[1] ^= 0x40
      return bytes
    }
    loop.work { !first.lost.isEmpty || !second.lost.isEmpty }
    wire.alterAnswers = { $0 }
    // Of all connections together. On one of them eight more would be a body.
    #expect((1...7).contains(alteredCount))
    connect([first, second])
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
}
