/// What a program knows beyond its predecessors, as one number that grows. The meta shard holds the level that the cluster
/// uses: it is raised when every node that was not removed knows a higher one, and never lowered. What a level brings is
/// written to logs, snapshots and links only while the cluster uses it; so programs of neighbouring levels run together.
///
/// - Level 1: the cluster as it is.
package enum FeatureLevel {
  /// The highest level that this program knows.
  package static let known: UInt32 = 1
}
