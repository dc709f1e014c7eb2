package import Basics

/// A command of the meta shard.
package enum ClusterCommand: Equatable, Sendable {
  case putLocation(Location)
  /// Makes the cluster, once: its id, its first node, its shards.
  case found(Founding)
  /// Lets a node in; the same directory again is the same node.
  case addNode(NodeDescription)
  /// A node says anew what it is and where it is reached; and, if its program was started anew, which start it follows.
  case updateNode(NodeID, NodeDescription, replacing: NodeStart = .none)
  /// - isForced: a node is removed although it has replicas, or drained although they can go nowhere else.
  /// - losesData: and although some shard will have no majority without it.
  case setNodeState(NodeID, NodeRecord.State, isForced: Bool, losesData: Bool = false)
  /// Each for itself: a refused one hinders no other.
  case setGoals([ShardGoal])
  case reportPlaced(PlacedReport)
  case putSettings(ClusterSettings)
  case raiseFeature(UInt32)
  /// This life of a replica is over or of no use: the goal is to name another one.
  case renewMember(ShardID, NodeID, ReplicaLife)
  /// Slots are to go to another shard, which may be made for them.
  case beginMoves(MoveOrder)
  /// The target of a move has everything of these slots.
  case assignSlots(move: UInt64, ClosedRange<UInt16>)
  /// By the will of ops; never to ``SlotMove/State/finished``.
  case setMoveState(move: UInt64, SlotMove.State)
  case reportMove(MoveReport)
  /// The source has nothing left to do for a move.
  case finishMove(UInt64)
}

/// How a cluster begins: everything alone on its first node.
package struct Founding: Equatable, Sendable {
  package var cluster: UniqueID
  package var storeCount: UInt32
  /// The first node's number, by which it already is the only member of every group.
  package var node: NodeID
  package var description: NodeDescription
  package var shardMap: ShardMap

  package init(
    cluster: UniqueID, storeCount: UInt32, node: NodeID, description: NodeDescription, shardMap: ShardMap
  ) {
    self.cluster = cluster
    self.storeCount = storeCount
    self.node = node
    self.description = description
    self.shardMap = shardMap
  }
}

/// Where a shard's replicas are to be. Lives are given when the command is applied.
package struct ShardGoal: Equatable, Sendable {
  package struct Place: Equatable, Sendable {
    package var node: NodeID
    package var isVoter: Bool
    /// The node's present replica is of no use: it is to be removed, and another one made.
    package var isRenewed: Bool

    package init(node: NodeID, isVoter: Bool = true, isRenewed: Bool = false) {
      self.node = node
      self.isVoter = isVoter
      self.isRenewed = isRenewed
    }
  }

  package var shard: ShardID
  /// The goal's revision that this was made from: refused when it is another one by now.
  package var expectedRevision: UInt64
  /// Ascending by node, none twice.
  package var places: [Place]
  package var preferredLeader: NodeID

  package init(shard: ShardID, expectedRevision: UInt64, places: [Place], preferredLeader: NodeID = .none) {
    self.shard = shard
    self.expectedRevision = expectedRevision
    self.places = places
    self.preferredLeader = preferredLeader
  }
}

/// A leader's word on who is in its group.
package struct PlacedReport: Equatable, Sendable {
  package var shard: ShardID
  /// An entry of the shard's log, applied by the leader and known to every voter, after which these were the members.
  package var index: UInt64
  /// Ascending by node, none twice.
  package var members: [GoalMember]

  package init(shard: ShardID, index: UInt64, members: [GoalMember]) {
    self.shard = shard
    self.index = index
    self.members = members
  }
}

// MARK: - Outcomes

/// What a command did to the cluster.
package enum ClusterOutcome: Equatable, Sendable {
  /// Whether it is new tells nobody else anything unless it is closed from the beginning.
  case location(LocationNumber, Location, isNew: Bool)
  case tooManyLocations
  /// The node as it is known now, and the life of its replica of the meta shard.
  case node(NodeRecord, metaLife: ReplicaLife)
  /// How many goals were set, or were so already; and which were refused, why.
  case goals(set: Int, refused: [GoalRefusal])
  /// Moves as they are now.
  case moves([SlotMove])
  /// It took effect, or had before.
  case done
  case refused(ClusterRefusal)
}

/// Why a command has no effect.
package enum ClusterRefusal: Equatable, Sendable {
  case notFounded
  case alreadyFounded(cluster: UniqueID)
  case unknownNode(NodeID)
  /// The number belongs to another data directory: what was under it is lost, and joins as a new node.
  case otherDirectory(NodeID)
  /// Another process has been taken for the node since the start that this one follows.
  case otherStart(NodeID)
  case nodeIsRemoved(NodeID)
  /// It has replicas of so many shards; they must leave first.
  case nodeHasReplicas(NodeID, shardCount: Int)
  /// Without it these shards would have no majority, or fewer replicas than they have.
  case nodeIsNeeded(NodeID, shards: [ShardID])
  case tooManyNodes
  /// The node's program does not know what the cluster has turned on.
  case featureLevelTooLow(NodeID, needed: UInt32)
  case settingsOutOfRange
  case unknownShard(ShardID)
  /// Slots of the shard are moving already.
  case shardIsMoving(ShardID, move: UInt64)
  /// Not all of the slots are this shard's.
  case slotsNotOwned(ShardID)
  case tooManyShards
  /// A shard is to be founded on nodes that are not there or take nothing.
  case noFounders
  case unknownMove(UInt64)
  case moveIsOver(UInt64)
}

/// Why a shard's goal was not set.
package struct GoalRefusal: Equatable, Sendable {
  package enum Reason: UInt8, Sendable {
    case unknownShard
    /// The goal has changed since.
    case staleRevision
    /// A node that is not in the cluster, or was removed.
    case unusableNode
    /// No voter, a node twice, or too many members.
    case malformed
    case leaderIsNoVoter
  }

  package var shard: ShardID
  package var reason: Reason

  package init(shard: ShardID, reason: Reason) {
    self.shard = shard
    self.reason = reason
  }
}
