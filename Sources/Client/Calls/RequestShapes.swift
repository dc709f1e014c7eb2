internal import API

// What requests and responses have in common: fields 1 to 4 mean the same in all of them (see common.proto).

protocol WriteRequest: ProtobufMessage {
  var tenant: String { get set }
  var requestID: String { get set }
  var actor: String { get set }
  var reason: String { get set }
}

protocol WriteResponse: ProtobufMessage {
  var revision: Int64 { get }
  var replayed: Bool { get }
}

protocol ReadRequest: ProtobufMessage {
  var tenant: String { get set }
  var consistency: ReadConsistency? { get set }
}

protocol PageRequest: ReadRequest {
  var pageSize: Int32 { get set }
  var pageToken: String { get set }
}

protocol ReadResponse: ProtobufMessage {
  var revision: Int64 { get }
}

/// Whether the request has one effect however often it is sent: a read has none, and a write carries its id.
func isRepeatable(_ request: some ProtobufMessage) -> Bool {
  if let write = request as? any WriteRequest { return !write.requestID.isEmpty }
  if let batch = request as? BatchReserveRequest { return batch.requests.allSatisfy { !$0.requestID.isEmpty } }
  return true
}

extension PutSKURequest: WriteRequest {}
extension PutSKUsRequest: WriteRequest {}
extension PutLocationRequest: WriteRequest {}
extension ReceiveRequest: WriteRequest {}
extension AdjustRequest: WriteRequest {}
extension MoveStockRequest: WriteRequest {}
extension SetCountRequest: WriteRequest {}
extension MoveAllocationRequest: WriteRequest {}
extension ReserveRequest: WriteRequest {}
extension ExtendHoldRequest: WriteRequest {}
extension ReleaseHoldRequest: WriteRequest {}
extension ConfirmHoldRequest: WriteRequest {}
extension CreateOrderRequest: WriteRequest {}
extension PayOrderRequest: WriteRequest {}
extension HoldOrderRequest: WriteRequest {}
extension ResumeOrderRequest: WriteRequest {}
extension CancelOrderRequest: WriteRequest {}
extension AmendOrderRequest: WriteRequest {}
extension ShipOrderRequest: WriteRequest {}
extension CompleteOrderRequest: WriteRequest {}

extension PutSKUResponse: WriteResponse {}
extension PutLocationResponse: WriteResponse {}
extension ReceiveResponse: WriteResponse {}
extension AdjustResponse: WriteResponse {}
extension MoveStockResponse: WriteResponse {}
extension SetCountResponse: WriteResponse {}
extension MoveAllocationResponse: WriteResponse {}
extension ReserveResponse: WriteResponse {}
extension ExtendHoldResponse: WriteResponse {}
extension ReleaseHoldResponse: WriteResponse {}
extension ConfirmHoldResponse: WriteResponse {}
extension CreateOrderResponse: WriteResponse {}
extension PayOrderResponse: WriteResponse {}
extension HoldOrderResponse: WriteResponse {}
extension ResumeOrderResponse: WriteResponse {}
extension CancelOrderResponse: WriteResponse {}
extension AmendOrderResponse: WriteResponse {}
extension ShipOrderResponse: WriteResponse {}
extension CompleteOrderResponse: WriteResponse {}

extension GetSKURequest: ReadRequest {}
extension GetLocationRequest: ReadRequest {}
extension GetStockRequest: ReadRequest {}
extension BatchGetStockRequest: ReadRequest {}
extension GetAvailabilityRequest: ReadRequest {}
extension GetHoldRequest: ReadRequest {}
extension GetOrderRequest: ReadRequest {}
extension GetOrderByExternalNumberRequest: ReadRequest {}
extension ListSKUsRequest: PageRequest {}
extension ListLocationsRequest: PageRequest {}
extension ListStockRequest: PageRequest {}
extension ListHoldsRequest: PageRequest {}
extension ListOrdersRequest: PageRequest {}
extension ListJournalRequest: PageRequest {}

extension GetSKUResponse: ReadResponse {}
extension GetLocationResponse: ReadResponse {}
extension GetHoldResponse: ReadResponse {}
extension GetOrderResponse: ReadResponse {}
extension GetOrderByExternalNumberResponse: ReadResponse {}
