internal import API
internal import Basics
internal import Replication

/// A call whose bytes this Store keeps, because it is carried out elsewhere or cannot be carried out yet. While it is held
/// it can be tried again; see ``HeldCalls``.
struct HeldCall {
  let method: RoutedMethod
  let message: [UInt8]
  /// Who gets the answer.
  let origin: CallOrigin
  var shard: ShardID
  /// How often it was sent from node to node before it came here.
  let hops: UInt8
  let arrived: Instant
  /// Until then it may wait for a leader, however often it is tried.
  var patience: Instant

  /// How often it was tried.
  var attempts = 0
  /// A copy may have been carried out, or may yet be, although nobody answered it. From then on only a success is certain.
  var isDoubtful = false
  /// The shards whose state, as it is here now, is known to be no older than the call.
  var confirmed: [ShardID] = []

  init(
    method: RoutedMethod, message: [UInt8], origin: CallOrigin, shard: ShardID, hops: UInt8 = 0, arrived: Instant,
    patience: Instant
  ) {
    self.method = method
    self.message = message
    self.origin = origin
    self.shard = shard
    self.hops = hops
    self.arrived = arrived
    self.patience = patience
  }

  /// What it counts for against the bound: the bytes, and what is kept beside them.
  var byteCount: Int { message.count + Self.overheadByteCount }
  private static let overheadByteCount = 256

  var mayBeRepeated: Bool { method.mayBeRepeated(message.rawSpan) }
}

// MARK: - What follows from an attempt that failed

extension HeldCall {
  /// Attempts of one call, so that two nodes that take each other for the leader cannot keep it going for ever.
  static let attemptsMax = 64

  enum Verdict: Equatable {
    /// It is tried again: after a pause, or when more is known of the leader.
    case again
    /// It is over, with this.
    case over(CallFailure)
  }

  /// The attempt was answered with a failure.
  mutating func failed(_ failure: CallFailure, now: Instant) -> Verdict {
    switch failure.reason {
    // This attempt surely had no effect, and another node may well do it.
    case .noLeader, .shuttingDown:
      if now < patience { return .again }
    // Nobody knows what became of it.
    case .deadline: return lost(failure)
    default: break
    }
    return .over(isDoubtful ? .outcomeUnknown : failure)
  }

  /// Nobody will answer the attempt.
  mutating func lost(_ failure: CallFailure = .outcomeUnknown) -> Verdict {
    guard method.isRead || mayBeRepeated else { return .over(failure) }
    isDoubtful = isDoubtful || !method.isRead
    return .again
  }

  /// There was no leader for too long.
  func gaveUp(knowing leader: NodeID?) -> Verdict { .over(isDoubtful ? .outcomeUnknown : .noLeader(leader)) }
}

extension CallFailure {
  static let outcomeUnknown = CallFailure(
    .deadline, "the node that was asked did not answer; ask again with the same request id")

  /// `leader`: who leads as far as is known, for a caller that may reach it although this node does not.
  static func noLeader(_ leader: NodeID?) -> CallFailure {
    var failure = CallFailure(StoreRefusal.noLeader)
    if let leader { failure.metadata["leader_node_id"] = "\(leader)" }
    return failure
  }
}
