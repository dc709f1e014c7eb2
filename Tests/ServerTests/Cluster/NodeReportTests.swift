import Basics
import Testing

@testable import Server

@Suite struct NodeReportTests {
  private static var report: NodeReport {
    var report = NodeReport(node: NodeID(7))
    report.programVersion = "0.1.0"
    report.uptimeMilliseconds = 86_400_000
    report.diskFreeByteCount = 1 << 40
    report.clockOffsetMilliseconds = -12
    report.isClockOff = true
    report.alarms = [NodeAlarm(kind: "DISK_FULL", text: "almost")]
    var leader = ReplicaReport(shard: .meta, life: ReplicaLife(0), role: .leader)
    leader.leader = NodeID(7)
    leader.term = 3
    leader.applied = DigestMark(index: 90, digest: 0xFEED)
    leader.checkpoint = DigestMark(index: 64, digest: 0xBEEF)
    leader.across.outboxCount = 3
    leader.across.outboxAgeMilliseconds = 1_200
    leader.across.pendingCount = 4
    leader.across.phantomCount = 5
    leader.across.phantomUnitMilliseconds = 1 << 40
    leader.across.phantomLongestMilliseconds = 77
    var learner = ReplicaReport(shard: ShardID(12), life: ReplicaLife(4), role: .learner)
    learner.isFaulty = true
    learner.isAsleep = true
    learner.snapshotDone = 5
    learner.snapshotTotal = 10
    report.replicas = [leader, learner]
    return report
  }

  private static var view: ClusterView {
    var view = ClusterView()
    view.metaLeader = NodeID(2)
    view.live = [NodeID(1), NodeID(2)]
    view.leaders = [
      ClusterView.Leader(shard: .meta, node: NodeID(2), term: 9),
      ClusterView.Leader(shard: ShardID(3), node: NodeID(1), term: 4),
    ]
    view.divergent = [
      ClusterView.Divergent(
        shard: ShardID(3), node: NodeID(2), life: ReplicaLife(1), mark: DigestMark(index: 8, digest: 1))
    ]
    return view
  }

  private static var bytes: (report: [UInt8], view: [UInt8]) {
    var (first, second) = (ByteWriter(), ByteWriter())
    report.encode(into: &first)
    view.encode(into: &second)
    return (first.bytes, second.bytes)
  }

  private static func decode(_ bytes: [UInt8]) throws(DecodeError) -> (NodeReport?, ClusterView?) {
    var reader = ByteReader(bytes.rawSpan)
    switch try reader.uint8() {
    case NodeReport.tag: return (try NodeReport(&reader), nil)
    case ClusterView.tag: return (nil, try ClusterView(&reader))
    case let tag: throw .unknownTag(UInt64(tag))
    }
  }

  @Test func `what was told is heard`() throws {
    #expect(try Self.decode(Self.bytes.report).0 == Self.report)
    #expect(try Self.decode(Self.bytes.view).1 == Self.view)
  }

  @Test func `what is cut short is an error`() {
    for bytes in [Self.bytes.report, Self.bytes.view] {
      for count in bytes.indices {
        #expect(throws: DecodeError.self, "\(count) bytes") { try Self.decode(Array(bytes.prefix(count))) }
      }
    }
  }

  @Test func `what a later version adds at the end is no error`() throws {
    #expect(try Self.decode(Self.bytes.report + [1, 2, 3]).0 == Self.report)
    #expect(try Self.decode(Self.bytes.view + [1, 2, 3]).1 == Self.view)
  }

  @Test func `longer records of replicas are read as far as they are known`() throws {
    var report = Self.report
    report.replicas = [Self.report.replicas[0]]
    var writer = ByteWriter()
    report.encode(into: &writer)
    var bytes = writer.bytes
    // recordByteCount and count are the six bytes before the only record.
    let place = bytes.count - ReplicaReport.byteCount - 6
    bytes[place] += 2
    #expect(try Self.decode(bytes + [9, 9]).0 == report)
    bytes[place] = UInt8(ReplicaReport.byteCountMin - 1)
    #expect(throws: DecodeError.self) { try Self.decode(bytes) }
  }

  @Test func `damaged bytes are an error or another report, never a crash`() {
    var generator = SeededGenerator(seed: 4)
    for original in [Self.bytes.report, Self.bytes.view] {
      for _ in 0..<5_000 {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
        }
        do throws(DecodeError) { _ = try Self.decode(bytes) } catch { continue }
      }
    }
  }

  @Test func `the leader of a shard is found among many`() {
    var view = ClusterView()
    for shard in stride(from: UInt32(0), to: 200, by: 2) {
      view.leaders.append(ClusterView.Leader(shard: ShardID(shard), node: NodeID(shard + 1), term: 1))
    }
    for shard in UInt32(0)..<200 {
      #expect(view.leader(of: ShardID(shard)) == (shard % 2 == 0 ? NodeID(shard + 1) : nil))
    }
  }
}
