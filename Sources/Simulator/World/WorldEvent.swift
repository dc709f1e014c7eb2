internal import Basics
internal import Placement
internal import Raft
internal import Replication

/// Counts the lives of a node's process: what was on its way to an earlier one reaches nobody.
struct NodeLife: Equatable, Sendable {
  var rawValue: UInt32
  var next: NodeLife { NodeLife(rawValue: rawValue + 1) }
}

/// Something that will happen in a world.
enum WorldEvent {
  // To a node.
  case frame(from: NodeNumber, to: NodeNumber, [UInt8])
  case call(NodeNumber, OperationNumber, attempt: UInt32)
  case turn(NodeNumber, NodeLife)
  case wake(NodeNumber, NodeLife)
  case synced(NodeNumber, NodeLife)
  case flushed(NodeNumber, NodeLife, SimulatedState.Flush)
  case slice(NodeNumber, NodeLife, SliceRequest)
  case fetched(NodeNumber, NodeLife, LogRequest)
  /// Its connections to another node broke, and nobody listens there: or so it seems.
  case peerGone(NodeNumber, NodeLife, NodeNumber)
  /// What a node has to say to the meta shard.
  case commands(to: NodeNumber, [ClusterCommand])
  /// What the leader of one shard asks that of another, and the answer.
  case across(to: NodeNumber, AcrossPassage)
  case acrossAnswer(to: NodeNumber, NodeLife, number: UInt64, [UInt8])
  case restart(NodeNumber, NodeLife)
  case resume(NodeNumber, NodeLife)
  /// A flush that nobody asked for, as real storages do.
  case idleFlush(NodeNumber, NodeLife)
  // To a client.
  case reply(OperationNumber, attempt: UInt32, from: NodeNumber, Reply)
  case attemptTimeout(OperationNumber, attempt: UInt32)
  case retry(OperationNumber, attempt: UInt32)
  case clientStep(Int32)
  // To the world.
  case fault(Fault)
  case faultEnds(Int)
  /// Whoever leads now is cut off, and whoever was cut off is let back.
  case chase(Int)
  case operatorStep
  /// Whoever leads the meta shard plans.
  case plannerStep
  case heal
  case convergenceCheck
}
