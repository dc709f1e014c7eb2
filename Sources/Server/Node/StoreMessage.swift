internal import API
internal import Basics
internal import Placement
internal import Replication

/// What reaches a Store's thread from others.
enum StoreMessage: Sendable {
  /// The log writer made everything up to this token durable.
  case persisted(PersistToken)
  /// A call that came in at another Store's connection and belongs to a shard of this one.
  case call(Method, [UInt8], CallOrigin)
  /// The answer to a call that this Store passed on.
  case answered(CallOrigin, StoreAnswer)
  /// The meta shard has new locations.
  case locations(LocationTable)
  /// A reader thread is done with a shard's verification.
  case verified(CallOrigin, StoreAnswer)
  /// Begin to take connections.
  case listen(ListenAddress)
  /// The node's serving state has changed.
  case servingStateChanged
  /// Take no more connections, let calls finish, then stop.
  case drain
  /// The node stops now: tell those who still wait that nobody knows what becomes of their calls.
  case abandon
}

/// What a call came to.
enum StoreAnswer: Sendable {
  case message([UInt8])
  case failure(CallFailure)
}
