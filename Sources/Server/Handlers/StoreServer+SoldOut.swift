internal import API
internal import Basics
internal import HTTP2
internal import Inventory
internal import Placement
internal import Replication

/// Buyers who come when all is sold. The leader sees in its state that there is not enough, and says so without an entry:
/// most buyers of a flash sale hear nothing else. It is a read, and as sound as one: the state that it looks at has all that
/// was acknowledged when the call came, if nobody else leads the shard; a leader that is not the only voter first has the
/// group confirm that, and then looks again.
extension StoreServer {
  /// The refusal of a reservation whose line is in `lines`; `nil` when it is to be decided by an entry: it may be granted, or
  /// its id may have been used, or be under way, and then the first request of the id decides what the second one hears.
  func shortage(
    _ known: UniqueID?, _ mode: Inventory.ReserveMode, _ sourcing: Sourcing, _ ranking: [LocationNumber],
    in look: borrowing ShardLook
  ) -> Shortage? {
    guard lines.count == 1, look.wasShort(of: lines[0].sku) else { return nil }
    let (line, stamp) = (lines[0], store.readStamp)
    refusedLocations.removeAll(keepingCapacity: true)
    let shortage = look.shortage(
      of: ReserveLine(sku: line.sku, location: line.location, quantity: line.quantity, minimum: line.minimum), mode,
      sourcing, ranked: ranking.span, at: stamp, refusals: &refusedLocations)
    guard let shortage, let known else { return shortage }
    return look.isUnused(known, at: stamp) && !look.mayBeUnderWay(known) ? shortage : nil
  }

  /// The group has confirmed that this Store leads the shard: a reservation that seemed to find nothing is looked at again.
  func reserveConfirmed(_ message: [UInt8], _ origin: CallOrigin) throws(CallFailure) {
    beginChecks()
    try reserve(message.rawSpan, origin, isConfirmed: true)
  }

  /// Refuses a reservation of one line, whose locations' reasons are in `refusedLocations`: as the outcome of an entry would
  /// be told.
  func refuse(
    _ origin: CallOrigin, _ shortage: Shortage, of request: borrowing ReserveRequestView, in shard: ShardID
  ) {
    guard origin.kind == .stream, Int(origin.store) == index else {
      var failure = outOfStock(shortage, in: shard)
      explain(refusedLocations[...], in: &failure)
      return fail(origin, failure)
    }
    guard let connection = connections[origin.tag] else { return }
    var cursor = request.lines
    guard let line = cursor.next() else { invariantViolated("a reservation without lines is short of something") }
    if !soldOut.isOf(line.sku, shortage, refusedLocations) { writeRefusal(shortage, line.sku) }
    let (message, details) = (soldOut.message.bytes, soldOut.details.bytes)
    connection.session.fail(
      origin.stream, .failedPrecondition, message: message.rawSpan, details: details.rawSpan)
    connection.outputChanged()
  }

  private func writeRefusal(_ shortage: Shortage, _ sku: RawSpan) {
    answer.removeAll()
    appendReasons(refusedLocations[...], to: &answer)
    let reasons = answer.bytes
    let location = shortage.location.map { locationIDs[Int($0.rawValue)] } ?? []
    let refusal = OutOfStock(
      sku: sku, location: location.rawSpan, asked: shortage.asked, available: shortage.available,
      locations: reasons.rawSpan)
    soldOut.begin(sku, shortage, refusedLocations)
    refusal.appendMessage(to: &soldOut.message)
    refusal.appendStatusDetails(to: &soldOut.details)
  }
}

/// The texts of the last refusal. When one SKU is sold out the next one is the same.
struct LastRefusal {
  private var sku = ByteWriter()
  private var shortage = Shortage(line: 0, sku: SKUNumber(0), location: nil, asked: 0, available: 0)
  private var refusals: [Inventory.LocationRefusal] = []
  var message = ByteWriter()
  var details = ByteWriter()

  /// Whether the texts say this. The SKU's number may be another one's in another shard.
  func isOf(_ sku: RawSpan, _ shortage: Shortage, _ refusals: [Inventory.LocationRefusal]) -> Bool {
    self.shortage == shortage && self.sku.bytes.rawSpan.elementsEqual(sku) && self.refusals == refusals
  }

  /// Forgets the texts, for others that say this.
  mutating func begin(_ sku: RawSpan, _ shortage: Shortage, _ refusals: [Inventory.LocationRefusal]) {
    self.sku.removeAll()
    self.sku.append(sku)
    (self.shortage, self.refusals) = (shortage, refusals)
    message.removeAll()
    details.removeAll()
  }
}
