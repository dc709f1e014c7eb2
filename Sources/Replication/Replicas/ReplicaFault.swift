package import Raft

/// Why a replica takes no part any more. It stays as it is, for whoever looks into it; its group goes on with the others, and
/// a goal that renews it makes another one in its place.
package enum ReplicaFault: Error, Equatable, Sendable {
  case raft(RaftFault)
  /// Its state after this entry was not what most of the others have.
  case diverged(at: LogIndex)
}
