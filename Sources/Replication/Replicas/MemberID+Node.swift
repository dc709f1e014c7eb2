package import Basics
package import Raft

/// A member of a group is a node and a life: the n-th replica of the shard that the node has had. So a message says by
/// its addressee alone which life it is meant for, and one for a life that is over is dropped; who sent it says where
/// the answer goes. A node never gives a life twice: what it destroyed it remembers (see ``ReplicaRecord``).
///
///   member := life << 32 | node          never renumber; life 0 of node 1 is member 1
extension MemberID {
  package init(node: NodeID, life: ReplicaLife = ReplicaLife(0)) {
    self.init(UInt64(life.rawValue) << 32 | UInt64(node.rawValue))
  }

  package var node: NodeID { NodeID(UInt32(truncatingIfNeeded: rawValue)) }
  package var life: ReplicaLife { ReplicaLife(UInt32(truncatingIfNeeded: rawValue >> 32)) }
}
