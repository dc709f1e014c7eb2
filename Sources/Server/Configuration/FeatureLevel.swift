/// What a program knows beyond its predecessors, as one number that grows. The meta shard holds the level that the cluster
/// uses: it is raised when every node that was not removed knows a higher one, and never lowered. What a level brings is
/// written to logs, snapshots and links only while the cluster uses it; so programs of neighbouring levels run together.
///
/// - Level 1: the cluster as it was first.
/// - Level 2: holds and orders over several shards.
/// - Level 3: slots that move, lists and many SKUs over several nodes, claims in verifications.
/// - Level 4: versions of claims name their home, so that two homes that use one id are told apart.
package enum FeatureLevel {
  /// The highest level that this program knows.
  package static let known: UInt32 = 4
  /// From this level on a hold or an order may have lines in several shards.
  package static let acrossShards: UInt32 = 2
  /// From this level on slots may move.
  package static let movingSlots: UInt32 = 3
  /// From this level on versions of claims name their home.
  package static let versionsNameHome: UInt32 = 4
}
