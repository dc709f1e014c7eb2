internal import Basics
internal import Replication
internal import Storage

/// The acceptor's side of a handshake. Pure; owned by an ``IncomingLink``.
struct AcceptorHandshake {
  enum State: Equatable {
    case waiting
    /// The challenge is sent, the dialler's proof is missing.
    case challenged
    case done
  }

  enum Step: Equatable {
    case send(EnvelopeKind, [UInt8])
    /// The dialler knows the secret. Whether it is a member now, the owner decides.
    case proved(PeerHello)
  }

  private(set) var state = State.waiting
  private let own: PeerIdentity
  private let secret: ClusterSecret
  private let nonce: [UInt8]
  private var hello: PeerHello?
  private var helloBytes: [UInt8] = []
  private var challenge: [UInt8] = []

  init(_ own: PeerIdentity, secret: ClusterSecret, nonce: [UInt8] = PeerProtocol.nonce()) {
    self.own = own
    self.secret = secret
    self.nonce = nonce
  }

  mutating func received(_ kind: UInt8, _ body: RawSpan) throws(PeerFault) -> Step {
    switch (state, EnvelopeKind(rawValue: kind)) {
    case (.waiting, .hello):
      let answer = try take(body)
      state = .challenged
      return .send(.challenge, answer)
    case (.challenged, .proof):
      guard let hello else { invariantViolated("a challenge was sent without a hello") }
      let expected = PeerProtocol.diallerProof(secret, helloBytes, challenge)
      guard body.equalsInConstantTime(expected.rawSpan) else { throw .refused(.wrongSecret) }
      state = .done
      return .proved(hello)
    default: throw .unexpected(kind: kind)
    }
  }

  /// The Store of this node that a hello is for, for whoever hands the connection on.
  static func store(_ kind: UInt8, _ body: RawSpan) throws(PeerFault) -> UInt16 {
    guard kind == EnvelopeKind.hello.rawValue else { throw .unexpected(kind: kind) }
    return try PeerFault.reading { () throws(DecodeError) in try PeerHello(decoding: body) }.identity.store
  }

  private mutating func take(_ body: RawSpan) throws(PeerFault) -> [UInt8] {
    var hello = try PeerFault.reading { () throws(DecodeError) in try PeerHello(decoding: body) }
    hello.versionMax = min(hello.versionMax, own.protocolVersionMax)
    let version = hello.version
    guard version >= hello.versionMin, version >= PeerProtocol.versionMin else { throw .refused(.version) }
    guard hello.identity.cluster == own.cluster else { throw .refused(.otherCluster) }
    guard hello.to == own.node else { throw .refused(.otherNode) }
    guard hello.identity.storeCount == own.storeCount, hello.identity.store == own.store else {
      throw .refused(.stores)
    }
    self.hello = hello
    helloBytes = body.copied()
    challenge = PeerChallenge(
      version: version, node: own.node, directory: own.directory, nonce: nonce, facts: own.facts
    ).encoded()
    return challenge + PeerProtocol.acceptorProof(secret, helloBytes, challenge)
  }
}
