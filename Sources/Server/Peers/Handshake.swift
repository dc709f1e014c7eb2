internal import Basics
internal import Replication
internal import Storage

// How two nodes prove to each other that they belong to one cluster, before a byte of anything else. Integers are
// little-endian. Never renumber.
//
//   dialler  -> hello       magic:u64 versionMin:u16 versionMax:u16 lane:u8 store:u16 stores:u16 cluster:id from:u32 to:u32
//                           directory:id starts nonce[32] facts
//   acceptor -> challenge   version:u16 node:u32 directory:id nonce[32] facts proof[32]
//   dialler  -> proof       proof[32]
//   acceptor -> welcome     (nothing)
//   either   -> refusal     reason:u8, and closes
//   starts := the newest start on the dialler's directory and those before it, see NodeStart
//   facts := featureLevel:u32 clientAddress:text peerAddress:text programVersion:text
//
//   proof of the acceptor := HMAC-SHA256(secret, said), said := text("holdfast acceptor") text(hello) text(challenge)
//   proof of the dialler  := HMAC-SHA256(secret, said), said := text("holdfast dialler") text(hello) text(challenge)
//     the challenge without its proof; text := length:varint byte*
//
// Both proofs cover all that either side said, with a fresh nonce of each: so none can be replayed, nor turned round
// (the labels differ), nor used for another node, Store, lane or version. The acceptor proves itself first: a dialler
// gives nothing away to who does not know the secret. What follows is checked for damage, not for forgery: the network
// between the nodes is taken to carry bytes of one connection from one end to the other.

/// The protocol that the nodes of a cluster speak. Version 1 was the first; from version 2 on an envelope's head has a
/// checksum of its own; from version 3 on a node takes its leave, see `PeerLinks+Leaving.swift`. The acceptor chooses the
/// highest that both know.
enum PeerProtocol {
  static let magic: UInt64 = 0x5245_4550_5446_4448  // "HDFTPEER"
  static let versionMin: UInt16 = 1
  static let versionMax: UInt16 = 3
  /// From this version on a node says that it leaves, and is told that this was heard.
  static let leavingVersion: UInt16 = 3
  static let nonceByteCount = 32
  /// The longest body before the peer has proved who it is.
  static let handshakeBodyByteCountMax = 1 << 10
  static let bodyByteCountMax = FrameHead.prefixByteCount + FrameHead.contentByteCountMax

  static func nonce() -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<nonceByteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  static func acceptorProof(_ secret: ClusterSecret, _ hello: [UInt8], _ challenge: [UInt8]) -> [UInt8] {
    proof("holdfast acceptor", secret, hello, challenge)
  }

  static func diallerProof(_ secret: ClusterSecret, _ hello: [UInt8], _ challenge: [UInt8]) -> [UInt8] {
    proof("holdfast dialler", secret, hello, challenge)
  }

  private static func proof(
    _ label: String, _ secret: ClusterSecret, _ hello: [UInt8], _ challenge: [UInt8]
  ) -> [UInt8] {
    var said = ByteWriter(capacity: hello.count + challenge.count + 32)
    said.prefixed(label)
    said.prefixed(hello)
    said.prefixed(challenge)
    return secret.code(of: said.bytes)
  }
}

/// What a node is to the others of its cluster.
struct PeerIdentity: Equatable, Sendable {
  var cluster: UniqueID
  var node: NodeID
  var directory: UniqueID
  /// Which start of the node's program: two at a time with one directory are one too many.
  var starts: NodeStarts
  var store: UInt16
  var storeCount: UInt16
  var facts: PeerFacts
  /// The highest version of the protocol that it speaks.
  var protocolVersionMax = PeerProtocol.versionMax
}

/// The first thing that a dialler says.
struct PeerHello: Equatable, Sendable {
  var versionMin = PeerProtocol.versionMin
  var versionMax: UInt16
  var lane: OutgoingFrame.Lane
  var identity: PeerIdentity
  var to: NodeID
  var nonce: [UInt8]

  init(_ identity: PeerIdentity, to: NodeID, lane: OutgoingFrame.Lane, nonce: [UInt8]) {
    versionMax = identity.protocolVersionMax
    self.lane = lane
    self.identity = identity
    self.to = to
    self.nonce = nonce
  }

  /// The highest version that both know, if there is one.
  var version: UInt16 { min(versionMax, PeerProtocol.versionMax) }

  func encoded() -> [UInt8] {
    var writer = ByteWriter(capacity: 512)
    writer.uint64(PeerProtocol.magic)
    writer.uint16(versionMin)
    writer.uint16(versionMax)
    writer.uint8(lane.rawValue)
    writer.uint16(identity.store)
    writer.uint16(identity.storeCount)
    writer.uniqueID(identity.cluster)
    writer.uint32(identity.node.rawValue)
    writer.uint32(to.rawValue)
    writer.uniqueID(identity.directory)
    identity.starts.encode(into: &writer)
    writer.append(nonce)
    identity.facts.encode(into: &writer)
    return writer.bytes
  }

  /// What a later version adds behind the facts is left out: the proofs cover the bytes, not their meaning.
  init(decoding bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    guard try reader.uint64() == PeerProtocol.magic else { throw .invalid("not a hello of Holdfast") }
    versionMin = try reader.uint16()
    versionMax = try reader.uint16()
    let lane = try reader.uint8()
    guard let lane = OutgoingFrame.Lane(rawValue: lane) else { throw .unknownTag(UInt64(lane)) }
    self.lane = lane
    let (store, storeCount) = (try reader.uint16(), try reader.uint16())
    let cluster = try reader.uniqueID()
    let node = NodeID(try reader.uint32())
    to = NodeID(try reader.uint32())
    let directory = try reader.uniqueID()
    let starts = try NodeStarts(&reader)
    nonce = try reader.span(count: PeerProtocol.nonceByteCount).copied()
    identity = PeerIdentity(
      cluster: cluster, node: node, directory: directory, starts: starts, store: store, storeCount: storeCount,
      facts: try PeerFacts(&reader), protocolVersionMax: versionMax)
  }
}

/// What an acceptor answers, without its proof.
struct PeerChallenge: Equatable, Sendable {
  var version: UInt16
  var node: NodeID
  var directory: UniqueID
  var nonce: [UInt8]
  var facts: PeerFacts

  init(version: UInt16, node: NodeID, directory: UniqueID, nonce: [UInt8], facts: PeerFacts) {
    self.version = version
    self.node = node
    self.directory = directory
    self.nonce = nonce
    self.facts = facts
  }

  func encoded() -> [UInt8] {
    var writer = ByteWriter(capacity: 512)
    writer.uint16(version)
    writer.uint32(node.rawValue)
    writer.uniqueID(directory)
    writer.append(nonce)
    facts.encode(into: &writer)
    return writer.bytes
  }

  init(decoding bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    version = try reader.uint16()
    node = NodeID(try reader.uint32())
    directory = try reader.uniqueID()
    nonce = try reader.span(count: PeerProtocol.nonceByteCount).copied()
    facts = try PeerFacts(&reader)
  }
}
