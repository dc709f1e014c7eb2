internal import API
internal import Basics

/// What a call was for.
enum Operation: Int, CaseIterable, Sendable {
  case reserve
  /// A reservation sent once more with the same id.
  case repeated
  case batch
  case confirm
  case release
  case extend
  case order
  /// An order whose lines are in several shards.
  case orderAcross
  /// An order sent once more with the same id.
  case orderRepeated
  case getStock
  case batchGetStock
  case getHold

  /// What people and programs read.
  var name: String {
    switch self {
    case .reserve: "reserve"
    case .repeated: "repeat"
    case .batch: "batch-reserve"
    case .confirm: "confirm"
    case .release: "release"
    case .extend: "extend"
    case .order: "create-order"
    case .orderAcross: "create-order-across"
    case .orderRepeated: "repeat-order"
    case .getStock: "get-stock"
    case .batchGetStock: "batch-get-stock"
    case .getHold: "get-hold"
    }
  }

  var method: Method {
    switch self {
    case .reserve, .repeated: .holdReserve
    case .batch: .holdBatchReserve
    case .confirm: .holdConfirmHold
    case .release: .holdReleaseHold
    case .extend: .holdExtendHold
    case .order, .orderAcross, .orderRepeated: .orderCreateOrder
    case .getStock: .inventoryGetStock
    case .batchGetStock: .inventoryBatchGetStock
    case .getHold: .holdGetHold
    }
  }
}
