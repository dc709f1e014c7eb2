internal import Basics
internal import Inventory

/// A simulated storefront: asks for one thing at a time, waits, repeats what it has no answer to with the same id at
/// another node, and gives up in the end. It believes nothing but answers.
struct Client: Sendable {
  /// A hold that this client was told of.
  struct KnownHold: Sendable {
    var id: UniqueID
    var shard: ShardID
    /// What it was told to have, in a world of several shards.
    var stock: [ShardStock] = []
  }

  static let knownHoldsMax = 12

  let number: Int32
  /// Where it believes each shard's leader to be, by shard number.
  var leaders: [NodeNumber]
  var current: OperationNumber?
  /// It will ask for nothing more.
  var isDone = false
  var knownHolds: [KnownHold] = []

  mutating func learn(_ hold: KnownHold) {
    if knownHolds.count == Self.knownHoldsMax { knownHolds.removeFirst() }
    knownHolds.append(hold)
  }
}

/// What the clients of a run are like; drawn anew for each seed.
struct WorkloadSettings: Sendable {
  var clientCount: Int
  var skusPerShard: Int
  var locations: Int
  var thinkTime: WorldTime.Span
  var attemptTimeout: WorldTime.Span
  var patience: WorldTime.Span
  var timeToLiveMillisecondsMax: Int
  /// How often an attempt is sent to a second node as well.
  var doublesPerMillion: Int

  init(_ chance: inout Chance, clientCount: Int?) {
    self.clientCount = clientCount ?? chance.within(2...8)
    skusPerShard = chance.within(1...3)
    locations = chance.within(1...2)
    thinkTime = .milliseconds(chance.pick([5, 20, 60, 150]))
    attemptTimeout = .milliseconds(chance.pick([150, 400, 1_000]))
    patience = .milliseconds(chance.pick([2_000, 8_000, 20_000]))
    timeToLiveMillisecondsMax = chance.pick([1_500, 4_000, 20_000])
    doublesPerMillion = chance.pick([0, 10_000, 100_000])
  }
}

/// Makes up what clients ask for: mostly sensible things on few rows, so that they get into each other's way.
struct RequestMaker {
  /// Slots are given to shards so many at a time, from shard 1 on.
  static let slotsPerShard: UInt32 = 100

  let settings: WorkloadSettings
  let shardCount: Int
  var isAcross = false
  var movesAllocations = false

  /// Two of a thousand shards may come to have the same: only worlds of few shards look at slots.
  static func slot(_ sku: SKUNumber, of shard: ShardID) -> SlotNumber {
    SlotNumber(UInt16((shard.rawValue * slotsPerShard + sku.rawValue) % 16_384))
  }

  func text(_ sku: SKUNumber, of shard: ShardID) -> String {
    isAcross ? "SKU-\(shard)-\(sku)" : "SKU-\(sku.rawValue - 1)"
  }

  /// What a shard is stocked with before the clients begin, in order.
  func stocking(_ step: Int, of shard: ShardID, id: UniqueID) -> Command? {
    let header = RequestHeader(id: id)
    if step < settings.skusPerShard {
      let sku = SKUNumber(UInt32(step + 1))
      return .putSKU(
        header, PutSKU(slot: Self.slot(sku, of: shard), tenant: "t", sku: text(sku, of: shard)))
    }
    let row = step - settings.skusPerShard
    guard row < settings.skusPerShard * settings.locations else { return nil }
    let stock = StockKey(
      sku: SKUNumber(UInt32(row / settings.locations + 1)),
      location: LocationNumber(UInt16(row % settings.locations + 1)))
    return .receive(header, Receive(stock: stock, quantity: 40))
  }

  func request(
    _ client: Client, _ known: KnownOrders, id: UniqueID, _ chance: inout Chance
  ) -> (shard: ShardID, request: Operation.Request) {
    let header = RequestHeader(id: id)
    if isAcross { return acrossRequest(client, known, header, &chance) }
    let shard = ShardID(UInt32(1 + chance.below(shardCount)))
    switch chance.below(100) {
    case 0..<20: return (shard, .readStock(stock(&chance)))
    case 20..<25: return (shard, receipt(header, upTo: 6, &chance))
    case 25..<29: return (shard, adjustment(header, &chance))
    case 29..<60 where !client.knownHolds.isEmpty: return onHold(chance.pick(client.knownHolds), header, &chance)
    default: return (shard, .command(.reserve(header, reserve(&chance))))
    }
  }

  func receipt(_ header: RequestHeader, upTo most: Int, _ chance: inout Chance) -> Operation.Request {
    .command(.receive(header, Receive(stock: stock(&chance), quantity: Int64(chance.within(1...most)))))
  }

  func adjustment(_ header: RequestHeader, _ chance: inout Chance) -> Operation.Request {
    let delta = Int64(chance.within(1...5) * (chance.oneIn(3) ? 1 : -1))
    return .command(.adjust(header, Adjust(stock: stock(&chance), delta: delta)))
  }

  func onHold(
    _ hold: Client.KnownHold, _ header: RequestHeader, _ chance: inout Chance
  ) -> (shard: ShardID, request: Operation.Request) {
    switch chance.below(movesAllocations ? 12 : 10) {
    case 10..<12:
      let (from, to) = (stock(&chance), stock(&chance))
      return (
        hold.shard,
        .command(
          .moveAllocation(
            header,
            MoveAllocation(
              owner: hold.id, sku: from.sku, from: from.location, to: to.location,
              quantity: Int64(chance.below(3)))))
      )
    case 0..<3: return (hold.shard, .command(.releaseHold(header, hold: hold.id)))
    case 3..<6:
      let terms = isAcross ? terms(&chance) : OrderTerms()
      return (hold.shard, .command(.confirmHold(header, hold: hold.id, terms: terms)))
    case 6..<8:
      return (
        hold.shard,
        .command(.extendHold(header, hold: hold.id, timeToLiveMilliseconds: timeToLive(&chance)))
      )
    default: return (hold.shard, .readHold(hold.id))
    }
  }

  func reserve(_ chance: inout Chance) -> Reserve {
    let mode: ReserveMode = chance.oneIn(2) ? .allOrNothing : chance.oneIn(2) ? .wholeLines : .upTo
    let lines = (0..<(chance.oneIn(4) ? 2 : 1)).map { _ in
      let stock = stock(&chance)
      return ReserveLine(sku: stock.sku, location: stock.location, quantity: Int64(chance.within(1...6)))
    }
    return Reserve(mode: mode, timeToLiveMilliseconds: timeToLive(&chance), lines: lines)
  }

  func timeToLive(_ chance: inout Chance) -> Int64 {
    Int64(chance.within(1_000...settings.timeToLiveMillisecondsMax))
  }

  func stock(_ chance: inout Chance) -> StockKey {
    StockKey(
      sku: SKUNumber(UInt32(1 + chance.below(settings.skusPerShard))),
      location: LocationNumber(UInt16(1 + chance.below(settings.locations))))
  }
}
