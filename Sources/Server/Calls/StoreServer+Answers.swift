internal import API
internal import Basics
internal import HTTP2
internal import Replication

/// Answers on their way to whoever asked.
extension StoreServer {
  /// Answers with the message that `encode` appends.
  @inline(__always)
  func answer(_ origin: CallOrigin, _ encode: (inout ByteWriter) -> Void) {
    answer.removeAll()
    encode(&answer)
    if origin.kind == .stream && Int(origin.store) == index {
      guard let connection = connections[origin.tag] else { return }
      connection.session.respond(origin.stream, bytes: answer.bytes)
      connection.outputChanged()
    } else {
      // An exact copy: the writer's buffer is needed for the next answer.
      deliver(.message(answer.copiedBytes()), to: origin)
    }
  }

  func answer(_ origin: CallOrigin, _ message: some ProtobufMessage) {
    answer(origin) { message.encode(into: &$0) }
  }

  func fail(_ origin: CallOrigin, _ failure: CallFailure) { deliver(.failure(failure), to: origin) }

  func fail(_ origin: CallOrigin, _ refusal: StoreRefusal) { fail(origin, CallFailure(refusal)) }

  /// Brings an answer to its stream or gathering, or on its way to the Store that has it.
  func deliver(_ answer: StoreAnswer, to origin: CallOrigin) {
    guard Int(origin.store) == index else {
      outboxes[Int(origin.store)].append(.answered(origin, answer))
      return
    }
    switch origin.kind {
    case .stream: deliver(answer, toStreamOf: origin)
    case .part: deliver(answer, toPart: Int(origin.item), of: origin.tag)
    case .peer: deliver(answer, toPeerCall: origin.tag)
    case .held: deliver(answer, toHeld: origin.tag)
    }
  }

  private func deliver(_ answer: StoreAnswer, toStreamOf origin: CallOrigin) {
    guard let connection = connections[origin.tag] else { return }
    switch answer {
    case .message(let bytes): connection.session.respond(origin.stream, bytes: bytes)
    case .failure(let failure): connection.session.fail(origin.stream, failure)
    }
    connection.outputChanged()
  }
}

extension ServerSession {
  func respond(_ stream: StreamID, bytes: [UInt8]) { respond(stream, message: bytes.rawSpan) }

  @discardableResult
  func send(_ stream: StreamID, bytes: [UInt8]) -> Int? { send(stream, message: bytes.rawSpan) }

  func fail(_ stream: StreamID, _ failure: CallFailure) {
    fail(stream, StatusCode(failure.status), message: failure.message, details: failure.statusDetails())
  }
}

extension StatusCode {
  init(_ status: CallStatus) {
    guard let code = StatusCode(rawValue: UInt8(status.rawValue)) else {
      invariantViolated("the two lists of gRPC status codes differ at \(status.rawValue)")
    }
    self = code
  }
}

extension CallFailure {
  /// Why the core did not take a command or a read; it has surely no effect.
  init(_ refusal: StoreRefusal) {
    switch refusal {
    case .notHere: self.init(.noLeader, "the shard has no replica on this node", retryDelayMilliseconds: 100)
    case .noLeader:
      self.init(.noLeader, "the shard has no leader yet; retry with the same id", retryDelayMilliseconds: 100)
    case .backlogFull:
      self.init(.backlogFull, "too much is waiting to be written; retry with the same id", retryDelayMilliseconds: 50)
    case .diskFull:
      self.init(.diskFull, "the disk is almost full; reads go on, writes are refused", retryDelayMilliseconds: 1_000)
    case .shuttingDown:
      self.init(.shuttingDown, "the node is going down; retry with the same id elsewhere", retryDelayMilliseconds: 200)
    }
  }

  init(_ error: DecodeError) {
    switch error {
    case .tooManyElements(let field, let limit):
      // The contract names a field by its path in the request; the codec says which message it is in too.
      let path = field.firstIndex(of: ".").map { String(field[field.index(after: $0)...]) } ?? field
      self = .invalidField(path, found: "longer", allowed: "at most \(limit) elements")
    case .truncated, .malformedInteger, .unknownTag, .tooLong, .malformedText, .trailingBytes, .invalid:
      self.init(.malformedMessage, "the request is not the message that the method takes: \(error)")
    }
  }
}
