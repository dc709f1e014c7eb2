import Basics

@testable import HTTP2

/// One HTTP/2 frame as bytes say it.
struct Frame: Equatable {
  var type: UInt8
  var flags: UInt8 = 0
  var stream: UInt32 = 0
  var payload: [UInt8] = []

  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  var bytes: [UInt8] { Self.header(payload.count, type, flags, stream) + payload }

  static func header(_ length: Int, _ type: UInt8, _ flags: UInt8, _ stream: UInt32) -> [UInt8] {
    [UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags] + Self.word(stream)
  }

  static func word(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
  }

  static func settings(_ pairs: [(UInt16, UInt32)] = [], ack: Bool = false) -> Frame {
    Frame(
      type: 4, flags: ack ? 1 : 0,
      payload: pairs.flatMap { [UInt8($0.0 >> 8), UInt8($0.0 & 255)] + word($0.1) })
  }

  static func headers(_ stream: UInt32, _ fields: [(String, String)], flags: UInt8 = 0x4) -> Frame {
    Frame(type: 1, flags: flags, stream: stream, payload: block(fields))
  }

  static func data(_ stream: UInt32, _ bytes: [UInt8], end: Bool = true) -> Frame {
    Frame(type: 0, flags: end ? 1 : 0, stream: stream, payload: bytes)
  }

  static func ping(ack: Bool = false) -> Frame {
    Frame(type: 6, flags: ack ? 1 : 0, payload: [0, 0, 0, 0, 0, 0, 0, 1])
  }

  static func reset(_ stream: UInt32, _ code: UInt32 = 8) -> Frame {
    Frame(type: 3, stream: stream, payload: word(code))
  }

  static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> Frame {
    Frame(type: 8, stream: stream, payload: word(increment))
  }

  static func priority(_ stream: UInt32, dependsOn other: UInt32 = 0) -> Frame {
    Frame(type: 2, stream: stream, payload: word(other) + [15])
  }

  /// HPACK without tables: literals that are not indexed, without Huffman coding.
  static func block(_ fields: [(String, String)]) -> [UInt8] {
    fields.flatMap { [0] + text($0.0) + text($0.1) }
  }

  private static func text(_ string: String) -> [UInt8] {
    var count = string.utf8.count
    var bytes: [UInt8] = []
    if count < 127 {
      bytes.append(UInt8(count))
    } else {
      bytes.append(127)
      count -= 127
      while count >= 128 {
        bytes.append(UInt8(count & 127) | 128)
        count >>= 7
      }
      bytes.append(UInt8(count))
    }
    return bytes + Array(string.utf8)
  }

  /// A message with gRPC's framing.
  static func message(_ bytes: [UInt8]) -> [UInt8] { [0] + word(UInt32(bytes.count)) + bytes }

  static func parse(_ bytes: [UInt8]) -> [Frame] {
    var frames: [Frame] = []
    var offset = 0
    while offset + 9 <= bytes.count {
      let length = Int(bytes[offset]) << 16 | Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2])
      let stream = bytes[offset + 5..<offset + 9].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let end = min(bytes.count, offset + 9 + length)
      frames.append(
        Frame(
          type: bytes[offset + 3], flags: bytes[offset + 4], stream: stream, payload: Array(bytes[offset + 9..<end])))
      offset = end
    }
    return frames
  }

  /// The error code of a RST_STREAM or a GOAWAY.
  var errorCode: UInt32? {
    switch type {
    case 3: payload.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    case 7: payload.dropFirst(4).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    default: nil
    }
  }
}

/// A server session driven with frames that no honest client would send.
final class RawPeer {
  var now = Instant(nanoseconds: 1_000_000_000)
  let delegate = RecordingServer()
  let session: ServerSession
  var received: [Frame] = []

  static let grpc: [(String, String)] = [
    (":method", "POST"), (":scheme", "http"), (":path", "/test.Service/Unary"), (":authority", "localhost"),
    ("content-type", "application/grpc"), ("te", "trailers"),
  ]

  static func request(_ path: String, _ more: [(String, String)] = []) -> [(String, String)] {
    grpc.map { $0.0 == ":path" ? (":path", path) : $0 } + more
  }

  init(limits: SessionLimits = SessionLimits(), greets: Bool = true, budget: SessionBudget? = nil) {
    session = ServerSession(
      methods: MethodTable(SessionPair.serverMethods), limits: limits, budget: budget, delegate: delegate, now: now)
    if greets { send(Frame.preface + Frame.settings().bytes) }
  }

  func send(_ bytes: [UInt8]) {
    session.receive(bytes.rawSpan, now: now)
    collect()
  }

  func send(_ frames: Frame...) { send(frames.flatMap(\.bytes)) }

  func send(_ frames: [Frame]) { send(frames.flatMap(\.bytes)) }

  func collect() {
    var output = ByteWriter()
    session.takeOutput(into: &output, now: now)
    received += Frame.parse(output.bytes)
  }

  func advance(milliseconds: UInt64) {
    now = now.advanced(byMilliseconds: milliseconds)
    session.tick(now: now)
    collect()
  }

  /// The code of the GOAWAY, if one was sent.
  var goAway: UInt32? { received.last { $0.type == 7 }?.errorCode }
  func reset(_ stream: UInt32) -> UInt32? { received.last { $0.type == 3 && $0.stream == stream }?.errorCode }

  /// The header fields of all blocks sent on a stream, by a decoder that shares the session's history.
  func hasEnded(_ stream: UInt32) -> Bool {
    received.contains { $0.stream == stream && ($0.type == 0 || $0.type == 1) && $0.flags & 1 != 0 }
  }
}
