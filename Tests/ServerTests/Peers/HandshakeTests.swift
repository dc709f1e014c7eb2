import Basics
import Replication
import Storage
import Testing

@testable import Server

/// The two sides of a handshake without sockets.
@Suite struct HandshakeTests {
  private static let nonce = [UInt8](repeating: 7, count: PeerProtocol.nonceByteCount)

  private static func dialler(
    _ node: UInt32 = 1, to record: PeerRecord = PeerSamples.record(2), secret: ClusterSecret = PeerSamples.secret,
    lane: OutgoingFrame.Lane = .urgent
  ) -> DiallerHandshake {
    DiallerHandshake(PeerSamples.identity(node), to: record, lane: lane, secret: secret)
  }

  private static func acceptor(
    _ identity: PeerIdentity = PeerSamples.identity(2), secret: ClusterSecret = PeerSamples.secret
  ) -> AcceptorHandshake {
    AcceptorHandshake(identity, secret: secret)
  }

  /// What the acceptor answers.
  private static func say(
    _ kind: EnvelopeKind, _ body: [UInt8], to acceptor: inout AcceptorHandshake
  ) throws(PeerFault) -> AcceptorHandshake.Step {
    try acceptor.received(kind.rawValue, body.rawSpan)
  }

  /// What the dialler answers.
  private static func say(
    _ kind: EnvelopeKind, _ body: [UInt8], to dialler: inout DiallerHandshake
  ) throws(PeerFault) -> DiallerHandshake.Step {
    try dialler.received(kind.rawValue, body.rawSpan)
  }

  private static func body(_ step: AcceptorHandshake.Step) -> [UInt8] {
    if case .send(_, let body) = step { body } else { [] }
  }

  private static func body(_ step: DiallerHandshake.Step) -> [UInt8] {
    if case .send(_, let body) = step { body } else { [] }
  }

  /// Carries a handshake through, letting `tamper` change what is on the way.
  private static func shakeHands(
    _ dialler: inout DiallerHandshake, _ acceptor: inout AcceptorHandshake,
    tamper: (EnvelopeKind, [UInt8]) -> [UInt8] = { $1 }
  ) throws(PeerFault) -> PeerHello? {
    let challenge = body(try say(.hello, tamper(.hello, dialler.hello), to: &acceptor))
    let proof = body(try say(.challenge, tamper(.challenge, challenge), to: &dialler))
    guard case .proved(let hello) = try say(.proof, tamper(.proof, proof), to: &acceptor) else { return nil }
    let last = try say(.welcome, [], to: &dialler)
    #expect(last == .open)
    return hello
  }

  @Test func `nodes of one cluster that share the secret let each other in`() throws {
    var (dialler, acceptor) = (Self.dialler(lane: .bulk), Self.acceptor())
    let hello = try Self.shakeHands(&dialler, &acceptor)
    #expect(hello?.identity == PeerSamples.identity(1))
    #expect(hello?.lane == .bulk)
    #expect(dialler.acceptor?.facts == PeerSamples.facts(2))
    #expect(dialler.state == .done && acceptor.state == .done)
  }

  @Test func `a dialler gives nothing away to an acceptor that does not know the secret`() {
    var (dialler, acceptor) = (Self.dialler(), Self.acceptor(secret: PeerSamples.otherSecret))
    #expect(throws: PeerFault.refused(.wrongSecret)) { try Self.shakeHands(&dialler, &acceptor) }
    #expect(dialler.state == .greeted)
  }

  @Test func `an acceptor refuses a dialler that does not know the secret`() throws {
    var acceptor = Self.acceptor()
    let dialler = Self.dialler(secret: PeerSamples.otherSecret)
    let challenge = Self.body(try Self.say(.hello, dialler.hello, to: &acceptor))
    let said = Array(challenge.dropLast(SHA256.digestByteCount))
    let proof = PeerProtocol.diallerProof(PeerSamples.otherSecret, dialler.hello, said)
    #expect(throws: PeerFault.refused(.wrongSecret)) { try Self.say(.proof, proof, to: &acceptor) }
  }

  @Test func `a conversation that was overheard opens nothing when it is said again`() throws {
    var (dialler, acceptor) = (Self.dialler(), Self.acceptor())
    var overheard: [EnvelopeKind: [UInt8]] = [:]
    _ = try Self.shakeHands(&dialler, &acceptor) { kind, body in
      overheard[kind] = body
      return body
    }
    // As the dialler: the other side asks for something new each time.
    var again = Self.acceptor()
    _ = try Self.say(.hello, overheard[.hello]!, to: &again)
    #expect(throws: PeerFault.refused(.wrongSecret)) { try Self.say(.proof, overheard[.proof]!, to: &again) }
    // As the acceptor: so does the dialler.
    var other = Self.dialler()
    #expect(throws: PeerFault.refused(.wrongSecret)) {
      try Self.say(.challenge, overheard[.challenge]!, to: &other)
    }
  }

  @Test func `the acceptor's own proof does not pass for the dialler's`() throws {
    var acceptor = Self.acceptor()
    let challenge = Self.body(try Self.say(.hello, Self.dialler().hello, to: &acceptor))
    let reflected = Array(challenge.suffix(SHA256.digestByteCount))
    #expect(throws: PeerFault.refused(.wrongSecret)) { try Self.say(.proof, reflected, to: &acceptor) }
  }

  @Test(arguments: [EnvelopeKind.hello, .challenge, .proof])
  func `whatever byte is changed on the way, nobody is let in`(changed: EnvelopeKind) {
    var length = 1
    var place = 0
    while place < length {
      var (dialler, acceptor) = (Self.dialler(), Self.acceptor())
      let hello: PeerHello?
      do throws(PeerFault) {
        hello = try Self.shakeHands(&dialler, &acceptor) { kind, body in
          guard kind == changed else { return body }
          length = body.count
          var body = body
          body[place] ^= 0x01
          return body
        }
      } catch { hello = nil }
      #expect(hello == nil, "byte \(place) of the \(changed)")
      place += 1
    }
    #expect(length > 30)
  }

  @Test func `a hello that is cut short is refused at each byte`() {
    let hello = Self.dialler().hello
    for count in hello.indices {
      var acceptor = Self.acceptor()
      #expect(throws: PeerFault.self) { try Self.say(.hello, Array(hello[..<count]), to: &acceptor) }
    }
  }

  @Test func `what is out of place is refused`() {
    for kind in EnvelopeKind.allCases where kind != .hello {
      var acceptor = Self.acceptor()
      #expect(throws: PeerFault.unexpected(kind: kind.rawValue)) { try Self.say(kind, Self.nonce, to: &acceptor) }
    }
    for kind in EnvelopeKind.allCases where kind != .challenge && kind != .refusal {
      var dialler = Self.dialler()
      #expect(throws: PeerFault.unexpected(kind: kind.rawValue)) {
        try Self.say(kind, Self.nonce, to: &dialler)
      }
    }
  }

  @Test func `a hello for another cluster, node or store is refused with its reason`() {
    func refusal(of hello: PeerHello) -> PeerFault? {
      var acceptor = Self.acceptor()
      do throws(PeerFault) { _ = try Self.say(.hello, hello.encoded(), to: &acceptor) } catch { return error }
      return nil
    }
    var hello = PeerHello(PeerSamples.identity(1), to: NodeID(2), lane: .urgent, nonce: Self.nonce)
    #expect(refusal(of: hello) == nil)
    hello.identity.cluster = UniqueID(high: 1, low: 3)
    #expect(refusal(of: hello) == .refused(.otherCluster))
    hello = PeerHello(PeerSamples.identity(1), to: NodeID(3), lane: .urgent, nonce: Self.nonce)
    #expect(refusal(of: hello) == .refused(.otherNode))
    hello = PeerHello(PeerSamples.identity(1, storeCount: 3), to: NodeID(2), lane: .urgent, nonce: Self.nonce)
    #expect(refusal(of: hello) == .refused(.stores))
    hello = PeerHello(PeerSamples.identity(1), to: NodeID(2), lane: .urgent, nonce: Self.nonce)
    (hello.versionMin, hello.versionMax) = (PeerProtocol.versionMax + 1, 9)
    #expect(refusal(of: hello) == .refused(.version))
    (hello.versionMin, hello.versionMax) = (1, 9)
    #expect(refusal(of: hello) == nil)
  }

  @Test func `with a peer that knows only the first version the first is spoken`() throws {
    var hello = PeerHello(PeerSamples.identity(1), to: NodeID(2), lane: .urgent, nonce: Self.nonce)
    (hello.versionMin, hello.versionMax) = (1, 1)
    var acceptor = Self.acceptor()
    let answer = Self.body(try Self.say(.hello, hello.encoded(), to: &acceptor))
    let said = Array(answer.dropLast(SHA256.digestByteCount))
    #expect(try PeerChallenge(decoding: said.rawSpan).version == 1)
    #expect(hello.version == 1)
    #expect(EnvelopeForm(protocolVersion: 1) == .whole && EnvelopeForm(protocolVersion: 2) == .headFirst)
  }

  @Test func `a node that admits to an earlier version is spoken to in that, whoever dials`() throws {
    var earlier = PeerSamples.identity(2)
    earlier.protocolVersionMax = 2
    var acceptor = AcceptorHandshake(earlier, secret: PeerSamples.secret)
    let hello = PeerHello(PeerSamples.identity(1), to: NodeID(2), lane: .urgent, nonce: Self.nonce)
    let answer = Self.body(try Self.say(.hello, hello.encoded(), to: &acceptor))
    #expect(try PeerChallenge(decoding: Array(answer.dropLast(SHA256.digestByteCount)).rawSpan).version == 2)
    earlier.node = NodeID(1)
    var other = Self.acceptor()
    let dialled = PeerHello(earlier, to: NodeID(2), lane: .urgent, nonce: Self.nonce)
    let heard = Self.body(try Self.say(.hello, dialled.encoded(), to: &other))
    #expect(try PeerChallenge(decoding: Array(heard.dropLast(SHA256.digestByteCount)).rawSpan).version == 2)
  }

  @Test func `a dialler refuses a directory that is not the one it was told of`() {
    var (dialler, acceptor) = (Self.dialler(), Self.acceptor())
    var identity = PeerSamples.identity(2)
    identity.directory = PeerSamples.directory(9)
    acceptor = Self.acceptor(identity)
    #expect(throws: PeerFault.refused(.otherDirectory)) { try Self.shakeHands(&dialler, &acceptor) }
  }

  @Test func `a refusal brings its reason to the dialler`() {
    for reason in PeerRefusal.allCases {
      var dialler = Self.dialler()
      #expect(throws: PeerFault.refusedThere(reason)) {
        try Self.say(.refusal, [reason.rawValue], to: &dialler)
      }
    }
  }
}

@Suite struct PeerBookTests {
  private static func hello(_ node: UInt32, directory: UInt32? = nil, address: String = "h:1") -> PeerHello {
    var identity = PeerSamples.identity(node)
    identity.directory = PeerSamples.directory(directory ?? node)
    identity.facts.peerAddress = address
    return PeerHello(identity, to: NodeID(1), lane: .urgent, nonce: [])
  }

  @Test func `this node's number, a removed node and another directory are not let in`() throws {
    var book = PeerBook(own: NodeID(1), seeds: [])
    book.follow([PeerSamples.record(1), PeerSamples.record(2), PeerSamples.record(3, isRemoved: true)])
    try book.admit(Self.hello(2))
    #expect(throws: PeerRefusal.ownNumber) { try book.admit(Self.hello(1)) }
    #expect(throws: PeerRefusal.ownNumber) { try book.admit(Self.hello(0)) }
    #expect(throws: PeerRefusal.otherDirectory) { try book.admit(Self.hello(2, directory: 5)) }
    #expect(throws: PeerRefusal.removed) { try book.admit(Self.hello(3)) }
    #expect(book.members == [NodeID(2)])
  }

  @Test func `a node that the table does not have yet is let in, and held to what it was then`() throws {
    var book = PeerBook(own: NodeID(1), seeds: [])
    try book.admit(Self.hello(4, address: "four:1"))
    #expect(book.record(of: NodeID(4))?.peerAddress == "four:1")
    #expect(throws: PeerRefusal.otherDirectory) { try book.admit(Self.hello(4, directory: 5)) }
    // The table knows better.
    book.follow([PeerRecord(node: NodeID(4), directory: PeerSamples.directory(5), peerAddress: "five:1")])
    #expect(!book.isMember(Self.hello(4).identity))
    try book.admit(Self.hello(4, directory: 5, address: ""))
    #expect(book.record(of: NodeID(4))?.peerAddress == "five:1")
  }

  @Test func `what a node says about its address wins until the table changes its mind`() throws {
    var book = PeerBook(own: NodeID(1), seeds: [PeerSamples.record(2, address: "old:1")])
    #expect(book.record(of: NodeID(2))?.peerAddress == "old:1")
    try book.admit(Self.hello(2, address: "new:1"))
    book.follow([PeerSamples.record(2, address: "old:1")])
    #expect(book.record(of: NodeID(2))?.peerAddress == "new:1")
    book.follow([PeerSamples.record(2, address: "newest:1")])
    #expect(book.record(of: NodeID(2))?.peerAddress == "newest:1")
  }
}

@Suite struct DialBackoffTests {
  @Test func `waits double from 50 milliseconds to a second, by chance down to half, and begin anew`() {
    var generator = SeededGenerator(seed: 1)
    var backoff = DialBackoff()
    for limit in [50, 100, 200, 400, 800, 1_000, 1_000] as [UInt64] {
      let wait = backoff.milliseconds(using: &generator)
      #expect((limit / 2...limit).contains(wait))
    }
    backoff.reset()
    let wait = backoff.milliseconds(using: &generator)
    #expect(wait <= 50)
  }
}
