// Written by Scripts/generate-api from the services of all files. Do not edit.

/// Every method of the contract. A server that switches over them has forgotten none.
public enum Method: UInt8, CaseIterable, Sendable {
  /// `/grpc.health.v1.Health/Check`
  case healthCheck
  /// `/grpc.health.v1.Health/Watch`
  case healthWatch
  /// `/grpc.reflection.v1.ServerReflection/ServerReflectionInfo`
  case reflectionInfo
  /// `/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo`
  case reflectionInfoAlpha
  /// `/holdfast.v1.AuditService/ListJournal`
  case auditListJournal
  /// `/holdfast.v1.AuditService/VerifyLedger`
  case auditVerifyLedger
  /// `/holdfast.v1.CatalogService/PutSku`
  case catalogPutSKU
  /// `/holdfast.v1.CatalogService/PutSkus`
  case catalogPutSKUs
  /// `/holdfast.v1.CatalogService/GetSku`
  case catalogGetSKU
  /// `/holdfast.v1.CatalogService/ListSkus`
  case catalogListSKUs
  /// `/holdfast.v1.CatalogService/PutLocation`
  case catalogPutLocation
  /// `/holdfast.v1.CatalogService/GetLocation`
  case catalogGetLocation
  /// `/holdfast.v1.CatalogService/ListLocations`
  case catalogListLocations
  /// `/holdfast.v1.ClusterService/GetStatus`
  case clusterGetStatus
  /// `/holdfast.v1.ClusterService/GetShardMap`
  case clusterGetShardMap
  /// `/holdfast.v1.ClusterService/GetCluster`
  case clusterGetCluster
  /// `/holdfast.v1.ClusterService/AddNode`
  case clusterAddNode
  /// `/holdfast.v1.ClusterService/DrainNode`
  case clusterDrainNode
  /// `/holdfast.v1.ClusterService/ActivateNode`
  case clusterActivateNode
  /// `/holdfast.v1.ClusterService/DecommissionNode`
  case clusterDecommissionNode
  /// `/holdfast.v1.ClusterService/MoveReplica`
  case clusterMoveReplica
  /// `/holdfast.v1.ClusterService/TransferLeadership`
  case clusterTransferLeadership
  /// `/holdfast.v1.ClusterService/Rebalance`
  case clusterRebalance
  /// `/holdfast.v1.ClusterService/UpdateSettings`
  case clusterUpdateSettings
  /// `/holdfast.v1.ClusterService/SplitShard`
  case clusterSplitShard
  /// `/holdfast.v1.ClusterService/MoveSlots`
  case clusterMoveSlots
  /// `/holdfast.v1.ClusterService/ChangeSlotMove`
  case clusterChangeSlotMove
  /// `/holdfast.v1.OrderService/CreateOrder`
  case orderCreateOrder
  /// `/holdfast.v1.OrderService/GetOrder`
  case orderGetOrder
  /// `/holdfast.v1.OrderService/ListOrders`
  case orderListOrders
  /// `/holdfast.v1.OrderService/GetOrderByExternalNumber`
  case orderGetOrderByExternalNumber
  /// `/holdfast.v1.OrderService/PayOrder`
  case orderPayOrder
  /// `/holdfast.v1.OrderService/HoldOrder`
  case orderHoldOrder
  /// `/holdfast.v1.OrderService/ResumeOrder`
  case orderResumeOrder
  /// `/holdfast.v1.OrderService/CancelOrder`
  case orderCancelOrder
  /// `/holdfast.v1.OrderService/AmendOrder`
  case orderAmendOrder
  /// `/holdfast.v1.OrderService/ShipOrder`
  case orderShipOrder
  /// `/holdfast.v1.OrderService/CompleteOrder`
  case orderCompleteOrder
  /// `/holdfast.v1.HoldService/Reserve`
  case holdReserve
  /// `/holdfast.v1.HoldService/BatchReserve`
  case holdBatchReserve
  /// `/holdfast.v1.HoldService/ReserveStream`
  case holdReserveStream
  /// `/holdfast.v1.HoldService/GetHold`
  case holdGetHold
  /// `/holdfast.v1.HoldService/ListHolds`
  case holdListHolds
  /// `/holdfast.v1.HoldService/ExtendHold`
  case holdExtendHold
  /// `/holdfast.v1.HoldService/ReleaseHold`
  case holdReleaseHold
  /// `/holdfast.v1.HoldService/ConfirmHold`
  case holdConfirmHold
  /// `/holdfast.v1.ImportService/ImportRows`
  case importRows
  /// `/holdfast.v1.InventoryService/Receive`
  case inventoryReceive
  /// `/holdfast.v1.InventoryService/Adjust`
  case inventoryAdjust
  /// `/holdfast.v1.InventoryService/MoveStock`
  case inventoryMoveStock
  /// `/holdfast.v1.InventoryService/SetCount`
  case inventorySetCount
  /// `/holdfast.v1.InventoryService/MoveAllocation`
  case inventoryMoveAllocation
  /// `/holdfast.v1.InventoryService/GetStock`
  case inventoryGetStock
  /// `/holdfast.v1.InventoryService/GetAvailability`
  case inventoryGetAvailability
  /// `/holdfast.v1.InventoryService/BatchGetStock`
  case inventoryBatchGetStock
  /// `/holdfast.v1.InventoryService/ListStock`
  case inventoryListStock
  /// `/holdfast.v1.WatchService/StreamChanges`
  case watchStreamChanges
  /// `/holdfast.v1.WatchService/WatchAvailability`
  case watchWatchAvailability
  /// `/holdfast.v1.WatchService/WatchHold`
  case watchWatchHold
  /// `/holdfast.v1.WatchService/WatchOrder`
  case watchWatchOrder

  public var descriptor: MethodDescriptor {
    switch self {
    case .healthCheck:
      MethodDescriptor(
        path: "/grpc.health.v1.Health/Check",
        service: "grpc.health.v1.Health",
        name: "Check",
        kind: .unary,
        inputName: "grpc.health.v1.HealthCheckRequest",
        outputName: "grpc.health.v1.HealthCheckResponse")
    case .healthWatch:
      MethodDescriptor(
        path: "/grpc.health.v1.Health/Watch",
        service: "grpc.health.v1.Health",
        name: "Watch",
        kind: .serverStream,
        inputName: "grpc.health.v1.HealthCheckRequest",
        outputName: "grpc.health.v1.HealthCheckResponse")
    case .reflectionInfo:
      MethodDescriptor(
        path: "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        service: "grpc.reflection.v1.ServerReflection",
        name: "ServerReflectionInfo",
        kind: .bidirectional,
        inputName: "grpc.reflection.v1.ServerReflectionRequest",
        outputName: "grpc.reflection.v1.ServerReflectionResponse")
    case .reflectionInfoAlpha:
      MethodDescriptor(
        path: "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        service: "grpc.reflection.v1alpha.ServerReflection",
        name: "ServerReflectionInfo",
        kind: .bidirectional,
        inputName: "grpc.reflection.v1alpha.ServerReflectionRequest",
        outputName: "grpc.reflection.v1alpha.ServerReflectionResponse")
    case .auditListJournal:
      MethodDescriptor(
        path: "/holdfast.v1.AuditService/ListJournal",
        service: "holdfast.v1.AuditService",
        name: "ListJournal",
        kind: .unary,
        inputName: "holdfast.v1.ListJournalRequest",
        outputName: "holdfast.v1.ListJournalResponse")
    case .auditVerifyLedger:
      MethodDescriptor(
        path: "/holdfast.v1.AuditService/VerifyLedger",
        service: "holdfast.v1.AuditService",
        name: "VerifyLedger",
        kind: .serverStream,
        inputName: "holdfast.v1.VerifyLedgerRequest",
        outputName: "holdfast.v1.VerifyLedgerResponse")
    case .catalogPutSKU:
      MethodDescriptor(
        path: "/holdfast.v1.CatalogService/PutSku",
        service: "holdfast.v1.CatalogService",
        name: "PutSku",
        kind: .unary,
        inputName: "holdfast.v1.PutSkuRequest",
        outputName: "holdfast.v1.PutSkuResponse")
    case .catalogPutSKUs:
      MethodDescriptor(
        path: "/holdfast.v1.CatalogService/PutSkus",
        service: "holdfast.v1.CatalogService",
        name: "PutSkus",
        kind: .unary,
        inputName: "holdfast.v1.PutSkusRequest",
        outputName: "holdfast.v1.PutSkusResponse")
    case .catalogGetSKU:
      MethodDescriptor(
        path: "/holdfast.v1.CatalogService/GetSku",
        service: "holdfast.v1.CatalogService",
        name: "GetSku",
        kind: .unary,
        inputName: "holdfast.v1.GetSkuRequest",
        outputName: "holdfast.v1.GetSkuResponse")
    case .catalogListSKUs:
      MethodDescriptor(
        path: "/holdfast.v1.CatalogService/ListSkus",
        service: "holdfast.v1.CatalogService",
        name: "ListSkus",
        kind: .unary,
        inputName: "holdfast.v1.ListSkusRequest",
        outputName: "holdfast.v1.ListSkusResponse")
    case .catalogPutLocation:
      MethodDescriptor(
        path: "/holdfast.v1.CatalogService/PutLocation",
        service: "holdfast.v1.CatalogService",
        name: "PutLocation",
        kind: .unary,
        inputName: "holdfast.v1.PutLocationRequest",
        outputName: "holdfast.v1.PutLocationResponse")
    case .catalogGetLocation:
      MethodDescriptor(
        path: "/holdfast.v1.CatalogService/GetLocation",
        service: "holdfast.v1.CatalogService",
        name: "GetLocation",
        kind: .unary,
        inputName: "holdfast.v1.GetLocationRequest",
        outputName: "holdfast.v1.GetLocationResponse")
    case .catalogListLocations:
      MethodDescriptor(
        path: "/holdfast.v1.CatalogService/ListLocations",
        service: "holdfast.v1.CatalogService",
        name: "ListLocations",
        kind: .unary,
        inputName: "holdfast.v1.ListLocationsRequest",
        outputName: "holdfast.v1.ListLocationsResponse")
    case .clusterGetStatus:
      MethodDescriptor(
        path: "/holdfast.v1.ClusterService/GetStatus",
        service: "holdfast.v1.ClusterService",
        name: "GetStatus",
        kind: .unary,
        inputName: "holdfast.v1.GetStatusRequest",
        outputName: "holdfast.v1.GetStatusResponse")
    case .clusterGetShardMap:
      MethodDescriptor(
        path: "/holdfast.v1.ClusterService/GetShardMap",
        service: "holdfast.v1.ClusterService",
        name: "GetShardMap",
        kind: .unary,
        inputName: "holdfast.v1.GetShardMapRequest",
        outputName: "holdfast.v1.GetShardMapResponse")
    case .clusterGetCluster:
      MethodDescriptor(
        path: "/holdfast.v1.ClusterService/GetCluster",
        service: "holdfast.v1.ClusterService",
        name: "GetCluster",
        kind: .unary,
        inputName: "holdfast.v1.GetClusterRequest",
        outputName: "holdfast.v1.GetClusterResponse")
    case .clusterAddNode:
      MethodDescriptor(
        path: "/holdfast.v1.ClusterService/AddNode",
        service: "holdfast.v1.ClusterService",
        name: "AddNode",
        kind: .unary,
        inputName: "holdfast.v1.AddNodeRequest",
        outputName: "holdfast.v1.AddNodeResponse")
    case .clusterDrainNode:
      MethodDescriptor(
        path: "/holdfast.v1.ClusterService/DrainNode",
        service: "holdfast.v1.ClusterService",
        name: "DrainNode",
        kind: .unary,
        inputName: "holdfast.v1.DrainNodeRequest",
        outputName: "holdfast.v1.ChangeClusterResponse")
    case .clusterActivateNode:
      MethodDescriptor(
        path: "/holdfast.v1.ClusterService/ActivateNode",
        service: "holdfast.v1.ClusterService",
        name: "ActivateNode",
        kind: .unary,
        inputName: "holdfast.v1.ActivateNodeRequest",
        outputName: "holdfast.v1.ChangeClusterResponse")
    case .clusterDecommissionNode:
      MethodDescriptor(
        path: "/holdfast.v1.ClusterService/DecommissionNode",
        service: "holdfast.v1.ClusterService",
        name: "DecommissionNode",
        kind: .unary,
        inputName: "holdfast.v1.DecommissionNodeRequest",
        outputName: "holdfast.v1.ChangeClusterResponse")
    case .clusterMoveReplica:
      MethodDescriptor(
        path: "/holdfast.v1.ClusterService/MoveReplica",
        service: "holdfast.v1.ClusterService",
        name: "MoveReplica",
        kind: .unary,
        inputName: "holdfast.v1.MoveReplicaRequest",
        outputName: "holdfast.v1.ChangeClusterResponse")
    case .clusterTransferLeadership:
      MethodDescriptor(
        path: "/holdfast.v1.ClusterService/TransferLeadership",
        service: "holdfast.v1.ClusterService",
        name: "TransferLeadership",
        kind: .unary,
        inputName: "holdfast.v1.TransferLeadershipRequest",
        outputName: "holdfast.v1.ChangeClusterResponse")
    case .clusterRebalance:
      MethodDescriptor(
        path: "/holdfast.v1.ClusterService/Rebalance",
        service: "holdfast.v1.ClusterService",
        name: "Rebalance",
        kind: .unary,
        inputName: "holdfast.v1.RebalanceRequest",
        outputName: "holdfast.v1.ChangeClusterResponse")
    case .clusterUpdateSettings:
      MethodDescriptor(
        path: "/holdfast.v1.ClusterService/UpdateSettings",
        service: "holdfast.v1.ClusterService",
        name: "UpdateSettings",
        kind: .unary,
        inputName: "holdfast.v1.UpdateSettingsRequest",
        outputName: "holdfast.v1.UpdateSettingsResponse")
    case .clusterSplitShard:
      MethodDescriptor(
        path: "/holdfast.v1.ClusterService/SplitShard",
        service: "holdfast.v1.ClusterService",
        name: "SplitShard",
        kind: .unary,
        inputName: "holdfast.v1.SplitShardRequest",
        outputName: "holdfast.v1.MoveSlotsResponse")
    case .clusterMoveSlots:
      MethodDescriptor(
        path: "/holdfast.v1.ClusterService/MoveSlots",
        service: "holdfast.v1.ClusterService",
        name: "MoveSlots",
        kind: .unary,
        inputName: "holdfast.v1.MoveSlotsRequest",
        outputName: "holdfast.v1.MoveSlotsResponse")
    case .clusterChangeSlotMove:
      MethodDescriptor(
        path: "/holdfast.v1.ClusterService/ChangeSlotMove",
        service: "holdfast.v1.ClusterService",
        name: "ChangeSlotMove",
        kind: .unary,
        inputName: "holdfast.v1.ChangeSlotMoveRequest",
        outputName: "holdfast.v1.ChangeSlotMoveResponse")
    case .orderCreateOrder:
      MethodDescriptor(
        path: "/holdfast.v1.OrderService/CreateOrder",
        service: "holdfast.v1.OrderService",
        name: "CreateOrder",
        kind: .unary,
        inputName: "holdfast.v1.CreateOrderRequest",
        outputName: "holdfast.v1.CreateOrderResponse")
    case .orderGetOrder:
      MethodDescriptor(
        path: "/holdfast.v1.OrderService/GetOrder",
        service: "holdfast.v1.OrderService",
        name: "GetOrder",
        kind: .unary,
        inputName: "holdfast.v1.GetOrderRequest",
        outputName: "holdfast.v1.GetOrderResponse")
    case .orderListOrders:
      MethodDescriptor(
        path: "/holdfast.v1.OrderService/ListOrders",
        service: "holdfast.v1.OrderService",
        name: "ListOrders",
        kind: .unary,
        inputName: "holdfast.v1.ListOrdersRequest",
        outputName: "holdfast.v1.ListOrdersResponse")
    case .orderGetOrderByExternalNumber:
      MethodDescriptor(
        path: "/holdfast.v1.OrderService/GetOrderByExternalNumber",
        service: "holdfast.v1.OrderService",
        name: "GetOrderByExternalNumber",
        kind: .unary,
        inputName: "holdfast.v1.GetOrderByExternalNumberRequest",
        outputName: "holdfast.v1.GetOrderByExternalNumberResponse")
    case .orderPayOrder:
      MethodDescriptor(
        path: "/holdfast.v1.OrderService/PayOrder",
        service: "holdfast.v1.OrderService",
        name: "PayOrder",
        kind: .unary,
        inputName: "holdfast.v1.PayOrderRequest",
        outputName: "holdfast.v1.PayOrderResponse")
    case .orderHoldOrder:
      MethodDescriptor(
        path: "/holdfast.v1.OrderService/HoldOrder",
        service: "holdfast.v1.OrderService",
        name: "HoldOrder",
        kind: .unary,
        inputName: "holdfast.v1.HoldOrderRequest",
        outputName: "holdfast.v1.HoldOrderResponse")
    case .orderResumeOrder:
      MethodDescriptor(
        path: "/holdfast.v1.OrderService/ResumeOrder",
        service: "holdfast.v1.OrderService",
        name: "ResumeOrder",
        kind: .unary,
        inputName: "holdfast.v1.ResumeOrderRequest",
        outputName: "holdfast.v1.ResumeOrderResponse")
    case .orderCancelOrder:
      MethodDescriptor(
        path: "/holdfast.v1.OrderService/CancelOrder",
        service: "holdfast.v1.OrderService",
        name: "CancelOrder",
        kind: .unary,
        inputName: "holdfast.v1.CancelOrderRequest",
        outputName: "holdfast.v1.CancelOrderResponse")
    case .orderAmendOrder:
      MethodDescriptor(
        path: "/holdfast.v1.OrderService/AmendOrder",
        service: "holdfast.v1.OrderService",
        name: "AmendOrder",
        kind: .unary,
        inputName: "holdfast.v1.AmendOrderRequest",
        outputName: "holdfast.v1.AmendOrderResponse")
    case .orderShipOrder:
      MethodDescriptor(
        path: "/holdfast.v1.OrderService/ShipOrder",
        service: "holdfast.v1.OrderService",
        name: "ShipOrder",
        kind: .unary,
        inputName: "holdfast.v1.ShipOrderRequest",
        outputName: "holdfast.v1.ShipOrderResponse")
    case .orderCompleteOrder:
      MethodDescriptor(
        path: "/holdfast.v1.OrderService/CompleteOrder",
        service: "holdfast.v1.OrderService",
        name: "CompleteOrder",
        kind: .unary,
        inputName: "holdfast.v1.CompleteOrderRequest",
        outputName: "holdfast.v1.CompleteOrderResponse")
    case .holdReserve:
      MethodDescriptor(
        path: "/holdfast.v1.HoldService/Reserve",
        service: "holdfast.v1.HoldService",
        name: "Reserve",
        kind: .unary,
        inputName: "holdfast.v1.ReserveRequest",
        outputName: "holdfast.v1.ReserveResponse")
    case .holdBatchReserve:
      MethodDescriptor(
        path: "/holdfast.v1.HoldService/BatchReserve",
        service: "holdfast.v1.HoldService",
        name: "BatchReserve",
        kind: .unary,
        inputName: "holdfast.v1.BatchReserveRequest",
        outputName: "holdfast.v1.BatchReserveResponse")
    case .holdReserveStream:
      MethodDescriptor(
        path: "/holdfast.v1.HoldService/ReserveStream",
        service: "holdfast.v1.HoldService",
        name: "ReserveStream",
        kind: .bidirectional,
        inputName: "holdfast.v1.ReserveStreamRequest",
        outputName: "holdfast.v1.ReserveStreamResponse")
    case .holdGetHold:
      MethodDescriptor(
        path: "/holdfast.v1.HoldService/GetHold",
        service: "holdfast.v1.HoldService",
        name: "GetHold",
        kind: .unary,
        inputName: "holdfast.v1.GetHoldRequest",
        outputName: "holdfast.v1.GetHoldResponse")
    case .holdListHolds:
      MethodDescriptor(
        path: "/holdfast.v1.HoldService/ListHolds",
        service: "holdfast.v1.HoldService",
        name: "ListHolds",
        kind: .unary,
        inputName: "holdfast.v1.ListHoldsRequest",
        outputName: "holdfast.v1.ListHoldsResponse")
    case .holdExtendHold:
      MethodDescriptor(
        path: "/holdfast.v1.HoldService/ExtendHold",
        service: "holdfast.v1.HoldService",
        name: "ExtendHold",
        kind: .unary,
        inputName: "holdfast.v1.ExtendHoldRequest",
        outputName: "holdfast.v1.ExtendHoldResponse")
    case .holdReleaseHold:
      MethodDescriptor(
        path: "/holdfast.v1.HoldService/ReleaseHold",
        service: "holdfast.v1.HoldService",
        name: "ReleaseHold",
        kind: .unary,
        inputName: "holdfast.v1.ReleaseHoldRequest",
        outputName: "holdfast.v1.ReleaseHoldResponse")
    case .holdConfirmHold:
      MethodDescriptor(
        path: "/holdfast.v1.HoldService/ConfirmHold",
        service: "holdfast.v1.HoldService",
        name: "ConfirmHold",
        kind: .unary,
        inputName: "holdfast.v1.ConfirmHoldRequest",
        outputName: "holdfast.v1.ConfirmHoldResponse")
    case .importRows:
      MethodDescriptor(
        path: "/holdfast.v1.ImportService/ImportRows",
        service: "holdfast.v1.ImportService",
        name: "ImportRows",
        kind: .bidirectional,
        inputName: "holdfast.v1.ImportRowsRequest",
        outputName: "holdfast.v1.ImportRowsResponse")
    case .inventoryReceive:
      MethodDescriptor(
        path: "/holdfast.v1.InventoryService/Receive",
        service: "holdfast.v1.InventoryService",
        name: "Receive",
        kind: .unary,
        inputName: "holdfast.v1.ReceiveRequest",
        outputName: "holdfast.v1.ReceiveResponse")
    case .inventoryAdjust:
      MethodDescriptor(
        path: "/holdfast.v1.InventoryService/Adjust",
        service: "holdfast.v1.InventoryService",
        name: "Adjust",
        kind: .unary,
        inputName: "holdfast.v1.AdjustRequest",
        outputName: "holdfast.v1.AdjustResponse")
    case .inventoryMoveStock:
      MethodDescriptor(
        path: "/holdfast.v1.InventoryService/MoveStock",
        service: "holdfast.v1.InventoryService",
        name: "MoveStock",
        kind: .unary,
        inputName: "holdfast.v1.MoveStockRequest",
        outputName: "holdfast.v1.MoveStockResponse")
    case .inventorySetCount:
      MethodDescriptor(
        path: "/holdfast.v1.InventoryService/SetCount",
        service: "holdfast.v1.InventoryService",
        name: "SetCount",
        kind: .unary,
        inputName: "holdfast.v1.SetCountRequest",
        outputName: "holdfast.v1.SetCountResponse")
    case .inventoryMoveAllocation:
      MethodDescriptor(
        path: "/holdfast.v1.InventoryService/MoveAllocation",
        service: "holdfast.v1.InventoryService",
        name: "MoveAllocation",
        kind: .unary,
        inputName: "holdfast.v1.MoveAllocationRequest",
        outputName: "holdfast.v1.MoveAllocationResponse")
    case .inventoryGetStock:
      MethodDescriptor(
        path: "/holdfast.v1.InventoryService/GetStock",
        service: "holdfast.v1.InventoryService",
        name: "GetStock",
        kind: .unary,
        inputName: "holdfast.v1.GetStockRequest",
        outputName: "holdfast.v1.GetStockResponse")
    case .inventoryGetAvailability:
      MethodDescriptor(
        path: "/holdfast.v1.InventoryService/GetAvailability",
        service: "holdfast.v1.InventoryService",
        name: "GetAvailability",
        kind: .unary,
        inputName: "holdfast.v1.GetAvailabilityRequest",
        outputName: "holdfast.v1.GetAvailabilityResponse")
    case .inventoryBatchGetStock:
      MethodDescriptor(
        path: "/holdfast.v1.InventoryService/BatchGetStock",
        service: "holdfast.v1.InventoryService",
        name: "BatchGetStock",
        kind: .unary,
        inputName: "holdfast.v1.BatchGetStockRequest",
        outputName: "holdfast.v1.BatchGetStockResponse")
    case .inventoryListStock:
      MethodDescriptor(
        path: "/holdfast.v1.InventoryService/ListStock",
        service: "holdfast.v1.InventoryService",
        name: "ListStock",
        kind: .unary,
        inputName: "holdfast.v1.ListStockRequest",
        outputName: "holdfast.v1.ListStockResponse")
    case .watchStreamChanges:
      MethodDescriptor(
        path: "/holdfast.v1.WatchService/StreamChanges",
        service: "holdfast.v1.WatchService",
        name: "StreamChanges",
        kind: .serverStream,
        inputName: "holdfast.v1.StreamChangesRequest",
        outputName: "holdfast.v1.StreamChangesResponse")
    case .watchWatchAvailability:
      MethodDescriptor(
        path: "/holdfast.v1.WatchService/WatchAvailability",
        service: "holdfast.v1.WatchService",
        name: "WatchAvailability",
        kind: .serverStream,
        inputName: "holdfast.v1.WatchAvailabilityRequest",
        outputName: "holdfast.v1.WatchAvailabilityResponse")
    case .watchWatchHold:
      MethodDescriptor(
        path: "/holdfast.v1.WatchService/WatchHold",
        service: "holdfast.v1.WatchService",
        name: "WatchHold",
        kind: .serverStream,
        inputName: "holdfast.v1.WatchHoldRequest",
        outputName: "holdfast.v1.WatchHoldResponse")
    case .watchWatchOrder:
      MethodDescriptor(
        path: "/holdfast.v1.WatchService/WatchOrder",
        service: "holdfast.v1.WatchService",
        name: "WatchOrder",
        kind: .serverStream,
        inputName: "holdfast.v1.WatchOrderRequest",
        outputName: "holdfast.v1.WatchOrderResponse")
    }
  }
}

extension GRPCHealth {
  /// Tells load balancers and supervisors whether the server serves.
  public enum Health {
    /// The full name.
    public static let name = "grpc.health.v1.Health"

    /// Tells it once. NOT_FOUND for a service that the server does not know.
    public static let check = RPC<GRPCHealth.HealthCheckRequest, GRPCHealth.HealthCheckResponse>(.healthCheck)

    /// Tells it now and at each change.
    public static let watch = RPC<GRPCHealth.HealthCheckRequest, GRPCHealth.HealthCheckResponse>(.healthWatch)
  }
}

extension GRPCReflection {
  /// Lets generic tools find out what the server serves.
  public enum ServerReflection {
    /// The full name.
    public static let name = "grpc.reflection.v1.ServerReflection"

    /// Answers each request of the stream in turn.
    public static let serverReflectionInfo = RPC<
      GRPCReflection.ServerReflectionRequest, GRPCReflection.ServerReflectionResponse
    >(.reflectionInfo)
  }
}

extension GRPCReflectionAlpha {
  /// The same as grpc.reflection.v1, under the older name that many tools still ask for.
  public enum ServerReflection {
    /// The full name.
    public static let name = "grpc.reflection.v1alpha.ServerReflection"

    /// Answers each request of the stream in turn.
    public static let serverReflectionInfo = RPC<
      GRPCReflection.ServerReflectionRequest, GRPCReflection.ServerReflectionResponse
    >(.reflectionInfoAlpha)
  }
}

/// Proves what happened to the stock.
public enum AuditService {
  /// The full name.
  public static let name = "holdfast.v1.AuditService"

  /// Lists movements: newest first, or oldest first from a sequence number on. Adding the movements of a SKU up gives its
  /// balances. Filters narrow the list; all that are set must hold.
  ///
  /// A list that names a SKU is of one shard. Any other goes through all shards, one after the other, and is in order of
  /// time only within each; for a hold or an order it begins with the shard where its id lives. Movements made after the
  /// listing began may be missing when it runs newest first, and are in it when it runs oldest first.
  ///
  /// What it costs: by SKU, newest first, what the SKU's own movements cost; a time range is found at once; every other
  /// filter looks at all movements of the time range, and a page looks at no more than 50,000, so it may be short, or
  /// empty, although more come. The list ends when `next_page_token` is empty. For a hold or an order, what was before
  /// it was made is skipped, if it is still known.
  ///
  /// Refused: UNKNOWN_SKU; UNKNOWN_LOCATION; INVALID_FIELD, also for a page token that no response gave; LIST_OUTDATED;
  /// JOURNAL_CUT for a `sequence_from` above 0, or a page token, that the journal does not reach back to.
  ///
  /// Example request:
  ///   sku: "TSHIRT-M-BLUE" page_size: 1
  /// and its response:
  ///   revision: 1080
  ///   records { sequence: 880 time { seconds: 1767225700 } sku: "TSHIRT-M-BLUE" location: "BER1"
  ///             from_account: ACCOUNT_AVAILABLE to_account: ACCOUNT_HELD quantity: 2
  ///             from_balance: 94 to_balance: 2
  ///             cause { kind: CAUSE_KIND_HOLD id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" }
  ///             request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  ///             shard: 2 }
  ///   next_page_token: "AQ3K0gAB"
  /// What somebody did on a day: actor: "jane" time_from { seconds: 1767225600 } time_before { seconds: 1767312000 }
  public static let listJournal = RPC<ListJournalRequest, ListJournalResponse>(.auditListJournal)

  /// Checks the ledger while it serves, by each shard's leader: no account that may not be below zero is, all accounts of a
  /// SKU at a location add up to zero, the journal adds up to the balances, what is held is the sum of the live holds and
  /// of what is held for other shards' holds, what is allocated likewise of the open orders. What one shard has of a hold
  /// or order that lives in another one is compared with what that one says, both ways. Each shard is read as of one
  /// moment, so what is on its way between two of them is looked at again, for up to 12 seconds; what has not arrived by
  /// then is a finding, with its age. Answers one message for each shard as it is done. The ledger is sound when the
  /// stream ends with OK, `shard_count` messages came, and all are `ok`.
  ///
  /// Refused: INVALID_FIELD; BACKLOG_FULL. Fails: NO_LEADER; DATA_LOSS when a shard's records cannot be read; DEADLINE. It
  /// reads everything: allow minutes.
  ///
  /// Example request: an empty message. Its response, on a node with one shard:
  ///   shard: 1 shard_count: 1 ok: true revision: 1080 as_of_time { seconds: 1767225900 }
  ///   balances_checked: 10 holds_checked: 4 orders_checked: 1 records_checked: 881
  public static let verifyLedger = RPC<VerifyLedgerRequest, VerifyLedgerResponse>(.auditVerifyLedger)
}

/// What can be stocked, and where. A SKU and a location must be here before stock of them moves.
public enum CatalogService {
  /// The full name.
  public static let name = "holdfast.v1.CatalogService"

  /// Creates a SKU, or replaces all that is known of one that exists: what is not given is then as in a new one. To change
  /// a part of it, read it first and put it back, with the revision that was read.
  ///
  /// Refused: INVALID_FIELD; SCALE_FIXED when stock has moved with another quantity scale; REVISION_MISMATCH;
  /// REQUEST_ID_REUSED; REQUEST_TOO_OLD; REQUEST_FROM_FUTURE; TOO_MANY_SKUS.
  ///
  /// Example request:
  ///   sku { sku: "TSHIRT-M-BLUE" name: "T-shirt, M, blue" }
  /// and its response:
  ///   revision: 1042
  ///   sku { tenant: "default" sku: "TSHIRT-M-BLUE" name: "T-shirt, M, blue" revision: 1
  ///         create_time { seconds: 1767225600 } }
  public static let putSKU = RPC<PutSKURequest, PutSKUResponse>(.catalogPutSKU)

  /// Puts up to 1000 SKUs, each on its own: a row that is refused does not stop the others. The results stand in the
  /// order of the rows. The call itself fails only when the message is malformed, has too many rows, or no shard
  /// could be asked. Each row's request id is made from the call's `request_id` and the row's place
  /// in the call: send the same rows in the same order again.
  ///
  /// Example request:
  ///   request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  ///   skus { sku: "TSHIRT-M-BLUE" } skus { sku: "RICE" quantity_scale: 9 }
  /// and its response:
  ///   results { sku { tenant: "default" sku: "TSHIRT-M-BLUE" revision: 1 create_time { seconds: 1767225600 } } }
  ///   results { error { code: 3 reason: "INVALID_FIELD" message: "skus[1].quantity_scale is 9; allowed: 0 to 6"
  ///                     metadata { key: "field" value: "skus[1].quantity_scale" }
  ///                     metadata { key: "allowed" value: "0 to 6" } } }
  public static let putSKUs = RPC<PutSKUsRequest, PutSKUsResponse>(.catalogPutSKUs)

  /// Reads one SKU.
  ///
  /// Refused: UNKNOWN_SKU; INVALID_FIELD.
  ///
  /// Example request:
  ///   sku: "TSHIRT-M-BLUE"
  /// and its response:
  ///   revision: 1050
  ///   sku { tenant: "default" sku: "TSHIRT-M-BLUE" name: "T-shirt, M, blue" revision: 1
  ///         create_time { seconds: 1767225600 } }
  public static let getSKU = RPC<GetSKURequest, GetSKUResponse>(.catalogGetSKU)

  /// Lists the SKUs of a tenant, page by page, in an order that stays the same from page to page. A SKU that exists
  /// during the whole listing is listed exactly once.
  ///
  /// Refused: INVALID_FIELD, also for a page token that no response gave; LIST_OUTDATED.
  ///
  /// Example request:
  ///   page_size: 2
  /// and its response:
  ///   skus { tenant: "default" sku: "RICE" quantity_scale: 3 revision: 1 create_time { seconds: 1767225600 } }
  ///   skus { tenant: "default" sku: "TSHIRT-M-BLUE" revision: 1 create_time { seconds: 1767225600 } }
  ///   next_page_token: "AAACBA"
  public static let listSKUs = RPC<ListSKUsRequest, ListSKUsResponse>(.catalogListSKUs)

  /// Creates a location, or replaces what is known of one that exists. Putting is idempotent by itself, so the request id
  /// is checked but not remembered, and `replayed` is never set. There are at most 4,096 locations.
  ///
  /// When the answer to a put that changes the state has come, every shard knows it: nothing is held or received at a
  /// location that is DRAINING or CLOSED by any call that begins after that, through whatever node. While a shard cannot be
  /// reached, such a put ends with UNAVAILABLE (NO_LEADER) or DEADLINE_EXCEEDED; the location is changed all the same, and
  /// the shard learns it when it is back. Put again to be sure.
  ///
  /// Refused: INVALID_FIELD; RESOURCE_EXHAUSTED, without a reason, when there are too many.
  ///
  /// Example request:
  ///   location { location: "BER1" name: "Berlin, hall 1" zone: "eu-central" priority: 10 }
  /// and its response:
  ///   revision: 12
  ///   location { tenant: "default" location: "BER1" name: "Berlin, hall 1" zone: "eu-central" priority: 10
  ///              state: LOCATION_STATE_ACTIVE revision: 12 }
  public static let putLocation = RPC<PutLocationRequest, PutLocationResponse>(.catalogPutLocation)

  /// Reads one location.
  ///
  /// Refused: UNKNOWN_LOCATION; INVALID_FIELD.
  ///
  /// Example request:
  ///   location: "BER1"
  /// and its response:
  ///   revision: 15
  ///   location { tenant: "default" location: "BER1" name: "Berlin, hall 1" zone: "eu-central" priority: 10
  ///              state: LOCATION_STATE_ACTIVE revision: 12 }
  public static let getLocation = RPC<GetLocationRequest, GetLocationResponse>(.catalogGetLocation)

  /// Lists the locations of a tenant, ordered by their id.
  ///
  /// Refused: INVALID_FIELD.
  ///
  /// Example request:
  ///   page_size: 100
  /// and its response:
  ///   locations { tenant: "default" location: "BER1" priority: 10 state: LOCATION_STATE_ACTIVE revision: 12 }
  ///   locations { tenant: "default" location: "MUC2" priority: 20 state: LOCATION_STATE_DRAINING revision: 14 }
  public static let listLocations = RPC<ListLocationsRequest, ListLocationsResponse>(.catalogListLocations)
}

/// Tells how the nodes are and which node has what, and changes it.
///
/// What a cluster should be is a goal that its nodes work towards by themselves, however often they are interrupted: a
/// call that changes the goal answers at once, and GetCluster tells how far the work is. Any node takes any call. A call
/// that is repeated has one effect.
public enum ClusterService {
  /// The full name.
  public static let name = "holdfast.v1.ClusterService"

  /// Tells how the node that is asked is.
  ///
  /// Example request: an empty message. Its response:
  ///   node_id: 1 version: "0.1.0" uptime { seconds: 86400 } data_format: 1
  ///   stores { store: 0 disk_free_bytes: 21474836480
  ///            shards { shard: 1 role: SHARD_ROLE_LEADER term: 3 commit_index: 1080 applied_index: 1080
  ///                     last_index: 1080 sku_count: 10 live_hold_count: 4 } }
  public static let getStatus = RPC<GetStatusRequest, GetStatusResponse>(.clusterGetStatus)

  /// Tells which shard has which slots, and which nodes have which shards, so that a client can call the leader at
  /// once. A SKU's slot is a hash of its tenant and text; clients that do not know it may call any node.
  ///
  /// Example request: an empty message. Its response:
  ///   epoch: 1 slot_count: 16384
  ///   ranges { slot_first: 0 slot_last: 16383 shard: 1 }
  ///   shards { shard: 1 leader_node_id: 1 replica_node_ids: 1 }
  ///   nodes { node_id: 1 address: "127.0.0.1:7400" }
  public static let getShardMap = RPC<GetShardMapRequest, GetShardMapResponse>(.clusterGetShardMap)

  /// Tells how the whole cluster is: what its nodes are and do, what every shard should be and is, and what is wrong.
  ///
  /// Example request: an empty message. Its response:
  ///   revision: 210 cluster_id: "0198c1f2-7b3a-4c4d-9e5f-001122334455" meta_leader_node_id: 1
  ///   nodes { node_id: 1 state: NODE_STATE_ACTIVE client_address: "10.0.0.1:7400" is_live: true ... }
  ///   shards { shard: 1 leader_node_id: 1 goal { node_id: 1 is_voter: true } placed { node_id: 1 is_voter: true } }
  ///   settings { replication_factor: 3 feature_level: 1 }
  public static let getCluster = RPC<GetClusterRequest, GetClusterResponse>(.clusterGetCluster)

  /// Makes a node a member of the cluster and gives it its number; `holdfastd join` calls it. The same data directory gets
  /// the same number however often it asks. Refused with UNAUTHENTICATED, WRONG_SECRET when the caller does not know the
  /// cluster's secret; with INVALID_FIELD; with PLACEMENT_REFUSED when the node is too old for the cluster; and with
  /// RESOURCE_EXHAUSTED, without a reason, when there are as many nodes as may be.
  ///
  /// Example request:
  ///   directory_id: "0198c1f2-7b3a-4c4d-9e5f-001122334466" proof: "..." client_address: "10.0.0.2:7400"
  ///   peer_address: "10.0.0.2:7401" zone: "rack-2" feature_level: 1 version: "0.1.0"
  /// Its response:
  ///   node_id: 2 cluster_id: "0198c1f2-7b3a-4c4d-9e5f-001122334455" store_count: 1 shard_count: 8
  ///   seeds { node_id: 1 peer_address: "10.0.0.1:7401" }
  public static let addNode = RPC<AddNodeRequest, AddNodeResponse>(.clusterAddNode)

  /// Has leaders and replicas leave a node. It stays a member and takes nothing new, until ActivateNode or
  /// DecommissionNode.
  ///
  /// Refused: INVALID_FIELD; UNKNOWN_NODE; PLACEMENT_REFUSED when a shard would be left without what it needs.
  ///
  /// Example request: node_id: 2 reason: "memory test". Its response: revision: 211
  public static let drainNode = RPC<DrainNodeRequest, ChangeClusterResponse>(.clusterDrainNode)

  /// Takes back that a node is to be drained.
  ///
  /// Refused: INVALID_FIELD; UNKNOWN_NODE.
  ///
  /// Example request: node_id: 2. Its response: revision: 212
  public static let activateNode = RPC<ActivateNodeRequest, ChangeClusterResponse>(.clusterActivateNode)

  /// Removes a node from the cluster for good; its number is never given again. Refused with FAILED_PRECONDITION,
  /// NODE_HAS_REPLICAS while it has replicas, unless it is dead and `force` is set; PLACEMENT_REFUSED when that would leave a
  /// shard without what it needs; INVALID_FIELD; UNKNOWN_NODE.
  ///
  /// Example request: node_id: 2. Its response: revision: 230
  public static let decommissionNode = RPC<DecommissionNodeRequest, ChangeClusterResponse>(.clusterDecommissionNode)

  /// Moves a shard's replica from one node to another.
  ///
  /// Refused: INVALID_FIELD; UNKNOWN_NODE; PLACEMENT_REFUSED; GOAL_CHANGED.
  ///
  /// Example request: shard: 4 from_node_id: 2 to_node_id: 5. Its response: revision: 231 changes { shard: 4 ... }
  public static let moveReplica = RPC<MoveReplicaRequest, ChangeClusterResponse>(.clusterMoveReplica)

  /// Has a node lead a shard that it has a voting replica of, now and whenever it can.
  ///
  /// Refused: INVALID_FIELD; UNKNOWN_NODE; PLACEMENT_REFUSED; GOAL_CHANGED.
  ///
  /// Example request: shard: 4 to_node_id: 3. Its response: revision: 232 changes { shard: 4 ... }
  public static let transferLeadership = RPC<TransferLeadershipRequest, ChangeClusterResponse>(
    .clusterTransferLeadership)

  /// Spreads replicas and leaders evenly over the active nodes, with as few moves as that takes.
  ///
  /// Refused: PLACEMENT_REFUSED; GOAL_CHANGED.
  ///
  /// Example request: dry_run: true. Its response: changes { shard: 4 reason: "..." ... }
  public static let rebalance = RPC<RebalanceRequest, ChangeClusterResponse>(.clusterRebalance)

  /// Changes settings of the cluster; what is not set stays.
  ///
  /// Refused: INVALID_FIELD.
  ///
  /// Example request: replication_factor: 5. Its response:
  ///   revision: 240 settings { replication_factor: 5 replace_dead_after { seconds: 300 } feature_level: 1 }
  public static let updateSettings = RPC<UpdateSettingsRequest, UpdateSettingsResponse>(.clusterUpdateSettings)

  /// Makes a new shard, on as many nodes as a shard is to have, and has it take a part of another shard's slots, while
  /// all of them are served. Answers at once; GetCluster tells how far it is. Refused with FAILED_PRECONDITION,
  /// SHARD_IS_MOVING while slots of the shard are moving already; SLOTS_NOT_OWNED; PLACEMENT_REFUSED; INVALID_FIELD.
  ///
  /// Example request: shard: 1 by_load: true reason: "flash sale". Its response:
  ///   revision: 250 new_shard: 5 slot_count: 2048 reason: "a new shard on nodes 1, 2, 3 takes 2048 of the 4096 slots of
  ///   shard 1" moves { move_id: 16384000 from_shard: 1 to_shard: 5 slots { slot_first: 2048 slot_last: 4095 shard: 5 } ... }
  public static let splitShard = RPC<SplitShardRequest, MoveSlotsResponse>(.clusterSplitShard)

  /// Has slots of a shard go to another shard that is there, while all of them are served. Answers at once.
  ///
  /// Refused: SLOTS_NOT_OWNED when not all of them are that shard's; SHARD_IS_MOVING while slots of it are moving already;
  /// PLACEMENT_REFUSED; INVALID_FIELD.
  ///
  /// Example request: from_shard: 1 to_shard: 2 slot_first: 100 slot_last: 199. Its response:
  ///   revision: 251 slot_count: 100 reason: "shard 2 takes 100 slots of shard 1"
  ///   moves { move_id: 16449536 from_shard: 1 to_shard: 2 slots { slot_first: 100 slot_last: 199 shard: 2 } ... }
  public static let moveSlots = RPC<MoveSlotsRequest, MoveSlotsResponse>(.clusterMoveSlots)

  /// Lets a move of slots rest, go on, or end early. Each slot is always wholly in one shard: those that have moved stay
  /// where they are. Refused with FAILED_PRECONDITION, MOVE_IS_OVER when it has ended; with NOT_FOUND, UNKNOWN_MOVE;
  /// with INVALID_FIELD.
  ///
  /// Example request: move_id: 16449536 state: SLOT_MOVE_STATE_PAUSED. Its response:
  ///   revision: 252 move { move_id: 16449536 state: SLOT_MOVE_STATE_PAUSED slot_count: 100 slots_moved: 31 ... }
  public static let changeSlotMove = RPC<ChangeSlotMoveRequest, ChangeSlotMoveResponse>(.clusterChangeSlotMove)
}

/// What is owed to buyers. An order is made of a hold (HoldService.ConfirmHold) or directly (CreateOrder); its stock is
/// allocated to it from then on, until it is shipped or cancelled.
///
/// An order is given to the tenant that made it; to any other it does not exist (UNKNOWN_ORDER). All calls that change one
/// answer with the order as it is afterwards. They are refused with ORDER_CLOSED where nothing is open any more: the order
/// was cancelled, has expired, has been shipped as a whole, or was completed.
public enum OrderService {
  /// The full name.
  public static let name = "holdfast.v1.OrderService"

  /// Makes an order of stock that is available: all of its lines, or none.
  ///
  /// An external number is unique in its channel for the tenant, for ever. A marketplace that sends the same order again,
  /// with whatever request id, is answered with the order that is there, and `replayed`; one that sends another order under
  /// the number is refused with EXTERNAL_NUMBER_TAKEN, which names the order that has it.
  ///
  /// Retry UNAVAILABLE, DEADLINE_EXCEEDED, and RESOURCE_EXHAUSTED with a RetryInfo, with the same request id.
  ///
  /// Refused: OUT_OF_STOCK, naming the first line that could not be met; NOT_A_MULTIPLE; BACKORDER_LIMIT; UNKNOWN_SKU;
  /// UNKNOWN_LOCATION; LOCATION_CLOSED; LINES_SPAN_SHARDS; UNKNOWN_ORDER for the order to be replaced;
  /// EXTERNAL_NUMBER_TAKEN; EXTERNAL_NUMBER_PENDING; TOO_MANY_LINES; INVALID_FIELD; REQUEST_ID_REUSED; REQUEST_TOO_OLD; REQUEST_FROM_FUTURE.
  ///
  /// Example request:
  ///   request_id: "01890a5d-ac9b-7001-8000-0000000000ae" channel: "market-de" external_number: "305-7712"
  ///   lines { sku: "TSHIRT-M-BLUE" quantity: 2 } pay_within { seconds: 86400 }
  /// and its response:
  ///   revision: 1080
  ///   order { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" tenant: "default"
  ///           status: ORDER_STATUS_AWAITING_PAYMENT
  ///           lines { sku: "TSHIRT-M-BLUE" location: "BER1" ordered: 2 allocated: 2 line: 1 }
  ///           external_number: "305-7712" channel: "market-de" create_time { seconds: 1767225800 } version: 1
  ///           pay_by_time { seconds: 1767312200 } }
  /// or, when the number is another order's, the status ALREADY_EXISTS and the details
  ///   reason: "EXTERNAL_NUMBER_TAKEN" domain: "holdfast"
  ///   metadata { channel: "market-de" external_number: "305-7712"
  ///              order_id: "01890a5d-ac90-7001-8000-0000000000a1-0b22" }
  ///
  /// Example of an order that waits for a part of its stock:
  ///   lines { sku: "TSHIRT-M-BLUE" quantity: 10 } allow_backorder: true
  /// and its response, where 7 are there:
  ///   revision: 1082
  ///   order { order_id: "01890a5d-ac9b-7001-8000-0000000000af-1f3a" tenant: "default" status: ORDER_STATUS_READY
  ///           lines { sku: "TSHIRT-M-BLUE" location: "BER1" ordered: 7 allocated: 7 line: 1 }
  ///           lines { sku: "TSHIRT-M-BLUE" ordered: 3 backordered: 3 line: 2 }
  ///           create_time { seconds: 1767225800 } version: 1 }
  public static let createOrder = RPC<CreateOrderRequest, CreateOrderResponse>(.orderCreateOrder)

  /// Reads one order.
  ///
  /// Refused: UNKNOWN_ORDER; INVALID_FIELD.
  ///
  /// Example request:
  ///   order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a"
  /// and its response:
  ///   revision: 1080
  ///   order { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" tenant: "default" status: ORDER_STATUS_READY
  ///           lines { sku: "TSHIRT-M-BLUE" location: "BER1" ordered: 2 allocated: 2 line: 1 }
  ///           external_number: "SO-10023" hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a"
  ///           create_time { seconds: 1767225800 } reference: "cart-3441" version: 1 }
  /// or, when there is none, the status NOT_FOUND and the details
  ///   reason: "UNKNOWN_ORDER" domain: "holdfast" metadata { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" }
  public static let getOrder = RPC<GetOrderRequest, GetOrderResponse>(.orderGetOrder)

  /// Lists orders, page by page: the newest first, by the time that their request ids carry; ids of other versions than 7
  /// stand anywhere. A page shows orders as they are when it is read. An order that exists during the whole listing, and
  /// passes the filters when its page is read, is listed exactly once. Orders made after the listing began may be
  /// missing. An order whose SKUs live in several shards is listed once, where its id lives. Who knows an order's number
  /// asks faster by GetOrderByExternalNumber.
  ///
  /// Every filter costs a look at all orders: a page looks at no more than 20,000, so it may be short, or empty, although
  /// more come; the list ends when `next_page_token` is empty.
  ///
  /// Refused: INVALID_FIELD, also for a page token that no response gave; UNKNOWN_SKU; UNKNOWN_LOCATION; LIST_OUTDATED.
  ///
  /// Example request, for what is to be shipped from a place:
  ///   location: "BER1" statuses: ORDER_STATUS_READY
  /// and its response:
  ///   orders { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" tenant: "default" status: ORDER_STATUS_READY
  ///            lines { sku: "TSHIRT-M-BLUE" location: "BER1" ordered: 2 allocated: 2 line: 1 }
  ///            external_number: "SO-10023" hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a"
  ///            create_time { seconds: 1767225800 } reference: "cart-3441" version: 1 }
  public static let listOrders = RPC<ListOrdersRequest, ListOrdersResponse>(.orderListOrders)

  /// Reads one order by the number that it has in its channel.
  ///
  /// Refused: UNKNOWN_ORDER, with the channel and the number; INVALID_FIELD.
  ///
  /// Example request:
  ///   channel: "market-de" external_number: "305-7712"
  /// and its response:
  ///   revision: 1080
  ///   order { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" tenant: "default" status: ORDER_STATUS_READY
  ///           lines { sku: "TSHIRT-M-BLUE" location: "BER1" ordered: 2 allocated: 2 line: 1 }
  ///           external_number: "305-7712" channel: "market-de" create_time { seconds: 1767225800 } version: 1 }
  public static let getOrderByExternalNumber = RPC<GetOrderByExternalNumberRequest, GetOrderByExternalNumberResponse>(
    .orderGetOrderByExternalNumber)

  /// Records that an order was paid: it may be shipped, and expires no more. An order that needed no payment before it may
  /// be shipped can be paid as well, also after it was shipped. The same payment reported again, with whatever request id,
  /// is answered with the order and `replayed`.
  ///
  /// Refused: UNKNOWN_ORDER; ORDER_PAID by another payment; ORDER_CLOSED when it has expired or was cancelled;
  /// INVALID_FIELD; REQUEST_ID_REUSED; REQUEST_TOO_OLD; REQUEST_FROM_FUTURE.
  ///
  /// Example request:
  ///   request_id: "01890a5d-ac9c-7001-8000-0000000000b0" order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a"
  ///   payment_reference: "pay_8812"
  /// and its response:
  ///   revision: 1081
  ///   order { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" tenant: "default" status: ORDER_STATUS_READY
  ///           lines { sku: "TSHIRT-M-BLUE" location: "BER1" ordered: 2 allocated: 2 line: 1 }
  ///           create_time { seconds: 1767225800 } version: 2 pay_by_time { seconds: 1767312200 }
  ///           pay_time { seconds: 1767226000 } payment_reference: "pay_8812" }
  /// or, a day later, the status FAILED_PRECONDITION and the details
  ///   reason: "ORDER_CLOSED" domain: "holdfast"
  ///   metadata { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" status: "EXPIRED" }
  public static let payOrder = RPC<PayOrderRequest, PayOrderResponse>(.orderPayOrder)

  /// Keeps an order from being shipped until it is resumed: it keeps its stock. `reason` says why. An order on hold gets the
  /// new reason. A time to pay goes on meanwhile.
  ///
  /// Refused: UNKNOWN_ORDER; ORDER_CLOSED; INVALID_FIELD; REQUEST_ID_REUSED; REQUEST_TOO_OLD; REQUEST_FROM_FUTURE.
  ///
  /// Example request:
  ///   request_id: "01890a5d-ac9d-7001-8000-0000000000b1" order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a"
  ///   reason: "fraud review"
  /// and its response:
  ///   revision: 1082
  ///   order { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" tenant: "default" status: ORDER_STATUS_READY
  ///           lines { sku: "TSHIRT-M-BLUE" location: "BER1" ordered: 2 allocated: 2 line: 1 }
  ///           create_time { seconds: 1767225800 } version: 3 on_hold: true hold_reason: "fraud review" }
  public static let holdOrder = RPC<HoldOrderRequest, HoldOrderResponse>(.orderHoldOrder)

  /// Lets an order that is on hold be shipped again; one that is not stays as it is.
  ///
  /// Refused: UNKNOWN_ORDER; ORDER_CLOSED; INVALID_FIELD; REQUEST_ID_REUSED; REQUEST_TOO_OLD; REQUEST_FROM_FUTURE.
  ///
  /// Example request:
  ///   request_id: "01890a5d-ac9e-7001-8000-0000000000b2" order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a"
  /// and its response:
  ///   revision: 1083
  ///   order { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" tenant: "default" status: ORDER_STATUS_READY
  ///           lines { sku: "TSHIRT-M-BLUE" location: "BER1" ordered: 2 allocated: 2 line: 1 }
  ///           create_time { seconds: 1767225800 } version: 4 }
  public static let resumeOrder = RPC<ResumeOrderRequest, ResumeOrderResponse>(.orderResumeOrder)

  /// Cancels an order, or parts of its lines, as far as they are not shipped: their stock is available again at once. Of a
  /// line, what is backordered goes first.
  ///
  /// Refused: UNKNOWN_ORDER; UNKNOWN_ORDER_LINE; QUANTITY_NOT_OPEN; ORDER_CLOSED; INVALID_FIELD; REQUEST_ID_REUSED;
  /// REQUEST_TOO_OLD; REQUEST_FROM_FUTURE.
  ///
  /// Example request:
  ///   request_id: "01890a5d-ac9f-7001-8000-0000000000b3" order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a"
  ///   lines { line: 1 quantity: 1 } reason: "customer's wish"
  /// and its response:
  ///   revision: 1084
  ///   order { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" tenant: "default" status: ORDER_STATUS_READY
  ///           lines { sku: "TSHIRT-M-BLUE" location: "BER1" ordered: 2 cancelled: 1 allocated: 1 line: 1 }
  ///           create_time { seconds: 1767225800 } version: 5 }
  /// or, for a quantity of 3, the status FAILED_PRECONDITION and the details
  ///   reason: "QUANTITY_NOT_OPEN" domain: "holdfast"
  ///   metadata { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" line: "1" asked: "3" open: "2" }
  public static let cancelOrder = RPC<CancelOrderRequest, CancelOrderResponse>(.orderCancelOrder)

  /// Changes how much is wanted of an order's lines, and adds lines: all of it, or nothing. Only the differences move: what
  /// stays keeps its stock, what is wanted less is available again, and what is wanted more is taken from what was available
  /// before.
  ///
  /// Refused: OUT_OF_STOCK, naming the first line that could not be met; NOT_A_MULTIPLE; BACKORDER_LIMIT; UNKNOWN_ORDER;
  /// UNKNOWN_ORDER_LINE; QUANTITY_NOT_OPEN when less is wanted than was shipped; ORDER_CLOSED; ORDER_CHANGED; UNKNOWN_SKU; UNKNOWN_LOCATION;
  /// LOCATION_CLOSED; LINES_SPAN_SHARDS; TOO_MANY_LINES; INVALID_FIELD; REQUEST_ID_REUSED; REQUEST_TOO_OLD;
  /// REQUEST_FROM_FUTURE.
  ///
  /// Example request:
  ///   request_id: "01890a5d-aca0-7001-8000-0000000000b4" order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a"
  ///   lines { line: 1 quantity: 3 } added_lines { sku: "SOCKS" quantity: 1 } expected_version: 5
  /// and its response:
  ///   revision: 1085
  ///   order { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" tenant: "default" status: ORDER_STATUS_READY
  ///           lines { sku: "TSHIRT-M-BLUE" location: "BER1" ordered: 4 cancelled: 1 allocated: 3 line: 1 }
  ///           lines { sku: "SOCKS" location: "BER1" ordered: 1 allocated: 1 line: 2 }
  ///           create_time { seconds: 1767225800 } version: 6 }
  /// or, when it was changed meanwhile, the status ABORTED and the details
  ///   reason: "ORDER_CHANGED" domain: "holdfast"
  ///   metadata { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" version: "6" }
  public static let amendOrder = RPC<AmendOrderRequest, AmendOrderResponse>(.orderAmendOrder)

  /// Records that parts of an order have left. A shipment has an effect once: whoever reports it again, with whatever
  /// request id, is answered with the order and `replayed`, also when the order is over by then.
  ///
  /// Refused: UNKNOWN_ORDER; UNKNOWN_ORDER_LINE; QUANTITY_NOT_OPEN; ORDER_NOT_PAID; ORDER_ON_HOLD; ORDER_CLOSED;
  /// SHIPMENT_ID_REUSED; TOO_MANY_SHIPMENTS; INVALID_FIELD; REQUEST_ID_REUSED; REQUEST_TOO_OLD;
  /// REQUEST_FROM_FUTURE.
  ///
  /// Example request:
  ///   request_id: "01890a5d-aca1-7001-8000-0000000000b5" order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a"
  ///   shipment_id: "DHL-00340434" lines { line: 1 quantity: 2 }
  /// and its response:
  ///   revision: 1086
  ///   order { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" tenant: "default"
  ///           status: ORDER_STATUS_PARTIALLY_SHIPPED
  ///           lines { sku: "TSHIRT-M-BLUE" location: "BER1" ordered: 3 allocated: 1 shipped: 2 line: 1 }
  ///           create_time { seconds: 1767225800 } version: 7
  ///           shipments { shipment_id: "DHL-00340434" ship_time { seconds: 1767229000 }
  ///                       lines { line: 1 quantity: 2 } } }
  /// or, when it waits to be paid, the status FAILED_PRECONDITION and the details
  ///   reason: "ORDER_NOT_PAID" domain: "holdfast" metadata { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" }
  public static let shipOrder = RPC<ShipOrderRequest, ShipOrderResponse>(.orderShipOrder)

  /// Closes an order all of which has been shipped or cancelled: nothing is left to do.
  ///
  /// Refused: UNKNOWN_ORDER; ORDER_NOT_SHIPPED; ORDER_CLOSED; INVALID_FIELD; REQUEST_ID_REUSED; REQUEST_TOO_OLD;
  /// REQUEST_FROM_FUTURE.
  ///
  /// Example request:
  ///   request_id: "01890a5d-aca2-7001-8000-0000000000b6" order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a"
  /// and its response:
  ///   revision: 1088
  ///   order { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" tenant: "default" status: ORDER_STATUS_COMPLETED
  ///           lines { sku: "TSHIRT-M-BLUE" location: "BER1" ordered: 3 shipped: 3 line: 1 }
  ///           create_time { seconds: 1767225800 } version: 9 complete_time { seconds: 1767399000 } }
  /// or, when a part has not left, the status FAILED_PRECONDITION and the details
  ///   reason: "ORDER_NOT_SHIPPED" domain: "holdfast"
  ///   metadata { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" open: "1" }
  public static let completeOrder = RPC<CompleteOrderRequest, CompleteOrderResponse>(.orderCompleteOrder)
}

/// Reserves stock for a while. A hold keeps its quantities from everyone else until it is confirmed (it becomes an
/// order), released, or its time is over.
///
/// An answer means that the hold is on disk on a majority of the shard's replicas: no crash loses it.
public enum HoldService {
  /// The full name.
  public static let name = "holdfast.v1.HoldService"

  /// Makes a hold.
  ///
  /// Retry UNAVAILABLE, DEADLINE_EXCEEDED, and RESOURCE_EXHAUSTED with a RetryInfo, with the same request id.
  ///
  /// Refused: OUT_OF_STOCK, naming the first line that could not be met, and why each location did not meet it;
  /// NOT_A_MULTIPLE of the SKU's lot size; UNKNOWN_SKU; UNKNOWN_LOCATION; LOCATION_CLOSED, for a line that names such a
  /// location; LINES_SPAN_SHARDS; TOO_MANY_LINES, when lines come from more than 200 places;
  /// INVALID_FIELD; REQUEST_ID_REUSED; REQUEST_TOO_OLD; REQUEST_FROM_FUTURE.
  ///
  /// Example request:
  ///   request_id: "01890a5d-ac96-774b-bcce-b302099a8057"
  ///   lines { sku: "TSHIRT-M-BLUE" quantity: 2 } time_to_live { seconds: 600 } reference: "cart-3441"
  /// and its response:
  ///   revision: 1071
  ///   hold { hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" tenant: "default" state: HOLD_STATE_ACTIVE
  ///          lines { sku: "TSHIRT-M-BLUE" location: "BER1" quantity: 2 asked_quantity: 2 }
  ///          create_time { seconds: 1767225700 } expire_time { seconds: 1767226300 } reference: "cart-3441" }
  /// or, with nothing left, the status FAILED_PRECONDITION, "SKU 'TSHIRT-M-BLUE' has 0 AVAILABLE, not the 2 asked for", and the
  /// details
  ///   reason: "OUT_OF_STOCK" domain: "holdfast"
  ///   metadata { sku: "TSHIRT-M-BLUE" location: "" account: "AVAILABLE" asked: "2" available: "0" locations: "BER1 EMPTY 0" }
  ///
  /// Example of a line that comes from several locations:
  ///   lines { sku: "TSHIRT-M-BLUE" quantity: 10 } split: SPLIT_POLICY_LINE
  /// and its response:
  ///   revision: 1072
  ///   hold { hold_id: "01890a5d-ac96-774b-bcce-b302099a8059-1f3a" tenant: "default" state: HOLD_STATE_ACTIVE
  ///          lines { sku: "TSHIRT-M-BLUE" location: "BER1" quantity: 7 asked_quantity: 10 }
  ///          lines { sku: "TSHIRT-M-BLUE" location: "MUC2" quantity: 3 }
  ///          create_time { seconds: 1767225700 } expire_time { seconds: 1767226600 } }
  /// or, where all locations together have 8, the status FAILED_PRECONDITION and the details
  ///   reason: "OUT_OF_STOCK" domain: "holdfast"
  ///   metadata { sku: "TSHIRT-M-BLUE" location: "" account: "AVAILABLE" asked: "10" available: "8"
  ///              locations: "BER1 TOO_LITTLE 7, MUC2 TOO_LITTLE 1, HAM1 DRAINING 40" }
  public static let reserve = RPC<ReserveRequest, ReserveResponse>(.holdReserve)

  /// Makes up to 1000 holds, each on its own: one that is refused does not stop the others. The results stand in the
  /// order of the requests. Requests for one SKU are decided in their order.
  ///
  /// The call itself fails only when the message is malformed or has too many requests (INVALID_FIELD).
  ///
  /// Example request:
  ///   requests { request_id: "01890a5d-ac96-774b-bcce-b302099a8057" lines { sku: "TSHIRT-M-BLUE" quantity: 2 } }
  ///   requests { request_id: "01890a5d-ac96-774b-bcce-b302099a8058" lines { sku: "TSHIRT-M-BLUE" quantity: 500 } }
  /// and its response:
  ///   results { response { revision: 1071 hold { hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a"
  ///             tenant: "default" state: HOLD_STATE_ACTIVE
  ///             lines { sku: "TSHIRT-M-BLUE" location: "BER1" quantity: 2 asked_quantity: 2 }
  ///             create_time { seconds: 1767225700 } expire_time { seconds: 1767226600 } } } }
  ///   results { error { code: 9 reason: "OUT_OF_STOCK"
  ///             message: "SKU 'TSHIRT-M-BLUE' has 92 AVAILABLE at 'BER1', not the 500 asked for"
  ///             metadata { key: "sku" value: "TSHIRT-M-BLUE" } metadata { key: "location" value: "BER1" }
  ///             metadata { key: "account" value: "AVAILABLE" } metadata { key: "asked" value: "500" }
  ///             metadata { key: "available" value: "92" } metadata { key: "locations" value: "BER1 TOO_LITTLE 92" } } }
  public static let batchReserve = RPC<BatchReserveRequest, BatchReserveResponse>(.holdBatchReserve)

  /// Makes holds for as long as the stream is open. Each request carries a tag of the caller's choice, which its result
  /// repeats; results come as they become durable, which may be in another order. At most 10000 requests of a stream
  /// may be unanswered; the server stops reading until there are fewer. End the stream on your side, and the server
  /// answers what is left and ends it too.
  ///
  /// The stream fails, after the answers that are ready, only when a message is malformed or the server goes down
  /// (UNAVAILABLE, SHUTTING_DOWN); send what was not answered again, with the same request ids.
  ///
  /// Example requests:
  ///   tag: 1 request { lines { sku: "TSHIRT-M-BLUE" quantity: 2 } }
  ///   tag: 2 request { lines { sku: "TSHIRT-M-BLUE" quantity: 500 } }
  /// and their responses:
  ///   tag: 2 error { code: 9 reason: "OUT_OF_STOCK"
  ///          message: "SKU 'TSHIRT-M-BLUE' has 92 AVAILABLE at 'BER1', not the 500 asked for"
  ///          metadata { key: "sku" value: "TSHIRT-M-BLUE" } ... }
  ///   tag: 1 response { revision: 1071 hold { hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a"
  ///          tenant: "default" state: HOLD_STATE_ACTIVE
  ///          lines { sku: "TSHIRT-M-BLUE" location: "BER1" quantity: 2 asked_quantity: 2 }
  ///          create_time { seconds: 1767225700 } expire_time { seconds: 1767226600 } } }
  public static let reserveStream = RPC<ReserveStreamRequest, ReserveStreamResponse>(.holdReserveStream)

  /// Reads one hold. A hold that is over can be read for at least 72 hours.
  ///
  /// Refused: UNKNOWN_HOLD; INVALID_FIELD.
  ///
  /// Example request:
  ///   hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a"
  /// and its response:
  ///   revision: 1075
  ///   hold { hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" tenant: "default" state: HOLD_STATE_RELEASED
  ///          lines { sku: "TSHIRT-M-BLUE" location: "BER1" quantity: 2 asked_quantity: 2 }
  ///          create_time { seconds: 1767225700 } expire_time { seconds: 1767226300 } reference: "cart-3441" }
  public static let getHold = RPC<GetHoldRequest, GetHoldResponse>(.holdGetHold)

  /// Lists holds, page by page: the newest first, by the time that their request ids carry; ids of other versions than 7
  /// stand anywhere. A page shows holds as they are when it is read. A hold is listed at most once; one that exists
  /// during the whole listing, and passes the filters when its page is read, exactly once. Holds made after the listing
  /// began may be missing. A hold whose SKUs live in several shards is listed once, where its id lives.
  ///
  /// Every filter costs a look at all holds in the asked states: a page looks at no more than 20,000, so it may be short,
  /// or empty, although more come; the list ends when `next_page_token` is empty. Holds that are over are kept for 72
  /// hours and are many: ask for them only when you need them.
  ///
  /// Refused: INVALID_FIELD, also for a page token that no response gave; UNKNOWN_SKU; UNKNOWN_LOCATION; LIST_OUTDATED.
  ///
  /// Example request, for what a buyer has in the cart:
  ///   reference: "cart-3441"
  /// and its response:
  ///   holds { hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" tenant: "default" state: HOLD_STATE_ACTIVE
  ///           lines { sku: "TSHIRT-M-BLUE" location: "BER1" quantity: 2 asked_quantity: 2 }
  ///           create_time { seconds: 1767225700 } expire_time { seconds: 1767226300 } reference: "cart-3441" }
  ///   next_page_token: "AQ3K0gAB"
  public static let listHolds = RPC<ListHoldsRequest, ListHoldsResponse>(.holdListHolds)

  /// Lets a live hold live on: it expires `time_to_live` from now. That may be earlier than before.
  ///
  /// Refused: UNKNOWN_HOLD; HOLD_EXPIRED; HOLD_RELEASED; HOLD_CONFIRMED; INVALID_FIELD; REQUEST_ID_REUSED;
  /// REQUEST_TOO_OLD; REQUEST_FROM_FUTURE.
  ///
  /// Example request:
  ///   request_id: "01890a5d-ac99-7001-8000-0000000000ac"
  ///   hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" time_to_live { seconds: 300 }
  /// and its response:
  ///   revision: 1076
  ///   hold { hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" tenant: "default" state: HOLD_STATE_ACTIVE
  ///          lines { sku: "TSHIRT-M-BLUE" location: "BER1" quantity: 2 asked_quantity: 2 }
  ///          create_time { seconds: 1767225700 } expire_time { seconds: 1767226400 } reference: "cart-3441" }
  public static let extendHold = RPC<ExtendHoldRequest, ExtendHoldResponse>(.holdExtendHold)

  /// Gives all of a live hold's stock back.
  ///
  /// Refused: UNKNOWN_HOLD; HOLD_EXPIRED; HOLD_RELEASED; HOLD_CONFIRMED; INVALID_FIELD; REQUEST_ID_REUSED;
  /// REQUEST_TOO_OLD; REQUEST_FROM_FUTURE.
  ///
  /// Example request:
  ///   request_id: "01890a5d-ac9a-7001-8000-0000000000ad"
  ///   hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" reason: "cart emptied"
  /// and its response:
  ///   revision: 1077
  ///   hold { hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" tenant: "default" state: HOLD_STATE_RELEASED
  ///          lines { sku: "TSHIRT-M-BLUE" location: "BER1" quantity: 2 asked_quantity: 2 }
  ///          create_time { seconds: 1767225700 } expire_time { seconds: 1767226300 } reference: "cart-3441" }
  public static let releaseHold = RPC<ReleaseHoldRequest, ReleaseHoldResponse>(.holdReleaseHold)

  /// Turns a hold into an order: what was held is allocated. A hold that has expired is confirmed all the same if its
  /// stock is still there.
  ///
  /// An external number is unique in its channel for the tenant: see OrderService.CreateOrder. The same hold confirmed again
  /// under the same number, with whatever request id, is answered with the order, and `replayed`.
  ///
  /// Refused: UNKNOWN_HOLD; HOLD_EXPIRED when the stock is gone, or OUT_OF_STOCK, LOCATION_CLOSED, UNKNOWN_SKU and
  /// NOT_A_MULTIPLE by another shard that has a part of it; HOLD_RELEASED; HOLD_CONFIRMED (with the order's id);
  /// LINES_SPAN_SHARDS; EXTERNAL_NUMBER_TAKEN; EXTERNAL_NUMBER_PENDING; INVALID_FIELD; REQUEST_ID_REUSED; REQUEST_TOO_OLD;
  /// REQUEST_FROM_FUTURE.
  ///
  /// Example request:
  ///   request_id: "01890a5d-ac9b-7001-8000-0000000000ae"
  ///   hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" external_number: "SO-10023"
  /// and its response:
  ///   revision: 1078
  ///   order { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" tenant: "default" status: ORDER_STATUS_READY
  ///           lines { sku: "TSHIRT-M-BLUE" location: "BER1" ordered: 2 allocated: 2 line: 1 }
  ///           external_number: "SO-10023" hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a"
  ///           create_time { seconds: 1767225800 } reference: "cart-3441" version: 1 }
  public static let confirmHold = RPC<ConfirmHoldRequest, ConfirmHoldResponse>(.holdConfirmHold)
}

/// Brings in many SKUs, receipts of stock or orders: the contents of another system, a long delivery, a night's sales.
public enum ImportService {
  /// The full name.
  public static let name = "holdfast.v1.ImportService"

  /// Carries out rows as they come, each on its own, for as long as the stream is open. The first message says for what
  /// they are, each following one is a row under a number of your choice, which its result repeats. Results come as they
  /// become durable, which may be in another order: rows that build on one another (a SKU, then its stock) belong in
  /// imports one after the other. At most 10000 rows may be unanswered; the server stops reading until there are fewer.
  /// End the stream on your side, and the server answers what is left and ends it too.
  ///
  /// Each row has one effect: its request id is made from the import's id and the row's number. So an import that was
  /// interrupted is resumed by opening it again with the same id and sending on from the first row without a result, or
  /// from any row before it; what was done is answered as replayed. A row that was refused may be corrected and sent
  /// under the same number. An import's id is good for 72 hours if it is of version 7; make one for each file.
  ///
  /// A row is refused as the call would be that does the same: PutSku, Receive or CreateOrder. A row that fails with
  /// UNAVAILABLE, RESOURCE_EXHAUSTED or DEADLINE_EXCEEDED may be sent again under its number.
  ///
  /// The stream fails, after the answers that are ready, only when a message is malformed, the first one is not a `start`
  /// or a later one is (INVALID_FIELD), or the server goes down (UNAVAILABLE, SHUTTING_DOWN).
  ///
  /// Example requests:
  ///   start { request_id: "01890a5d-ac96-774b-bcce-b302099a8057" actor: "night-job" }
  ///   row { row: 1 stock { sku: "TSHIRT-M-BLUE" location: "BER1" quantity: 100 } }
  ///   row { row: 2 stock { sku: "NONE-SUCH" location: "BER1" quantity: 5 } }
  /// and their responses:
  ///   row: 2 error { code: 5 reason: "UNKNOWN_SKU" message: "there is no SKU 'NONE-SUCH'"
  ///                  metadata { key: "sku" value: "NONE-SUCH" } }
  ///   row: 1 done { }
  public static let importRows = RPC<ImportRowsRequest, ImportRowsResponse>(.importRows)
}

/// Moves stock into, out of and between accounts, and reads it.
public enum InventoryService {
  /// The full name.
  public static let name = "holdfast.v1.InventoryService"

  /// Stock arrived: moves a quantity from SUPPLIER to AVAILABLE, or to QUALITY_CONTROL.
  ///
  /// Refused: INVALID_FIELD; UNKNOWN_SKU; UNKNOWN_LOCATION; LOCATION_CLOSED; QUANTITY_OVERFLOW; REQUEST_ID_REUSED;
  /// REQUEST_TOO_OLD; REQUEST_FROM_FUTURE.
  ///
  /// Example request:
  ///   request_id: "01890a5d-ac96-774b-bcce-b302099a8057" reason: "PO-7781"
  ///   sku: "TSHIRT-M-BLUE" location: "BER1" quantity: 100
  /// and its response:
  ///   revision: 1060 sequence: 877 time { seconds: 1767225660 }
  ///   stock { location: "BER1" balances { on_hand: 100 available: 100 supplier: -100 } }
  public static let receive = RPC<ReceiveRequest, ReceiveResponse>(.inventoryReceive)

  /// A count differed: changes one account by a signed quantity, against ADJUSTMENT.
  ///
  /// Refused: INVALID_FIELD (the reason must be given); UNKNOWN_SKU; UNKNOWN_LOCATION; OUT_OF_STOCK when the account
  /// would fall below zero; QUANTITY_OVERFLOW; REQUEST_ID_REUSED; REQUEST_TOO_OLD;
  /// REQUEST_FROM_FUTURE.
  ///
  /// Example request:
  ///   request_id: "01890a5d-ac97-7001-8000-0000000000aa" reason: "counted 2026-01-01"
  ///   sku: "TSHIRT-M-BLUE" location: "BER1" account: ACCOUNT_AVAILABLE delta: -3
  /// and its response:
  ///   revision: 1061 sequence: 878 time { seconds: 1767225661 }
  ///   stock { location: "BER1" balances { on_hand: 97 available: 97 supplier: -100 adjustment: 3 } }
  public static let adjust = RPC<AdjustRequest, AdjustResponse>(.inventoryAdjust)

  /// Moves a quantity between two of AVAILABLE, SAFETY, QUALITY_CONTROL and DAMAGED, at one location.
  ///
  /// Refused: INVALID_FIELD; UNKNOWN_SKU; UNKNOWN_LOCATION; OUT_OF_STOCK when the first account holds less;
  /// REQUEST_ID_REUSED; REQUEST_TOO_OLD; REQUEST_FROM_FUTURE.
  ///
  /// Example request:
  ///   request_id: "01890a5d-ac98-7001-8000-0000000000ab" reason: "torn seam"
  ///   sku: "TSHIRT-M-BLUE" location: "BER1"
  ///   from_account: ACCOUNT_AVAILABLE to_account: ACCOUNT_DAMAGED quantity: 1
  /// and its response:
  ///   revision: 1062 sequence: 879 time { seconds: 1767225662 }
  ///   stock { location: "BER1" balances { on_hand: 97 available: 96 damaged: 1 supplier: -100 adjustment: 3 } }
  public static let moveStock = RPC<MoveStockRequest, MoveStockResponse>(.inventoryMoveStock)

  /// Says what was counted: what is on hand at a location, in all accounts together. It is set against what the books said
  /// at a revision, that of the GetStock which the count began with: what was held or allocated since is kept, and when
  /// stock has come, gone or been corrected since, the count is refused, because nobody can say whether it was counted.
  ///
  /// What is more goes to AVAILABLE. What is less is taken from AVAILABLE, then from SAFETY; what is missing beyond that
  /// was promised already, and becomes a SHORTFALL: a balance below zero, which shows until a receipt makes up for it, or
  /// holds and orders give their part back.
  ///
  /// Refused: COUNT_OUTDATED; INVALID_FIELD (also for a revision that the shard has not reached); UNKNOWN_SKU;
  /// UNKNOWN_LOCATION; QUANTITY_OVERFLOW; REQUEST_ID_REUSED; REQUEST_TOO_OLD; REQUEST_FROM_FUTURE.
  ///
  /// Example request:
  ///   request_id: "01890a5d-ac98-7001-8000-0000000000b0" reason: "cycle count, aisle 7"
  ///   sku: "TSHIRT-M-BLUE" location: "BER1" counted: 90 as_of_revision: 1062
  /// and its response:
  ///   revision: 1064 sequence: 881 time { seconds: 1767225670 }
  ///   stock { location: "BER1" balances { on_hand: 90 available: 87 held: 2 damaged: 1 supplier: -100 adjustment: 10 } }
  /// or, when 20 have been received meanwhile, the status ABORTED and the details
  ///   reason: "COUNT_OUTDATED" domain: "holdfast"
  ///   metadata { sku: "TSHIRT-M-BLUE" location: "BER1" revision: "1063" on_hand: "117" }
  public static let setCount = RPC<SetCountRequest, SetCountResponse>(.inventorySetCount)

  /// Moves what a live hold or an open order has of a SKU to another location, in one step: nobody can take either part
  /// in between. Of a SKU of another shard the quantity is set aside at the second location first, and what it had at the
  /// first comes back a moment behind the answer.
  ///
  /// Refused: OUT_OF_STOCK when the hold or order has less at the first location (its account is HELD or ALLOCATED), or
  /// less is available at the second; NOT_A_MULTIPLE; LOCATION_CLOSED for the second; TOO_MANY_LINES; UNKNOWN_HOLD;
  /// HOLD_EXPIRED; HOLD_RELEASED; HOLD_CONFIRMED; UNKNOWN_ORDER; ORDER_CLOSED; LINES_SPAN_SHARDS; UNKNOWN_SKU; UNKNOWN_LOCATION;
  /// INVALID_FIELD; REQUEST_ID_REUSED; REQUEST_TOO_OLD; REQUEST_FROM_FUTURE.
  ///
  /// Example request:
  ///   request_id: "01890a5d-ac98-7001-8000-0000000000b1"
  ///   hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" sku: "TSHIRT-M-BLUE"
  ///   from_location: "BER1" to_location: "MUC2"
  /// and its response:
  ///   revision: 1065
  ///   hold { hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" tenant: "default" state: HOLD_STATE_ACTIVE
  ///          lines { sku: "TSHIRT-M-BLUE" location: "MUC2" quantity: 2 asked_quantity: 2 }
  ///          create_time { seconds: 1767225700 } expire_time { seconds: 1767226300 } reference: "cart-3441" }
  public static let moveAllocation = RPC<MoveAllocationRequest, MoveAllocationResponse>(.inventoryMoveAllocation)

  /// Reads the stock of one SKU, at one location or at all: as it is, or as it was.
  ///
  /// The past is worked out from the present and the journal, so it reaches back as far as the journal does. Ask for a
  /// revision that was answered for this SKU, or for a time. A hold that was due then and had not been swept counts as
  /// held, as the journal has it. It costs a read for each movement of the SKU since.
  ///
  /// Refused: INVALID_FIELD; UNKNOWN_SKU; UNKNOWN_LOCATION; JOURNAL_CUT when the journal does not reach back so far, or the
  /// SKU was in another shard then, whose journal has it (AuditService.ListJournal with `shard`); HISTORY_TOO_FAR when more than a million movements lie in between.
  ///
  /// Example request:
  ///   sku: "TSHIRT-M-BLUE"
  /// and its response:
  ///   stock { sku: "TSHIRT-M-BLUE" total { on_hand: 97 available: 94 held: 2 damaged: 1 supplier: -100 adjustment: 3 }
  ///           locations { location: "BER1" balances { on_hand: 97 available: 94 held: 2 damaged: 1 supplier: -100
  ///                                                   adjustment: 3 } }
  ///           revision: 1070 as_of_time { seconds: 1767225700 } }
  /// or, with `as_of_time { seconds: 1767225661 }` in the request, how it was then:
  ///   stock { sku: "TSHIRT-M-BLUE" total { on_hand: 97 available: 97 supplier: -100 adjustment: 3 }
  ///           locations { location: "BER1" balances { on_hand: 97 available: 97 supplier: -100 adjustment: 3 } }
  ///           revision: 1070 as_of_time { seconds: 1767225661 } }
  public static let getStock = RPC<GetStockRequest, GetStockResponse>(.inventoryGetStock)

  /// Reads how much of up to 500 SKUs can be reserved now: what a page of a shop shows. SKUs of one shard are read at one
  /// moment and in one read, those of different shards perhaps at different ones. The results stand in the order asked;
  /// a SKU that is not there, or whose shard cannot be read, does not stop the others.
  ///
  /// Refused as a whole: INVALID_FIELD. Refused in a result: UNKNOWN_SKU; UNKNOWN_LOCATION; NO_LEADER.
  ///
  /// Example request:
  ///   skus: "TSHIRT-M-BLUE" skus: "RICE" skus: "NONE-SUCH"
  /// and its response:
  ///   results { availability { available: 94 } }
  ///   results { availability { available: 25000 quantity_scale: 3 } }
  ///   results { error { code: 5 reason: "UNKNOWN_SKU" message: "there is no SKU 'NONE-SUCH'"
  ///                     metadata { key: "sku" value: "NONE-SUCH" } } }
  public static let getAvailability = RPC<GetAvailabilityRequest, GetAvailabilityResponse>(.inventoryGetAvailability)

  /// Reads the stock of up to 500 SKUs. SKUs of one shard are read at one moment, those of different shards perhaps at
  /// different ones. The results stand in the order asked. An answer has a megabyte or a little more: SKUs that are at very
  /// many locations may have to be asked for in smaller batches.
  ///
  /// Refused as a whole: INVALID_FIELD. Refused in a result: UNKNOWN_SKU; UNKNOWN_LOCATION; NO_LEADER; ANSWER_TOO_LARGE.
  ///
  /// Example request:
  ///   skus: "TSHIRT-M-BLUE" skus: "NONE-SUCH"
  /// and its response:
  ///   results { stock { sku: "TSHIRT-M-BLUE"
  ///                     total { on_hand: 97 available: 94 held: 2 damaged: 1 supplier: -100 adjustment: 3 }
  ///                     locations { location: "BER1" balances { on_hand: 97 available: 94 held: 2 damaged: 1
  ///                                                             supplier: -100 adjustment: 3 } }
  ///                     revision: 1070 as_of_time { seconds: 1767225700 } } }
  ///   results { error { code: 5 reason: "UNKNOWN_SKU" message: "there is no SKU 'NONE-SUCH'"
  ///                     metadata { key: "sku" value: "NONE-SUCH" } } }
  public static let batchGetStock = RPC<BatchGetStockRequest, BatchGetStockResponse>(.inventoryBatchGetStock)

  /// Lists the stock of a tenant's SKUs, page by page, in an order that stays the same from page to page. Each SKU is
  /// shown as it is when its page is read. A SKU that exists during the whole listing, and passes the filters when its
  /// page is read, is listed exactly once.
  ///
  /// The filters cost a look at every SKU of the tenant: a page looks at no more than 4,000, so it may be short, or
  /// empty, although more come; the list ends when `next_page_token` is empty.
  ///
  /// Refused: INVALID_FIELD, also for a page token that no response gave; UNKNOWN_LOCATION; LIST_OUTDATED.
  ///
  /// Example request:
  ///   page_size: 1
  /// and its response:
  ///   stock { sku: "RICE" quantity_scale: 3 total { on_hand: 25000 available: 25000 supplier: -25000 } revision: 1041 }
  ///   next_page_token: "AAACBA"
  public static let listStock = RPC<ListStockRequest, ListStockResponse>(.inventoryListStock)
}

/// Tells what happens as it happens: a part of it to a shop's pages, or all of it to whoever keeps books of their own.
///
/// Any node serves, from its own replicas where it has them. Only what a majority has on disk is told. Every stream may
/// end with UNAVAILABLE, SHUTTING_DOWN or NO_LEADER: begin it again, at this node or another one. A caller that takes
/// nothing for 20 s while something waits for it is cut off.
public enum WatchService {
  /// The full name.
  public static let name = "holdfast.v1.WatchService"

  /// The change feed: every movement of stock, as the journal has it.
  ///
  /// What is promised:
  /// * Of each shard every record comes, in the order of its sequence, without a gap. Between shards there is no order.
  /// * A response carries the records of some shards and a token. Whoever stores the token together with what it has made
  ///   of the records goes on behind them, at any node and any time later: after a crash of its own, of nodes, of leaders,
  ///   and after SKUs have moved to other shards. Without a crash in between nothing comes twice.
  /// * A shard that is added to the cluster appears by itself, from its first record.
  /// * Nothing is left out silently. The journal may be cut at its old end (see ClusterSettings.journal_age_max); a token
  ///   from before that is refused with FEED_GAP.
  ///
  /// Adding the records up gives the balances: for each, the accounts `from_account` and `to_account` of the SKU at the
  /// location have `from_balance` and `to_balance`. A feed from the beginning of a journal that was cut starts with the
  /// balances at the cut (`base`), so that this is true there too. When a SKU moves to another shard its balances are
  /// brought to zero in the old one (cause DEPARTURE) and back in the new one (cause OPENING): keep balances by shard, and
  /// a SKU's are the sum.
  ///
  /// Held stock whose time is over is told as released (cause EXPIRY) when somebody next looks at the SKU or when the holds
  /// are swept, which is soon after; reads count it as available at once.
  ///
  /// Refused: INVALID_FIELD, also for a token that is damaged or of another cluster; FEED_GAP; FEED_AHEAD; BACKLOG_FULL
  /// when a node has all the followers that it takes.
  ///
  /// Example request:
  ///   beginning: true
  /// and its first responses, of a cluster with one shard in which 10 pieces were received:
  ///   shards { shard: 1 records { sequence: 1 time { seconds: 1767225600 } tenant: "default" sku: "TSHIRT-M-BLUE"
  ///            location: "BER1" from_account: ACCOUNT_SUPPLIER to_account: ACCOUNT_AVAILABLE quantity: 10
  ///            from_balance: -10 to_balance: 10 cause { kind: CAUSE_KIND_RECEIPT id: "01890a5d-ac90-7001-8000-0000000000a1" }
  ///            request_id: "01890a5d-ac90-7001-8000-0000000000a1" revision: 12 } }
  ///   token: "AcfX..." caught_up: true
  /// and then, when nothing happens for the time of a heartbeat:
  ///   token: "AcfX..." caught_up: true
  ///
  /// Example of a refusal: token: "AcfX..." of last month, with a journal that is kept for a week: FAILED_PRECONDITION,
  ///   FEED_GAP, metadata { shard: "1" sequence: "5120" first_available: "90112" }. Begin anew with `beginning`.
  /// Example of a refusal: a token of records that a recovery by force has lost: FAILED_PRECONDITION, FEED_AHEAD,
  ///   metadata { shard: "1" sequence: "5120" last: "5000" }. Begin anew with `beginning`.
  public static let streamChanges = RPC<StreamChangesRequest, StreamChangesResponse>(.watchStreamChanges)

  /// The stock of up to 500 SKUs: first as it is, then each SKU again when it has changed. Changes are gathered: a SKU is
  /// told at most once an interval, as it is then. A response has a megabyte or a little more; what it has no room for
  /// follows in others.
  ///
  /// Refused: UNKNOWN_SKU, for the first that is not there; UNKNOWN_LOCATION; INVALID_FIELD; BACKLOG_FULL.
  ///
  /// Example request:
  ///   skus: "TSHIRT-M-BLUE" interval { seconds: 1 }
  /// and its first response:
  ///   stock { sku: "TSHIRT-M-BLUE" total { on_hand: 10 available: 8 held: 2 supplier: -10 }
  ///           locations { location: "BER1" balances { on_hand: 10 available: 8 held: 2 supplier: -10 } } revision: 1071
  ///           as_of_time { seconds: 1767225700 } }
  ///
  /// Example of a refusal: skus: "NONE": NOT_FOUND, UNKNOWN_SKU, metadata { sku: "NONE" }.
  public static let watchAvailability = RPC<WatchAvailabilityRequest, WatchAvailabilityResponse>(
    .watchWatchAvailability)

  /// One hold: first as it is, then again with each change. Ends with OK behind a state that is not ACTIVE. An EXPIRED hold
  /// may still be confirmed if its stock is there; watch again to see that.
  ///
  /// Refused: UNKNOWN_HOLD; INVALID_FIELD; BACKLOG_FULL.
  ///
  /// Example request:
  ///   hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a"
  /// and its last response, when it was released:
  ///   hold { hold_id: "01890a5d-ac96-774b-bcce-b302099a8057-1f3a" tenant: "default" state: HOLD_STATE_RELEASED
  ///          lines { sku: "TSHIRT-M-BLUE" location: "BER1" quantity: 2 asked_quantity: 2 }
  ///          create_time { seconds: 1767225700 } expire_time { seconds: 1767226300 } } revision: 1075
  ///
  /// Example of a refusal: an id of no hold: NOT_FOUND, UNKNOWN_HOLD, metadata { hold_id: "..." }.
  public static let watchHold = RPC<WatchHoldRequest, WatchHoldResponse>(.watchWatchHold)

  /// One order: first as it is, then again with each change. Ends with OK behind COMPLETED, CANCELLED and EXPIRED.
  ///
  /// Refused: UNKNOWN_ORDER; INVALID_FIELD; BACKLOG_FULL.
  ///
  /// Example request:
  ///   order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a"
  /// and its first response:
  ///   order { order_id: "01890a5d-ac9b-7001-8000-0000000000ae-1f3a" tenant: "default" status: ORDER_STATUS_READY
  ///           lines { sku: "TSHIRT-M-BLUE" location: "BER1" ordered: 2 allocated: 2 line: 1 }
  ///           create_time { seconds: 1767225800 } version: 1 } revision: 1080
  ///
  /// Example of a refusal: an id of no order: NOT_FOUND, UNKNOWN_ORDER, metadata { order_id: "..." }.
  public static let watchOrder = RPC<WatchOrderRequest, WatchOrderResponse>(.watchWatchOrder)
}
