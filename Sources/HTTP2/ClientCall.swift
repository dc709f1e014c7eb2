internal import Basics

/// Names one call of one client session, from its start to its end. Never the same for two calls.
package struct CallID: Hashable, Sendable {
  let index: UInt32
  let generation: UInt32
}

/// What is known of a call's effect when it did not succeed.
package enum CallCertainty: Sendable {
  /// The server gave this status.
  case answered
  /// The server surely did not process the call: it was never sent, or refused before processing.
  case notProcessed
  /// The call may have been processed: a deadline, a lost connection, a reset.
  case unknown
}

/// How a call ended. Borrowed for the length of one callback.
package struct CallResult: ~Escapable {
  package let status: StatusCode
  package let certainty: CallCertainty
  /// As sent in `grpc-message`, still percent-encoded.
  let encodedMessage: RawSpan
  /// As sent in `grpc-status-details-bin`, still base64.
  let encodedDetails: RawSpan

  @_lifetime(copy encodedMessage, copy encodedDetails)
  init(
    _ status: StatusCode, _ certainty: CallCertainty, message encodedMessage: RawSpan, details encodedDetails: RawSpan
  ) {
    self.status = status
    self.certainty = certainty
    self.encodedMessage = encodedMessage
    self.encodedDetails = encodedDetails
  }

  /// The message for people.
  package var message: String { String(decoding: GRPCText.percentDecode(encodedMessage), as: UTF8.self) }
  /// The encoded `google.rpc.Status`, or empty. What is not base64 counts as empty.
  package var details: [UInt8] { GRPCText.base64Decode(encodedDetails) ?? [] }
}

/// Is told of what happens to calls, on the thread that drives the session, while it is inside `receive`, `tick`,
/// `takeOutput`, `cancel` or `connectionLost`. From inside, calls may be started and sent to; `receive`, `takeOutput`,
/// `tick` and `connectionLost` may not be called (asserted). `tag` is what the call was started with.
package protocol ClientSessionDelegate: AnyObject {
  /// The next message of the answer, borrowed. The call has succeeded only once `finished` says so.
  func received(_ message: RawSpan, for call: CallID, tag: UInt64, in session: ClientSession)
  /// The call is over; told exactly once for each call that was started.
  func finished(_ result: borrowing CallResult, for call: CallID, tag: UInt64, in session: ClientSession)
  /// A stream that had too much queued may be written to again.
  func writable(_ call: CallID, tag: UInt64, in session: ClientSession)
  /// The server takes no new calls on this connection: those under way go on, new ones belong elsewhere.
  func draining(_ session: ClientSession)
}
