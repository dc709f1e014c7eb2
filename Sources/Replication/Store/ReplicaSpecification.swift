package import Basics
package import Raft

/// What a replica is made from. Whatever the Store's disk knows about the shard wins over it.
package struct ReplicaSpecification: Sendable {
  /// How a replica without a state begins.
  package enum Beginning: Equatable, Sendable {
    /// Alone, at the first index: a group that nobody else is in.
    case alone
    /// With these voters, who all begin alike. They begin behind one entry that none of them has: so whoever joins later
    /// and has nothing is sent a snapshot, and with it the members of the group.
    case founding([MemberID])
    /// Without knowing the group; its leader will send a snapshot.
    case joining
  }

  package var shard: ShardID
  package var member: MemberID
  package var beginning: Beginning

  package init(shard: ShardID, member: MemberID, beginning: Beginning = .alone) {
    self.shard = shard
    self.member = member
    self.beginning = beginning
  }

  /// Where the log of founders begins.
  static let foundersStart = LogStart(index: LogIndex(1), term: Term(1))

  var start: LogStart {
    switch beginning {
    case .alone, .joining: LogStart()
    case .founding: Self.foundersStart
    }
  }

  /// Who is in the group before anything is applied.
  var configuration: Configuration {
    switch beginning {
    case .alone: Configuration(voters: [member])
    case .founding(let founders): Configuration(voters: founders)
    case .joining: Configuration()
    }
  }

  /// What the disk will know of it.
  var record: ReplicaRecord {
    ReplicaRecord(
      member: member, generation: 0, position: LogPosition(start), configuration: configuration)
  }
}
