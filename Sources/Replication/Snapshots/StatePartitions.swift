package import Basics
package import Raft

/// How a batch of state changes was taken.
package enum StateWriteOutcome: Equatable, Sendable {
  case written
  /// The storage would have to wait (compaction is behind). Nothing was written; the Store keeps the batch, applies
  /// nothing more, and offers it again later.
  case stalled
}

/// The port to a Store's keyed state: all replicas of the Store share one ordered key space, each under its own prefix.
/// Owned by the Store's thread. No call waits for the disk to become idle: a write that would stall says so, and what
/// takes long is asked for by a call and answered by an event of a later turn.
package protocol StatePartitions: StateReader {
  /// Writes the changes of all replicas that applied entries this turn, as one atomic batch. `applied` names the index
  /// each touched replica has reached with it; the storage uses it to know what a later flush makes durable. For a
  /// replica that is destroyed it is zero.
  func write(
    _ changes: borrowing StateChanges, applied: [(shard: ShardID, index: LogIndex)]
  ) throws(StateReadError) -> StateWriteOutcome

  /// Keeps the state as it is after the last write readable under a number, until ``release(_:)``.
  ///
  /// - Returns: `false` when the storage has too much to do; then nothing was kept, and the Store asks again later.
  func freeze(_ cut: CutNumber) -> Bool

  /// Asks for the next pairs of a frozen state, in the background; answered by ``Store/received(_:)-(SnapshotSlice)``,
  /// which ``SnapshotSlice/init(_:from:)`` makes.
  func requestSlice(_ request: SliceRequest)

  func release(_ cut: CutNumber)

  /// Whether ``requestLoad(_:)`` is there; without it the Store loads machines itself, on its loop.
  var loadsInBackground: Bool { get }

  /// Has a machine loaded from the state as it is after the last write, by ``MachineLoad/run(_:)``, in the background;
  /// answered by ``Store/loaded(_:)``.
  ///
  /// - Returns: `false` when the storage has too much to do; then nothing happens, and the Store asks again later.
  func requestLoad(_ load: MachineLoad) -> Bool

  /// Runs all loads, several at a time where there are threads for it, and comes back when all are done. For a start, when
  /// nothing was written yet.
  func runAll(_ loads: [MachineLoad])

  /// Asks that everything written so far becomes durable; answered by ``Store/flushed(_:)``.
  ///
  /// - Returns: `false` when the storage has too much to do; then nothing happens, and the Store asks again later.
  func requestFlush(_ number: FlushNumber) -> Bool
}

extension StatePartitions {
  package var loadsInBackground: Bool { false }
  package func requestLoad(_ load: MachineLoad) -> Bool { false }
  package func runAll(_ loads: [MachineLoad]) { for load in loads { load.run(self) } }
}

/// Names a frozen state of this Store: never used twice, also not by a later process, because a follower goes on with the
/// parts that it has when the number is the same.
package struct CutNumber: RawRepresentable, Hashable, Comparable, Sendable {
  package var rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
  package init(_ rawValue: UInt64) { self.rawValue = rawValue }
  package static func < (left: CutNumber, right: CutNumber) -> Bool { left.rawValue < right.rawValue }
}

/// Names a request to flush; answers come in order, and one answers all before it.
package struct FlushNumber: RawRepresentable, Hashable, Comparable, Sendable {
  package var rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
  package init(_ rawValue: UInt64) { self.rawValue = rawValue }
  package static func < (left: FlushNumber, right: FlushNumber) -> Bool { left.rawValue < right.rawValue }
}
