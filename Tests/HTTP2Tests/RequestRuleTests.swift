import Basics
import Testing

@testable import HTTP2

/// gRPC's rules for a request, checked by what a client session's decoder reads of the answer.
@Suite("What gRPC requires of a request is checked")
struct RequestRuleTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var fields: [(String, String)]
    var body: [UInt8]?
    /// Bytes that must (or, in the second list, need not) appear in the answer's header block.
    var expected: String
    var http = "200"

    init(_ name: String, _ fields: [(String, String)], body: [UInt8]? = Frame.message([1]), _ expected: String) {
      (self.name, self.fields, self.body, self.expected) = (name, fields, body, expected)
    }

    var testDescription: String { name }
  }

  static func replacing(_ name: String, _ value: String) -> [(String, String)] {
    RawPeer.grpc.map { $0.0 == name ? (name, value) : $0 }
  }

  static let twoMessages = Frame.message([1]) + Frame.message([2])

  static let rows: [Row] = [
    Row("a plain request", RawPeer.grpc, "0"),
    Row("with +proto", replacing("content-type", "application/grpc+proto"), "0"),
    Row("with a parameter", replacing("content-type", "application/grpc;charset=utf-8"), "0"),
    Row("without te", RawPeer.grpc.filter { $0.0 != "te" }, "0"),
    Row("an empty message", RawPeer.grpc, body: Frame.message([]), "0"),
    Row("identity encoding", RawPeer.grpc + [("grpc-encoding", "identity")], "0"),
    Row("an unknown method", RawPeer.request("/test.Service/Nothing"), "12"),
    Row("an unknown encoding", RawPeer.grpc + [("grpc-encoding", "gzip")], "12"),
    Row("the compressed flag", RawPeer.grpc, body: [1, 0, 0, 0, 1, 7], "12"),
    Row("no message", RawPeer.grpc, body: [], "12"),
    Row("no body at all", RawPeer.grpc, body: nil, "12"),
    Row("two messages", RawPeer.grpc, body: twoMessages, "12"),
    Row("a cut length", RawPeer.grpc, body: [0, 0, 0], "13"),
    Row("a cut message", RawPeer.grpc, body: [0, 0, 0, 0, 3, 1], "13"),
    Row("a message too large", RawPeer.grpc, body: [0, 0x7F, 0xFF, 0xFF, 0xFF], "8"),
    Row("a timeout of 0", RawPeer.grpc + [("grpc-timeout", "0S")], "4"),
    Row("a timeout without a unit", RawPeer.grpc + [("grpc-timeout", "5")], "3"),
    Row("a negative timeout", RawPeer.grpc + [("grpc-timeout", "-5S")], "3"),
    Row("a timeout of nine digits", RawPeer.grpc + [("grpc-timeout", "123456789S")], "3"),
    Row("a timeout of an unknown unit", RawPeer.grpc + [("grpc-timeout", "5s")], "3"),
    Row("the longest timeout", RawPeer.grpc + [("grpc-timeout", "99999999H")], "0"),
    Row("a server stream without a message", RawPeer.request("/test.Service/ServerStream"), body: [], "12"),
    Row("a bidirectional stream without messages", RawPeer.request("/test.Service/Bidirectional"), body: [], "0"),
    Row("a bidirectional stream of many", RawPeer.request("/test.Service/Bidirectional"), body: twoMessages, "0"),
    Row("a bidirectional stream cut in a message", RawPeer.request("/test.Service/Bidirectional"), body: [0, 0], "13"),
  ]

  @Test("the status", arguments: rows)
  func status(_ row: Row) throws {
    for chunk in [Int.max, 1] {
      let answer = try Answer(row.fields, row.body, chunk: chunk)
      #expect(answer.fields["grpc-status"] == row.expected)
      #expect(answer.fields[":status"] == "200" && answer.fields["content-type"] == "application/grpc")
      if row.expected == "12" && row.name.contains("enc") {
        #expect(answer.fields["grpc-accept-encoding"] == "identity")
      }
    }
  }

  @Test(
    "what is not gRPC gets an HTTP answer with a sentence",
    arguments: [
      ("GET", "application/grpc", "405"), ("GET", "", "405"), ("PUT", "application/grpc", "405"),
      ("POST", "application/json", "415"), ("POST", "application/grpcx", "415"), ("POST", "", "415"),
    ])
  func plainHTTP(method: String, type: String, expected: String) throws {
    var fields = Self.replacing(":method", method).filter { $0.0 != "content-type" }
    if !type.isEmpty { fields.append(("content-type", type)) }
    let answer = try Answer(fields, method == "GET" ? nil : [1, 2, 3], chunk: .max)
    #expect(answer.fields[":status"] == expected && answer.fields["grpc-status"] == nil)
    #expect(answer.fields["content-type"] == "text/plain" && !answer.body.isEmpty)
  }

  @Test("an HTTP answer that is held for its request does not end a connection that had nothing to read for long")
  func plainHTTPAfterSilence() {
    let peer = RawPeer()
    peer.delegate.echoes = false
    peer.send(.headers(1, RawPeer.grpc), .data(1, Frame.message([1])))
    for _ in 0..<50 {
      peer.send(.ping())
      peer.advance(milliseconds: 500)
    }
    let json = Self.replacing("content-type", "application/json")
    peer.send(.headers(3, json))
    for _ in 0..<4 {
      peer.send(.ping())
      peer.advance(milliseconds: 100)
    }
    #expect(peer.hasEnded(3) && !peer.session.isFinished)
  }

  @Test("a request that was answered early may end in peace")
  func earlyAnswer() {
    let peer = RawPeer()
    peer.send(.headers(1, RawPeer.request("/test.Service/Nothing")))
    #expect(!peer.hasEnded(1), "the refusal waits for the rest of the request")
    peer.send(.data(1, [1, 2, 3]))
    #expect(peer.hasEnded(1))
    #expect(peer.goAway == nil && peer.reset(1) == nil && peer.session.streamCount == 0)
    peer.send(.headers(3, RawPeer.request("/test.Service/Nothing")))
    #expect(peer.session.wakeAt <= peer.now.advanced(byMilliseconds: 100))
    peer.advance(milliseconds: 100)
    #expect(peer.hasEnded(3), "but not for long")
    peer.send(.data(3, [1, 2, 3]))
    #expect(peer.goAway == nil && peer.reset(3) == nil && peer.session.streamCount == 0)
  }

  @Test("a request that was answered early and goes on is asked to stop, without an error")
  func earlyAnswerReset() {
    let long = RawPeer()
    long.send(.headers(1, RawPeer.request("/test.Service/Nothing")))
    for _ in 0..<6 { long.send(.data(1, [UInt8](repeating: 0, count: 16_000), end: false)) }
    #expect(long.reset(1) == 0 && long.goAway == nil && long.session.streamCount == 0)
    let slow = RawPeer()
    slow.send(.headers(1, RawPeer.request("/test.Service/Nothing")))
    slow.advance(milliseconds: 101)
    slow.advance(milliseconds: 2_001)
    #expect(slow.reset(1) == 0 && slow.session.streamCount == 0)
    slow.send(.data(1, [1], end: false), .data(1, [1]), .ping())
    #expect(slow.goAway == nil && slow.received.last?.type == 6, "what was under way is ignored")
  }

  @Test("one message that ends with an empty DATA frame is one message, whatever arrives in between")
  func lateEnd() {
    let peer = RawPeer()
    peer.send(
      .headers(1, RawPeer.grpc), .data(1, Frame.message([1]), end: false), .headers(3, RawPeer.grpc),
      .data(3, Frame.message([3]), end: false))
    peer.send(.data(3, []), .data(1, []))
    #expect(peer.delegate.events == [.called(3, [3]), .called(1, [1])])
    #expect(peer.session.bufferedMessageBytes == 0)
  }
}

/// Reads a server's answer with nghttp2's own decoder, by way of a client session's callbacks.
struct Answer {
  var fields: [String: String] = [:]
  var body: [UInt8] = []

  init(_ fields: [(String, String)], _ request: [UInt8]?, chunk: Int) throws {
    let peer = RawPeer()
    peer.delegate.echoes = true
    let bytes =
      Frame.headers(1, fields, flags: request == nil ? 5 : 4).bytes + (request.map { Frame.data(1, $0).bytes } ?? [])
    for start in stride(from: 0, to: bytes.count, by: min(chunk, bytes.count)) {
      peer.send(Array(bytes[start..<min(bytes.count, start + min(chunk, bytes.count))]))
    }
    var decoder = HeaderDecoder()
    for frame in peer.received where frame.stream == 1 {
      if frame.type == 1 { self.fields.merge(try decoder.decode(frame.payload)) { $1 } }
      if frame.type == 0 { body += frame.payload }
    }
  }
}
