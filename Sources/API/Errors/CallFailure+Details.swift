internal import Basics

// What `grpc-status-details-bin` carries, before base64: a google.rpc.Status with the call's code and message, and in
// `details` one google.protobuf.Any each for ErrorInfo, RetryInfo and BadRequest, as far as there are any.

private let typePrefix = "type.googleapis.com/"

extension WellKnown.AnyMessage {
  /// A message, packed with its type.
  init(_ message: some ProtobufMessage) {
    self.init(typeURL: typePrefix + type(of: message).protobufName, value: message.encoded())
  }

  /// The message, if it is one of type `M`; what stands before the last slash of the type does not matter.
  func unpacked<M: ProtobufMessage>(as type: M.Type) throws(DecodeError) -> M? {
    guard let name = typeURL.split(separator: "/").last, name == M.protobufName else { return nil }
    return try M(decoding: value)
  }
}

extension CallFailure {
  /// The bytes of `google.rpc.Status` for `grpc-status-details-bin`.
  public func statusDetails() -> [UInt8] {
    var status = GoogleRPC.Status(code: status.rawValue, message: message)
    if reason != .unspecified {
      let info = GoogleRPC.ErrorInfo(reason: reason.name, domain: ErrorReason.domain, metadata: metadata)
      status.details.append(.init(info))
    }
    if let retryDelayMilliseconds {
      status.details.append(.init(GoogleRPC.RetryInfo(retryDelay: .init(milliseconds: retryDelayMilliseconds))))
    }
    if !fieldViolations.isEmpty {
      status.details.append(.init(GoogleRPC.BadRequest(fieldViolations: fieldViolations)))
    }
    return status.encoded()
  }

  /// Reads what a call ended with: `grpc-status`, the decoded `grpc-message`, and the bytes of
  /// `grpc-status-details-bin` if there were any. Details that cannot be read are left out, because the status and the
  /// message are worth more than a complaint about their ornaments; so are details of a foreign domain.
  public init(code: Int32, message: String, statusDetails: [UInt8]) {
    self.init(status: CallStatus(rawValue: code) ?? .unknown, message: message)
    do throws(DecodeError) {
      let status = try GoogleRPC.Status(decoding: statusDetails)
      for detail in status.details { try read(detail) }
    } catch {
      return
    }
  }

  private mutating func read(_ detail: WellKnown.AnyMessage) throws(DecodeError) {
    if let info = try detail.unpacked(as: GoogleRPC.ErrorInfo.self), info.domain == ErrorReason.domain {
      reason = ErrorReason(name: info.reason) ?? .unspecified
      metadata = info.metadata
    }
    if let retry = try detail.unpacked(as: GoogleRPC.RetryInfo.self) {
      retryDelayMilliseconds = retry.retryDelay?.milliseconds
    }
    if let request = try detail.unpacked(as: GoogleRPC.BadRequest.self) {
      fieldViolations = request.fieldViolations
    }
  }
}

extension CallError {
  /// The same facts, for a result of a batch or a stream.
  public init(_ failure: CallFailure) {
    self.init(
      code: failure.status.rawValue, message: failure.message,
      reason: failure.reason == .unspecified ? "" : failure.reason.name, metadata: failure.metadata,
      retryDelay: failure.retryDelayMilliseconds.map { .init(milliseconds: $0) })
  }
}

extension CallFailure {
  public init(_ error: CallError) {
    self.init(status: CallStatus(rawValue: error.code) ?? .unknown, message: error.message)
    reason = ErrorReason(name: error.reason) ?? .unspecified
    metadata = error.metadata
    retryDelayMilliseconds = error.retryDelay?.milliseconds
  }
}
