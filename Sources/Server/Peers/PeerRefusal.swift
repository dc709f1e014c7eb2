/// Why a node does not take another for a peer. The number is told to the other side. Never renumber.
enum PeerRefusal: UInt8, CaseIterable, Error, Sendable {
  /// What it said could not be read, or had no place there.
  case malformed = 1
  /// The two programs have no version of the protocol in common.
  case version = 2
  case otherCluster = 3
  /// It wanted to reach another node: the address is no longer that one's.
  case otherNode = 4
  /// The nodes have different numbers of Stores.
  case stores = 5
  case wrongSecret = 6
  /// It says that it is this node.
  case ownNumber = 7
  /// The number was given to another data directory: the disk was lost, or there are two of them.
  case otherDirectory = 8
  case removed = 9
  /// Another process with the same number and directory is connected: one of the two runs on a copy of the directory.
  case copied = 10
  /// The cluster has taken another process for the node, on another copy of its directory.
  case superseded = 11
}

extension PeerRefusal: CustomStringConvertible {
  var description: String {
    switch self {
    case .malformed: "it does not speak the peers' protocol"
    case .version: "there is no version of the peers' protocol that both know"
    case .otherCluster: "it belongs to another cluster"
    case .otherNode: "it looked for another node"
    case .stores: "it has another number of stores"
    case .wrongSecret: "it does not know the cluster's secret"
    case .ownNumber: "it has this node's number"
    case .otherDirectory: "its number was given to another data directory"
    case .removed: "it was removed from the cluster"
    case .copied: "another process with a copy of its data directory is connected"
    case .superseded: "another process with a copy of its data directory has been taken for the node"
    }
  }
}
