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

  static let outOfStockReason = Array("OUT_OF_STOCK".utf8)

  init(_ status: CallStatus, isOutOfStock: Bool) {
    switch status {
    case .ok: self = .done
    case .failedPrecondition: self = isOutOfStock ? .outOfStock : .refused
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
    }
  }

  /// Being out of stock is an answer like any other.
  var isError: Bool {
    switch self {
    case .done, .outOfStock: false
    case .refused, .resourceExhausted, .unavailable, .deadlineExceeded, .lost, .wrong, .failed: true
    }
  }
}

extension Operation {
  var method: Method {
    switch self {
    case .reserve, .repeated: .holdReserve
    case .batch: .holdBatchReserve
    case .confirm: .holdConfirmHold
    case .release: .holdReleaseHold
    }
  }
}

/// What a call was for.
enum Operation: Int, CaseIterable, Sendable {
  case reserve
  /// A reservation sent once more with the same id.
  case repeated
  case batch
  case confirm
  case release

  var name: String {
    switch self {
    case .reserve: "reserve"
    case .repeated: "repeat"
    case .batch: "batch-reserve"
    case .confirm: "confirm"
    case .release: "release"
    }
  }
}
