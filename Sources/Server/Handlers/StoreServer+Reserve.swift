internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// A line of a reservation as the gate has resolved it.
struct GateLine {
  var sku: SKUNumber
  var location: LocationNumber?
  var quantity: Int64
  var minimum: Int64
}

/// Where a reservation is decided.
struct ReserveHome {
  /// The lowest slot of its lines, and the shard that has it.
  private(set) var slot = UInt16.max
  private(set) var shard = ShardID.meta
  /// Some lines are in other shards.
  private(set) var isOverShards = false

  @inline(__always)
  mutating func take(_ slot: Slot, of owner: ShardID, isFirst: Bool) {
    if !isFirst, owner != shard { isOverShards = true }
    guard isFirst || slot.rawValue < self.slot else { return }
    (self.slot, shard) = (slot.rawValue, owner)
  }
}

/// The ranking of the locations of the tenant that was asked for last.
struct LastRanking {
  /// Empty for none: a tenant's name is not.
  private var tenant = ByteWriter()
  private(set) var locations: [LocationNumber] = []

  mutating func replace(by locations: [LocationNumber], of tenant: RawSpan) {
    self.tenant.removeAll()
    self.tenant.append(tenant)
    self.locations = locations
  }

  func isOf(_ tenant: RawSpan) -> Bool { self.tenant.bytes.rawSpan.elementsEqual(tenant) }
}

/// The gate for reservations: from the request's bytes to a command that applying needs nothing else for. This is the
/// hot path: texts are borrowed from the message, and nothing is allocated for a request that is taken.
extension StoreServer {
  /// Has a reservation decided: by an entry, or, where all is sold, by the state here.
  ///
  /// - Parameter isConfirmed: the group has confirmed a read since the call came, and no other has led the shard before.
  func reserve(_ message: RawSpan, _ origin: CallOrigin, isConfirmed: Bool = false) throws(CallFailure) {
    let request: ReserveRequestView
    do throws(DecodeError) { request = try ReserveRequestView(decoding: message) } catch { throw CallFailure(error) }
    let defaultTenant = RequestFields.defaultTenant
    let tenant = request.tenant.isEmpty ? defaultTenant.rawSpan : request.tenant
    try RequestFields.length(tenant.byteCount, "tenant", 1...Limits.tenantBytesMax)
    let home = try checkLines(of: request, tenant: tenant)
    let shard = home.shard
    if home.isOverShards { try checkAcross() }
    if passOn(.holdReserve, message, origin, toOwnerOf: shard) { return }
    if !home.isOverShards { beginLookups(request, tenant: tenant, in: shard) }

    try RequestFields.length(request.actor.byteCount, "actor", 0...Limits.actorBytesMax)
    try RequestFields.length(request.reason.byteCount, "reason", 0...Limits.reasonBytesMax)
    try RequestFields.length(request.reference.byteCount, "reference", 0...Limits.referenceBytesMax)
    let mode = try Inventory.ReserveMode(request.mode)
    let timeToLive = try timeToLive(of: request)
    if !home.isOverShards { goOnWithLookups(in: shard) }
    let known = try RequestFields.requestID(request.requestID)
    let sourcing = try Sourcing(request.strategy, request.split)
    if home.isOverShards {
      return try reserveAcross(request, tenant: tenant, home, mode, sourcing, timeToLive, id: known, origin)
    }
    guard let look = store.look(at: shard) else { throw CallFailure(StoreRefusal.notHere) }
    for lookup in lookups { look.prefetchText(lookup) }
    try resolveLines(of: request, tenant: tenant, in: look)
    let id = known ?? ids.next(at: store.readStamp)
    let ranking = try self.ranking(of: request, sourcing, tenant: tenant) {
      let isFree = lines.contains { $0.location == nil }
      return isFree ? self.ranking(tenant: tenant, of: lines.map(\.sku), in: shard) : []
    }
    if let shortage = shortage(known, mode, sourcing, ranking, in: look) {
      if isConfirmed || store.decidesAlone(shard) { return refuse(origin, shortage, of: request, in: shard) }
      return try readLinearizably(.holdReserve, message, origin, from: shard)
    }
    let (actor, reference) = (request.actor, request.reference)
    try propose(.holdReserve, origin, to: shard, reservation: known) { entry in
      entry.beginReserve(
        id: id, actor: actor, ranked: ranking.span, mode: mode, sourcing: sourcing,
        timeToLiveMilliseconds: timeToLive, reference: reference,
        lineCount: lines.count)
      for line in lines {
        entry.reserveLine(sku: line.sku, location: line.location, quantity: line.quantity, minimum: line.minimum)
      }
    }
    look.prefetch(id)
    for line in lines { look.prefetchExpiry(of: line.sku) }
  }

  /// The locations that lines which name none may come from: the caller's, or those that the table ranks.
  @inline(__always)
  func ranking(
    of request: borrowing ReserveRequestView, _ sourcing: Sourcing, tenant: RawSpan, _ ranked: () -> [LocationNumber]
  ) throws(CallFailure) -> [LocationNumber] {
    try Self.checkRanking(request.locationCount, sourcing)
    guard sourcing.strategy == .ranked else { return ranked() }
    var ranking: [LocationNumber] = []
    var cursor = request.locations
    while let text = cursor.next() { ranking.append(try location(tenant, text)) }
    return ranking
  }

  /// Whether all lines come from one location is decided in one place.
  func checkSplit(_ sourcing: Sourcing, isOverShards: Bool) throws(CallFailure) {
    guard isOverShards, sourcing.split == .none else { return }
    throw CallFailure(
      .linesSpanShards, "the lines' SKUs are in several shards, and all lines are to come from one location")
  }

  /// The caller ranks locations if the strategy says so, and only then.
  static func checkRanking(_ count: Int, _ sourcing: Sourcing) throws(CallFailure) {
    switch (sourcing.strategy, count) {
    case (.ranked, 0):
      throw .invalidField("locations", found: "empty", allowed: "1 to \(Limits.rankedLocationCountMax) locations")
    case (.ranked, _), (_, 0): return
    default: throw .invalidField("locations", found: "not empty", allowed: "empty, unless the strategy is RANKED")
    }
  }

  /// All active locations of a tenant, best first. Storefronts of one tenant come one after another: it is looked up when
  /// the tenant changes (measured: 1,034 instructions of a reservation's 38,900 before).
  func ranking(tenant: RawSpan) -> [LocationNumber] {
    if !lastRanking.isOf(tenant) { lastRanking.replace(by: locations.ranking(tenant: tenant), of: tenant) }
    return lastRanking.locations
  }

  /// The active locations that a free choice tries, best first. A tenant may have more than a command can carry; then only
  /// those count where a line's SKU has ever had stock, and of these the best.
  func ranking(tenant: RawSpan, of skus: @autoclosure () -> [SKUNumber], in shard: ShardID) -> [LocationNumber] {
    let all = ranking(tenant: tenant)
    guard all.count > Rules.rankedLocationsMax else { return all }
    let stocked = Set(skus().flatMap { store.stock(of: $0, in: shard).map(\.stock.location) })
    return Array(all.lazy.filter { stocked.contains($0) }.prefix(Rules.rankedLocationsMax))
  }

  /// Checks what every line says and finds the home: the shard of the lowest slot of their SKUs.
  private func checkLines(of request: borrowing ReserveRequestView, tenant: RawSpan) throws(CallFailure) -> ReserveHome
  {
    var home = ReserveHome()
    var number = 0
    var cursor = request.lines
    while let line = cursor.next() {
      try RequestFields.name(line.sku, "lines[\(number)].sku", 1...Limits.skuBytesMax)
      try RequestFields.number(line.quantity, "lines[\(number)].quantity", 1...Limits.quantityMax)
      try RequestFields.number(line.minimumQuantity, "lines[\(number)].minimum_quantity", 0...line.quantity)
      let slot = Slot(tenant: tenant, sku: line.sku)
      home.take(slot, of: shard(of: slot), isFirst: number == 0)
      number += 1
    }
    guard number > 0 else {
      throw .invalidField("lines", found: "empty", allowed: "1 to \(Limits.reserveLineCountMax) lines")
    }
    return home
  }

  /// Begins to find the SKUs of the lines, while the rest of the request is looked at.
  @inline(__always)
  private func beginLookups(_ request: borrowing ReserveRequestView, tenant: RawSpan, in shard: ShardID) {
    lookups.removeAll(keepingCapacity: true)
    guard let look = store.look(at: shard) else { return }
    var cursor = request.lines
    while let line = cursor.next() { lookups.append(look.beginLookup(tenant: tenant, sku: line.sku)) }
  }

  @inline(__always)
  private func goOnWithLookups(in shard: ShardID) {
    guard let look = store.look(at: shard) else { return }
    for index in lookups.indices { look.goOn(&lookups[index]) }
  }

  /// Fills `lines` with numbers in place of texts.
  private func resolveLines(
    of request: borrowing ReserveRequestView, tenant: RawSpan, in shard: borrowing ShardLook
  ) throws(CallFailure) {
    lines.removeAll(keepingCapacity: true)
    var cursor = request.lines
    while let line = cursor.next() {
      let location = line.location.isEmpty ? nil : try location(tenant, line.location)
      guard let sku = shard.end(lookups[lines.count], tenant: tenant, sku: line.sku) else {
        throw .unknownSKU(String(decoding: line.sku.copied(), as: UTF8.self))
      }
      shard.prefetchRow(of: sku)
      lines.append(
        GateLine(sku: sku, location: location, quantity: line.quantity, minimum: max(1, line.minimumQuantity)))
    }
  }

  /// The number of a location, which may be closed: the shard decides that, as it knows what was closed when.
  func location(_ tenant: RawSpan, _ text: RawSpan) throws(CallFailure) -> LocationNumber {
    if let number = locations.number(tenant: tenant, id: text) { return number }
    throw .unknownLocation(String(decoding: text.copied(), as: UTF8.self))
  }

  private func timeToLive(of request: borrowing ReserveRequestView) throws(CallFailure) -> Int64 {
    guard let parts = request.timeToLive else { return Limits.timeToLiveMillisecondsDefault }
    return try RequestFields.timeToLive(WellKnown.Duration.milliseconds(seconds: parts.seconds, nanos: parts.nanos))
  }

  /// Up to a thousand reservations, each with an outcome of its own.
  func batchReserve(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    do throws(DecodeError) {
      var reservations = try BatchedReservations(decoding: message)
      guard let batch = beginBatch(reservations.count, for: origin) else { return }
      var item = 0
      while let reservation = reservations.next() {
        dispatch(.holdReserve, reservation, .part(item, of: batch, store: UInt16(index)))
        item += 1
      }
    } catch {
      throw CallFailure(error)
    }
  }
}

extension Inventory.ReserveMode {
  init(_ mode: API.ReserveMode) throws(CallFailure) {
    switch mode {
    case .unspecified, .allOrNothing: self = .allOrNothing
    case .wholeLines: self = .wholeLines
    case .upTo: self = .upTo
    case .unrecognized(let number):
      throw .invalidField("mode", found: "\(number)", allowed: "ALL_OR_NOTHING, WHOLE_LINES or UP_TO")
    }
  }
}

extension Sourcing {
  init(
    _ strategy: SourcingStrategy, _ split: SplitPolicy, takesBackorders: Bool = false
  ) throws(CallFailure) {
    let chosen: Strategy =
      switch strategy {
      case .unspecified, .priority: .priority
      case .mostStock: .mostStock
      case .ranked: .ranked
      case .fewestParcels: .fewestParcels
      case .unrecognized(let number):
        throw .invalidField("strategy", found: "\(number)", allowed: "a SourcingStrategy")
      }
    let divided: Split =
      switch split {
      case .unspecified, .order: .order
      case .line: .line
      case .none: .none
      case .unrecognized(let number): throw .invalidField("split", found: "\(number)", allowed: "a SplitPolicy")
      }
    self.init(strategy: chosen, split: divided, takesBackorders: takesBackorders)
  }
}

extension CallFailure {
  static func requestIDReused(_ id: UniqueID) -> CallFailure {
    CallFailure(
      .requestIDReused, "the request id was used before, with other content", metadata: ["request_id": id.description])
  }

  static func unknownSKU(_ sku: String) -> CallFailure {
    CallFailure(.unknownSKU, "there is no SKU '\(sku)'", metadata: ["sku": sku])
  }

  static func unknownLocation(_ location: String) -> CallFailure {
    CallFailure(.unknownLocation, "there is no location '\(location)'", metadata: ["location": location])
  }

  static func locationClosed(_ location: String) -> CallFailure {
    CallFailure(
      .locationClosed, "the location '\(location)' is draining or closed and takes nothing new",
      metadata: ["location": location])
  }
}
