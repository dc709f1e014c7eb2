internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// What reaches a Store's thread from others.
enum StoreMessage: Sendable {
  /// The log writer made everything up to this token durable.
  case persisted(PersistToken)
  /// The storage has read a part of a frozen state, for a follower.
  case slice(SnapshotSlice)
  /// A machine was loaded from a snapshot that has arrived.
  case loaded(MachineLoad)
  /// Everything that was written before this request is durable.
  case flushed(FlushNumber)
  /// What the log has of the entries that a follower needs.
  case fetched(LogRequest, LogAnswer)
  /// A connection of another node that reached another Store of this one.
  case peerConnection(PeerHandover)
  /// A call that came in at another Store's connection and belongs to a shard of this one.
  case call(Method, [UInt8], CallOrigin)
  /// A question of the leader of another shard that is on another Store of this node.
  case across([UInt8], CallOrigin)
  /// The answer to a call that this Store passed on.
  case answered(CallOrigin, StoreAnswer)
  /// The Store that has the meta shard is to answer when every location that was acknowledged until now was sent around.
  case bringLocationsUpToDate(CallOrigin)
  /// The meta shard has new locations.
  case locations(LocationTable)
  /// A shard of this Store is to know which locations take nothing new; the bytes are the call's.
  case setLocations(ShardID, [UInt8], CallOrigin)
  /// The cluster has changed, by the word of the Store that has the meta shard.
  case cluster(ClusterTable)
  /// What a Store has to tell the meta shard.
  case clusterCommands([ClusterCommand])
  /// How a Store of the node is.
  case report(Int, StoreReport)
  /// What the meta shard's leader has heard.
  case view(ClusterView)
  /// A reader thread is done with a shard's verification, as far as it is about that shard alone.
  case verified(Result<VerifiedShard, CallFailure>, ShardID, CallOrigin)
  /// A question of another Store's verification to a shard of this one.
  case claimQuestion([UInt8], CallOrigin)
  /// A reader thread is done with a read.
  case answeredByReader(CallOrigin, StoreAnswer)
  /// A question of another Store's stream about what is new in a shard of this one.
  case pull([UInt8], CallOrigin)
  /// Another Store's stream, by its gathering, asks nothing any more.
  case dropPulls(UInt64, from: UInt16)
  /// A reader thread is done with a page of a change feed.
  case feedRead(CallOrigin, StoreAnswer)
  /// A reader thread has worked out a step of cutting a journal, or found what cannot be cut.
  case journalFolded(ShardID, Result<JournalCut, StateReadError>)
  /// Begin to take connections.
  case listen(ListenAddress)
  /// The node can be reached, and can say where.
  case addressIsKnown
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
