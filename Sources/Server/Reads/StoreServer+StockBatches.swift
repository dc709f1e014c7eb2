internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// Reads of many SKUs: one read for each shard that has some of them, put together in the order asked.
extension StoreServer {
  func getAvailability(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(GetAvailabilityRequest.self, message)
    let limit = Limits.availabilityLocationCountMax
    guard request.locations.count <= limit else {
      throw .invalidField("locations", found: "\(request.locations.count)", allowed: "at most \(limit)")
    }
    for (place, location) in request.locations.enumerated() {
      _ = try RequestFields.text(location, "locations[\(place)]", 1...Limits.locationBytesMax)
    }
    try readSKUs(request, .inventoryGetAvailability, message, origin)
  }

  func batchGetStock(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(BatchGetStockRequest.self, message)
    _ = try RequestFields.text(request.location, "location", 0...Limits.locationBytesMax)
    try readSKUs(request, .inventoryBatchGetStock, message, origin)
  }

  /// The call that a client made is divided among the shards; what comes as a part is the SKUs of one of them.
  private func readSKUs(
    _ request: some SKUsRequest, _ method: Method, _ message: RawSpan, _ origin: CallOrigin
  ) throws(CallFailure) {
    let tenant = try RequestFields.tenant(request.tenant)
    guard request.skus.count <= Limits.batchGetStockCountMax else {
      throw .invalidField("skus", found: "\(request.skus.count)", allowed: "at most \(Limits.batchGetStockCountMax)")
    }
    try refuseRevision(request.consistency)
    switch origin.kind {
    case .part, .peer, .held:
      guard let first = request.skus.first else { throw .invalidField("skus", found: "empty", allowed: "a SKU") }
      try read(method, message, origin, from: shard(tenant: tenant, sku: first), request.consistency)
    case .stream:
      let division = try divide(request.skus, of: tenant)
      guard !division.isEmpty else { return answer(origin) { _ in } }
      let places = division.map(\.places)
      let tag = gatherings.insert(.rows(RowGathering(origin: origin, skus: request.skus, places: places)))
      for (number, part) in division.enumerated() {
        var single = request
        single.skus = part.places.map { request.skus[$0] }
        let bytes = single.encoded()
        dispatch(method, bytes.rawSpan, .part(number, of: tag, store: UInt16(index)))
      }
    }
  }

  /// Which of the SKUs each shard has, in the order of the first of each.
  private func divide(
    _ skus: [String], of tenant: [UInt8]
  ) throws(CallFailure) -> [(shard: ShardID, places: [Int])] {
    var parts: [(shard: ShardID, places: [Int])] = []
    var numbers: [ShardID: Int] = [:]
    for (place, sku) in skus.enumerated() {
      _ = try RequestFields.text(sku, "skus[\(place)]", 1...Limits.skuBytesMax)
      let owner = shard(tenant: tenant, sku: sku)
      if let number = numbers[owner] {
        parts[number].places.append(place)
      } else {
        numbers[owner] = parts.count
        parts.append((owner, [place]))
      }
    }
    return parts
  }

  func answerGetAvailability(_ call: PendingCall, _ shard: ShardID, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(GetAvailabilityRequest.self, message.rawSpan)
    var places: [LocationNumber] = []
    for id in request.locations { if let place = try location(request.tenant, id) { places.append(place) } }
    let response = GetAvailabilityResponse(
      results: request.skus.map { sku in
        switch number(of: sku, request.tenant, in: shard) {
        case .failure(let failure): GetAvailabilityResult(outcome: .error(CallError(failure)))
        case .success(let number):
          GetAvailabilityResult(
            outcome: .availability(
              Availability(
                available: available(number, at: places, in: shard),
                quantityScale: Int32(store.scale(of: number, in: shard)))))
        }
      })
    answer(call.origin, response)
  }

  private func available(_ sku: SKUNumber, at places: [LocationNumber], in shard: ShardID) -> Int64 {
    var sum: Int64 = 0
    for row in store.stock(of: sku, in: shard) where places.isEmpty || places.contains(row.stock.location) {
      sum = sum.addingClamped(row.balances[.available])
    }
    return sum
  }

  func answerBatchGetStock(_ call: PendingCall, _ shard: ShardID, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(BatchGetStockRequest.self, message.rawSpan)
    let place = try location(request.tenant, request.location)
    var rows = PageWriter()
    for sku in request.skus {
      switch number(of: sku, request.tenant, in: shard) {
      case .failure(let failure): rows.append(BatchGetStockResult(outcome: .error(CallError(failure))))
      case .success where rows.isFull:
        rows.append(BatchGetStockResult(outcome: .error(CallError(.answerTooLarge(sku)))))
      case .success(let number):
        rows.append(BatchGetStockResult(outcome: .stock(skuStock(number, in: shard, at: place))))
      }
    }
    deliver(.message(rows.finished("")), to: call.origin)
  }

  /// A SKU that is not here and belongs to another shard was moved there since the call was divided.
  private func number(of sku: String, _ tenant: String, in shard: ShardID) -> Result<SKUNumber, CallFailure> {
    do throws(CallFailure) {
      return .success(try findSKU(tenant, sku, in: shard))
    } catch {
      let owner = self.shard(tenant: tenant.isEmpty ? RequestFields.defaultTenant : Array(tenant.utf8), sku: sku)
      return .failure(owner == shard ? error : .skuMoving(sku))
    }
  }
}

/// A request about many SKUs.
private protocol SKUsRequest: ProtobufMessage {
  var tenant: String { get }
  var consistency: ReadConsistency? { get }
  var skus: [String] { get set }
}

extension GetAvailabilityRequest: SKUsRequest {}
extension BatchGetStockRequest: SKUsRequest {}

/// A call that is divided among shards: the rows of the answers, in the order asked.
final class RowGathering {
  let origin: CallOrigin
  /// Of which SKUs, in the order asked.
  private let skus: [String]
  /// The places of each part's rows in the whole.
  private let places: [[Int]]
  private var rows: [[UInt8]?]
  private var missing: Int
  private var byteCount = 0

  init(origin: CallOrigin, skus: [String], places: [[Int]]) {
    self.origin = origin
    self.skus = skus
    self.places = places
    rows = Array(repeating: nil, count: skus.count)
    missing = places.count
  }

  var isComplete: Bool { missing == 0 }

  /// Takes the answer to a part. All such responses have one shape: `results = 1`, each with a `CallError` as field 2.
  func take(_ answer: StoreAnswer, for part: Int) {
    invariant(part < places.count && places[part].allSatisfy { rows[$0] == nil }, "a part was answered twice")
    missing -= 1
    let answers: [[UInt8]]
    switch answer {
    case .failure(let failure): return fail(failure, part)
    case .message(let bytes):
      do throws(DecodeError) { answers = try Self.rows(bytes) } catch { return fail(CallFailure(error), part) }
    }
    guard answers.count == places[part].count else {
      return fail(CallFailure(status: .internal, message: "a shard answered another number of rows"), part)
    }
    for (place, row) in zip(places[part], answers) {
      // What comes is bounded for each part; all of it together is here.
      let isFull = byteCount >= PageWriter.byteCountMax
      rows[place] = isFull && row.count > Self.smallByteCount ? Self.row(.answerTooLarge(skus[place])) : row
      byteCount += rows[place]?.count ?? 0
    }
  }

  /// A row of this size finds room in any case: 500 of them are few.
  private static let smallByteCount = 1 << 10

  private static func rows(_ bytes: [UInt8]) throws(DecodeError) -> [[UInt8]] {
    var rows: [[UInt8]] = []
    var reader = ByteReader(bytes.rawSpan)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      if tag == 1 << 3 | 2 { rows.append(try reader.delimited().copied()) } else { try reader.skipValue(of: tag) }
    }
    return rows
  }

  private func fail(_ failure: CallFailure, _ part: Int) {
    let row = Self.row(failure)
    for place in places[part] { rows[place] = row }
  }

  private static func row(_ failure: CallFailure) -> [UInt8] {
    var row = ByteWriter()
    row.field(2 << 3 | 2, message: CallError(failure))
    return row.bytes
  }

  func encode(into writer: inout ByteWriter) {
    for case let row? in rows { writer.field(1 << 3 | 2, bytes: row) }
  }
}

extension CallFailure {
  static func answerTooLarge(_ sku: String) -> CallFailure {
    CallFailure(
      .answerTooLarge, "the answer has no room for SKU '\(sku)': ask for fewer at once, or for one location",
      metadata: ["sku": sku])
  }

  static func skuMoving(_ sku: String) -> CallFailure {
    CallFailure(
      .noLeader, "SKU '\(sku)' is moving to another shard", metadata: ["sku": sku], retryDelayMilliseconds: 100)
  }
}
