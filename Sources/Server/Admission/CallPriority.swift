internal import API

/// How much a call matters to a Store that has more to do than it can.
enum CallPriority: Equatable {
  /// Begins work, or only looks. Whoever is refused has lost nothing and asks again.
  case beginning
  /// Goes on with what was begun: it is already paid for, and ending it gives stock and memory back.
  case completing
  /// What people need to see how the cluster is, and to mend it. Never refused for load.
  case vital

  init(_ method: Method) {
    switch method {
    case .healthCheck, .healthWatch, .reflectionInfo, .reflectionInfoAlpha: self = .vital
    case .clusterGetStatus, .clusterGetShardMap, .clusterGetCluster, .clusterAddNode, .clusterDrainNode,
      .clusterActivateNode, .clusterDecommissionNode, .clusterMoveReplica, .clusterTransferLeadership,
      .clusterRebalance, .clusterUpdateSettings, .clusterSplitShard, .clusterMoveSlots, .clusterChangeSlotMove:
      self = .vital
    case .holdGetHold, .holdExtendHold, .holdReleaseHold, .holdConfirmHold: self = .completing
    case .orderGetOrder, .orderGetOrderByExternalNumber, .orderPayOrder, .orderHoldOrder, .orderResumeOrder,
      .orderCancelOrder, .orderAmendOrder, .orderShipOrder, .orderCompleteOrder:
      self = .completing
    case .inventoryReceive, .inventoryAdjust, .inventoryMoveStock, .inventorySetCount, .inventoryMoveAllocation:
      self = .completing
    // The stream's own window bounds its rows.
    case .importRows: self = .completing
    case .holdReserve, .holdBatchReserve, .holdReserveStream, .orderCreateOrder: self = .beginning
    case .catalogPutSKU, .catalogPutSKUs, .catalogPutLocation: self = .beginning
    case .catalogGetSKU, .catalogListSKUs, .catalogGetLocation, .catalogListLocations: self = .beginning
    case .inventoryGetStock, .inventoryGetAvailability, .inventoryBatchGetStock, .inventoryListStock: self = .beginning
    case .holdListHolds, .orderListOrders, .auditListJournal, .auditVerifyLedger: self = .beginning
    case .watchStreamChanges, .watchWatchAvailability, .watchWatchHold, .watchWatchOrder: self = .beginning
    }
  }
}

extension CallPriority {
  /// Of what another node asks for.
  init(_ method: RoutedMethod) {
    if let method = method.method {
      self.init(method)
    } else {
      // Steps that nodes ask of one another for calls that were begun already, which bounds them. Pages of feeds are not.
      self = method == .pull ? .completing : .vital
    }
  }
}
