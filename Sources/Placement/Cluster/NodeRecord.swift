package import Basics

/// What a node says about itself.
package struct NodeDescription: Equatable, Sendable {
  package static let addressBytesMax = 260
  package static let zoneBytesMax = 64

  /// The random id of its data directory: another one under the same number is another disk.
  package var directory: UniqueID
  /// Where clients reach it, `host:port`; empty while it is not known.
  package var clientAddress: String
  /// Where other nodes reach it, `host:port`; empty while it is not known.
  package var peerAddress: String
  /// Its failure domain; empty: a domain of its own.
  package var zone: String
  /// The highest feature level that its program knows.
  package var featureLevel: UInt32
  /// Which start of its program it is; `none` while it has not run.
  package var start: NodeStart

  package init(
    directory: UniqueID, clientAddress: String = "", peerAddress: String = "", zone: String = "",
    featureLevel: UInt32 = 1, start: NodeStart = .none
  ) {
    self.directory = directory
    self.clientAddress = clientAddress
    self.peerAddress = peerAddress
    self.zone = zone
    self.featureLevel = featureLevel
    self.start = start
  }
}

/// A node of the cluster, as the meta shard knows it. Records are never dropped, so that numbers are never reused.
package struct NodeRecord: Equatable, Sendable {
  /// Stored; never renumber.
  package enum State: UInt8, Sendable, CaseIterable {
    /// Takes replicas and leads.
    case active = 0
    /// Gives its replicas and leaderships away, and takes no new ones.
    case draining = 1
    /// Belongs to the cluster no more, for good.
    case removed = 2
  }

  package var number: NodeID
  package var description: NodeDescription
  package var state: State
  /// The meta shard's log index of the last change.
  package var revision: UInt64

  package init(number: NodeID, description: NodeDescription, state: State = .active, revision: UInt64 = 0) {
    self.number = number
    self.description = description
    self.state = state
    self.revision = revision
  }

  package var directory: UniqueID { description.directory }
  package var clientAddress: String { description.clientAddress }
  package var peerAddress: String { description.peerAddress }
  package var zone: String { description.zone }
  package var featureLevel: UInt32 { description.featureLevel }
  package var start: NodeStart { description.start }
}
