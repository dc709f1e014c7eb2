internal import Basics
internal import Replication

/// Whether the other nodes keep this one out for good. What they say of the cluster's table is committed, and so is the
/// last word; that another process of the same node is connected may be an old connection, which they find dead within two
/// seconds. Owned by its Store's thread.
struct Exclusion {
  /// How long an old connection could be in the way, several times over.
  static let copiedMillisecondsMax: UInt64 = 6_000

  private var copiedSince: [(node: NodeID, at: Instant)] = []

  /// Another node refuses this one.
  ///
  /// - Returns: why the process must end, if it must.
  mutating func refused(by node: NodeID, _ reason: PeerRefusal, now: Instant) -> PeerRefusal? {
    switch reason {
    case .removed, .superseded: return reason
    case .copied:
      guard let known = copiedSince.first(where: { $0.node == node }) else {
        copiedSince.append((node, now))
        return nil
      }
      return now.nanoseconds(since: known.at) >= Self.copiedMillisecondsMax * 1_000_000 ? reason : nil
    case .malformed, .version, .otherCluster, .otherNode, .stores, .wrongSecret, .ownNumber, .otherDirectory:
      admitted(by: node)
      return nil
    }
  }

  mutating func admitted(by node: NodeID) { copiedSince.removeAll { $0.node == node } }
}

/// The nodes of which a second process was seen, on a copy of their data directory. Owned by its Store's thread.
struct SeenCopies {
  /// A copy that is kept out ends soon: then it is no matter of concern any more.
  static let rememberedMilliseconds: UInt64 = 60_000

  private var seen: [(node: NodeID, at: Instant)] = []

  mutating func saw(_ node: NodeID, now: Instant) {
    seen.removeAll { $0.node == node }
    seen.append((node, now))
  }

  /// Ascending.
  func nodes(now: Instant) -> [NodeID] {
    seen.filter { now.nanoseconds(since: $0.at) <= Self.rememberedMilliseconds * 1_000_000 }.map(\.node).sorted()
  }
}
