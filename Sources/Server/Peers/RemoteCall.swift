internal import API
internal import Basics

// Calls that go from one node to another, and their answers. Integers are little-endian. Never renumber.
//
//   call    := version:u8(=1) id:u64 method:u8 timeoutMilliseconds:u32 hops:u8 message
//   answer  := version:u8(=1) id:u64 outcome:u8 bytes        outcome 0: the response; 1: a google.rpc.Status
//
// A field that a later version adds comes with another version number, which only nodes of that feature level are sent.

/// A call that another node is to carry out: the request's bytes as the caller sent them.
struct RemoteCall: Equatable, Sendable {
  private static let version: UInt8 = 1

  /// Chosen by the sender, and told back in the answer.
  var id: UInt64
  /// The number of a `RoutedMethod`. A receiver that does not know it answers that it is unimplemented.
  var method: UInt8
  /// How long the caller still waits; 0 is for ever.
  var timeoutMilliseconds: UInt32
  /// How often the call has been sent on already.
  var hops: UInt8
  var message: [UInt8]

  func encode(into writer: inout ByteWriter) {
    writer.uint8(Self.version)
    writer.uint64(id)
    writer.uint8(method)
    writer.uint32(timeoutMilliseconds)
    writer.uint8(hops)
    writer.append(message)
  }

  init(id: UInt64, method: UInt8, timeoutMilliseconds: UInt32, hops: UInt8, message: [UInt8]) {
    self.id = id
    self.method = method
    self.timeoutMilliseconds = timeoutMilliseconds
    self.hops = hops
    self.message = message
  }

  init(decoding bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    let version = try reader.uint8()
    guard version == Self.version else { throw .unknownTag(UInt64(version)) }
    id = try reader.uint64()
    method = try reader.uint8()
    timeoutMilliseconds = try reader.uint32()
    hops = try reader.uint8()
    message = try reader.span(count: reader.remaining).copied()
  }
}

/// What a ``RemoteCall`` came to.
struct RemoteAnswer: Equatable, Sendable {
  private static let version: UInt8 = 1

  enum Outcome: Equatable, Sendable {
    case message([UInt8])
    case failure(CallFailure)
  }

  var id: UInt64
  var outcome: Outcome

  /// Of the response; 0 for a failure.
  var messageByteCount: Int {
    if case .message(let bytes) = outcome { bytes.count } else { 0 }
  }

  init(id: UInt64, outcome: Outcome) {
    self.id = id
    self.outcome = outcome
  }

  static let headByteCount = 10

  func encode(into writer: inout ByteWriter) {
    writer.uint8(Self.version)
    writer.uint64(id)
    switch outcome {
    case .message(let bytes):
      writer.uint8(0)
      writer.append(bytes)
    case .failure(let failure):
      writer.uint8(1)
      writer.append(failure.statusDetails())
    }
  }

  init(decoding bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    let version = try reader.uint8()
    guard version == Self.version else { throw .unknownTag(UInt64(version)) }
    id = try reader.uint64()
    let kind = try reader.uint8()
    let rest = try reader.span(count: reader.remaining).copied()
    switch kind {
    case 0: outcome = .message(rest)
    case 1:
      let status = try GoogleRPC.Status(decoding: rest)
      outcome = .failure(CallFailure(code: status.code, message: status.message, statusDetails: rest))
    default: throw .unknownTag(UInt64(kind))
    }
  }
}
