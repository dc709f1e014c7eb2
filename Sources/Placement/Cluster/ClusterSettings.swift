/// What ops decide for the cluster as a whole.
package struct ClusterSettings: Equatable, Sendable {
  package static let replicationFactorMax: UInt32 = 7

  /// How many replicas of a shard there are to be, if there are nodes for them: 1, 3, 5 or 7.
  package var replicationFactor: UInt32 = 3
  /// Bytes of snapshots that a node sends in a second; 0: the usual bound of its Stores.
  package var snapshotBytesPerSecond: UInt64 = 0
  /// How long a node must be unreachable before its replicas are made elsewhere; 0: never without a hand.
  package var replaceDeadAfterSeconds: UInt32 = 300
  /// For how long records of the journal are kept; 0: for ever.
  package var journalAgeSeconds: UInt32 = 0
  /// How many bytes of records a shard keeps; 0: all.
  package var journalBytesMax: UInt64 = 0
  /// The feature level that all nodes keep to. It only ever rises, by a command of its own.
  package internal(set) var featureLevel: UInt32 = 1
  /// The meta shard's log index of the last change; 0 in a command.
  package internal(set) var revision: UInt64 = 0

  package init() {}

  var isValid: Bool { replicationFactor % 2 == 1 && replicationFactor <= Self.replicationFactorMax }
}
