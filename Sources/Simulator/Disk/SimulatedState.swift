internal import Basics
internal import Raft
internal import Replication

/// The keyed state of one simulated node: what the running process sees, and the last flush, to which a power loss takes
/// it back. It outlives its node's process. Owned by the world.
final class SimulatedState {
  private(set) var current = MemoryState()
  private(set) var flushed = MemoryState()
  /// By shard number: the index whose effects a power loss cannot take.
  private(set) var flushedIndexes: [LogIndex]
  private(set) var appliedIndexes: [LogIndex]
  /// The storage is behind: a write would have to wait.
  var isStalled = false
  /// What the last write brought each touched replica to, in the order of its turn.
  private(set) var written: [(shard: ShardID, index: LogIndex)] = []
  private(set) var writeCount: UInt64 = 0

  init(shardCount: Int) {
    flushedIndexes = Array(repeating: .zero, count: shardCount)
    appliedIndexes = flushedIndexes
  }

  /// Everything written so far is durable, for all shards at once.
  func flush() {
    flushed = MemoryState(copying: current)
    flushedIndexes = appliedIndexes
  }

  func losePower() {
    current = MemoryState(copying: flushed)
    appliedIndexes = flushedIndexes
    written.removeAll(keepingCapacity: true)
    isStalled = false
  }

  func forgetWritten() { written.removeAll(keepingCapacity: true) }
}

extension SimulatedState: StatePartitions {
  func read(key: borrowing RawSpan, into value: inout [UInt8]) throws(StateReadError) -> Bool {
    try current.read(key: key, into: &value)
  }

  func scan(
    from start: borrowing RawSpan, to end: borrowing RawSpan, descending: Bool,
    _ body: (_ key: RawSpan, _ value: RawSpan) -> Bool
  ) throws(StateReadError) {
    try current.scan(from: start, to: end, descending: descending, body)
  }

  func write(
    _ changes: borrowing StateChanges, applied: [(shard: ShardID, index: LogIndex)]
  ) throws(StateReadError) -> StateWriteOutcome {
    if isStalled { return .stalled }
    current.apply(changes)
    writeCount += 1
    for (shard, index) in applied {
      appliedIndexes[Int(shard.rawValue)] = index
      written.append((shard, index))
    }
    return .written
  }
}
