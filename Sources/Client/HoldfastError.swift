public import API
public import Basics

/// Why a call did not do what was asked. Everything the node told is in ``failure``.
///
/// ```swift
/// do throws(HoldfastError) {
///   let hold = try await client.reserve([.init(sku: "TSHIRT-M-BLUE", quantity: 2)])
/// } catch .refused(.outOfStock(let shortage), _) {
///   show("only \(shortage.available) left")
/// }
/// ```
public enum HoldfastError: Error, Equatable, Sendable {
  /// A business rule said no. Nothing changed, and asking again helps only when something else has changed.
  case refused(Refusal, CallFailure)
  /// The SKU, location, hold or order does not exist.
  case notFound(CallFailure)
  /// The request itself is wrong: a field is missing or out of range, or it is too old.
  case invalidRequest(CallFailure)
  /// No node could do it, and retries are used up. A write surely had no effect.
  case unavailable(CallFailure)
  /// There was no answer in time, or the connection broke under it. The write may have taken effect or still may: send
  /// it again with the same request id to learn what became of it. A read has simply not been answered.
  case outcomeUnknown(CallFailure, requestID: UniqueID?)
  /// The Swift task was cancelled, and the call with it. A write may have taken effect.
  case cancelled(requestID: UniqueID?)
  /// Anything else: a fault of the node or a lack of permission. A write may have taken effect.
  case failed(CallFailure)
}

/// A business rule that said no, with the facts to act on.
public enum Refusal: Equatable, Sendable {
  /// Not enough of a SKU.
  public struct Shortage: Equatable, Sendable {
    public var sku: String
    /// Empty when any location would have done.
    public var location: String
    /// In the SKU's base unit, like ``available``.
    public var asked: Int64
    public var available: Int64

    public init(sku: String, location: String, asked: Int64, available: Int64) {
      self.sku = sku
      self.location = location
      self.asked = asked
      self.available = available
    }
  }

  case outOfStock(Shortage)
  /// The hold's time is over, and for a confirmation the stock is no longer there.
  case holdExpired(holdID: String)
  case holdReleased(holdID: String)
  case holdConfirmed(holdID: String, orderID: String)
  /// The location is draining or closed.
  case locationClosed(location: String)
  /// Stock of the SKU has moved with another quantity scale.
  case scaleFixed(sku: String, scale: Int?)
  /// The SKU was changed by somebody else; `revision` is what it has now.
  case revisionMismatch(sku: String, revision: Int64?)
  /// The request id was used before, for something else.
  case requestIDReused
  /// Nothing of the order is open, or it is too late for what is asked; `status` is such as "EXPIRED".
  case orderClosed(orderID: String, status: String)
  case orderNotPaid(orderID: String)
  case orderOnHold(orderID: String, reason: String)
  /// Of a line, from 1, less is open than is to be cancelled or shipped.
  case quantityNotOpen(orderID: String, line: Int, asked: Int64, open: Int64)
  /// The order was changed by somebody else; `version` is what it has now.
  case orderChanged(orderID: String, version: Int64?)
  /// The order has another shipment of this id.
  case shipmentIDReused(orderID: String)
  /// Another order has the number in the channel.
  case externalNumberTaken(orderID: String)
  /// A reason that has no case here; see ``HoldfastError/failure``.
  case other(ErrorReason)
}

extension HoldfastError {
  /// Everything that the node told: status, reason, facts, retry delay, message. For failures that no node told, the
  /// same made here.
  public var failure: CallFailure {
    switch self {
    case .refused(_, let failure), .notFound(let failure), .invalidRequest(let failure), .unavailable(let failure),
      .outcomeUnknown(let failure, _), .failed(let failure):
      failure
    case .cancelled: CallFailure(status: .cancelled, message: "the task was cancelled")
    }
  }

  /// Sorts a call's final failure.
  ///
  /// A refusal is certain only of the attempt that it answers. An earlier copy, of which nothing was heard, may still be on
  /// its way through another node and find stock that has come back; the id joins the copies that have an effect, and no
  /// refusal is remembered. So behind such an attempt only a success is certain, and what every copy is refused for alike.
  ///
  /// - Parameters:
  ///   - mayHaveTakenEffect: an attempt ended without an answer, this one or an earlier one.
  ///   - requestID: that of a write; `nil` for a read, which has no effect.
  package init(_ failure: CallFailure, mayHaveTakenEffect: Bool, requestID: UniqueID?) {
    let isInDoubt = mayHaveTakenEffect && requestID != nil
    switch failure.status {
    case .notFound, .failedPrecondition, .aborted:
      if isInDoubt {
        self = .outcomeUnknown(failure, requestID: requestID)
      } else {
        self = failure.status == .notFound ? .notFound(failure) : .refused(Refusal(failure), failure)
      }
    case .invalidArgument, .outOfRange: self = .invalidRequest(failure)
    case .alreadyExists: self = .refused(Refusal(failure), failure)
    case .unavailable, .resourceExhausted, .deadlineExceeded:
      self = mayHaveTakenEffect ? .outcomeUnknown(failure, requestID: requestID) : .unavailable(failure)
    case .ok, .cancelled, .unknown, .permissionDenied, .unimplemented, .internal, .dataLoss, .unauthenticated:
      self = .failed(failure)
    }
  }
}

extension Refusal {
  init(_ failure: CallFailure) {
    let facts = failure.metadata
    let holdID = facts["hold_id", default: ""]
    let orderID = facts["order_id", default: ""]
    switch failure.reason {
    case .outOfStock:
      self = .outOfStock(
        Shortage(
          sku: facts["sku", default: ""], location: facts["location", default: ""],
          asked: facts["asked"].flatMap { Int64($0) } ?? 0, available: facts["available"].flatMap { Int64($0) } ?? 0))
    case .holdExpired: self = .holdExpired(holdID: holdID)
    case .holdReleased: self = .holdReleased(holdID: holdID)
    case .holdConfirmed: self = .holdConfirmed(holdID: holdID, orderID: orderID)
    case .locationClosed: self = .locationClosed(location: facts["location", default: ""])
    case .scaleFixed: self = .scaleFixed(sku: facts["sku", default: ""], scale: facts["scale"].flatMap { Int($0) })
    case .revisionMismatch:
      self = .revisionMismatch(sku: facts["sku", default: ""], revision: facts["revision"].flatMap { Int64($0) })
    case .requestIDReused: self = .requestIDReused
    case .orderClosed: self = .orderClosed(orderID: orderID, status: facts["status", default: ""])
    case .orderNotPaid: self = .orderNotPaid(orderID: orderID)
    case .orderOnHold: self = .orderOnHold(orderID: orderID, reason: facts["hold_reason", default: ""])
    case .quantityNotOpen:
      self = .quantityNotOpen(
        orderID: orderID, line: facts["line"].flatMap { Int($0) } ?? 0,
        asked: facts["asked"].flatMap { Int64($0) } ?? 0, open: facts["open"].flatMap { Int64($0) } ?? 0)
    case .orderChanged: self = .orderChanged(orderID: orderID, version: facts["version"].flatMap { Int64($0) })
    case .shipmentIDReused: self = .shipmentIDReused(orderID: orderID)
    case .externalNumberTaken: self = .externalNumberTaken(orderID: orderID)
    case .unspecified, .unknownSKU, .unknownLocation, .unknownHold, .unknownOrder, .requestTooOld, .requestFromFuture,
      .tooManySKUs, .unknownNode, .wrongSecret, .nodeHasReplicas, .placementRefused, .goalChanged, .invalidField,
      .shardIsMoving, .slotsNotOwned, .unknownMove, .moveIsOver,
      .listOutdated, .historyTooFar, .answerTooLarge, .feedGap, .feedAhead, .journalCut,
      .malformedMessage, .quantityOverflow, .linesSpanShards, .backlogFull, .diskFull, .noLeader, .shuttingDown,
      .deadline, .notAMultiple, .backorderLimit, .countOutdated, .orderPaid, .orderNotShipped, .unknownOrderLine,
      .tooManyShipments, .tooManyLines, .externalNumberPending, .unrecognized:
      self = .other(failure.reason)
    }
  }
}
