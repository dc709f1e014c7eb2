internal import API
public import Basics

/// What may be said with any write. Everything has a default.
public struct WriteOptions: Equatable, Sendable {
  /// Makes the write happen once, however often it is sent. `nil`: a new id for each call. Give one of your own to go
  /// on with a write whose outcome is unknown, also after a restart of your program.
  public var requestID: UniqueID?
  /// Who asks, for the journal: at most 64 bytes. `nil`: the client's.
  public var actor: String?
  /// Why, for the journal: at most 128 bytes.
  public var reason: String
  /// Whose stock: at most 64 bytes. `nil`: the client's.
  public var tenant: String?
  /// The time for all attempts together. `nil`: the client's.
  public var timeout: Duration?

  public init(
    requestID: UniqueID? = nil, actor: String? = nil, reason: String = "", tenant: String? = nil,
    timeout: Duration? = nil
  ) {
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.tenant = tenant
    self.timeout = timeout
  }
}

/// What may be said with any read. Everything has a default.
public struct ReadOptions: Equatable, Sendable {
  public var consistency: Consistency
  /// Whose stock: at most 64 bytes. `nil`: the client's.
  public var tenant: String?
  /// The time for all attempts together. `nil`: the client's.
  public var timeout: Duration?

  public init(consistency: Consistency = .linearizable, tenant: String? = nil, timeout: Duration? = nil) {
    self.consistency = consistency
    self.tenant = tenant
    self.timeout = timeout
  }
}

/// How fresh a read must be.
public enum Consistency: Equatable, Sendable {
  /// Includes every write acknowledged before the read began.
  case linearizable
  /// May lack the writes of the last so much time: 1 ms to 1 h.
  case stalenessMax(Duration)
  /// Includes at least this revision, as a write answered it. Only for reads of one SKU, hold or order.
  case revisionMin(Int64)

  var message: ReadConsistency? {
    switch self {
    case .linearizable: nil
    case .stalenessMax(let span): ReadConsistency(level: .stalenessMax(.init(milliseconds: span.wholeMilliseconds)))
    case .revisionMin(let revision): ReadConsistency(level: .revisionMin(revision))
    }
  }
}

/// What a write answered. It is on disk on a majority of the shard's replicas.
public struct Written<Value: Sendable & Equatable>: Sendable, Equatable {
  public var value: Value
  /// The revision that includes the write; see ``Consistency/revisionMin(_:)``.
  public var revision: Int64
  /// The request id was decided before, by an earlier call or an earlier attempt of this one, be it between two nodes. Nothing
  /// changed this time.
  public var replayed: Bool
  public var requestID: UniqueID

  public init(value: Value, revision: Int64, replayed: Bool, requestID: UniqueID) {
    self.value = value
    self.revision = revision
    self.replayed = replayed
    self.requestID = requestID
  }
}

/// What a read answered.
public struct Observed<Value: Sendable & Equatable>: Sendable, Equatable {
  public var value: Value
  /// The revision that was read.
  public var revision: Int64

  public init(value: Value, revision: Int64) {
    self.value = value
    self.revision = revision
  }
}
