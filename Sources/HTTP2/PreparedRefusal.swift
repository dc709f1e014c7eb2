internal import Basics

/// A refusal that is given again and again, with its texts as they go on the wire. A value for any thread.
package struct PreparedRefusal: Sendable {
  let code: StatusCode
  let message: [UInt8]
  let details: [UInt8]

  /// - Parameter details: an encoded `google.rpc.Status`, or empty.
  package init(_ code: StatusCode, message: String, details: [UInt8] = []) {
    self.code = code
    let text = Array(message.utf8)
    var buffer = StreamBuffer()
    GRPCText.percentEncode(text.rawSpan, into: &buffer)
    self.message = unsafe Array(buffer.bytes)
    buffer.reset()
    GRPCText.base64Encode(details.rawSpan, into: &buffer)
    self.details = unsafe Array(buffer.bytes)
  }
}

extension ServerSession {
  /// Ends a call of which nothing was done. Costs a fraction of ``fail(_:_:message:details:)``.
  @discardableResult
  package func refuse(_ stream: StreamID, _ refusal: PreparedRefusal) -> Bool {
    guard let slot = unsafe unanswered(stream) else { return false }
    unsafe slot.pointee.statusMessage.append(refusal.message.rawSpan)
    unsafe slot.pointee.statusDetails.append(refusal.details.rawSpan)
    unsafe complete(slot, refusal.code)
    return true
  }
}
