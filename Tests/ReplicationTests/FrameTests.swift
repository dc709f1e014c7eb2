import Basics
import Raft
import Testing

@testable import Replication

@Suite struct FrameTests {
  private let head = FrameHead(from: NodeID(1), to: NodeID(2), incarnation: 7, wall: Stamp(milliseconds: 1_000))

  private func frames(_ fill: (inout FrameWriter) -> Void) -> [[UInt8]] {
    var writer = FrameWriter()
    fill(&writer)
    var frames: [[UInt8]] = []
    writer.take { frames.append($0) }
    return frames
  }

  private var sample: [UInt8] {
    frames { writer in
      writer.add(.message, ShardID(3), head) { $0.append([1, 2, 3]) }
      writer.add(.offer, ShardID(4), head) { _ in }
      writer.add(.message, ShardID(0x0102_0304), head) { $0.append([9]) }
    }[0]
  }

  private func records(_ frame: [UInt8]) throws -> [String] {
    var found: [String] = []
    var reader = try FrameReader(frame.rawSpan)
    while let record = try reader.next() { found.append("\(record.tag) \(record.shard) \(record.body.copied())") }
    return found
  }

  @Test func `records come out as they went in, in order`() throws {
    let reader = try FrameReader(sample.rawSpan)
    #expect(reader.head == head)
    #expect(try records(sample) == ["message 3 [1, 2, 3]", "offer 4 []", "message 16909060 [9]"])
  }

  @Test func `a frame without records is the heartbeat of a node`() throws {
    let frame = try #require(frames { $0.addHeartbeat(head) }.first)
    #expect(try records(frame).isEmpty)
    // length, checksum, version, from, to, incarnation, wall clock
    #expect(frame.count == 33)
    #expect(Array(frame[0..<4]) == [25, 0, 0, 0])
    #expect(
      Array(frame[8...]) == [1, 1, 0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0xE8, 3, 0, 0, 0, 0, 0, 0])
  }

  @Test func `a frame cut at any byte is refused`() {
    for count in 0..<sample.count {
      #expect(throws: DecodeError.self) { try records(Array(sample[..<count])) }
    }
    #expect(throws: DecodeError.self) { try records(sample + [0]) }
  }

  @Test func `a frame with any flipped bit is refused`() {
    for bit in 0..<sample.count * 8 {
      var flipped = sample
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: DecodeError.self) { try records(flipped) }
    }
  }

  @Test func `random bytes under a right checksum are refused or read, and never trap`() {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<20_000 {
      var content = (0..<random.below(80)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      if random.below(2) == 0, !content.isEmpty { content[0] = 1 }
      var frame = ByteWriter()
      frame.uint32(UInt32(content.count))
      frame.uint32(CRC32C.checksum(content.rawSpan))
      frame.append(content)
      do { _ = try records(frame.bytes) } catch { #expect(error is DecodeError) }
    }
  }

  @Test func `a record of a later version is passed over`() throws {
    var content = ByteWriter()
    head.encode(into: &content)
    for (tag, body) in [(UInt8(200), [UInt8](repeating: 5, count: 9)), (1, [7])] {
      content.uint8(tag)
      content.uint32(6)
      content.uint32(UInt32(body.count))
      content.append(body)
    }
    var frame = ByteWriter()
    frame.uint32(UInt32(content.count))
    frame.uint32(CRC32C.checksum(content.bytes.rawSpan))
    frame.append(content.bytes)
    #expect(try records(frame.bytes) == ["message 6 [7]"])
  }

  @Test func `a full frame is closed and another begun`() {
    let all = frames { writer in
      for _ in 0..<5 { writer.add(.message, ShardID(1), head) { $0.append([UInt8](repeating: 0, count: 600_000)) } }
    }
    #expect(all.count == 3)
  }

  @Test func `a stream is cut into frames by their lengths`() throws {
    let start = Array(sample[..<3])
    let tooFew = try FrameHead.frameByteCount(start.rawSpan)
    let whole = try FrameHead.frameByteCount(sample.rawSpan)
    #expect(tooFew == nil && whole == sample.count)
    let endless: [UInt8] = [255, 255, 255, 255]
    #expect(throws: DecodeError.self) { try FrameHead.frameByteCount(endless.rawSpan) }
  }

  @Test func `whatever records a frame holds, a store refuses them or goes on`() throws {
    let world = try ClusterWorld(nodes: 1, voters: 1)
    try world.pass(milliseconds: 100)
    var random = SeededGenerator(seed: 23)
    let incoming = FrameHead(from: NodeID(2), to: NodeID(1), incarnation: 1, wall: world.wall)
    let members = [MemberID(1), MemberID(2), MemberID(node: NodeID(2), life: ReplicaLife(1)), MemberID(0)]
    var refusedCount = 0
    for _ in 0..<20_000 {
      let tags: [FrameTag] = [.message, .offer, .chunkRequest, .chunk, .snapshotEnd]
      let frame = frames { writer in
        writer.add(tags[random.below(5)], ShardID(UInt32(random.below(3))), incoming) { body in
          if random.below(2) == 0 {
            TransferHead(from: members[random.below(4)], to: members[random.below(4)], cut: CutNumber(random.next()))
              .encode(into: &body)
          }
          for _ in 0..<random.below(60) { body.uint8(UInt8(truncatingIfNeeded: random.next() >> random.next() % 8)) }
        }
      }[0]
      do { try world.store(1).received(frame.rawSpan, now: world.now) } catch { refusedCount += 1 }
    }
    #expect(refusedCount > 1_000)
    try world.store(1).proposeSKU(1)
    try world.settle()
    #expect(world.node(1).completed == [1])
  }

  @Test func `a store takes no frame for another node, and no message in another's name`() throws {
    let world = try ClusterWorld()
    func refuses(_ frame: [UInt8]) {
      #expect(throws: DecodeError.self) { try world.store(2).received(frame.rawSpan, now: world.now) }
    }
    let astray = FrameHead(from: NodeID(1), to: NodeID(3), incarnation: 1, wall: .zero)
    let own = FrameHead(from: NodeID(2), to: NodeID(2), incarnation: 1, wall: .zero)
    for head in [astray, own] { refuses(frames { $0.addHeartbeat(head) }[0]) }
    let foreign = Message(from: MemberID(3), to: MemberID(2), term: Term(9), body: .timeoutNow)
    refuses(frames { $0.add(.message, ShardID(1), head) { foreign.encode(into: &$0) } }[0])
    let snapshot = Message(
      from: MemberID(1), to: MemberID(2), term: Term(9),
      body: .snapshot(
        Snapshot(
          position: LogPosition(index: LogIndex(9), term: Term(9)), configuration: Configuration(voters: [MemberID(1)]))
      ))
    refuses(frames { $0.add(.message, ShardID(1), head) { snapshot.encode(into: &$0) } }[0])
    #expect(world.store(2).status(of: ShardID(1))?.term == Term(1), "none of it changed anything")
  }
}
