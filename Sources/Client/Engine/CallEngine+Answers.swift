internal import API
internal import Basics
internal import HTTP2
internal import Reactor

/// What the connections tell.
extension CallEngine: ClientConnectionDelegate {
  func opened(_ connection: ClientConnection) { pool(of: connection)?.opened() }

  func closed(_ connection: ClientConnection, _ end: ConnectionEnd) { pool(of: connection)?.closed(connection, end) }

  func received(_ message: RawSpan, for wireID: CallID, tag: UInt64, in session: ClientSession) {
    guard let call = calls[tag], case .under(let connection, let known) = call.place, known == wireID else { return }
    switch call.order.method.descriptor.kind {
    case .unary, .clientStream: call.answer = message.copied()
    case .serverStream, .bidirectional:
      call.hasDelivered = true
      if !call.order.sink.received(message.copied()) { connection.pause(wireID) }
    }
  }

  func finished(_ result: borrowing CallResult, for wireID: CallID, tag: UInt64, in session: ClientSession) {
    guard let call = calls[tag], case .under(let connection, let known) = call.place, known == wireID else { return }
    if result.status == .ok {
      // A call that was cancelled meanwhile is over with its answer: that is worth more than the cancellation.
      return end(call, .answered(call.answer))
    }
    var failure = CallFailure(
      code: Int32(result.status.rawValue), message: result.message, statusDetails: result.details)
    if let ending = connection.end, let pool = pool(of: connection) {
      failure.message = NodePool.explain(connection, ending, pool.name)
    }
    if result.status == .deadlineExceeded, result.certainty != .answered {
      failure.message = "\(pool(of: connection)?.name.description ?? "a node") did not answer in time"
      pool(of: connection)?.wasSilent(connection)
    }
    let kind = CallAttempts.Failure(
      failure.status, result.certainty, retryDelayMilliseconds: failure.retryDelayMilliseconds)
    failed(call, kind, failure)
  }

  /// Streaming requests are bounded by their senders, so nobody waits for this.
  func writable(_ call: CallID, tag: UInt64, in session: ClientSession) {}

  /// The connection takes no more calls, and its pool sees that by itself.
  func draining(_ session: ClientSession) {}
}

extension CallAttempts.Failure {
  init(_ status: CallStatus, _ certainty: CallCertainty, retryDelayMilliseconds: Int64?) {
    switch certainty {
    case .answered: self = .answered(status, retryDelayMilliseconds: retryDelayMilliseconds)
    case .notProcessed: self = status == .deadlineExceeded ? .timedOut(wasSent: false) : .notDelivered
    case .unknown: self = status == .deadlineExceeded ? .timedOut(wasSent: true) : .lost(status)
    }
  }
}
