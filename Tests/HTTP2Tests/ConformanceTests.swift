import Basics
import Testing

@testable import HTTP2

/// What h2spec asks of a server, by its sections of RFC 7540: frames in, and the error that must come out.
@Suite("What the HTTP/2 specification forbids is answered with the right error")
struct ConformanceTests {
  enum Expected: Equatable, Sendable {
    /// GOAWAY with this code; the session is finished.
    case goAway(UInt32)
    /// RST_STREAM on stream 1 with this code; the connection lives.
    case reset(UInt32)
    /// Either, with this code.
    case either(UInt32)
    /// Either, with either code (5.1: a closed stream may be forgotten).
    case eitherOf(UInt32, UInt32)
    /// The connection lives and stream 1 was not reset.
    case fine
  }

  struct Row: Sendable, CustomTestStringConvertible {
    var section: String
    var bytes: [UInt8]
    var expected: Expected

    init(_ section: String, _ frames: [Frame], _ expected: Expected) {
      (self.section, self.bytes, self.expected) = (section, frames.flatMap(\.bytes), expected)
    }

    init(_ section: String, raw: [UInt8], _ expected: Expected) {
      (self.section, self.bytes, self.expected) = (section, raw, expected)
    }

    var testDescription: String { section }
  }

  static let noError: UInt32 = 0
  static let protocolError: UInt32 = 1
  static let flowControl: UInt32 = 3
  static let streamClosed: UInt32 = 5
  static let frameSize: UInt32 = 6
  static let compression: UInt32 = 9

  static let open = Frame.headers(1, RawPeer.grpc)
  static let ended = Frame.headers(1, RawPeer.grpc, flags: 0x5)
  static let body = Frame.message([1, 2])

  static func field(_ name: String, _ value: String) -> Frame {
    .headers(1, RawPeer.grpc + [(name, value)], flags: 0x5)
  }

  static func without(_ name: String) -> Frame {
    .headers(1, RawPeer.grpc.filter { $0.0 != name }, flags: 0x5)
  }

  static let framing: [Row] = [
    Row("4.1 a frame of an unknown type is ignored", [Frame(type: 0x16, payload: [1, 2, 3]), .ping()], .fine),
    Row(
      "4.1 undefined flags are ignored", [Frame(type: 6, flags: 0x16, payload: [UInt8](repeating: 0, count: 8))], .fine),
    Row(
      "4.1 the reserved bit of the stream is ignored",
      [Frame(type: 6, stream: 1 << 31, payload: [UInt8](repeating: 0, count: 8))], .fine),
    Row(
      "4.2 a DATA frame of 2^14 bytes is taken",
      [Self.open, .data(1, [UInt8](repeating: 0, count: 16_384), end: false)], .fine),
    Row(
      "4.2 a DATA frame beyond SETTINGS_MAX_FRAME_SIZE", [Self.open, .data(1, [UInt8](repeating: 0, count: 16_385))],
      .either(frameSize)),
    Row(
      "4.2 a HEADERS frame beyond SETTINGS_MAX_FRAME_SIZE",
      [Frame(type: 1, flags: 5, stream: 1, payload: [UInt8](repeating: 0, count: 16_385))], .goAway(frameSize)),
    Row("4.3 an invalid header block", [Frame(type: 1, flags: 5, stream: 1, payload: [0x40])], .goAway(compression)),
    Row(
      "4.3 a PRIORITY frame inside a header block", [.headers(1, RawPeer.grpc, flags: 0), .priority(1)],
      .goAway(protocolError)),
    Row(
      "4.3 a HEADERS frame of another stream inside a header block",
      [.headers(1, RawPeer.grpc, flags: 0), .headers(3, RawPeer.grpc)], .goAway(protocolError)),
  ]

  static let streams: [Row] = [
    Row("5.1 idle: a DATA frame", [.data(1, body)], .goAway(protocolError)),
    Row("5.1 idle: a RST_STREAM frame", [.reset(1)], .goAway(protocolError)),
    Row("5.1 idle: a WINDOW_UPDATE frame", [.windowUpdate(1, 100)], .goAway(protocolError)),
    Row("5.1 idle: a CONTINUATION frame", [Frame(type: 9, flags: 4, stream: 1)], .goAway(protocolError)),
    Row("5.1 half closed: a DATA frame", [Self.ended, .data(1, body)], .either(streamClosed)),
    Row("5.1 half closed: a HEADERS frame", [Self.ended, .headers(1, RawPeer.grpc, flags: 5)], .either(streamClosed)),
    Row("5.1 closed by RST_STREAM: a DATA frame", [Self.open, .reset(1), .data(1, body)], .goAway(streamClosed)),
    Row(
      "5.1 closed by RST_STREAM: a HEADERS frame", [Self.open, .reset(1), .headers(1, RawPeer.grpc, flags: 5)],
      .eitherOf(streamClosed, protocolError)),
    Row("5.1.1 an even stream id", [.headers(2, RawPeer.grpc)], .goAway(protocolError)),
    Row(
      "5.1.1 a stream id smaller than the last",
      [.headers(5, RawPeer.grpc, flags: 5), .headers(3, RawPeer.grpc, flags: 5)], .eitherOf(protocolError, streamClosed)
    ),
    Row(
      "5.3.1 a HEADERS frame that depends on itself",
      [Frame(type: 1, flags: 0x25, stream: 1, payload: Frame.word(1) + [255] + Frame.block(RawPeer.grpc))],
      .either(protocolError)),
    Row("5.4.1 an invalid PING closes the connection", [Frame(type: 6, payload: [1])], .goAway(frameSize)),
  ]

  static let frames: [Row] = [
    Row("6.1 DATA on stream 0", [.data(0, body)], .goAway(protocolError)),
    Row(
      "6.1 DATA with padding longer than itself",
      [Self.open, Frame(type: 0, flags: 0x8, stream: 1, payload: [200, 0, 0])], .goAway(protocolError)),
    Row("6.2 HEADERS on stream 0", [.headers(0, RawPeer.grpc)], .goAway(protocolError)),
    Row(
      "6.2 HEADERS with padding longer than itself",
      [Frame(type: 1, flags: 0xD, stream: 1, payload: [200] + Frame.block(RawPeer.grpc))], .goAway(protocolError)),
    Row("6.3 PRIORITY on stream 0", [.priority(0)], .goAway(protocolError)),
    Row(
      "6.3 PRIORITY of four bytes", [Self.open, Frame(type: 2, stream: 1, payload: [0, 0, 0, 0])], .either(frameSize)),
    Row("6.4 RST_STREAM on stream 0", [.reset(0)], .goAway(protocolError)),
    Row(
      "6.4 RST_STREAM of three bytes", [Self.open, Frame(type: 3, stream: 1, payload: [0, 0, 0])], .goAway(frameSize)),
    Row("6.5 SETTINGS acknowledgement with a payload", [Frame(type: 4, flags: 1, payload: [0])], .goAway(frameSize)),
    Row("6.5 SETTINGS on stream 1", [Frame(type: 4, stream: 1)], .goAway(protocolError)),
    Row("6.5 SETTINGS of seven bytes", [Frame(type: 4, payload: [0, 3, 0, 0, 0, 1, 0])], .goAway(frameSize)),
    Row("6.5.2 ENABLE_PUSH of 2", [.settings([(2, 2)])], .goAway(protocolError)),
    Row("6.5.2 INITIAL_WINDOW_SIZE of 2^31", [.settings([(4, 1 << 31)])], .goAway(flowControl)),
    Row("6.5.2 MAX_FRAME_SIZE below 2^14", [.settings([(5, 16_383)])], .goAway(protocolError)),
    Row("6.5.2 MAX_FRAME_SIZE of 2^24", [.settings([(5, 1 << 24)])], .goAway(protocolError)),
    Row("6.5.2 an unknown setting", [.settings([(0xFF, 1)])], .fine),
    Row(
      "6.7 PING on stream 1", [Frame(type: 6, stream: 1, payload: [UInt8](repeating: 0, count: 8))],
      .goAway(protocolError)),
    Row("6.7 PING of nine bytes", [Frame(type: 6, payload: [UInt8](repeating: 0, count: 9))], .goAway(frameSize)),
    Row(
      "6.8 GOAWAY on stream 1", [Frame(type: 7, stream: 1, payload: [UInt8](repeating: 0, count: 8))],
      .goAway(protocolError)),
    Row("6.9 WINDOW_UPDATE of 0 on the connection", [.windowUpdate(0, 0)], .goAway(protocolError)),
    Row("6.9 WINDOW_UPDATE of 0 on a stream", [Self.open, .windowUpdate(1, 0)], .either(protocolError)),
    Row("6.9 WINDOW_UPDATE of three bytes", [Frame(type: 8, payload: [0, 0, 1])], .goAway(frameSize)),
    Row(
      "6.9.1 a connection window beyond 2^31 - 1", [.windowUpdate(0, 0x7FFF_FFFF), .windowUpdate(0, 0x7FFF_FFFF)],
      .goAway(flowControl)),
    Row(
      "6.9.1 a stream window beyond 2^31 - 1",
      [Self.open, .windowUpdate(1, 0x7FFF_FFFF), .windowUpdate(1, 0x7FFF_FFFF)], .either(flowControl)),
    Row(
      "6.10 CONTINUATION after the header block ended",
      [Self.open, Frame(type: 9, flags: 4, stream: 1, payload: Frame.block([("a", "b")]))], .goAway(protocolError)),
    Row(
      "6.10 CONTINUATION on stream 0", [.headers(1, RawPeer.grpc, flags: 0), Frame(type: 9, flags: 4)],
      .goAway(protocolError)),
    Row(
      "6.10 DATA inside a header block", [.headers(1, RawPeer.grpc, flags: 0), .data(1, body)], .goAway(protocolError)),
    Row(
      "6.6 PUSH_PROMISE from a client",
      [Self.open, Frame(type: 5, flags: 4, stream: 1, payload: Frame.word(2) + Frame.block(RawPeer.grpc))],
      .goAway(protocolError)),
  ]

  static let messages: [Row] = [
    Row(
      "8.1 a second HEADERS frame without END_STREAM", [Self.open, .headers(1, [("x", "y")])], .either(protocolError)),
    Row("8.1.2 a field name in upper case", [field("X-Test", "1")], .either(protocolError)),
    Row(
      "8.1.2.1 an unknown pseudo field", [.headers(1, [(":test", "1")] + RawPeer.grpc, flags: 5)],
      .either(protocolError)),
    Row(
      "8.1.2.1 a response's pseudo field", [.headers(1, [(":status", "200")] + RawPeer.grpc, flags: 5)],
      .either(protocolError)),
    Row(
      "8.1.2.1 a pseudo field in trailers", [Self.open, .headers(1, [(":path", "/")], flags: 5)], .either(protocolError)
    ),
    Row(
      "8.1.2.1 a pseudo field after a regular one", [.headers(1, Array(RawPeer.grpc.reversed()), flags: 5)],
      .either(protocolError)),
    Row("8.1.2.2 a connection field", [field("connection", "keep-alive")], .either(protocolError)),
    Row(
      "8.1.2.2 te other than trailers",
      [.headers(1, RawPeer.grpc.map { $0.0 == "te" ? ("te", "gzip") : $0 }, flags: 5)], .either(protocolError)),
    Row(
      "8.1.2.3 an empty path", [.headers(1, RawPeer.grpc.map { $0.0 == ":path" ? (":path", "") : $0 }, flags: 5)],
      .either(protocolError)),
    Row("8.1.2.3 no method", [without(":method")], .either(protocolError)),
    Row("8.1.2.3 no scheme", [without(":scheme")], .either(protocolError)),
    Row("8.1.2.3 no path", [without(":path")], .either(protocolError)),
    Row(
      "8.1.2.3 the method twice", [.headers(1, [(":method", "POST")] + RawPeer.grpc, flags: 5)], .either(protocolError)),
    Row(
      "8.1.2.6 a content-length that is not the body's",
      [.headers(1, RawPeer.grpc + [("content-length", "1")]), .data(1, body)], .either(protocolError)),
    Row(
      "8.1.2.6 a content-length that is not the bodies'",
      [.headers(1, RawPeer.grpc + [("content-length", "1")]), .data(1, [0, 0], end: false), .data(1, body)],
      .either(protocolError)),
    Row(
      "8.1 a request with padding and priority",
      [
        Frame(type: 1, flags: 0x2D, stream: 1, payload: [2] + Frame.word(0) + [9] + Frame.block(RawPeer.grpc) + [0, 0])
      ], .fine),
  ]

  @Test("rows", arguments: framing + streams + frames + messages)
  func row(_ row: Row) {
    for chunk in [row.bytes.count, 1] {
      let peer = RawPeer()
      for start in stride(from: 0, to: row.bytes.count, by: chunk) {
        peer.send(Array(row.bytes[start..<min(start + chunk, row.bytes.count)]))
      }
      let goAway = peer.goAway
      let reset = peer.reset(1)
      switch row.expected {
      case .goAway(let code):
        #expect(goAway == code)
        #expect(peer.session.isFinished)
      case .reset(let code): #expect(reset == code && goAway == nil)
      case .either(let code): #expect(goAway == code || reset == code)
      case .eitherOf(let first, let second):
        let codes = peer.received.compactMap(\.errorCode)
        #expect(codes.contains(first) || codes.contains(second))
      case .fine:
        #expect(goAway == nil)
        peer.send(.ping())
        #expect(peer.received.last { $0.type == 6 }?.flags == 1, "the connection lives")
      }
      peer.session.connectionLost(now: peer.now)
    }
  }

  @Test("3.5 a wrong preface is answered in words that an HTTP/1 client shows")
  func preface() {
    let peer = RawPeer(greets: false)
    var output = ByteWriter()
    peer.session.receive(Array("GET / HTTP/1.1\r\nhost: x\r\n\r\n".utf8).rawSpan, now: peer.now)
    peer.session.takeOutput(into: &output, now: peer.now)
    #expect(String(decoding: output.bytes, as: UTF8.self).hasPrefix("HTTP/1.1 505 "))
    #expect(peer.session.isFinished && peer.session.end == .notHTTP2)
  }

  @Test("5.3.1 a PRIORITY frame that depends on itself")
  func selfDependency() {
    let peer = RawPeer()
    peer.send(.priority(3, dependsOn: 3))
    #expect(peer.goAway == Self.protocolError && peer.session.isFinished)
  }

  @Test("7 a GOAWAY with an unknown error code is a GOAWAY")
  func unknownErrorCode() {
    let peer = RawPeer()
    peer.send(Self.open, Frame(type: 7, payload: Frame.word(0) + Frame.word(255)))
    #expect(peer.goAway == nil && !peer.session.isFinished)
    peer.send(.data(1, Self.body))
    #expect(peer.hasEnded(1) && peer.session.isFinished)
  }

  @Test("3.5 the first frame must be SETTINGS")
  func firstFrame() {
    let peer = RawPeer(greets: false)
    peer.send(Frame.preface + Frame.ping().bytes)
    #expect(peer.goAway == Self.protocolError && peer.session.isFinished)
  }

  @Test("6.5.3 SETTINGS are acknowledged, and 6.7 PING is answered with its own bytes")
  func acknowledgements() {
    let peer = RawPeer()
    #expect(peer.received.contains { $0.type == 4 && $0.flags == 1 })
    peer.send(Frame(type: 6, payload: [1, 2, 3, 4, 5, 6, 7, 8]))
    #expect(peer.received.last == Frame(type: 6, flags: 1, payload: [1, 2, 3, 4, 5, 6, 7, 8]))
  }

  @Test("6.9 an answer waits for the window that the peer opens, byte by byte")
  func windows() {
    let peer = RawPeer()
    peer.send(.settings([(4, 1)]), Self.open, .data(1, Self.body))
    #expect(peer.received.filter { $0.type == 0 }.flatMap(\.payload).count == 1)
    for _ in 0..<3 { peer.send(.windowUpdate(1, 1)) }
    #expect(peer.received.filter { $0.type == 0 }.flatMap(\.payload).count == 4)
    peer.send(.settings([(4, 100)]))
    #expect(peer.received.filter { $0.type == 0 }.flatMap(\.payload) == Self.body)
    #expect(peer.hasEnded(1))
  }
}
