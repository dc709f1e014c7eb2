/// How a call ended: the gRPC status codes. Never renumber.
public enum CallStatus: Int32, CaseIterable, Sendable {
  case ok = 0
  case cancelled = 1
  case unknown = 2
  case invalidArgument = 3
  case deadlineExceeded = 4
  case notFound = 5
  case alreadyExists = 6
  case permissionDenied = 7
  case resourceExhausted = 8
  case failedPrecondition = 9
  case aborted = 10
  case outOfRange = 11
  case unimplemented = 12
  case `internal` = 13
  case unavailable = 14
  case dataLoss = 15
  case unauthenticated = 16
}

extension CallStatus {
  /// The name that people know, such as `FAILED_PRECONDITION`.
  public var name: String {
    switch self {
    case .ok: "OK"
    case .cancelled: "CANCELLED"
    case .unknown: "UNKNOWN"
    case .invalidArgument: "INVALID_ARGUMENT"
    case .deadlineExceeded: "DEADLINE_EXCEEDED"
    case .notFound: "NOT_FOUND"
    case .alreadyExists: "ALREADY_EXISTS"
    case .permissionDenied: "PERMISSION_DENIED"
    case .resourceExhausted: "RESOURCE_EXHAUSTED"
    case .failedPrecondition: "FAILED_PRECONDITION"
    case .aborted: "ABORTED"
    case .outOfRange: "OUT_OF_RANGE"
    case .unimplemented: "UNIMPLEMENTED"
    case .internal: "INTERNAL"
    case .unavailable: "UNAVAILABLE"
    case .dataLoss: "DATA_LOSS"
    case .unauthenticated: "UNAUTHENTICATED"
    }
  }
}

extension ErrorReason {
  /// The domain of every reason, as `google.rpc.ErrorInfo` tells it.
  public static let domain = "holdfast"

  /// The status that a call with this reason ends with.
  public var status: CallStatus {
    switch self {
    case .unspecified, .unrecognized: .unknown
    case .invalidField, .malformedMessage, .requestTooOld, .requestFromFuture: .invalidArgument
    case .unknownSKU, .unknownLocation, .unknownHold, .unknownOrder, .unknownOrderLine, .unknownNode, .unknownMove:
      .notFound
    case .requestIDReused, .shipmentIDReused, .externalNumberTaken: .alreadyExists
    case .outOfStock, .holdExpired, .holdReleased, .holdConfirmed, .quantityOverflow, .linesSpanShards,
      .locationClosed, .scaleFixed, .tooManySKUs, .nodeHasReplicas, .placementRefused, .feedGap, .feedAhead,
      .journalCut, .notAMultiple, .backorderLimit, .orderClosed, .orderNotPaid, .orderOnHold, .orderPaid,
      .orderNotShipped, .quantityNotOpen, .tooManyShipments, .tooManyLines, .historyTooFar, .shardIsMoving,
      .slotsNotOwned, .moveIsOver, .answerTooLarge:
      .failedPrecondition
    case .revisionMismatch, .goalChanged, .countOutdated, .orderChanged, .listOutdated: .aborted
    case .backlogFull, .diskFull: .resourceExhausted
    case .noLeader, .shuttingDown, .externalNumberPending: .unavailable
    case .deadline: .deadlineExceeded
    case .wrongSecret: .unauthenticated
    }
  }

  /// Whether the same request may succeed later, with nothing changed.
  public var isWorthRetrying: Bool {
    switch status {
    case .resourceExhausted, .unavailable, .deadlineExceeded: true
    case .ok, .cancelled, .unknown, .invalidArgument, .notFound, .alreadyExists, .permissionDenied,
      .failedPrecondition, .aborted, .outOfRange, .unimplemented, .internal, .dataLoss, .unauthenticated:
      false
    }
  }
}
