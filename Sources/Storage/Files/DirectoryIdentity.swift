package import Basics

/// What a node is in its cluster: given once, when its data directory is made.
package struct DirectoryIdentity: Equatable, Sendable {
  package var number: NodeID
  package var cluster: UniqueID
  package var storeCount: Int
  package var shardCount: Int
  package var secret: ClusterSecret
  /// Where to find nodes of the cluster before the meta shard's state has come.
  package var seeds: [ClusterSeed]

  package init(
    number: NodeID = NodeID(1), cluster: UniqueID, storeCount: Int, shardCount: Int, secret: ClusterSecret,
    seeds: [ClusterSeed] = []
  ) {
    self.number = number
    self.cluster = cluster
    self.storeCount = storeCount
    self.shardCount = shardCount
    self.secret = secret
    self.seeds = seeds
  }
}

// The file SEEDS: one line `<number> <host:port>` for each node, by number.

/// Where the peer port of a node was when this node joined.
package struct ClusterSeed: Equatable, Sendable {
  package var node: NodeID
  package var peerAddress: String

  package init(node: NodeID, peerAddress: String) {
    self.node = node
    self.peerAddress = peerAddress
  }

  static func text(_ seeds: [ClusterSeed]) -> String {
    seeds.map { "\($0.node) \($0.peerAddress)\n" }.joined()
  }

  /// - Returns: `nil` for a text that is no list of seeds.
  static func seeds(_ text: String) -> [ClusterSeed]? {
    var seeds: [ClusterSeed] = []
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ", omittingEmptySubsequences: false)
      guard parts.count == 2, let number = UInt32(parts[0]), !parts[1].isEmpty else { return nil }
      seeds.append(ClusterSeed(node: NodeID(number), peerAddress: String(parts[1])))
    }
    return seeds
  }
}
