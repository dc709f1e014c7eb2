internal import API
internal import Basics
internal import HTTP2

/// What the first message of an import says of all its rows.
struct ImportSource {
  var id: UniqueID
  var tenant: String
  var actor: String
  var reason: String

  init(_ start: ImportStart) throws(CallFailure) {
    guard let id = try RequestFields.requestID(start.requestID) else {
      throw .invalidField("start.request_id", found: "empty", allowed: "a UUID: the import's id")
    }
    self.id = id
    _ = try RequestFields.tenant(start.tenant)
    tenant = start.tenant
    actor = try RequestFields.text(start.actor, "start.actor", 0...Limits.actorBytesMax)
    reason = try RequestFields.text(start.reason, "start.reason", 0...Limits.reasonBytesMax)
  }
}

/// A row of an import that is being carried out.
struct ImportedRow {
  var key: StreamKey
  var row: Int64
  var method: Method?
}

/// Imports: each row becomes the call that does the same, under a request id made from the import's and the row's number.
/// So it goes through the same gate, to the same shard, and has one effect however often it comes.
extension StoreServer {
  func takeImported(_ message: RawSpan, _ key: StreamKey, _ stream: StreamingCall, _ session: ServerSession) {
    do throws(CallFailure) {
      let request = try RequestFields.decode(ImportRowsRequest.self, message)
      switch request.content {
      case .start(let start):
        guard stream.source == nil else { throw .invalidField("start", found: "there again", allowed: "once, first") }
        var stream = stream
        stream.source = try ImportSource(start)
        streams[key] = stream
      case .row(let row):
        guard let source = stream.source else {
          throw .invalidField("start", found: "absent", allowed: "a start before the first row")
        }
        try RequestFields.number(row.row, "row.row", 0...Limits.quantityMax)
        take(row, of: source, key, stream, session)
      case nil: throw .invalidField("content", found: "absent", allowed: "start or row")
      }
    } catch {
      streams[key] = nil
      session.fail(key.stream, error)
    }
  }

  private func take(
    _ row: ImportRow, of source: ImportSource, _ key: StreamKey, _ stream: StreamingCall, _ session: ServerSession
  ) {
    let (method, message) = Self.call(row, of: source)
    let imported = ImportedRow(key: key, row: row.row, method: method)
    let part = CallOrigin.part(0, of: gatherings.insert(.imported(imported)), store: UInt16(index))
    takeOne(of: stream, key, session)
    guard let method else {
      return fail(part, .invalidField("row.content", found: "absent", allowed: "sku, stock or order"))
    }
    dispatch(method, message.rawSpan, part)
  }

  /// The call that does what a row says; no method for a row that says nothing.
  private static func call(_ row: ImportRow, of source: ImportSource) -> (Method?, [UInt8]) {
    let id = source.id.child(Int(row.row)).description
    switch row.content {
    case .sku(let sku):
      let request = PutSKURequest(
        tenant: source.tenant, requestID: id, actor: source.actor, reason: source.reason, sku: sku)
      return (.catalogPutSKU, request.encoded())
    case .stock(let stock):
      let request = ReceiveRequest(
        tenant: source.tenant, requestID: id, actor: source.actor,
        reason: stock.reason.isEmpty ? source.reason : stock.reason, sku: stock.sku, location: stock.location,
        quantity: stock.quantity, toQualityControl: stock.toQualityControl)
      return (.inventoryReceive, request.encoded())
    case .order(let order):
      var request = order
      request.tenant = source.tenant
      request.requestID = id
      request.actor = source.actor
      if request.reason.isEmpty { request.reason = source.reason }
      return (.orderCreateOrder, request.encoded())
    case nil: return (nil, [])
    }
  }

  func deliver(_ answer: StoreAnswer, to imported: ImportedRow) {
    var response = ImportRowsResponse(row: imported.row)
    switch answer {
    case .failure(let failure): response.outcome = .error(CallError(failure))
    case .message(let bytes):
      do throws(CallFailure) {
        var done = ImportDone()
        switch imported.method {
        case .inventoryReceive: done.replayed = try RequestFields.decode(ReceiveResponse.self, bytes.rawSpan).replayed
        case .orderCreateOrder:
          let answer = try RequestFields.decode(CreateOrderResponse.self, bytes.rawSpan)
          done.replayed = answer.replayed
          done.orderID = answer.order?.orderID ?? ""
        default: break
        }
        response.outcome = .done(done)
      } catch { response.outcome = .error(CallError(error)) }
    }
    sendAnswer(response.encoded(), to: imported.key)
  }
}
