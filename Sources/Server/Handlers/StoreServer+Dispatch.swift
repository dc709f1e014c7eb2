internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// From a method to what does it. A call may come from a connection of this Store, from another Store, or be a part of a
/// batch: the origin says where its answer goes, and nothing here depends on it. Or from another node, or once more after
/// it was held.
extension StoreServer {
  func dispatch(_ method: Method, _ message: RawSpan, _ origin: CallOrigin) {
    beginChecks()
    do throws(CallFailure) {
      switch method {
      case .holdReserve: try reserve(message, origin)
      case .holdBatchReserve: try batchReserve(message, origin)
      case .holdGetHold: try getHold(message, origin)
      case .holdListHolds: try listHolds(message, origin)
      case .holdExtendHold: try extendHold(message, origin)
      case .holdReleaseHold: try releaseHold(message, origin)
      case .holdConfirmHold: try confirmHold(message, origin)
      case .orderCreateOrder: try createOrder(message, origin)
      case .orderGetOrder: try getOrder(message, origin)
      case .orderListOrders: try listOrders(message, origin)
      case .orderGetOrderByExternalNumber: try getOrderByExternalNumber(message, origin)
      case .orderPayOrder: try payOrder(message, origin)
      case .orderHoldOrder: try holdOrder(message, origin)
      case .orderResumeOrder: try resumeOrder(message, origin)
      case .orderCancelOrder: try cancelOrder(message, origin)
      case .orderAmendOrder: try amendOrder(message, origin)
      case .orderShipOrder: try shipOrder(message, origin)
      case .orderCompleteOrder: try completeOrder(message, origin)
      case .catalogPutSKU: try putSKU(message, origin)
      case .catalogPutSKUs: try putSKUs(message, origin)
      case .catalogGetSKU: try getSKU(message, origin)
      case .catalogListSKUs: try listSKUs(message, origin)
      case .catalogPutLocation: try putLocation(message, origin)
      case .catalogGetLocation: try getLocation(message, origin)
      case .catalogListLocations: try listLocations(message, origin)
      case .inventoryReceive: try receiveStock(message, origin)
      case .inventoryAdjust: try adjust(message, origin)
      case .inventoryMoveStock: try moveStock(message, origin)
      case .inventorySetCount: try setCount(message, origin)
      case .inventoryMoveAllocation: try moveAllocation(message, origin)
      case .inventoryGetStock: try getStock(message, origin)
      case .inventoryGetAvailability: try getAvailability(message, origin)
      case .inventoryBatchGetStock: try batchGetStock(message, origin)
      case .inventoryListStock: try listStock(message, origin)
      case .auditListJournal: try listJournal(message, origin)
      case .auditVerifyLedger: try verifyLedger(message, origin)
      case .clusterGetStatus: getStatus(origin)
      case .clusterGetShardMap: getShardMap(origin)
      case .clusterGetCluster: try getCluster(message, origin)
      case .clusterAddNode: try addNode(message, origin)
      case .clusterDrainNode: try drainNode(message, origin)
      case .clusterActivateNode: try activateNode(message, origin)
      case .clusterDecommissionNode: try decommissionNode(message, origin)
      case .clusterMoveReplica: try moveReplica(message, origin)
      case .clusterTransferLeadership: try transferLeadership(message, origin)
      case .clusterRebalance: try rebalance(message, origin)
      case .clusterSplitShard: try splitShard(message, origin)
      case .clusterMoveSlots: try moveSlots(message, origin)
      case .clusterChangeSlotMove: try changeSlotMove(message, origin)
      case .clusterUpdateSettings: try updateSettings(message, origin)
      case .healthCheck: try healthCheck(message, origin)
      case .healthWatch: try healthWatch(message, origin)
      case .watchStreamChanges: try streamChanges(message, origin)
      case .watchWatchAvailability: try watchAvailability(message, origin)
      case .watchWatchHold: try watchHold(message, origin)
      case .watchWatchOrder: try watchOrder(message, origin)
      case .holdReserveStream, .importRows, .reflectionInfo, .reflectionInfoAlpha:
        invariantViolated("\(method) is answered message by message")
      }
    } catch {
      refuse(error, method, message, origin)
    }
  }

  /// Forgets what the last call was checked against.
  func beginChecks() {
    checkedShard = nil
    checkedSlots.removeAll(keepingCapacity: true)
  }

  /// Puts one command into the shard's next entry; its outcome answers the call.
  @inline(__always)
  func propose(
    _ method: Method, _ origin: CallOrigin, to shard: ShardID, context: UInt32 = PendingCall.noContext,
    reservation: UniqueID? = nil, _ encode: (inout EntryBuilder) -> Void
  ) throws(CallFailure) {
    do throws(StoreRefusal) {
      let waiter = PendingCall(origin: origin, method: method, context: context).waiter
      try store.propose(waiter, to: shard, reservation: reservation, encode)
    } catch {
      throw CallFailure(error)
    }
  }

  /// All shards but the meta shard, ascending, also those that own no slot (any more).
  var inventoryShards: [ShardID] { cluster.isFounded ? cluster.inventoryShards : node.shardMap.inventoryShards }

  /// The shard that has a slot as far as is known here. The gate then sees to it that it still has, see `passOn`.
  func shard(of slot: Slot) -> ShardID {
    checkedSlots.append(slot)
    return shardMap[slot]
  }

  func shard(tenant: [UInt8], sku: String) -> ShardID {
    let bytes = Array(sku.utf8)
    return shard(of: Slot(tenant: tenant.rawSpan, sku: bytes.rawSpan))
  }
}
