// Written by Scripts/generate-api from holdfast/v1/error_reason.proto. Do not edit.

/// Why a call was refused or failed. A unary call carries it in the trailer `grpc-status-details-bin`: a
/// google.rpc.Status whose details hold a google.rpc.ErrorInfo with domain "holdfast", the value's name without its
/// prefix as `reason` (such as "OUT_OF_STOCK"), and the facts below as `metadata`. Next to it may stand a
/// google.rpc.RetryInfo and, for INVALID_FIELD, a google.rpc.BadRequest.
///
/// After UNAVAILABLE and RESOURCE_EXHAUSTED the call surely had no effect. After DEADLINE_EXCEEDED the outcome is
/// unknown: call again with the same request id.
public enum ErrorReason: ProtobufEnum {
  case unspecified
  /// FAILED_PRECONDITION: not enough in the account. Metadata: sku, location (empty when any would do), account,
  /// asked, available.
  case outOfStock
  /// NOT_FOUND. Metadata: sku.
  case unknownSKU
  /// NOT_FOUND. Metadata: location.
  case unknownLocation
  /// NOT_FOUND. Metadata: hold_id.
  case unknownHold
  /// NOT_FOUND. Metadata: order_id.
  case unknownOrder
  /// FAILED_PRECONDITION: its time is over and the stock is no longer there. Metadata: hold_id.
  case holdExpired
  /// FAILED_PRECONDITION: it was released. Metadata: hold_id.
  case holdReleased
  /// FAILED_PRECONDITION: it became an order. Metadata: hold_id, order_id.
  case holdConfirmed
  /// ALREADY_EXISTS: the request id was used with other content. Metadata: request_id.
  case requestIDReused
  /// INVALID_ARGUMENT: a version 7 request id from more than 72 hours ago. Metadata: request_id.
  case requestTooOld
  /// INVALID_ARGUMENT: a field is missing or out of range. Metadata: field (its path, such as "lines[2].quantity"),
  /// allowed (what would do).
  case invalidField
  /// INVALID_ARGUMENT: the message is not the protobuf encoding of its type.
  case malformedMessage
  /// FAILED_PRECONDITION: a balance would grow beyond 2^53. Metadata: sku, location, account.
  case quantityOverflow
  /// FAILED_PRECONDITION: the lines' SKUs live in several shards, which this version cannot reserve together.
  case linesSpanShards
  /// FAILED_PRECONDITION: the location is DRAINING or CLOSED. Metadata: location.
  case locationClosed
  /// FAILED_PRECONDITION: a SKU's quantity scale cannot change once stock of it has moved. Metadata: sku, scale.
  case scaleFixed
  /// RESOURCE_EXHAUSTED: more waits than the server takes. With a retry delay.
  case backlogFull
  /// RESOURCE_EXHAUSTED: the disk is nearly full; reads go on. With a retry delay.
  case diskFull
  /// UNAVAILABLE: the shard has no leader now. With a retry delay.
  case noLeader
  /// UNAVAILABLE: the node is going down; another will do. With a retry delay.
  case shuttingDown
  /// DEADLINE_EXCEEDED: the outcome is unknown.
  case deadline
  /// INVALID_ARGUMENT: a version 7 request id from more than 24 hours ahead. Metadata: request_id.
  case requestFromFuture
  /// ABORTED: the SKU's revision is not the expected one. Metadata: sku, revision.
  case revisionMismatch
  /// FAILED_PRECONDITION: a shard has all the SKUs that it can have, 2^31.
  case tooManySKUs
  /// NOT_FOUND. Metadata: node.
  case unknownNode
  /// UNAUTHENTICATED: who wants to join does not know the cluster's secret.
  case wrongSecret
  /// FAILED_PRECONDITION: a node with replicas is drained first. Metadata: node, replicas.
  case nodeHasReplicas
  /// FAILED_PRECONDITION: the change would leave a shard without what it needs, or contradicts what is. Metadata: node,
  /// shard, where there is one.
  case placementRefused
  /// ABORTED: the goal was changed by somebody else meanwhile; look again.
  case goalChanged
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
    .placementRefused, .goalChanged, .shardIsMoving, .slotsNotOwned, .unknownMove, .moveIsOver,
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
    case .shardIsMoving: "SHARD_IS_MOVING"
    case .slotsNotOwned: "SLOTS_NOT_OWNED"
    case .unknownMove: "UNKNOWN_MOVE"
    case .moveIsOver: "MOVE_IS_OVER"
    case .unrecognized(let number): String(number)
    }
  }
}
