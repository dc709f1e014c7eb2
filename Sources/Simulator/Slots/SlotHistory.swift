package import Basics
package import Inventory
internal import Placement
package import Raft

/// The one history of every SKU of a world whose slots move, whichever shards decide it: the sequential specification, run
/// along the commands of all shards as they are first applied anywhere.
///
/// A slot has one owner at a time, which is checked here: from the entry that hands it over on nobody has it, until the
/// entry with which another shard has taken it in. Its commands before the one stand in the source's log, those behind the
/// other in the target's, and the target can only have what the source has applied. So the order in which entries are first
/// applied is an order of effects on each SKU, and what is left to check is that every outcome is what the specification
/// says at that place. The specification knows nothing of parcels: what a move loses, doubles or mixes up shows in the next
/// outcome that depends on it.
package struct SlotHistory: Sendable {
  let catalogue: SlotCatalogue
  package internal(set) var model = StockModel()
  /// By slot; the meta shard's number while it is on its way.
  var owners: [ShardID]
  /// By slot: the shard that handed it over, and with which entry.
  var departures: [(from: ShardID, index: LogIndex)]
  /// Slots that came, and where that shows: whoever knows an entry of the target behind it knows the source's.
  var arrivals: [(shard: ShardID, index: LogIndex, source: ShardID, handedOver: LogIndex)] = []
  /// By shard number.
  private var stamps: [Stamp]
  /// The home slots of holds.
  private var homes = SortedMap<UniqueID, SlotNumber>()

  /// - Parameter shardCount: how many shards the slots are divided among when the world is founded.
  package init(catalogue: SlotCatalogue, shardCount: Int, shardsMax: Int) {
    self.catalogue = catalogue
    owners = ShardMap(dividedAmong: shardCount).ranges.flatMap { range in range.slots.map { _ in range.shard } }
    departures = Array(repeating: (.meta, .zero), count: SlotStates.count)
    stamps = Array(repeating: .zero, count: shardsMax + 1)
    for sku in catalogue.skus {
      let put = PutSKU(slot: catalogue.slot(of: sku), tenant: SlotCatalogue.tenant, sku: catalogue.text(of: sku))
      _ = model.run(.putSKU(RequestHeader(id: UniqueID(high: .max, low: UInt64(sku.rawValue))), put))
    }
  }

  /// The meta shard for a slot that is on its way.
  package func owner(of slot: SlotNumber) -> ShardID { owners[Int(slot.rawValue)] }

  /// The shard that has a slot, or had it last.
  func lastOwner(of slot: SlotNumber) -> ShardID {
    let owner = owner(of: slot)
    return owner == .meta ? departures[Int(slot.rawValue)].from : owner
  }

  /// A row as a reader of a shard sees it: what is due there counts as given back.
  func view(of stock: StockKey, at stamp: Stamp, in shard: ShardID) -> StockModel.Row {
    model.view(of: stock, at: max(stamp, stamps[Int(shard.rawValue)]))
  }

  /// The time of a shard.
  func stamp(of shard: ShardID) -> Stamp { stamps[Int(shard.rawValue)] }

  /// An entry of a shard begins: what is due there by its stamp is given back.
  package mutating func begin(_ stamp: Stamp, in shard: ShardID) {
    raise(shard, to: stamp)
    expire(in: shard)
  }

  mutating func raise(_ shard: ShardID, to stamp: Stamp) {
    stamps[Int(shard.rawValue)] = max(stamps[Int(shard.rawValue)], stamp)
  }

  mutating func expire(in shard: ShardID) {
    let (owners, homes) = (owners, homes)
    model.advance(to: stamps[Int(shard.rawValue)]) { hold in
      homes[hold].map { owners[Int($0.rawValue)] == shard } ?? false
    }
  }

  func home(of hold: UniqueID) -> SlotNumber? { homes[hold] }

  // MARK: Judging

  /// A shard carried out a command that nobody had carried out before, in an entry that was begun.
  ///
  /// - Parameter text: the text of a number of the shard's.
  package mutating func judge(
    _ command: Command, _ outcome: Outcome, lines: [GrantedLine], of index: LogIndex, in shard: ShardID,
    text: (SKUNumber) -> String
  ) throws(Violation) {
    if case .slots(let command) = command { return try take(command, outcome, of: index, in: shard) }
    guard let command = command.renumbered({ catalogue.sku(text($0)) }) else { return }
    note(command)
    let answer = Answer(outcome, lines: lines).unnumbered
    for slot in slots(of: command, isReplay: outcome.isReplay) where owner(of: slot) != shard {
      guard answer.isWithoutEffect(of: command) else {
        throw Violation(
          .ownership,
          "shard \(shard) entry \(index) carries out \(command) with \(answer), but slot \(slot) is shard"
            + " \(owner(of: slot))'s")
      }
      return spendVersion(of: command, answer, in: shard)
    }
    let before = resolveExpiredHold(of: command, in: shard)
    let expected = lacksConsent(command) ?? model.run(command)
    // A hold that stays expired is looked at anew the next time.
    if let before, model.holds[before.place].state == .expired { model.holds[before.place] = before.hold }
    guard expected.id == outcome.requestID || expected.id == .zero, expected.isReplay == outcome.isReplay,
      expected.answer.unnumbered == answer
    else {
      throw Violation(
        .outcome,
        "shard \(shard) entry \(index): \(answer)\(outcome.isReplay ? " (replayed)" : ""), but"
          + " \(expected.answer.unnumbered)\(expected.isReplay ? " (replayed)" : "") is specified for \(command)")
    }
    if case .claimPrepared(let grant) = outcome.result, !outcome.isReplay { model.learn(grant) }
  }

  /// A decision that found lines of a slot that has gone takes nothing; but its home is there, and gives back what was
  /// prepared for it.
  private mutating func spendVersion(of command: Command, _ answer: Answer, in shard: ShardID) {
    guard case .decideHold(let header, let decide) = command, case .refused = answer, !decide.parts.isEmpty,
      owner(of: decide.home) == shard
    else { return }
    model.raise(header.id, to: decide.version)
  }

  private mutating func note(_ command: Command) {
    switch command {
    case .reserve(let header, let reserve):
      homes[header.id] = reserve.lines.map { catalogue.slot(of: $0.sku) }.min()
    case .decideHold(let header, let decide): homes[header.id] = decide.home
    default: return
    }
  }

  /// The slots without which a command has no effect; without which its answer is not given once more.
  private func slots(of command: Command, isReplay: Bool) -> [SlotNumber] {
    switch command {
    case .reserve(_, let reserve): reserve.lines.map { catalogue.slot(of: $0.sku) }
    case .receive(_, let receive): [catalogue.slot(of: receive.stock.sku)]
    case .adjust(_, let adjust): [catalogue.slot(of: adjust.stock.sku)]
    case .extendHold(_, let hold, _), .releaseHold(_, let hold), .confirmHold(_, let hold, _):
      homes[hold].map { [$0] } ?? []
    case .prepareClaim(_, let prepare): [prepare.claim.slot]
    case .settleClaim(let settle): [settle.claim.slot]
    // What a hold came to its home knows, wherever the slots of its lines are by now.
    case .decideHold(_, let decide) where isReplay: [decide.home]
    case .decideHold(_, let decide):
      [decide.home] + decide.reserve.lines.filter { $0.sku.rawValue != 0 }.map { catalogue.slot(of: $0.sku) }
    case .decideConfirm(_, let decide): [decide.home]
    case .burnClaim(let burn): [burn.home]
    default: []
    }
  }
}

extension Command {
  /// The same with other numbers for its SKUs; `nil` for what says nothing about any SKU, hold or claim.
  fileprivate func renumbered(_ number: (SKUNumber) -> SKUNumber) -> Command? {
    func of(_ stock: StockKey) -> StockKey { StockKey(sku: number(stock.sku), location: stock.location) }
    func of(_ reserve: Reserve) -> Reserve {
      var reserve = reserve
      for place in reserve.lines.indices where reserve.lines[place].sku.rawValue != 0 {
        reserve.lines[place].sku = number(reserve.lines[place].sku)
      }
      return reserve
    }
    switch self {
    case .receive(let header, var receive):
      receive.stock = of(receive.stock)
      return .receive(header, receive)
    case .adjust(let header, var adjust):
      adjust.stock = of(adjust.stock)
      return .adjust(header, adjust)
    case .reserve(let header, let reserve): return .reserve(header, of(reserve))
    case .prepareClaim(let header, var prepare):
      prepare.lines = of(prepare.lines)
      return .prepareClaim(header, prepare)
    case .settleClaim(var settle):
      for place in settle.lines.indices { settle.lines[place].stock = of(settle.lines[place].stock) }
      return .settleClaim(settle)
    case .decideHold(let header, var decide):
      decide.reserve = of(decide.reserve)
      return .decideHold(header, decide)
    case .extendHold, .releaseHold, .confirmHold, .decideConfirm, .burnClaim: return self
    default: return nil
    }
  }
}

extension Answer {
  /// Without the numbers of SKUs, which are a shard's own.
  fileprivate var unnumbered: Answer {
    func of(_ lines: [GrantedLine]) -> [GrantedLine] {
      lines.map { line in
        var line = line
        (line.sku, line.remote) = (SKUNumber(0), -1)
        return line
      }
    }
    func of(_ shortage: Shortage) -> Shortage {
      var shortage = shortage
      shortage.sku = SKUNumber(0)
      return shortage
    }
    switch self {
    case .reserved(let state, let expiry, let lines): return .reserved(state, expiry: expiry, lines: of(lines))
    case .confirmed(let isReacquired, let lines): return .confirmed(isReacquired: isReacquired, lines: of(lines))
    case .claimPrepared(let lines, let shortage):
      return .claimPrepared(lines: of(lines), shortage: shortage.map { of($0) })
    case .refused(.outOfStock(let shortage)): return .refused(.outOfStock(of(shortage)))
    case .refused(.holdExpired(let hold, let shortage)): return .refused(.holdExpired(hold, of(shortage)))
    case .refused(.insufficient(let stock, let account, let asked, let balance)):
      let unnumbered = StockKey(sku: SKUNumber(0), location: stock.location)
      return .refused(.insufficient(stock: unnumbered, account: account, asked: asked, balance: balance))
    default: return self
    }
  }

  fileprivate func isWithoutEffect(of command: Command) -> Bool {
    switch (self, command) {
    case (.refused, _), (.slots(.notNow), _): true
    // The version is looked at before the lines are.
    case (.claimUnsettled, .decideHold): true
    default: false
    }
  }
}
