internal import API
internal import Basics
package import Client

/// A failure in words that say what to do, and as an exit code.
package enum ErrorText {
  package static func exitCode(_ error: HoldfastError) -> ExitCode {
    switch error {
    case .refused: .refused
    case .notFound: .notFound
    case .invalidRequest: .wrongUsage
    case .unavailable, .outcomeUnknown, .cancelled: .unavailable
    case .failed: .failed
    }
  }

  /// The first line says what happened, the others what to do.
  package static func lines(_ error: HoldfastError) -> [String] {
    let failure = error.failure
    let message = failure.message.isEmpty ? failure.status.name : failure.message
    return [message] + advice(error)
  }

  private static func advice(_ error: HoldfastError) -> [String] {
    switch error {
    case .refused(let refusal, _): advice(refusal)
    case .notFound(let failure): advice(failure.reason)
    case .invalidRequest: []
    case .unavailable(let failure):
      failure.reason == .unspecified
        ? ["nothing was done; is holdfastd running there? --address HOST:PORT names another node"]
        : ["nothing was done; try again in a moment"]
    case .outcomeUnknown(_, let requestID?):
      ["it may or may not have been done; run the same command with --id \(requestID) to find out: it has one effect"]
    case .outcomeUnknown(_, nil): ["there was no answer in time; try again, or give it longer with --timeout"]
    case .cancelled: []
    case .failed(let failure):
      failure.status == .unimplemented
        ? ["the node does not know this call: is it Holdfast, and of the same version as this tool?"] : []
    }
  }

  private static func advice(_ refusal: Refusal) -> [String] {
    switch refusal {
    case .outOfStock(let shortage): ["see what there is with: holdfast stock show \(shortage.sku)"]
    case .holdConfirmed(_, let orderID) where !orderID.isEmpty: ["see its order with: holdfast order show \(orderID)"]
    case .requestIDReused: ["leave --id out to make a new request"]
    case .scaleFixed: ["a SKU's scale is fixed once stock of it has moved"]
    case .locationClosed(let location): ["see its state with: holdfast location get \(location)"]
    case .revisionMismatch(let sku, _): ["read it again with: holdfast sku get \(sku)"]
    case .externalNumberTaken(let orderID), .orderClosed(let orderID, _), .quantityNotOpen(let orderID, _, _, _),
      .orderChanged(let orderID, _), .shipmentIDReused(let orderID):
      ["see the order with: holdfast order show \(orderID)"]
    case .orderNotPaid(let orderID): ["record its payment with: holdfast order pay \(orderID)"]
    case .orderOnHold(let orderID, _): ["let it go on with: holdfast order resume \(orderID)"]
    case .other(let reason): advice(reason)
    case .holdExpired, .holdReleased, .holdConfirmed: []
    }
  }

  private static func advice(_ reason: ErrorReason) -> [String] {
    switch reason {
    case .unknownSKU: ["SKUs are made with: holdfast sku put SKU"]
    case .unknownLocation: ["locations are made with: holdfast location put LOCATION"]
    case .countOutdated: ["count once more, as of the revision that this tells: holdfast --json stock show SKU"]
    case .unknownNode: ["see which there are with: holdfast cluster nodes"]
    case .listOutdated: ["slots moved to other shards meanwhile; run the command again"]
    case .historyTooFar: ["ask for a later moment"]
    case .answerTooLarge: ["ask for fewer SKUs at once, or for one location with --location"]
    case .feedGap, .feedAhead: ["begin anew with: holdfast feed --from beginning, without the old token"]
    case .journalCut: ["how much is kept is set with: holdfast cluster settings --journal-age, --journal-bytes"]
    case .shardIsMoving, .unknownMove, .moveIsOver: ["see how it goes with: holdfast cluster moves"]
    case .slotsNotOwned: ["see who has which slots with: holdfast cluster slots"]
    case .unspecified, .wrongSecret, .nodeHasReplicas, .placementRefused, .goalChanged, .outOfStock, .unknownHold,
      .unknownOrder, .holdExpired, .holdReleased, .holdConfirmed,
      .requestIDReused, .requestTooOld, .requestFromFuture, .revisionMismatch, .tooManySKUs, .invalidField,
      .malformedMessage, .quantityOverflow, .linesSpanShards, .locationClosed, .scaleFixed, .backlogFull, .diskFull,
      .noLeader, .shuttingDown, .deadline, .notAMultiple, .backorderLimit, .orderClosed, .orderNotPaid, .orderOnHold,
      .orderPaid, .orderNotShipped, .unknownOrderLine, .quantityNotOpen, .shipmentIDReused, .tooManyShipments,
      .tooManyLines, .externalNumberTaken, .externalNumberPending, .orderChanged, .unrecognized:
      []
    }
  }
}

extension JSON {
  /// What a script gets on standard error with `--json` when its command line, or a file that it names, is no good: no node
  /// was asked.
  ///
  /// - Parameter see: the command that explains it.
  init(usage message: String, see command: String? = nil) {
    var members: [Member] = [
      Member(key: "status", value: .text(CallStatus.invalidArgument.name)),
      Member(key: "reason", value: .text("USAGE")),
      Member(key: "message", value: .text(message)),
    ]
    if let command { members.append(Member(key: "see", value: .text(command))) }
    self = .object([Member(key: "error", value: .object(members))])
  }

  /// What a script gets on standard error with `--json` when a call failed.
  package init(_ error: HoldfastError) {
    let failure = error.failure
    var members: [Member] = [
      Member(key: "status", value: .text(failure.status.name)),
      Member(key: "reason", value: .text(failure.reason == .unspecified ? "" : failure.reason.name)),
      Member(key: "message", value: .text(failure.message)),
      Member(
        key: "metadata",
        value: .object(
          failure.metadata.sorted { $0.key < $1.key }.map { Member(key: $0.key, value: .text($0.value)) })),
      Member(key: "outcome_unknown", value: .bool(error.isOutcomeUnknown)),
    ]
    if let requestID = error.requestID { members.append(Member(key: "request_id", value: .text("\(requestID)"))) }
    self = .object([Member(key: "error", value: .object(members))])
  }
}

extension HoldfastError {
  var isOutcomeUnknown: Bool {
    switch self {
    case .outcomeUnknown, .cancelled: true
    case .refused, .notFound, .invalidRequest, .unavailable, .failed: false
    }
  }

  var requestID: UniqueID? {
    switch self {
    case .outcomeUnknown(_, let requestID), .cancelled(let requestID): requestID
    case .refused, .notFound, .invalidRequest, .unavailable, .failed: nil
    }
  }
}
