import Basics
import Raft

@testable import Replication

/// Keyed state in memory, with a disk below it that has only what was flushed. It can be told to stall.
final class MemoryPartitions: StatePartitions {
  private(set) var state: MemoryState
  /// What is there after a crash.
  private(set) var durable: MemoryState
  var isStalled = false
  private(set) var applied: [ShardID: LogIndex] = [:]
  private var cuts: [CutNumber: MemoryState] = [:]
  private(set) var slicesWanted: [SliceRequest] = []
  private(set) var flushWanted: FlushNumber?

  init(_ state: MemoryState = MemoryState()) {
    self.state = MemoryState(copying: state)
    durable = MemoryState(copying: state)
  }

  func read(key: borrowing RawSpan, into value: inout [UInt8]) throws(StateReadError) -> Bool {
    try state.read(key: key, into: &value)
  }

  func scan(
    from start: borrowing RawSpan, to end: borrowing RawSpan, descending: Bool,
    _ body: (_ key: RawSpan, _ value: RawSpan) -> Bool
  ) throws(StateReadError) {
    try state.scan(from: start, to: end, descending: descending, body)
  }

  func write(
    _ changes: borrowing StateChanges, applied: [(shard: ShardID, index: LogIndex)]
  ) throws(StateReadError) -> StateWriteOutcome {
    if isStalled { return .stalled }
    state.apply(changes)
    for (shard, index) in applied { self.applied[shard] = index }
    return .written
  }

  func freeze(_ cut: CutNumber) -> Bool {
    cuts[cut] = MemoryState(copying: state)
    return true
  }

  func requestSlice(_ request: SliceRequest) { slicesWanted.append(request) }
  func release(_ cut: CutNumber) { cuts[cut] = nil }

  func requestFlush(_ number: FlushNumber) -> Bool {
    flushWanted = number
    return true
  }

  var frozenCount: Int { cuts.count }

  var loadsInBackground = true
  private var loads: [(load: MachineLoad, state: MemoryState)] = []

  func requestLoad(_ load: MachineLoad) -> Bool {
    loads.append((load, MemoryState(copying: state)))
    return true
  }

  /// Loads what was asked for.
  func takeLoads() -> [MachineLoad] {
    for (load, state) in loads { load.run(state) }
    defer { loads = [] }
    return loads.map(\.load)
  }

  /// Reads the slices that were asked for.
  func takeSlices() throws -> [SnapshotSlice] {
    defer { slicesWanted = [] }
    return try slicesWanted.compactMap { request in
      try cuts[request.cut].map { try SnapshotSlice(request, from: $0) }
    }
  }

  /// Makes everything durable; answers the last request that this is the answer to.
  func flush() -> FlushNumber? {
    durable = MemoryState(copying: state)
    defer { flushWanted = nil }
    return flushWanted
  }

  /// How many keys are under the shard, in whatever generation.
  func keyCount(of shard: ShardID) throws -> Int {
    var count = 0
    try state.scan(
      from: PartitionPrefix.start(of: shard).rawSpan, to: PartitionPrefix.end(of: shard).rawSpan, descending: false
    ) { _, _ in
      count += 1
      return true
    }
    return count
  }
}
