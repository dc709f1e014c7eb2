internal import Basics
internal import Placement

/// What one Store sends the same Store of another node beside the core's frames.
enum PeerPacket: Equatable, Sendable {
  case call(RemoteCall)
  case answer(RemoteAnswer)
  /// Commands for the meta shard, which the other node leads as far as the sender knows; encoded by
  /// ``encode(commands:)``. Nobody answers: who sends them sees from the table whether they were applied.
  case clusterCommands([UInt8])
  /// What a node says about itself, in a format of the sender's reports.
  case nodeReport([UInt8])

  var kind: EnvelopeKind {
    switch self {
    case .call: .call
    case .answer: .answer
    case .clusterCommands: .clusterCommands
    case .nodeReport: .nodeReport
    }
  }

  /// The body of the packet's envelope.
  func encoded() -> [UInt8] {
    switch self {
    case .call(let call):
      var writer = ByteWriter(capacity: call.message.count + 15)
      call.encode(into: &writer)
      return writer.bytes
    case .answer(let answer):
      var writer = ByteWriter(capacity: RemoteAnswer.headByteCount + answer.messageByteCount)
      answer.encode(into: &writer)
      return writer.bytes
    case .clusterCommands(let bytes), .nodeReport(let bytes): return bytes
    }
  }

  /// The packet in an envelope's body; `nil` for an envelope that carries something else.
  init?(_ kind: EnvelopeKind, _ body: RawSpan) throws(DecodeError) {
    switch kind {
    case .call: self = .call(try RemoteCall(decoding: body))
    case .answer: self = .answer(try RemoteAnswer(decoding: body))
    case .clusterCommands: self = .clusterCommands(body.copied())
    case .nodeReport: self = .nodeReport(body.copied())
    case .hello, .challenge, .proof, .welcome, .refusal, .alive, .storeFrame, .leaving, .noted: return nil
    }
  }
}
