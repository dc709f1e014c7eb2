internal import Basics
internal import Inventory

/// What a client of a world whose slots move asks for: of SKUs by their numbers in the world, wherever they are.
struct SlotRequest: Sendable {
  enum Content: Sendable {
    case put(SKUNumber)
    case receive(StockKey, Int64)
    case adjust(StockKey, Int64)
    case reserve(ReserveMode, timeToLiveMilliseconds: Int64, [ReserveLine])
    case extend(UniqueID, timeToLiveMilliseconds: Int64)
    case release(UniqueID)
    case confirm(UniqueID)
    case readStock(StockKey)
    case readHold(UniqueID)
  }

  var header: RequestHeader
  /// The slot whose shard decides.
  var home: SlotNumber
  var content: Content

  var isRead: Bool {
    switch content {
    case .readStock, .readHold: true
    case .put, .receive, .adjust, .reserve, .extend, .release, .confirm: false
    }
  }

  /// The slots that must be where it is decided, if they are said to be.
  func slots(_ catalogue: SlotCatalogue) -> [SlotNumber] {
    guard case .reserve(_, _, let lines) = content else { return [home] }
    return [home] + lines.map { catalogue.slot(of: $0.sku) }
  }
}

/// Makes up what clients ask for in a world whose slots move.
struct SlotRequestMaker {
  let settings: WorkloadSettings
  let catalogue: SlotCatalogue
  private let skus: [SKUNumber]

  init(settings: WorkloadSettings, catalogue: SlotCatalogue) {
    self.settings = settings
    self.catalogue = catalogue
    skus = catalogue.skus
  }

  /// What the world is stocked with before the clients begin, in order: a stocking client for each shard of the founding.
  func stocking(_ step: Int, of client: Int, shardCount: Int, id: UniqueID) -> SlotRequest? {
    let share = skus.count / shardCount
    let (own, header) = (skus[client * share..<(client + 1) * share], RequestHeader(id: id))
    if step < own.count {
      let sku = own[own.startIndex + step]
      return SlotRequest(header: header, home: catalogue.slot(of: sku), content: .put(sku))
    }
    let row = step - own.count
    guard row < own.count * settings.locations else { return nil }
    let sku = own[own.startIndex + row / settings.locations]
    let stock = StockKey(sku: sku, location: LocationNumber(UInt16(row % settings.locations + 1)))
    return SlotRequest(header: header, home: catalogue.slot(of: sku), content: .receive(stock, 40))
  }

  /// - Parameter hold: one that the client was told of, with its home.
  func request(_ hold: (id: UniqueID, home: SlotNumber)?, id: UniqueID, _ chance: inout Chance) -> SlotRequest {
    let header = RequestHeader(id: id)
    func of(_ stock: StockKey, _ content: SlotRequest.Content) -> SlotRequest {
      SlotRequest(header: header, home: catalogue.slot(of: stock.sku), content: content)
    }
    let stock = stock(&chance)
    switch chance.below(100) {
    case 0..<20: return of(stock, .readStock(stock))
    case 20..<25: return of(stock, .receive(stock, Int64(chance.within(1...6))))
    case 25..<29: return of(stock, .adjust(stock, Int64(chance.within(1...5) * (chance.oneIn(3) ? 1 : -1))))
    case 29..<62:
      guard let hold else { return reserve(header, &chance) }
      return SlotRequest(header: header, home: hold.home, content: onHold(hold.id, &chance))
    default: return reserve(header, &chance)
    }
  }

  private func onHold(_ hold: UniqueID, _ chance: inout Chance) -> SlotRequest.Content {
    switch chance.below(10) {
    case 0..<3: .release(hold)
    case 3..<6: .confirm(hold)
    case 6..<8: .extend(hold, timeToLiveMilliseconds: timeToLive(&chance))
    default: .readHold(hold)
    }
  }

  /// Half of the holds have lines of several slots, which are in one shard or in several.
  private func reserve(_ header: RequestHeader, _ chance: inout Chance) -> SlotRequest {
    let mode: ReserveMode = chance.oneIn(2) ? .allOrNothing : chance.oneIn(2) ? .wholeLines : .upTo
    let lines = (0..<chance.pick([1, 1, 2, 3])).map { _ in
      let stock = stock(&chance)
      return ReserveLine(sku: stock.sku, location: stock.location, quantity: Int64(chance.within(1...6)))
    }
    let home = lines.map { catalogue.slot(of: $0.sku) }.min() ?? SlotNumber(0)
    return SlotRequest(
      header: header, home: home, content: .reserve(mode, timeToLiveMilliseconds: timeToLive(&chance), lines))
  }

  private func timeToLive(_ chance: inout Chance) -> Int64 {
    Int64(chance.within(1_000...settings.timeToLiveMillisecondsMax))
  }

  private func stock(_ chance: inout Chance) -> StockKey {
    StockKey(sku: chance.pick(skus), location: LocationNumber(UInt16(1 + chance.below(settings.locations))))
  }
}
