internal import API
internal import Basics

/// What one node can ask of another. The numbers travel between nodes of different versions, so they are not those of
/// ``Method``, which change with each method that is added. Never renumber, never use one again.
enum RoutedMethod: UInt8, CaseIterable, Sendable {
  /// Nothing of the contract's: the index at which a read of a shard is linearizable now.
  case readIndex = 1

  case reserve = 16
  case getHold = 17
  case extendHold = 18
  case releaseHold = 19
  case confirmHold = 20
  case getOrder = 21

  case putSKU = 32
  /// One row of a batch, answered without the envelope of a response of its own.
  case putSKURow = 33
  case getSKU = 34
  case listSKUs = 35
  case putLocation = 36
  case getLocation = 37
  case listLocations = 38

  case receiveStock = 48
  case adjust = 49
  case moveStock = 50
  case getStock = 51
  /// One row of a batch, as with ``putSKURow``.
  case getStockRow = 52
  case listStock = 53

  case setCount = 144
  case moveAllocation = 145
  /// Nothing of the contract's: a shard is told which locations take nothing new, and answers when it knows.
  case setLocations = 146

  case listJournal = 64
  /// The verification of one shard, which is a part of a `VerifyLedger`.
  case verifyShard = 65

  case getCluster = 80
  case addNode = 81
  case drainNode = 82
  case activateNode = 83
  case decommissionNode = 84
  case moveReplica = 85
  case transferLeadership = 86
  case rebalance = 87
  case updateSettings = 88

  case listHolds = 160
  case listOrders = 161
  /// The SKUs of one shard, which are a part of a batch.
  case getAvailability = 162
  case batchGetStock = 163
  /// Nothing of the contract's: what a shard says of claims, for another shard's verification.
  case claimStatements = 164
  /// Nothing of the contract's: what the leader of one shard asks that of another, about holds and orders over both.
  case across = 112
  case createOrder = 128
  case getOrderByExternalNumber = 129
  case payOrder = 130
  case holdOrder = 131
  case resumeOrder = 132
  case cancelOrder = 133
  case amendOrder = 134
  case shipOrder = 135
  case completeOrder = 136
  /// Nothing of the contract's: what is new in a shard.
  case pull = 176

  case splitShard = 192
  case moveSlots = 193
  case changeSlotMove = 194
}

extension RoutedMethod {
  /// `nil` for what each node answers for itself.
  init?(_ method: Method, isRow: Bool) {
    switch method {
    case .holdReserve: self = .reserve
    case .holdGetHold: self = .getHold
    case .holdExtendHold: self = .extendHold
    case .holdReleaseHold: self = .releaseHold
    case .holdConfirmHold: self = .confirmHold
    case .orderGetOrder: self = .getOrder
    case .orderCreateOrder: self = .createOrder
    case .orderGetOrderByExternalNumber: self = .getOrderByExternalNumber
    case .orderPayOrder: self = .payOrder
    case .orderHoldOrder: self = .holdOrder
    case .orderResumeOrder: self = .resumeOrder
    case .orderCancelOrder: self = .cancelOrder
    case .orderAmendOrder: self = .amendOrder
    case .orderShipOrder: self = .shipOrder
    case .orderCompleteOrder: self = .completeOrder
    case .catalogPutSKU: self = isRow ? .putSKURow : .putSKU
    case .catalogGetSKU: self = .getSKU
    case .catalogListSKUs: self = .listSKUs
    case .catalogPutLocation: self = .putLocation
    case .catalogGetLocation: self = .getLocation
    case .catalogListLocations: self = .listLocations
    case .inventoryReceive: self = .receiveStock
    case .inventoryAdjust: self = .adjust
    case .inventoryMoveStock: self = .moveStock
    case .inventorySetCount: self = .setCount
    case .inventoryMoveAllocation: self = .moveAllocation
    case .inventoryGetStock: self = isRow ? .getStockRow : .getStock
    case .inventoryListStock: self = .listStock
    case .inventoryGetAvailability: self = .getAvailability
    case .inventoryBatchGetStock: self = .batchGetStock
    case .holdListHolds: self = .listHolds
    case .orderListOrders: self = .listOrders
    case .auditListJournal: self = .listJournal
    case .auditVerifyLedger: self = .verifyShard
    case .holdBatchReserve, .catalogPutSKUs, .holdReserveStream, .importRows: return nil
    case .clusterGetStatus, .clusterGetShardMap: return nil
    case .clusterGetCluster: self = .getCluster
    case .clusterAddNode: self = .addNode
    case .clusterDrainNode: self = .drainNode
    case .clusterActivateNode: self = .activateNode
    case .clusterDecommissionNode: self = .decommissionNode
    case .clusterMoveReplica: self = .moveReplica
    case .clusterTransferLeadership: self = .transferLeadership
    case .clusterRebalance: self = .rebalance
    case .clusterUpdateSettings: self = .updateSettings
    case .clusterSplitShard: self = .splitShard
    case .clusterMoveSlots: self = .moveSlots
    case .clusterChangeSlotMove: self = .changeSlotMove
    case .healthCheck, .healthWatch, .reflectionInfo, .reflectionInfoAlpha: return nil
    case .watchStreamChanges, .watchWatchAvailability, .watchWatchHold, .watchWatchOrder: return nil
    }
  }

  /// The contract's method; `nil` for what only nodes ask of one another.
  var method: Method? {
    switch self {
    case .readIndex, .setLocations, .across, .pull, .claimStatements: nil
    case .reserve: .holdReserve
    case .getHold: .holdGetHold
    case .extendHold: .holdExtendHold
    case .releaseHold: .holdReleaseHold
    case .confirmHold: .holdConfirmHold
    case .getOrder: .orderGetOrder
    case .createOrder: .orderCreateOrder
    case .getOrderByExternalNumber: .orderGetOrderByExternalNumber
    case .payOrder: .orderPayOrder
    case .holdOrder: .orderHoldOrder
    case .resumeOrder: .orderResumeOrder
    case .cancelOrder: .orderCancelOrder
    case .amendOrder: .orderAmendOrder
    case .shipOrder: .orderShipOrder
    case .completeOrder: .orderCompleteOrder
    case .putSKU, .putSKURow: .catalogPutSKU
    case .getSKU: .catalogGetSKU
    case .listSKUs: .catalogListSKUs
    case .putLocation: .catalogPutLocation
    case .getLocation: .catalogGetLocation
    case .listLocations: .catalogListLocations
    case .receiveStock: .inventoryReceive
    case .adjust: .inventoryAdjust
    case .moveStock: .inventoryMoveStock
    case .setCount: .inventorySetCount
    case .moveAllocation: .inventoryMoveAllocation
    case .getStock, .getStockRow: .inventoryGetStock
    case .listStock: .inventoryListStock
    case .getAvailability: .inventoryGetAvailability
    case .batchGetStock: .inventoryBatchGetStock
    case .listHolds: .holdListHolds
    case .listOrders: .orderListOrders
    case .listJournal: .auditListJournal
    case .verifyShard: .auditVerifyLedger
    case .getCluster: .clusterGetCluster
    case .addNode: .clusterAddNode
    case .drainNode: .clusterDrainNode
    case .activateNode: .clusterActivateNode
    case .decommissionNode: .clusterDecommissionNode
    case .moveReplica: .clusterMoveReplica
    case .transferLeadership: .clusterTransferLeadership
    case .rebalance: .clusterRebalance
    case .updateSettings: .clusterUpdateSettings
    case .splitShard: .clusterSplitShard
    case .moveSlots: .clusterMoveSlots
    case .changeSlotMove: .clusterChangeSlotMove
    }
  }

  /// How long another node may take to answer, in milliseconds. A node that is gone is noticed much earlier.
  var answerMillisecondsMax: UInt64 {
    switch self {
    case .verifyShard: 3_600_000
    // It may wait for something to happen.
    case .pull: UInt64(Pull.waitMillisecondsMax) + 10_000
    // It may be asked again at any time, and stock waits for the answer.
    case .across: 1_000
    default: 10_000
    }
  }

  /// The feature level from which on every node knows the call.
  var featureLevel: UInt32 {
    switch self {
    case .listHolds, .listOrders, .getAvailability, .batchGetStock, .claimStatements, .splitShard, .moveSlots,
      .changeSlotMove:
      3
    case .across, .createOrder, .getOrderByExternalNumber, .payOrder, .holdOrder, .resumeOrder, .cancelOrder,
      .amendOrder, .shipOrder, .completeOrder, .setCount, .moveAllocation, .setLocations, .pull:
      2
    case .readIndex, .reserve, .getHold, .extendHold, .releaseHold, .confirmHold, .getOrder, .putSKU, .putSKURow,
      .getSKU, .listSKUs, .putLocation, .getLocation, .listLocations, .receiveStock, .adjust, .moveStock, .getStock,
      .getStockRow, .listStock, .listJournal, .verifyShard, .getCluster, .addNode, .drainNode, .activateNode,
      .decommissionNode, .moveReplica, .transferLeadership, .rebalance, .updateSettings:
      1
    }
  }

  var isRow: Bool { self == .putSKURow || self == .getStockRow }
}

// MARK: - Doing a thing twice

extension RoutedMethod {
  /// What may follow from a copy of the call that arrives although its answer did not.
  private enum Repetition {
    /// It changes nothing.
    case harmless
    /// The shard remembers the request's id, if it has one, and answers the second copy as it did the first.
    case harmlessWithRequestID
    /// It sets something to what it says, so a second copy finds nothing left to do; its callers are few and know of each
    /// other.
    case setting
    /// A second copy could undo what others did in between.
    case harmful
  }

  private var repetition: Repetition {
    switch self {
    // What shards ask of one another says the same however often it is said.
    case .across: .harmless
    case .readIndex, .pull, .claimStatements, .getHold, .getOrder, .getOrderByExternalNumber, .getSKU, .listSKUs,
      .getLocation, .listLocations, .getStock, .getStockRow, .listStock, .listJournal, .listHolds, .listOrders,
      .getAvailability, .batchGetStock, .verifyShard, .getCluster:
      .harmless
    case .reserve, .extendHold, .releaseHold, .confirmHold, .putSKU, .putSKURow, .receiveStock, .adjust, .moveStock,
      .setCount, .moveAllocation, .createOrder, .payOrder, .holdOrder, .resumeOrder, .cancelOrder, .amendOrder,
      .shipOrder, .completeOrder:
      .harmlessWithRequestID
    case .addNode, .drainNode, .activateNode, .decommissionNode, .moveReplica, .transferLeadership, .rebalance,
      .updateSettings, .setLocations, .changeSlotMove:
      .setting
    // The meta shard keeps no request ids.
    case .putLocation: .harmful
    // A second split would make a second shard.
    case .splitShard, .moveSlots: .harmful
    }
  }

  /// Whether the call changes nothing, so that nothing is left of one whose answer is lost.
  var isRead: Bool { repetition == .harmless }

  /// Whether a leader that hands over goes on with it: what asks the group before it looks.
  var goesOnDuringTransfer: Bool { isRead && self != .verifyShard && self != .across }

  /// Whether this request may be sent again although an earlier copy of it may have been carried out.
  func mayBeRepeated(_ message: RawSpan) -> Bool {
    switch repetition {
    case .harmless, .setting: true
    case .harmlessWithRequestID: Self.hasRequestID(message)
    case .harmful: false
    }
  }

  /// Whether a write names itself: the contract has the request id in field 2 of each. A message that cannot be read has
  /// none; whoever carries it out refuses it.
  private static func hasRequestID(_ message: RawSpan) -> Bool {
    var isThere = false
    var reader = ByteReader(message)
    do throws(DecodeError) {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        if tag == 2 << 3 | 2 {
          isThere = try reader.delimited().byteCount > 0
        } else {
          try reader.skipValue(of: tag)
        }
      }
      return isThere
    } catch {
      return false
    }
  }
}
