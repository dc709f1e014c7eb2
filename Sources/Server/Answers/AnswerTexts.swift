internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// The texts of the answer to a reservation while it is being written: buffers that are reused from answer to answer.
struct AnswerTexts {
  var tenant: [UInt8] = []
  var sku: [UInt8] = []
  var reference: [UInt8] = []

  /// Takes the texts of a SKU.
  mutating func load(_ number: SKUNumber, of shard: ShardID, from store: Store) {
    store.copyTexts(of: number, in: shard, tenant: &tenant, sku: &sku)
  }

  /// The slot of the SKU whose texts these are.
  var slot: UInt16 { Slot(tenant: tenant.rawSpan, sku: sku.rawSpan).rawValue }

  func begin(into output: inout ByteWriter, revision: Int64, hold: ResourceID) -> ReserveResponseWriter {
    ReserveResponseWriter.begin(
      into: &output, revision: revision, replayed: false, hold: hold, tenant: tenant.rawSpan, state: .active)
  }

  func line(
    _ line: GrantedLine, number: Int, at location: [UInt8], with writer: borrowing ReserveResponseWriter,
    into output: inout ByteWriter
  ) {
    writer.line(
      into: &output, sku: sku.rawSpan, location: location.rawSpan, quantity: line.granted,
      askedQuantity: line.asked, number: number)
  }

  func end(
    _ writer: consuming ReserveResponseWriter, into output: inout ByteWriter, createTime: Stamp, expireTime: Stamp
  ) {
    writer.end(
      into: &output, createTime: createTime, expireTime: expireTime, order: nil, reference: reference.rawSpan)
  }
}
