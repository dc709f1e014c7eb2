internal import Basics
internal import Inventory

/// What a Store waits for itself: commands that it proposed on behalf of claims, and answers of other shards.
enum OwnWait {
  /// The entry that decides a step. It names the caller, because it may outlive the leadership and with it the step.
  case decision(step: UInt64, caller: Waiter)
  /// The entry that gives a step's version up.
  case burn(step: UInt64)
  /// Settlements that participants have acknowledged.
  case acks([ClaimKey])
  /// What an inquiry found out.
  case resolution(ClaimKey)
  /// The command of a call of another shard, and who is to be answered.
  case received(ReceivedCall, caller: Waiter)
  /// A step of slots that move.
  case slots(UInt64)

  /// Whether another shard's leader waits.
  var isReceived: Bool { if case .received = self { true } else { false } }
}

/// A call that waits for an entry of this shard.
enum ReceivedCall: Equatable {
  case prepare
  case settle(version: UInt64)
  case inquire(ClaimKey)
}

/// Whom an answer is for that another shard's leader will give.
struct OpenCall {
  enum Use: Equatable {
    case prepare(step: UInt64, part: Int)
    case settle(ClaimKey, version: UInt64)
    case inquire(ClaimKey)
    /// A step of slots that move.
    case slots(UInt64)
  }

  var use: Use
  var shard: ShardID
  /// Then nobody will answer it any more.
  var deadline: UInt64
  /// The node whose entry it is to bring.
  var awaited: NodeID?
}

extension Waiter {
  private static let ownOrigin: UInt64 = .max - 1

  /// The Store waits itself.
  static func own(_ number: UInt64) -> Waiter { Waiter(origin: ownOrigin, call: number) }

  var isOwn: Bool { origin == Self.ownOrigin }
  /// Nobody waits, or the Store itself: no caller of the edge.
  @inline(__always)
  var isInternal: Bool { origin >= Self.ownOrigin }
}
