internal import Basics
internal import Raft
internal import Replication

/// The keyed state of one simulated node: what the running process sees, and the last flush, to which a power loss takes
/// it back. It outlives its node's process. Owned by the world.
final class SimulatedState {
  /// What a flush would make durable if it ended now.
  struct Flush {
    /// Counts the flushes that were begun.
    var place: UInt64
    var number: FlushNumber?
    var state: MemoryState
    var indexes: [LogIndex]
  }

  private(set) var current = MemoryState()
  private(set) var flushed = MemoryState()
  /// By shard number: the index whose effects a power loss cannot take.
  private(set) var flushedIndexes: [LogIndex]
  private(set) var appliedIndexes: [LogIndex]
  /// The storage is behind: a write would have to wait.
  var isStalled = false
  /// What the writes since the last ``forgetWritten()`` brought each touched replica to, in order.
  private(set) var written: [(shard: ShardID, index: LogIndex)] = []
  private var flushesBegun: UInt64 = 0
  private var lastFinished: UInt64 = 0
  private var cuts: [(number: CutNumber, state: MemoryState)] = []
  /// What was asked for and is not on its way yet.
  var wantedSlices: [SliceRequest] = []
  var wantedFlushes: [Flush] = []

  init(shardCount: Int) {
    flushedIndexes = Array(repeating: .zero, count: shardCount)
    appliedIndexes = flushedIndexes
  }

  /// Everything written so far, as a flush that begins now will leave it.
  func beginFlush(_ number: FlushNumber?) -> Flush {
    flushesBegun += 1
    return Flush(
      place: flushesBegun, number: number, state: MemoryState(copying: current), indexes: appliedIndexes)
  }

  /// What was written before the flush began is durable. One that ends behind a later one adds nothing.
  func finish(_ flush: Flush) {
    guard flush.place > lastFinished else { return }
    lastFinished = flush.place
    flushed = flush.state
    flushedIndexes = flush.indexes
  }

  func slice(_ request: SliceRequest) throws(StateReadError) -> SnapshotSlice? {
    guard let cut = cuts.first(where: { $0.number == request.cut }) else { return nil }
    return try SnapshotSlice(request, from: cut.state)
  }

  func losePower() {
    current = MemoryState(copying: flushed)
    appliedIndexes = flushedIndexes
    written.removeAll(keepingCapacity: true)
    cuts.removeAll()
    wantedSlices.removeAll()
    wantedFlushes.removeAll()
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
    for (shard, index) in applied {
      appliedIndexes[Int(shard.rawValue)] = index
      written.append((shard, index))
    }
    return .written
  }

  func freeze(_ cut: CutNumber) -> Bool {
    if isStalled { return false }
    cuts.append((cut, MemoryState(copying: current)))
    return true
  }

  func requestSlice(_ request: SliceRequest) { wantedSlices.append(request) }

  func release(_ cut: CutNumber) { cuts.removeAll { $0.number == cut } }

  func requestFlush(_ number: FlushNumber) -> Bool {
    if isStalled { return false }
    wantedFlushes.append(beginFlush(number))
    return true
  }
}
