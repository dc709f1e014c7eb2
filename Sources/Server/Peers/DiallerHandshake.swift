internal import Basics
internal import Replication
internal import Storage

/// The dialler's side of a handshake: what comes in, and what that asks for. Pure; owned by an ``OutgoingLink``.
struct DiallerHandshake {
  enum State: Equatable {
    /// The hello is sent, the acceptor's challenge is missing.
    case greeted
    /// The acceptor is who it should be, and has our proof.
    case proved
    case done
  }

  enum Step: Equatable {
    case send(EnvelopeKind, [UInt8])
    /// The other side takes what is sent now.
    case open
  }

  private(set) var state = State.greeted
  let hello: [UInt8]
  /// What the acceptor said, once it has proved that it may.
  private(set) var acceptor: PeerChallenge?
  private let sent: PeerHello
  private let secret: ClusterSecret
  /// The directory that the cluster table knows for the node, if it knows one.
  private let directory: UniqueID?

  init(
    _ identity: PeerIdentity, to peer: PeerRecord, lane: OutgoingFrame.Lane, secret: ClusterSecret,
    nonce: [UInt8] = PeerProtocol.nonce()
  ) {
    sent = PeerHello(identity, to: peer.node, lane: lane, nonce: nonce)
    hello = sent.encoded()
    self.secret = secret
    directory = peer.directory
  }

  mutating func received(_ kind: UInt8, _ body: RawSpan) throws(PeerFault) -> Step {
    switch (state, EnvelopeKind(rawValue: kind)) {
    case (_, .refusal): throw Self.refusal(body)
    case (.greeted, .challenge):
      let proof = try answer(body)
      state = .proved
      return .send(.proof, proof)
    case (.proved, .welcome):
      state = .done
      return .open
    default: throw .unexpected(kind: kind)
    }
  }

  /// The proof for a challenge that is in order.
  private mutating func answer(_ body: RawSpan) throws(PeerFault) -> [UInt8] {
    let proofCount = SHA256.digestByteCount
    guard body.byteCount > proofCount else { throw .unreadable(.truncated) }
    let said = body.extracting(droppingLast: proofCount).copied()
    let challenge = try PeerFault.reading { () throws(DecodeError) in try PeerChallenge(decoding: said.rawSpan) }
    // The proof first: only then what the other side says is worth a reason.
    let expected = PeerProtocol.acceptorProof(secret, hello, said)
    guard body.extracting(last: proofCount).equalsInConstantTime(expected.rawSpan) else {
      throw .refused(.wrongSecret)
    }
    guard (sent.versionMin...sent.versionMax).contains(challenge.version) else { throw .refused(.version) }
    guard challenge.node == sent.to else { throw .refused(.otherNode) }
    if let directory, directory != challenge.directory { throw .refused(.otherDirectory) }
    acceptor = challenge
    return PeerProtocol.diallerProof(secret, hello, said)
  }

  private static func refusal(_ body: RawSpan) -> PeerFault {
    guard body.byteCount == 1, let reason = PeerRefusal(rawValue: body[byte: 0]) else {
      return .refusedThere(.malformed)
    }
    return .refusedThere(reason)
  }
}
