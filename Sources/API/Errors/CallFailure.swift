/// Why a call was refused or failed, with all that the contract tells about it. The server makes one and turns it into
/// trailers or into a ``CallError``; the client reads it back. A value: any thread may use it.
public struct CallFailure: Error, Sendable, Equatable {
  /// The status that the call ends with.
  public var status: CallStatus
  /// For people.
  public var message: String
  /// For programs; `unspecified` when the other side gave none.
  public var reason: ErrorReason
  /// The facts that ``ErrorReason`` names for the reason.
  public var metadata: [String: String]
  /// How long to wait before the next attempt, where one makes sense.
  public var retryDelayMilliseconds: Int64?
  /// The wrong fields of the request.
  public var fieldViolations: [GoogleRPC.BadRequest.FieldViolation]

  /// A failure with one of the contract's reasons, which determines the status.
  public init(
    _ reason: ErrorReason, _ message: String, metadata: [String: String] = [:], retryDelayMilliseconds: Int64? = nil
  ) {
    self.init(status: reason.status, message: message)
    self.reason = reason
    self.metadata = metadata
    self.retryDelayMilliseconds = retryDelayMilliseconds
  }

  /// A failure without a reason.
  public init(status: CallStatus, message: String) {
    self.status = status
    self.message = message
    reason = .unspecified
    metadata = [:]
    fieldViolations = []
  }

  /// A field of the request is missing or out of range.
  ///
  /// - Parameters:
  ///   - path: such as `lines[2].quantity`.
  ///   - found: what is there, such as `0` or `empty`.
  ///   - allowed: what would do, such as `at least 1`.
  public static func invalidField(_ path: String, found: String, allowed: String) -> CallFailure {
    var failure = CallFailure(
      .invalidField, "\(path) is \(found); allowed: \(allowed)", metadata: ["field": path, "allowed": allowed])
    failure.fieldViolations = [.init(field: path, description: "is \(found); allowed: \(allowed)")]
    return failure
  }
}
