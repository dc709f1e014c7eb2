import Basics
import Raft
import Testing

@testable import Replication

/// What a Store's disk knows of its replicas, and the parts of snapshots.
@Suite struct RecordTests {
  private let record = ReplicaRecord(
    member: MemberID(node: NodeID(3), life: ReplicaLife(2)), generation: 7,
    position: LogPosition(index: LogIndex(99), term: Term(5)),
    configuration: Configuration(voters: [MemberID(1), MemberID(2)], learners: [MemberID(9)]))

  private func value(_ key: [UInt8], in changes: StateChanges) throws -> [UInt8] {
    let state = MemoryState()
    state.apply(changes)
    var value: [UInt8] = []
    #expect(try state.read(key: key.rawSpan, into: &value))
    return value
  }

  @Test func `a member is a node and a life`() {
    #expect(record.member.node == NodeID(3) && record.member.life == ReplicaLife(2))
    #expect(MemberID(node: NodeID(1)) == MemberID(1))
    #expect(MemberID(node: NodeID(1)) < MemberID(node: NodeID(1), life: ReplicaLife(1)))
  }

  @Test func `a replica's record comes back, and is refused when it is cut`() throws {
    var changes = StateChanges()
    record.put(ShardID(4), into: &changes)
    let bytes = try value(RecordKey.replica(ShardID(4)), in: changes)
    #expect(try ReplicaRecord(bytes.rawSpan) == record)
    for count in 0..<bytes.count {
      #expect(throws: DecodeError.self) { try ReplicaRecord(Array(bytes[..<count]).rawSpan) }
    }
  }

  @Test func `a staging record comes back, and is refused when it is cut`() throws {
    let message = Message(
      from: MemberID(1), to: MemberID(2), term: Term(6),
      body: .snapshot(Snapshot(position: record.position, configuration: record.configuration)))
    let staging = StagingRecord(generation: 3, cut: CutNumber(8), next: 5, position: [1, 2], message: message)
    var changes = StateChanges()
    staging.put(ShardID(4), into: &changes)
    let bytes = try value(RecordKey.staging(ShardID(4)), in: changes)
    #expect(try StagingRecord(bytes.rawSpan) == staging)
    for count in 0..<bytes.count {
      #expect(throws: DecodeError.self) { try StagingRecord(Array(bytes[..<count]).rawSpan) }
    }
  }

  @Test func `all records are found, in the order of the shards`() throws {
    var changes = StateChanges()
    for shard in [9, 0, 300] as [UInt32] { record.put(ShardID(shard), into: &changes) }
    let state = MemoryState()
    state.apply(changes)
    #expect(try RecordKey.replicas(state).map(\.shard) == [ShardID(0), ShardID(9), ShardID(300)])
    #expect(try RecordKey.staging(of: ShardID(9), state) == nil)
  }

  @Test func `prefixes of one shard lie beside each other, and before those of the next`() {
    let first = PartitionPrefix(shard: ShardID(1), generation: 0)
    let last = PartitionPrefix(shard: ShardID(1), generation: .max)
    #expect(first.bytes == [0, 0, 0, 1, 0, 0] && first.end == [0, 0, 0, 1, 0, 1])
    #expect(last.end == PartitionPrefix.end(of: ShardID(1)) && first.bytes == PartitionPrefix.start(of: ShardID(1)))
  }

  @Test func `slices of any size put together give the whole partition and nothing else`() throws {
    let state = MemoryState()
    var changes = StateChanges()
    var random = SeededGenerator(seed: 5)
    for shard in UInt32(1)...3 {
      for _ in 0..<200 {
        let key =
          PartitionPrefix(shard: ShardID(shard), generation: 1).bytes
          + (0..<1 + random.below(6)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        changes.put(key: key.rawSpan, value: [UInt8](repeating: 1, count: random.below(90)).rawSpan)
      }
    }
    state.apply(changes)
    let prefix = PartitionPrefix(shard: ShardID(2), generation: 1)
    for byteCountMax in [1, 100, 1_000, 1 << 20] {
      let copy = MemoryState()
      var position: [UInt8] = []
      while true {
        let slice = try SnapshotSlice(
          SliceRequest(cut: CutNumber(1), prefix: prefix, position: position, byteCountMax: byteCountMax), from: state)
        let isSound = SlicePairs.areSound(slice.pairs.rawSpan, behind: position, through: slice.end)
        #expect(isSound)
        var part = StateChanges()
        try SlicePairs.put(slice.pairs.rawSpan, under: prefix, into: &part)
        copy.apply(part)
        position = slice.end
        if slice.isLast { break }
      }
      #expect(pairs(copy, prefix) == pairs(state, prefix) && copy.count * 2 == pairs(state, prefix).count)
    }
  }

  private func pairs(_ state: MemoryState, _ prefix: PartitionPrefix) -> [[UInt8]] {
    var found: [[UInt8]] = []
    state.forEach { key, value in
      if key.starts(with: prefix.bytes) { found += [key, value] }
    }
    return found
  }

  @Test func `pairs out of order, or behind another position, are no part of a snapshot`() {
    let pairs: [UInt8] = [1, 5, 0, 1, 7, 0]
    func areSound(_ pairs: [UInt8], behind position: [UInt8], through end: [UInt8]) -> Bool {
      SlicePairs.areSound(pairs.rawSpan, behind: position, through: end)
    }
    #expect(areSound(pairs, behind: [4], through: [7]))
    #expect(!areSound(pairs, behind: [5], through: [7]))
    #expect(!areSound(pairs, behind: [], through: [8]))
    #expect(!areSound([1, 7, 0, 1, 5, 0], behind: [], through: [5]))
    #expect(!areSound([1, 5, 9], behind: [], through: [5]))
  }
}
