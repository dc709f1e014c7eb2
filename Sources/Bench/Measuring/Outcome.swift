internal import API
internal import Basics

/// How a call ended, as far as the load tells ends apart.
enum Outcome: Int, CaseIterable, Sendable {
  /// Done; a reservation made its hold.
  case done
  case outOfStock
  /// Another refusal: FAILED_PRECONDITION, INVALID_ARGUMENT, NOT_FOUND and their like.
  case refused
  case resourceExhausted
  case unavailable
  case deadlineExceeded
  /// The connection was lost before the answer came.
  case lost
  /// The answer contradicts the request, or could not be read.
  case wrong
  /// INTERNAL and other failures that should not be.
  case failed
  /// A step with a hold whose time was over.
  case expired

  /// The refusals that are answers like any other, by their reasons.
  private static let answers: [(reason: [UInt8], Outcome)] = [
    (Array("OUT_OF_STOCK".utf8), .outOfStock), (Array("HOLD_EXPIRED".utf8), .expired),
  ]

  /// - Parameter details: where the reason of a refusal stands somewhere.
  init(_ status: CallStatus, details: [UInt8]) {
    switch status {
    case .ok: self = .done
    case .failedPrecondition: self = Self.answers.first { details.contains($0.reason) }?.1 ?? .refused
    case .invalidArgument, .notFound, .alreadyExists, .permissionDenied, .aborted, .outOfRange, .unimplemented,
      .unauthenticated:
      self = .refused
    case .resourceExhausted: self = .resourceExhausted
    case .unavailable: self = .unavailable
    case .deadlineExceeded: self = .deadlineExceeded
    case .cancelled, .unknown, .internal, .dataLoss: self = .failed
    }
  }

  /// What people and programs read.
  var name: String {
    switch self {
    case .done: "done"
    case .outOfStock: "out_of_stock"
    case .refused: "refused"
    case .resourceExhausted: "resource_exhausted"
    case .unavailable: "unavailable"
    case .deadlineExceeded: "deadline_exceeded"
    case .lost: "connection_lost"
    case .wrong: "wrong_answer"
    case .failed: "failed"
    case .expired: "hold_expired"
    }
  }

  /// It may be otherwise in a moment: whoever has time asks again.
  var isTransient: Bool {
    switch self {
    case .resourceExhausted, .unavailable, .deadlineExceeded, .lost: true
    case .done, .outOfStock, .expired, .refused, .wrong, .failed: false
    }
  }

  /// Whether a call that was answered so may still have had its effect. RESOURCE_EXHAUSTED and UNAVAILABLE, said by the
  /// server, promise that it had none.
  var isUnknownWhenAnswered: Bool {
    switch self {
    case .deadlineExceeded, .failed: true
    case .done, .wrong, .outOfStock, .expired, .refused, .resourceExhausted, .unavailable, .lost: false
    }
  }

  /// Being out of stock is an answer like any other.
  var isError: Bool {
    switch self {
    case .done, .outOfStock, .expired: false
    case .refused, .resourceExhausted, .unavailable, .deadlineExceeded, .lost, .wrong, .failed: true
    }
  }
}
