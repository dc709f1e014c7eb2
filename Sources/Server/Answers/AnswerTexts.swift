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

  /// Takes the texts of what a line of the turn's outcomes is of, in this shard or in another.
  mutating func load(lineAt index: Int, _ effects: borrowing TurnEffects, _ shard: borrowing ShardLook) {
    let line = effects.line(at: index)
    guard line.remote >= 0 else { return shard.copyTexts(of: line.sku, tenant: &tenant, sku: &sku) }
    let item = effects.outcomes.remotes[Int(line.remote)]
    tenant = Array(item.tenant.utf8)
    sku = Array(item.sku.utf8)
  }

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
