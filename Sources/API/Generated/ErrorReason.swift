// Written by Scripts/generate-api from holdfast/v1/error_reason.proto. Do not edit.

/// Why a call was refused or failed. A unary call carries it in the trailer `grpc-status-details-bin`: a
/// google.rpc.Status whose details hold a google.rpc.ErrorInfo with domain "holdfast", the value's name without its
/// prefix as `reason` (such as "OUT_OF_STOCK"), and the facts below as `metadata`. Next to it may stand a
/// google.rpc.RetryInfo and, for INVALID_FIELD, a google.rpc.BadRequest.
///
/// After UNAVAILABLE and RESOURCE_EXHAUSTED the call surely had no effect (but for PutLocation, which says so): call again
/// with the same request id, after the delay of the RetryInfo; without one it would end the same way again. After
/// DEADLINE_EXCEEDED the outcome is unknown: call again with the same request id.
///
/// A few ends carry no reason, only a status and words for people:
///   RESOURCE_EXHAUSTED  "a message of 5000000 bytes is larger than 4194304", "there are 4096 locations already": what was
///                       sent, or what there would be, is more than may be; no RetryInfo
///   UNIMPLEMENTED       "unknown method", "compressed messages are not supported"
///   INVALID_ARGUMENT    a `grpc-timeout` that is none
///   DEADLINE_EXCEEDED   the call's own deadline has passed
///   NOT_FOUND           Health.Check of a service that the node has not
///   INTERNAL, DATA_LOSS a fault of the server, which its log tells more about
public enum ErrorReason: ProtobufEnum {
  case unspecified
  /// FAILED_PRECONDITION: not enough in the account. Metadata: sku, location (the line's; of a line that names none, that
  /// which has most of it, or empty where none has any or several were to share it), account, asked, available; locations,
  /// of a line that names none, from the shard that answers: each that did not meet the line, with a LocationRefusal and
  /// what was available, such as "BER1 TOO_LITTLE 7, HAM1 DRAINING 40".
  /// Example: reason: "OUT_OF_STOCK" metadata { sku: "TSHIRT-M-BLUE" location: "" account: "AVAILABLE" asked: "2"
  ///   available: "0" locations: "BER1 EMPTY 0, HAM1 DRAINING 40" }
  case outOfStock
  /// NOT_FOUND. Metadata: sku.
  /// Example: reason: "UNKNOWN_SKU" metadata { sku: "NONE-SUCH" }
  case unknownSKU
  /// NOT_FOUND. Metadata: location (empty where a line names none and the tenant has no active location).
  /// Example: reason: "UNKNOWN_LOCATION" metadata { location: "NOWHERE" }
  case unknownLocation
  /// NOT_FOUND. Metadata: hold_id.
  /// Example: reason: "UNKNOWN_HOLD" metadata { hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" }
  case unknownHold
  /// NOT_FOUND. Metadata: order_id (empty for a number that no order has; then also channel, external_number).
  /// Example: reason: "UNKNOWN_ORDER" metadata { order_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" }
  case unknownOrder
  /// FAILED_PRECONDITION: its time is over and the stock is no longer there. Metadata: hold_id; and when it was to be
  /// confirmed, as in OUT_OF_STOCK what there is too little of: sku, location, account, asked, available.
  /// Example: reason: "HOLD_EXPIRED" metadata { hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" }, or, when it was to be
  ///   confirmed, metadata { hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" sku: "TSHIRT-M-BLUE" location: "BER1"
  ///   account: "AVAILABLE" asked: "2" available: "0" }
  case holdExpired
  /// FAILED_PRECONDITION: it was released. Metadata: hold_id.
  /// Example: reason: "HOLD_RELEASED" metadata { hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" }
  case holdReleased
  /// FAILED_PRECONDITION: it became an order. Metadata: hold_id, order_id.
  /// Example: reason: "HOLD_CONFIRMED" metadata { hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" order_id:
  ///   "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" }
  case holdConfirmed
  /// ALREADY_EXISTS: the request id was used with other content. Metadata: request_id. Which is known where both contents
  /// have SKUs of one shard, and for a moment after a refusal over several shards as well; so do not rely on it to find
  /// mistakes, and give each request an id of its own.
  /// Example: reason: "REQUEST_ID_REUSED" metadata { request_id: "01890a5d-ac96-774b-bcce-b302099a8057" }
  case requestIDReused
  /// INVALID_ARGUMENT: a version 7 request id from more than 72 hours ago. Metadata: request_id.
  /// Example: reason: "REQUEST_TOO_OLD" metadata { request_id: "01890a5d-ac96-774b-bcce-b302099a8057" }
  case requestTooOld
  /// INVALID_ARGUMENT: a field is missing or out of range. Metadata: field (its path, such as "lines[2].quantity"),
  /// allowed (what would do).
  /// Example: reason: "INVALID_FIELD" metadata { field: "lines[2].quantity" allowed: "1 to 9007199254740992" }
  case invalidField
  /// INVALID_ARGUMENT: the message is not the protobuf encoding of its type.
  /// Example: reason: "MALFORMED_MESSAGE"
  case malformedMessage
  /// FAILED_PRECONDITION: a balance would grow beyond 2^53. Metadata: sku, location, account.
  /// Example: reason: "QUANTITY_OVERFLOW" metadata { sku: "TSHIRT-M-BLUE" location: "BER1" account: "AVAILABLE" }
  case quantityOverflow
  /// FAILED_PRECONDITION: SKUs that live in several shards are to come from one location (SPLIT_POLICY_NONE); or a
  /// node of the cluster is too old to reserve over shards.
  /// Example: reason: "LINES_SPAN_SHARDS"
  case linesSpanShards
  /// FAILED_PRECONDITION: the location is DRAINING or CLOSED. Metadata: location.
  /// Example: reason: "LOCATION_CLOSED" metadata { location: "BER1" }
  case locationClosed
  /// FAILED_PRECONDITION: a SKU's quantity scale cannot change once stock of it has moved. Metadata: sku, scale.
  /// Example: reason: "SCALE_FIXED" metadata { sku: "RICE" scale: "3" }
  case scaleFixed
  /// RESOURCE_EXHAUSTED: more waits than the server takes. With a retry delay, such as 50 ms.
  /// Example: reason: "BACKLOG_FULL" and RetryInfo retry_delay { nanos: 50000000 }
  case backlogFull
  /// RESOURCE_EXHAUSTED: the disk is nearly full; reads go on. With a retry delay.
  /// Example: reason: "DISK_FULL" and RetryInfo retry_delay { seconds: 1 }
  case diskFull
  /// UNAVAILABLE: the shard has no leader now. With a retry delay. In some answers with the metadata leader_node_id (who is
  /// thought to lead), sku.
  /// Example: reason: "NO_LEADER" and RetryInfo retry_delay { nanos: 100000000 }
  case noLeader
  /// UNAVAILABLE: the node is going down; another will do. With a retry delay.
  /// Example: reason: "SHUTTING_DOWN" and RetryInfo retry_delay { nanos: 200000000 }
  case shuttingDown
  /// DEADLINE_EXCEEDED: the outcome is unknown.
  /// Example: reason: "DEADLINE"
  case deadline
  /// INVALID_ARGUMENT: a version 7 request id from more than 24 hours ahead. Metadata: request_id.
  /// Example: reason: "REQUEST_FROM_FUTURE" metadata { request_id: "01890a5d-ac96-774b-bcce-b302099a8057" }
  case requestFromFuture
  /// ABORTED: the SKU's revision is not the expected one. Metadata: sku, revision.
  /// Example: reason: "REVISION_MISMATCH" metadata { sku: "TSHIRT-M-BLUE" revision: "3" }
  case revisionMismatch
  /// FAILED_PRECONDITION: a shard has all the SKUs that it can have, 2^31.
  /// Example: reason: "TOO_MANY_SKUS"
  case tooManySKUs
  /// NOT_FOUND. Metadata: node.
  /// Example: reason: "UNKNOWN_NODE" metadata { node: "4" }
  case unknownNode
  /// UNAUTHENTICATED: who wants to join does not know the cluster's secret.
  /// Example: reason: "WRONG_SECRET"
  case wrongSecret
  /// FAILED_PRECONDITION: a node with replicas is drained first. Metadata: node, replicas.
  /// Example: reason: "NODE_HAS_REPLICAS" metadata { node: "4" replicas: "12" }
  case nodeHasReplicas
  /// FAILED_PRECONDITION: the change would leave a shard without what it needs, or contradicts what is. Metadata where there is
  /// one: node, shard, shards (how many), feature_level (what the cluster uses).
  /// Example: reason: "PLACEMENT_REFUSED" metadata { node: "2" shard: "7" }
  case placementRefused
  /// ABORTED: the goal was changed by somebody else meanwhile; look again. Metadata: shard.
  /// Example: reason: "GOAL_CHANGED" metadata { shard: "7" }
  case goalChanged
  /// FAILED_PRECONDITION: nothing is open of the order, or it is too late for what is asked. Metadata: order_id, status
  /// (such as "EXPIRED").
  /// Example: `reason: "ORDER_CLOSED" metadata { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" status: "CANCELLED" }`
  case orderClosed
  /// FAILED_PRECONDITION: it may be shipped when it is paid. Metadata: order_id.
  /// Example: `reason: "ORDER_NOT_PAID" metadata { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" }`
  case orderNotPaid
  /// FAILED_PRECONDITION: it may not be shipped until it is resumed. Metadata: order_id, hold_reason.
  /// Example: `reason: "ORDER_ON_HOLD" metadata { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" hold_reason: "fraud review" }`
  case orderOnHold
  /// FAILED_PRECONDITION: it was paid, by another payment. Metadata: order_id, payment_reference (that of the payment which
  /// is known).
  /// Example: `reason: "ORDER_PAID" metadata { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" payment_reference: "pay_8812" }`
  case orderPaid
  /// FAILED_PRECONDITION: a part of it has not left. Metadata: order_id, open.
  /// Example: `reason: "ORDER_NOT_SHIPPED" metadata { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" open: "1" }`
  case orderNotShipped
  /// NOT_FOUND: the order has no line of this number. Metadata: order_id, line.
  /// Example: `reason: "UNKNOWN_ORDER_LINE" metadata { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" line: "7" }`
  case unknownOrderLine
  /// FAILED_PRECONDITION: more of a line is to be cancelled or shipped than can be. Metadata: order_id, line, asked, open.
  /// Example: `reason: "QUANTITY_NOT_OPEN" metadata { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" line: "1" asked: "3" open: "2" }`
  case quantityNotOpen
  /// ALREADY_EXISTS: the order has another shipment of this id. Metadata: order_id, shipment_id.
  /// Example: `reason: "SHIPMENT_ID_REUSED" metadata { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" shipment_id: "DHL-1" }`
  case shipmentIDReused
  /// FAILED_PRECONDITION: an order is shipped in at most 100 parts. Metadata: order_id.
  /// Example: `reason: "TOO_MANY_SHIPMENTS" metadata { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" }`
  case tooManyShipments
  /// FAILED_PRECONDITION: a hold or an order has at most 200 lines, and an order at most 10 that replace it. Metadata:
  /// order_id or hold_id.
  /// Example: `reason: "TOO_MANY_LINES" metadata { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" }`
  case tooManyLines
  /// ALREADY_EXISTS: another order has the number in the channel. Metadata: channel, external_number, order_id.
  /// Example: `reason: "EXTERNAL_NUMBER_TAKEN" metadata { channel: "market-de" external_number: "305-7712" order_id: "01890a5d-ac90-7001-8000-0000000000a1-0b22" }`
  case externalNumberTaken
  /// UNAVAILABLE: an order of this number is being made by another request. With a retry delay. Metadata: channel,
  /// external_number.
  /// Example: `reason: "EXTERNAL_NUMBER_PENDING" metadata { channel: "market-de" external_number: "305-7712" }` and RetryInfo
  /// retry_delay { nanos: 50000000 }
  case externalNumberPending
  /// ABORTED: the order's version is not the expected one. Metadata: order_id, version.
  /// Example: `reason: "ORDER_CHANGED" metadata { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" version: "6" }`
  case orderChanged
  /// FAILED_PRECONDITION: the quantity is not a multiple of the SKU's lot size. Metadata: sku, lot_size, asked.
  /// Example: `reason: "NOT_A_MULTIPLE" metadata { sku: "RICE-6" lot_size: "6" asked: "10" }`
  case notAMultiple
  /// FAILED_PRECONDITION: orders wait for as much of the SKU as they may. Metadata: sku, limit, left (how much more would
  /// have been taken).
  /// Example: `reason: "BACKORDER_LIMIT" metadata { sku: "TSHIRT-M-BLUE" limit: "100" left: "3" }`
  case backorderLimit
  /// ABORTED: what is on hand has changed since the revision that was counted at. Metadata: sku, location, revision (of
  /// that change), on_hand.
  /// Example: `reason: "COUNT_OUTDATED" metadata { sku: "TSHIRT-M-BLUE" location: "BER1" revision: "1063" on_hand: "117" }`
  case countOutdated
  /// ABORTED: slots moved to other shards since the list began, so that its next pages would miss some; begin again.
  /// Example: reason: "LIST_OUTDATED"
  case listOutdated
  /// FAILED_PRECONDITION: more has moved since than one read may look at; ask for a later moment. Metadata: sku.
  /// Example: reason: "HISTORY_TOO_FAR" metadata { sku: "TSHIRT-M-BLUE" }
  case historyTooFar
  /// FAILED_PRECONDITION: the answer had no room for this SKU; ask for fewer at once, or for one location. Metadata: sku.
  /// Example: reason: "ANSWER_TOO_LARGE" metadata { sku: "TSHIRT-M-BLUE" }
  case answerTooLarge
  /// FAILED_PRECONDITION: the journal was cut behind the token. Metadata: shard, sequence (the next one by the token),
  /// first_available.
  /// Example: `reason: "FEED_GAP" metadata { shard: "1" sequence: "5120" first_available: "90112" }`
  case feedGap
  /// FAILED_PRECONDITION: the token is ahead of the journal, so records that were told were lost since, by a recovery by
  /// force. Metadata: shard, sequence, last.
  /// Example: `reason: "FEED_AHEAD" metadata { shard: "1" sequence: "5120" last: "5000" }`
  case feedAhead
  /// FAILED_PRECONDITION: that part of the journal was cut off, or is another shard's, from which the SKU came since.
  /// Metadata: shard; sequence, first_available; for stock as it was, in place of the sequences: sku, revision_min, time_min
  /// (the first ones that can be asked for; the time as in RFC 3339).
  /// Example: `reason: "JOURNAL_CUT" metadata { shard: "1" sequence: "1" first_available: "90112" }`, or
  /// `metadata { shard: "1" sku: "RICE" revision_min: "88120" time_min: "2026-01-01T00:00:00.000Z" }`
  case journalCut
  /// FAILED_PRECONDITION: slots of the shard are moving already. Metadata: shard, move_id.
  /// Example: `reason: "SHARD_IS_MOVING" metadata { shard: "1" move_id: "16384000" }`
  case shardIsMoving
  /// FAILED_PRECONDITION: not all of the slots are the shard's. Metadata: shard.
  /// Example: `reason: "SLOTS_NOT_OWNED" metadata { shard: "1" }`
  case slotsNotOwned
  /// NOT_FOUND. Metadata: move_id.
  /// Example: `reason: "UNKNOWN_MOVE" metadata { move_id: "16384000" }`
  case unknownMove
  /// FAILED_PRECONDITION: the move has ended, or was cancelled. Metadata: move_id.
  /// Example: `reason: "MOVE_IS_OVER" metadata { move_id: "16384000" }`
  case moveIsOver
  /// A number that this version does not know.
  case unrecognized(Int32)

  /// All values that this version knows.
  public static let known: [ErrorReason] = [
    .unspecified, .outOfStock, .unknownSKU, .unknownLocation, .unknownHold, .unknownOrder, .holdExpired, .holdReleased,
    .holdConfirmed, .requestIDReused, .requestTooOld, .invalidField, .malformedMessage, .quantityOverflow,
    .linesSpanShards, .locationClosed, .scaleFixed, .backlogFull, .diskFull, .noLeader, .shuttingDown, .deadline,
    .requestFromFuture, .revisionMismatch, .tooManySKUs, .unknownNode, .wrongSecret, .nodeHasReplicas,
    .placementRefused, .goalChanged, .orderClosed, .orderNotPaid, .orderOnHold, .orderPaid, .orderNotShipped,
    .unknownOrderLine, .quantityNotOpen, .shipmentIDReused, .tooManyShipments, .tooManyLines, .externalNumberTaken,
    .externalNumberPending, .orderChanged, .notAMultiple, .backorderLimit, .countOutdated, .listOutdated,
    .historyTooFar, .answerTooLarge, .feedGap, .feedAhead, .journalCut, .shardIsMoving, .slotsNotOwned, .unknownMove,
    .moveIsOver,
  ]

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .outOfStock
    case 2: self = .unknownSKU
    case 3: self = .unknownLocation
    case 4: self = .unknownHold
    case 5: self = .unknownOrder
    case 6: self = .holdExpired
    case 7: self = .holdReleased
    case 8: self = .holdConfirmed
    case 9: self = .requestIDReused
    case 10: self = .requestTooOld
    case 11: self = .invalidField
    case 12: self = .malformedMessage
    case 13: self = .quantityOverflow
    case 14: self = .linesSpanShards
    case 15: self = .locationClosed
    case 16: self = .scaleFixed
    case 17: self = .backlogFull
    case 18: self = .diskFull
    case 19: self = .noLeader
    case 20: self = .shuttingDown
    case 21: self = .deadline
    case 22: self = .requestFromFuture
    case 23: self = .revisionMismatch
    case 24: self = .tooManySKUs
    case 25: self = .unknownNode
    case 26: self = .wrongSecret
    case 27: self = .nodeHasReplicas
    case 28: self = .placementRefused
    case 29: self = .goalChanged
    case 35: self = .orderClosed
    case 36: self = .orderNotPaid
    case 37: self = .orderOnHold
    case 38: self = .orderPaid
    case 39: self = .orderNotShipped
    case 40: self = .unknownOrderLine
    case 41: self = .quantityNotOpen
    case 42: self = .shipmentIDReused
    case 43: self = .tooManyShipments
    case 44: self = .tooManyLines
    case 45: self = .externalNumberTaken
    case 46: self = .externalNumberPending
    case 47: self = .orderChanged
    case 50: self = .notAMultiple
    case 51: self = .backorderLimit
    case 52: self = .countOutdated
    case 60: self = .listOutdated
    case 62: self = .historyTooFar
    case 63: self = .answerTooLarge
    case 65: self = .feedGap
    case 66: self = .feedAhead
    case 67: self = .journalCut
    case 70: self = .shardIsMoving
    case 71: self = .slotsNotOwned
    case 72: self = .unknownMove
    case 73: self = .moveIsOver
    default: self = .unrecognized(rawValue)
    }
  }

  public init?(name: String) {
    switch name {
    case "UNSPECIFIED": self = .unspecified
    case "OUT_OF_STOCK": self = .outOfStock
    case "UNKNOWN_SKU": self = .unknownSKU
    case "UNKNOWN_LOCATION": self = .unknownLocation
    case "UNKNOWN_HOLD": self = .unknownHold
    case "UNKNOWN_ORDER": self = .unknownOrder
    case "HOLD_EXPIRED": self = .holdExpired
    case "HOLD_RELEASED": self = .holdReleased
    case "HOLD_CONFIRMED": self = .holdConfirmed
    case "REQUEST_ID_REUSED": self = .requestIDReused
    case "REQUEST_TOO_OLD": self = .requestTooOld
    case "INVALID_FIELD": self = .invalidField
    case "MALFORMED_MESSAGE": self = .malformedMessage
    case "QUANTITY_OVERFLOW": self = .quantityOverflow
    case "LINES_SPAN_SHARDS": self = .linesSpanShards
    case "LOCATION_CLOSED": self = .locationClosed
    case "SCALE_FIXED": self = .scaleFixed
    case "BACKLOG_FULL": self = .backlogFull
    case "DISK_FULL": self = .diskFull
    case "NO_LEADER": self = .noLeader
    case "SHUTTING_DOWN": self = .shuttingDown
    case "DEADLINE": self = .deadline
    case "REQUEST_FROM_FUTURE": self = .requestFromFuture
    case "REVISION_MISMATCH": self = .revisionMismatch
    case "TOO_MANY_SKUS": self = .tooManySKUs
    case "UNKNOWN_NODE": self = .unknownNode
    case "WRONG_SECRET": self = .wrongSecret
    case "NODE_HAS_REPLICAS": self = .nodeHasReplicas
    case "PLACEMENT_REFUSED": self = .placementRefused
    case "GOAL_CHANGED": self = .goalChanged
    case "ORDER_CLOSED": self = .orderClosed
    case "ORDER_NOT_PAID": self = .orderNotPaid
    case "ORDER_ON_HOLD": self = .orderOnHold
    case "ORDER_PAID": self = .orderPaid
    case "ORDER_NOT_SHIPPED": self = .orderNotShipped
    case "UNKNOWN_ORDER_LINE": self = .unknownOrderLine
    case "QUANTITY_NOT_OPEN": self = .quantityNotOpen
    case "SHIPMENT_ID_REUSED": self = .shipmentIDReused
    case "TOO_MANY_SHIPMENTS": self = .tooManyShipments
    case "TOO_MANY_LINES": self = .tooManyLines
    case "EXTERNAL_NUMBER_TAKEN": self = .externalNumberTaken
    case "EXTERNAL_NUMBER_PENDING": self = .externalNumberPending
    case "ORDER_CHANGED": self = .orderChanged
    case "NOT_A_MULTIPLE": self = .notAMultiple
    case "BACKORDER_LIMIT": self = .backorderLimit
    case "COUNT_OUTDATED": self = .countOutdated
    case "LIST_OUTDATED": self = .listOutdated
    case "HISTORY_TOO_FAR": self = .historyTooFar
    case "ANSWER_TOO_LARGE": self = .answerTooLarge
    case "FEED_GAP": self = .feedGap
    case "FEED_AHEAD": self = .feedAhead
    case "JOURNAL_CUT": self = .journalCut
    case "SHARD_IS_MOVING": self = .shardIsMoving
    case "SLOTS_NOT_OWNED": self = .slotsNotOwned
    case "UNKNOWN_MOVE": self = .unknownMove
    case "MOVE_IS_OVER": self = .moveIsOver
    default: return nil
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .outOfStock: 1
    case .unknownSKU: 2
    case .unknownLocation: 3
    case .unknownHold: 4
    case .unknownOrder: 5
    case .holdExpired: 6
    case .holdReleased: 7
    case .holdConfirmed: 8
    case .requestIDReused: 9
    case .requestTooOld: 10
    case .invalidField: 11
    case .malformedMessage: 12
    case .quantityOverflow: 13
    case .linesSpanShards: 14
    case .locationClosed: 15
    case .scaleFixed: 16
    case .backlogFull: 17
    case .diskFull: 18
    case .noLeader: 19
    case .shuttingDown: 20
    case .deadline: 21
    case .requestFromFuture: 22
    case .revisionMismatch: 23
    case .tooManySKUs: 24
    case .unknownNode: 25
    case .wrongSecret: 26
    case .nodeHasReplicas: 27
    case .placementRefused: 28
    case .goalChanged: 29
    case .orderClosed: 35
    case .orderNotPaid: 36
    case .orderOnHold: 37
    case .orderPaid: 38
    case .orderNotShipped: 39
    case .unknownOrderLine: 40
    case .quantityNotOpen: 41
    case .shipmentIDReused: 42
    case .tooManyShipments: 43
    case .tooManyLines: 44
    case .externalNumberTaken: 45
    case .externalNumberPending: 46
    case .orderChanged: 47
    case .notAMultiple: 50
    case .backorderLimit: 51
    case .countOutdated: 52
    case .listOutdated: 60
    case .historyTooFar: 62
    case .answerTooLarge: 63
    case .feedGap: 65
    case .feedAhead: 66
    case .journalCut: 67
    case .shardIsMoving: 70
    case .slotsNotOwned: 71
    case .unknownMove: 72
    case .moveIsOver: 73
    case .unrecognized(let number): number
    }
  }

  public var name: String {
    switch self {
    case .unspecified: "UNSPECIFIED"
    case .outOfStock: "OUT_OF_STOCK"
    case .unknownSKU: "UNKNOWN_SKU"
    case .unknownLocation: "UNKNOWN_LOCATION"
    case .unknownHold: "UNKNOWN_HOLD"
    case .unknownOrder: "UNKNOWN_ORDER"
    case .holdExpired: "HOLD_EXPIRED"
    case .holdReleased: "HOLD_RELEASED"
    case .holdConfirmed: "HOLD_CONFIRMED"
    case .requestIDReused: "REQUEST_ID_REUSED"
    case .requestTooOld: "REQUEST_TOO_OLD"
    case .invalidField: "INVALID_FIELD"
    case .malformedMessage: "MALFORMED_MESSAGE"
    case .quantityOverflow: "QUANTITY_OVERFLOW"
    case .linesSpanShards: "LINES_SPAN_SHARDS"
    case .locationClosed: "LOCATION_CLOSED"
    case .scaleFixed: "SCALE_FIXED"
    case .backlogFull: "BACKLOG_FULL"
    case .diskFull: "DISK_FULL"
    case .noLeader: "NO_LEADER"
    case .shuttingDown: "SHUTTING_DOWN"
    case .deadline: "DEADLINE"
    case .requestFromFuture: "REQUEST_FROM_FUTURE"
    case .revisionMismatch: "REVISION_MISMATCH"
    case .tooManySKUs: "TOO_MANY_SKUS"
    case .unknownNode: "UNKNOWN_NODE"
    case .wrongSecret: "WRONG_SECRET"
    case .nodeHasReplicas: "NODE_HAS_REPLICAS"
    case .placementRefused: "PLACEMENT_REFUSED"
    case .goalChanged: "GOAL_CHANGED"
    case .orderClosed: "ORDER_CLOSED"
    case .orderNotPaid: "ORDER_NOT_PAID"
    case .orderOnHold: "ORDER_ON_HOLD"
    case .orderPaid: "ORDER_PAID"
    case .orderNotShipped: "ORDER_NOT_SHIPPED"
    case .unknownOrderLine: "UNKNOWN_ORDER_LINE"
    case .quantityNotOpen: "QUANTITY_NOT_OPEN"
    case .shipmentIDReused: "SHIPMENT_ID_REUSED"
    case .tooManyShipments: "TOO_MANY_SHIPMENTS"
    case .tooManyLines: "TOO_MANY_LINES"
    case .externalNumberTaken: "EXTERNAL_NUMBER_TAKEN"
    case .externalNumberPending: "EXTERNAL_NUMBER_PENDING"
    case .orderChanged: "ORDER_CHANGED"
    case .notAMultiple: "NOT_A_MULTIPLE"
    case .backorderLimit: "BACKORDER_LIMIT"
    case .countOutdated: "COUNT_OUTDATED"
    case .listOutdated: "LIST_OUTDATED"
    case .historyTooFar: "HISTORY_TOO_FAR"
    case .answerTooLarge: "ANSWER_TOO_LARGE"
    case .feedGap: "FEED_GAP"
    case .feedAhead: "FEED_AHEAD"
    case .journalCut: "JOURNAL_CUT"
    case .shardIsMoving: "SHARD_IS_MOVING"
    case .slotsNotOwned: "SLOTS_NOT_OWNED"
    case .unknownMove: "UNKNOWN_MOVE"
    case .moveIsOver: "MOVE_IS_OVER"
    case .unrecognized(let number): String(number)
    }
  }
}
