internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Reactor
internal import Replication
internal import Storage

/// Older records: read on reader threads over a frozen state, so that catching up holds nobody else up.
extension StoreServer {
  /// Reads of feeds at once, so that they never fill the queue of those threads.
  private static let feedReadingsMax = 4

  func read(_ what: FeedReading.What, _ parked: ParkedPulls.Parked) throws(CallFailure) {
    let shard = parked.pull.shard
    guard let prefix = store.statePrefix(of: shard) else { throw CallFailure(StoreRefusal.noLeader) }
    guard feedReadings.waiting.count < FeedReadings.waitingMax else { throw CallFailure(StoreRefusal.backlogFull) }
    if case .base = what { cutting.noteRead(shard, now: loop.now) }
    feedReadings.waiting.append(
      FeedReading(
        what: what, shard: shard, prefix: prefix, last: store.journalEnd(of: shard), origin: parked.origin))
    startFeedReadings()
  }

  func startFeedReadings() {
    while feedReadings.running < Self.feedReadingsMax, let reading = feedReadings.waiting.popFirst() {
      guard isWaitedFor(reading.origin) else { continue }
      let (node, place, locations) = (node, index, locations)
      let isTaken = state.readers.run { reader in
        // A Store that takes no messages any more is stopping, and its callers are told so.
        _ = node.post([.feedRead(reading.origin, reading.run(reader, locations))], toStore: place)
      }
      if isTaken { feedReadings.running += 1 } else { fail(reading.origin, StoreRefusal.backlogFull) }
    }
  }

  func feedRead(_ answer: StoreAnswer, _ origin: CallOrigin) {
    feedReadings.running -= 1
    deliver(answer, to: origin)
    startFeedReadings()
  }
}

/// Reads for feeds, under way and waiting. Owned by the Store's thread.
struct FeedReadings {
  /// As much as all followers of a node may ask for; what other nodes ask for beyond it is asked again.
  static let waitingMax = 512

  var running = 0
  var waiting = RingBuffer<FeedReading>()
}

/// One read for a feed.
struct FeedReading: Sendable {
  enum What: Sendable {
    case records(UInt64)
    /// The balances that a cut journal begins with, behind a row.
    case base(behind: UInt64?)
  }

  var what: What
  var shard: ShardID
  var prefix: [UInt8]
  /// The last sequence when it was asked for.
  var last: UInt64
  var origin: CallOrigin

  func run(_ reader: any StateReader, _ locations: LocationTable) -> StoreAnswer {
    do throws(CallFailure) { return .message(try page(reader, locations).encoded) } catch { return .failure(error) }
  }

  private func page(_ reader: any StateReader, _ locations: LocationTable) throws(CallFailure) -> FeedPage {
    let start = try reading { () throws(StateReadError) in try JournalStart.read(prefix: prefix, reader) }
    switch what {
    case .records(let sequence):
      // It may have been cut off since it was asked for.
      if sequence <= start.cut { throw .feedGap(shard, sequence, first: start.first) }
      let movements = try reading { () throws(StateReadError) in
        try JournalReader.movements(
          prefix: prefix, from: sequence, limit: StoreServer.readMovementsMax, reader)
      }
      if movements.isEmpty { return FeedPage(last: last, stamp: start.stamp, next: .next(sequence)) }
      return try FeedPage(of: movements, shard, last: last, locations, try names(of: movements.map(\.stock), reader))
    case .base(let row):
      let base = try reading { () throws(StateReadError) in
        try JournalBase(
          prefix: prefix, behind: row.map { StockKey(packed: $0) }, limit: StoreServer.baseRowsMax, reader)
      }
      return try FeedPage(of: base, start, shard, last: last, locations, try names(of: base.rows.map(\.stock), reader))
    }
  }

  private func names(of rows: [StockKey], _ reader: any StateReader) throws(CallFailure) -> [SKUName] {
    try reading { () throws(StateReadError) in
      var known = SKUNames(prefix: prefix, reader)
      var names: [SKUName] = []
      names.reserveCapacity(rows.count)
      for row in rows { names.append(try known.name(of: row.sku)) }
      return names
    }
  }

  private func reading<Result>(_ body: () throws(StateReadError) -> Result) throws(CallFailure) -> Result {
    do throws(StateReadError) { return try body() } catch {
      throw CallFailure(status: .dataLoss, message: "shard \(shard) cannot be read: \(error.message)")
    }
  }
}

// An encoded `ShardChanges`, written record by record, ends when it is large enough.
extension FeedPage {
  private static let byteCountMax = 96 << 10

  /// Movements that follow one another, at least one, and the names of their SKUs.
  init(
    of movements: [Movement], _ shard: ShardID, last: UInt64, _ locations: LocationTable,
    _ names: [SKUName]
  ) throws(CallFailure) {
    guard let first = movements.first else { invariantViolated("a page of no movements") }
    var changes = ByteWriter(capacity: Self.byteCountMax)
    changes.field(1 << 3 | 0, varint: shard.rawValue)
    var count = 0
    for (movement, name) in zip(movements, names) where count == 0 || changes.count < Self.byteCountMax {
      changes.field(
        2 << 3 | 2,
        message: JournalRecord(
          movement, tenant: name.tenant, sku: name.sku, location: try locations.text(of: movement.stock)))
      count += 1
    }
    let next = first.sequence + UInt64(count)
    self.init(
      last: max(last, next - 1), stamp: first.stamp, count: count, next: .next(next), changes: changes.bytes)
  }

  /// Balances that a cut journal begins with.
  init(
    of base: JournalBase, _ start: JournalStart, _ shard: ShardID, last: UInt64, _ locations: LocationTable,
    _ names: [SKUName]
  ) throws(CallFailure) {
    var changes = ByteWriter(capacity: Self.byteCountMax)
    changes.field(1 << 3 | 0, varint: shard.rawValue)
    var count = 0
    for (row, name) in zip(base.rows, names) where count == 0 || changes.count < Self.byteCountMax {
      changes.field(
        3 << 3 | 2,
        message: StockBase(
          tenant: name.tenant, sku: name.sku, location: try locations.text(of: row.stock),
          balances: StockBalances(row.balances)))
      count += 1
    }
    changes.field(4 << 3 | 0, varint: Int64(clamping: start.cut))
    let behind = count < base.rows.count ? base.rows[count - 1].stock : base.next
    self.init(
      last: last, stamp: start.stamp, count: count,
      next: behind.map { .base(cut: start.cut, row: $0.packed) } ?? .next(start.first), changes: changes.bytes)
  }
}

extension LocationTable {
  /// The location of a row. A movement may be here before the meta shard's word of its location is; then it is read again.
  fileprivate func text(of stock: StockKey) throws(CallFailure) -> String {
    guard let location = self[stock.location] else {
      throw CallFailure(.backlogFull, "a location is not known here yet", retryDelayMilliseconds: 50)
    }
    return location.id
  }
}
