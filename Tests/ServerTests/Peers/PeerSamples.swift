import Basics
import Replication
import Storage

@testable import Server

/// Made-up nodes of a made-up cluster.
enum PeerSamples {
  static let cluster = UniqueID(high: 1, low: 2)
  static let secret = ClusterSecret(text: String(repeating: "5a", count: ClusterSecret.byteCount))!
  static let otherSecret = ClusterSecret(text: String(repeating: "a5", count: ClusterSecret.byteCount))!

  static func directory(_ node: UInt32) -> UniqueID { UniqueID(high: 77, low: UInt64(node)) }

  static func facts(_ node: UInt32) -> PeerFacts {
    PeerFacts(
      featureLevel: 3, clientAddress: "10.0.0.\(node):7400", peerAddress: "10.0.0.\(node):7401", programVersion: "1.2.3"
    )
  }

  static func identity(
    _ node: UInt32, starts: NodeStarts = .none, store: UInt16 = 0, storeCount: UInt16 = 2
  ) -> PeerIdentity {
    PeerIdentity(
      cluster: cluster, node: NodeID(node), directory: directory(node), starts: starts, store: store,
      storeCount: storeCount, facts: facts(node))
  }

  /// One start more on the directory on which these were, or the first.
  static func started(after starts: NodeStarts = .none) -> NodeStarts {
    starts.next(UniqueID(high: .random(in: .min ... .max), low: .random(in: .min ... .max)))
  }

  static func record(
    _ node: UInt32, address: String = "", isRemoved: Bool = false, start: NodeStart = .none
  ) -> PeerRecord {
    PeerRecord(
      node: NodeID(node), directory: directory(node), peerAddress: address, isRemoved: isRemoved, start: start)
  }

  static func configuration(
    _ node: UInt32, secret: ClusterSecret = PeerSamples.secret, cluster: UniqueID = PeerSamples.cluster,
    directory: UniqueID? = nil, starts: NodeStarts = started(), seeds: [PeerRecord] = []
  ) -> PeerConfiguration {
    PeerConfiguration(
      cluster: cluster, node: NodeID(node), directory: directory ?? Self.directory(node), starts: starts,
      secret: secret,
      listen: ListenAddress(host: "127.0.0.1", port: 0), featureLevel: 1, programVersion: "test", seeds: seeds)
  }
}
