import Basics
import Reactor
import Storage
import Testing

@testable import Replication
@testable import Server

extension EventLoop {
  /// Makes turns until the condition holds; fails the test after ten seconds.
  func work(until condition: () -> Bool, _ location: SourceLocation = #_sourceLocation) {
    let limit = Self.clock.advanced(byMilliseconds: 10_000)
    while !condition() {
      turn(until: Self.clock.advanced(byMilliseconds: 10))
      if Self.clock > limit {
        Issue.record("the condition was not met within ten seconds", sourceLocation: location)
        return
      }
    }
  }

  func work(forMilliseconds milliseconds: UInt64) {
    let limit = Self.clock.advanced(byMilliseconds: milliseconds)
    while Self.clock < limit { turn(until: limit) }
  }
}

/// One end of the links of a cluster: records what comes.
final class LinkEnd: PeerLinksDelegate {
  let node: NodeID
  private(set) var links: PeerLinks!
  /// Where it says that it is.
  var address = ""
  var frames: [[UInt8]] = []
  var packets: [PeerPacket] = []
  var connected: [NodeID] = []
  var lost: [NodeID] = []
  var gone: [NodeID] = []
  var refusals: [PeerRefusal] = []
  /// The core can read no frame.
  var rejectsFrames = false
  /// The other Stores of the node.
  var stores: [LinkEnd] = []

  init(
    _ configuration: PeerConfiguration, on loop: EventLoop, limits: PeerLimits = LinkEnd.quickLimits, store: Int = 0,
    storeCount: Int = 1
  ) throws {
    node = configuration.node
    links = PeerLinks(
      configuration, store: store, storeCount: storeCount, limits: limits, on: loop, resolver: NameResolver(),
      logger: nil, delegate: self
    ) { [unowned self] in ("", address) }
    if store == 0 { address = try links.listen(on: configuration.listen).description }
    links.start()
  }

  /// Times that suit a test.
  static var quickLimits: PeerLimits {
    var limits = PeerLimits()
    limits.handshakeMilliseconds = 1_500
    limits.aliveMilliseconds = 50
    limits.silenceMilliseconds = 400
    return limits
  }

  func peer(_ node: NodeID, sentFrame frame: RawSpan) throws(DecodeError) {
    if rejectsFrames { throw .invalid("rejected by the test") }
    frames.append(frame.copied())
  }

  func peer(_ node: NodeID, sent packet: PeerPacket) { packets.append(packet) }
  func peerConnected(_ node: NodeID) { connected.append(node) }
  func peerLost(_ node: NodeID) { lost.append(node) }
  func peerGone(_ node: NodeID) { gone.append(node) }
  func peersMeasured(roundTripMilliseconds: UInt64) {}
  func peer(_ node: NodeID, refused reason: PeerRefusal) { refusals.append(reason) }
  func pass(_ handover: PeerHandover, toStore store: Int) { stores[store].links.take(handover) }

  /// A frame that looks as if the core had made it.
  func frame(
    to node: UInt32, lane: OutgoingFrame.Lane = .urgent, byteCount: Int = 100, fill: UInt8 = 0
  ) -> OutgoingFrame {
    var writer = ByteWriter()
    writer.uint64(0)
    writer.uint8(1)
    writer.uint32(self.node.rawValue)
    writer.append([UInt8](repeating: fill, count: byteCount))
    return OutgoingFrame(to: NodeID(node), lane: lane, bytes: writer.bytes)
  }
}

/// A wire between two nodes, on the loop of both: passes bytes on, and does to them what the test wants.
final class Wire: ListenerHandler {
  private final class Half: ConnectionHandler {
    unowned let pair: Pair
    var waiting: [UInt8] = []
    init(_ pair: Pair) { self.pair = pair }

    func connectionOpened(_ connection: Connection) { connection.setNeedsFlush() }
    func connection(_ connection: Connection, received bytes: RawSpan) { pair.carry(bytes.copied(), from: self) }
    func connection(_ connection: Connection, fill output: inout ByteWriter) {
      output.append(waiting)
      waiting = []
    }
    func connectionPeerFinished(_ connection: Connection) { pair.close() }
    func connectionWoke(_ connection: Connection) {}
    func connectionClosed(_ connection: Connection, _ end: ConnectionEnd) { pair.close() }
  }

  fileprivate final class Pair {
    unowned let wire: Wire
    private var near: Half!
    private var far: Half!
    private var nearConnection: Connection!
    private var farConnection: Connection?
    var lane: OutgoingFrame.Lane?

    init(_ wire: Wire, _ near: Connection, to address: SocketAddress) throws(ReactorError) {
      self.wire = wire
      self.near = Half(self)
      far = Half(self)
      nearConnection = near
      near.handler = self.near
      farConnection = try Connection.connect(
        to: address, on: near.loop, deadline: near.loop.now.advanced(byMilliseconds: 1_000), handler: far)
    }

    fileprivate func carry(_ bytes: [UInt8], from half: AnyObject) {
      let isFromDialler = half === near
      if isFromDialler, lane == nil, bytes.count > Wire.laneOffset {
        lane = OutgoingFrame.Lane(rawValue: bytes[Wire.laneOffset])
      }
      guard !wire.isCut, wire.cutLane == nil || wire.cutLane != lane else { return }
      let passed = isFromDialler ? wire.alter(bytes) : wire.alterAnswers(bytes)
      let (target, connection) = isFromDialler ? (far!, farConnection) : (near!, nearConnection)
      target.waiting += passed
      if connection?.isOpen == true { connection?.setNeedsFlush() }
    }

    /// What is cut does not even tell one end that the other is gone.
    func close() {
      if wire.isCut { return }
      nearConnection.close()
      farConnection?.close()
      wire.pairs.removeAll { $0 === self }
    }
  }

  /// Behind the envelope's head, the magic and two versions.
  fileprivate static let laneOffset = EnvelopeHead.byteCount + 12

  private let target: SocketAddress
  private var listener: Listener!
  fileprivate var pairs: [Pair] = []
  private var kept: [Pair] = []
  private(set) var acceptedCount = 0
  /// Bytes vanish without a word, as in a partition.
  var isCut = false
  var cutLane: OutgoingFrame.Lane?
  /// What becomes of the dialler's bytes.
  var alter: ([UInt8]) -> [UInt8] = { $0 }
  /// What becomes of the acceptor's.
  var alterAnswers: ([UInt8]) -> [UInt8] = { $0 }

  init(to address: String, on loop: EventLoop) throws {
    let parsed = try #require(ListenAddress(text: address))
    target = try SocketAddress(parsed.host, port: parsed.port)
    listener = try Listener(on: loop, address: try SocketAddress("127.0.0.1", port: 0), handler: self)
  }

  var address: String { "127.0.0.1:\(listener.address.port)" }

  func listener(_ listener: Listener, accepted connection: Connection) {
    acceptedCount += 1
    do throws(ReactorError) {
      let pair = try Pair(self, connection, to: target)
      pairs.append(pair)
      kept.append(pair)
    } catch { connection.close() }
  }

  /// Closes every connection that goes through here.
  func tear() { for pair in pairs { pair.close() } }
}

/// Someone who dials and says what a test has it say.
final class Stranger: ConnectionHandler {
  private var reader = EnvelopeReader(bodyByteCountMax: 1 << 20)
  private let secret: ClusterSecret
  private let hello: [UInt8]
  private var connection: Connection!
  private var output = ByteWriter()
  private(set) var received: [(kind: UInt8, body: [UInt8])] = []
  private(set) var end: ConnectionEnd?
  /// Says no more than hello.
  var staysSilent = false

  init(
    _ identity: PeerIdentity, to end: LinkEnd, secret: ClusterSecret = PeerSamples.secret, staysSilent: Bool = false,
    on loop: EventLoop
  ) throws {
    self.secret = secret
    self.staysSilent = staysSilent
    hello = PeerHello(identity, to: end.node, lane: .urgent, nonce: PeerProtocol.nonce()).encoded()
    let address = try #require(ListenAddress(text: end.address))
    connection = try Connection.connect(
      to: try SocketAddress(address.host, port: address.port), on: loop,
      deadline: EventLoop.clock.advanced(byMilliseconds: 5_000), handler: self)
    if !staysSilent { output.envelope(.hello, hello) }
  }

  var refusal: PeerRefusal? {
    received.first { $0.kind == EnvelopeKind.refusal.rawValue }.flatMap { PeerRefusal(rawValue: $0.body[0]) }
  }
  var isWelcome: Bool { received.contains { $0.kind == EnvelopeKind.welcome.rawValue } }

  func say(_ bytes: [UInt8]) {
    output.append(bytes)
    if connection.isOpen { connection.setNeedsFlush() }
  }

  func connectionOpened(_ connection: Connection) { connection.setNeedsFlush() }

  func connection(_ connection: Connection, received bytes: RawSpan) {
    do throws(PeerFault) {
      try reader.read(bytes) { kind, body throws(PeerFault) in
        received.append((kind, body.copied()))
        return true
      }
    } catch { Issue.record("the acceptor sent something unreadable: \(error)") }
    guard let challenge = received.last, challenge.kind == EnvelopeKind.challenge.rawValue else { return }
    let said = Array(challenge.body.dropLast(SHA256.digestByteCount))
    output.envelope(.proof, PeerProtocol.diallerProof(secret, hello, said))
    connection.setNeedsFlush()
  }

  func connection(_ connection: Connection, fill output: inout ByteWriter) {
    output.append(self.output.bytes)
    self.output.removeAll()
  }

  func connectionPeerFinished(_ connection: Connection) { connection.close() }
  func connectionWoke(_ connection: Connection) {}
  func connectionClosed(_ connection: Connection, _ end: ConnectionEnd) { self.end = end }
}
