internal import Basics
internal import Storage

/// What a node must know to talk to the others of its cluster.
struct PeerConfiguration: Sendable {
  var cluster: UniqueID
  var node: NodeID
  /// The random id of the node's data directory.
  var directory: UniqueID
  /// Which start of the node's program this is, and which it follows.
  var starts = NodeStarts.none
  var secret: ClusterSecret
  /// Where the node takes connections of others.
  var listen: ListenAddress
  /// The highest feature level that the program knows.
  var featureLevel: UInt32
  var programVersion: String
  /// The highest version of the peers' protocol that the node admits to speaking.
  var protocolVersionMax = PeerProtocol.versionMax
  /// Those that were known when the node joined: dialled until the cluster table says more.
  var seeds: [PeerRecord] = []
  /// Where nodes are now by what the operator says, whatever the table remembers.
  var moved: [(node: NodeID, peerAddress: String)] = []
}

/// Another node as the cluster table, or whoever let this one in, knows it.
struct PeerRecord: Equatable, Sendable {
  var node: NodeID
  /// `nil` when it is not known: then whoever has the secret and the number is believed.
  var directory: UniqueID?
  /// `host:port` where it takes connections of other nodes; empty when it has not told.
  var peerAddress: String
  var isRemoved: Bool
  /// The start of its program that the cluster has taken for it last.
  var start: NodeStart

  init(
    node: NodeID, directory: UniqueID?, peerAddress: String, isRemoved: Bool = false, start: NodeStart = .none
  ) {
    self.node = node
    self.directory = directory
    self.peerAddress = peerAddress
    self.start = start
    self.isRemoved = isRemoved
  }
}

/// What a node says about itself in each handshake.
struct PeerFacts: Equatable, Sendable {
  static let addressByteCountMax = 260
  static let versionByteCountMax = 64

  var featureLevel: UInt32
  /// Where clients, and where other nodes, reach it now; empty when that is not known yet.
  var clientAddress: String
  var peerAddress: String
  var programVersion: String

  init(featureLevel: UInt32, clientAddress: String, peerAddress: String, programVersion: String) {
    self.featureLevel = featureLevel
    self.clientAddress = clientAddress
    self.peerAddress = peerAddress
    self.programVersion = programVersion
  }

  func encode(into writer: inout ByteWriter) {
    writer.uint32(featureLevel)
    writer.prefixed(clientAddress)
    writer.prefixed(peerAddress)
    writer.prefixed(programVersion)
  }

  init(_ reader: inout ByteReader) throws(DecodeError) {
    featureLevel = try reader.uint32()
    clientAddress = try reader.prefixedText(limit: Self.addressByteCountMax)
    peerAddress = try reader.prefixedText(limit: Self.addressByteCountMax)
    programVersion = try reader.prefixedText(limit: Self.versionByteCountMax)
  }
}
