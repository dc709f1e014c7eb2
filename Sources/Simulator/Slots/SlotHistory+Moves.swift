internal import Basics
internal import Inventory
internal import Raft

// What a move changes for the specification: who owns a slot, and that holds over several slots become claims.
extension SlotHistory {
  /// A shard has carried out a step of a move.
  mutating func take(
    _ command: SlotCommand, _ outcome: Outcome, of index: LogIndex, in shard: ShardID
  ) throws(Violation) {
    guard outcome.result == .slots(.done) else { return }
    switch command {
    case .handOver(_, let slots, _): try handOver(slots, of: index, in: shard)
    case .straddleHolds(_, let slots): straddle(slots, in: shard)
    case .importSlots(let part):
      if part.part == 0 { begin(part, in: shard) }
      guard part.part + 1 == max(part.batch.partCount, 1) || part.batch.partCount == 0 else { return }
      try takeIn(part, of: index, in: shard)
    case .beginMove, .straddle, .acknowledgeQueue, .forgetSlots, .endMove, .stopMove, .importHistory, .endImport,
      .forgetRecords, .endLeftovers, .packSlots:
      return
    }
  }

  private mutating func handOver(
    _ slots: ClosedRange<SlotNumber>, of index: LogIndex, in shard: ShardID
  ) throws(Violation) {
    // It may be said twice.
    guard slots.numbers.contains(where: { owners[Int($0)] == shard }) else { return }
    guard slots.numbers.allSatisfy({ owners[Int($0)] == shard }) else {
      throw Violation(.ownership, "shard \(shard) entry \(index) hands over slots \(slots) that are not all its own")
    }
    straddle(slots, in: shard)
    for slot in slots.numbers {
      owners[Int(slot)] = .meta
      departures[Int(slot)] = (shard, index)
    }
  }

  private mutating func takeIn(_ part: ImportSlots, of index: LogIndex, in shard: ShardID) throws(Violation) {
    let slots = part.batch.slots.numbers
    guard !slots.allSatisfy({ owners[Int($0)] == shard }) else { return }
    for slot in slots {
      let (source, handedOver) = departures[Int(slot)]
      guard owners[Int(slot)] == .meta, source.rawValue == part.from else {
        throw Violation(
          .ownership,
          "shard \(shard) entry \(index) takes slot \(slot) from shard \(part.from), but it is shard"
            + " \(owners[Int(slot)])'s")
      }
      owners[Int(slot)] = shard
      if slot == slots.lowerBound { arrivals.append((shard, index, source, handedOver)) }
    }
    expire(in: shard)
  }

  /// The first part of a batch brings the time at which it was handed over.
  private mutating func begin(_ part: ImportSlots, in shard: ShardID) {
    guard part.batch.slots.numbers.contains(where: { owners[Int($0)] != shard }) else { return }
    raise(shard, to: part.batch.stamp)
    expire(in: shard)
  }

  /// Live holds that have anything in slots which leave: what they have outside of their home slot becomes claims.
  private mutating func straddle(_ batch: ClosedRange<SlotNumber>, in shard: ShardID) {
    for place in model.holds.indices where model.holds[place].state == .active {
      guard let home = home(of: model.holds[place].id), owner(of: home) == shard else { continue }
      let own = model.holds[place].lines.filter { $0.sku.rawValue != 0 }.map { catalogue.slot(of: $0.sku) }
      guard batch.contains(home) || own.contains(where: { batch.contains($0) }) else { continue }
      guard own.contains(where: { $0 != home }) else { continue }
      straddle(place, home)
    }
  }

  private mutating func straddle(_ place: Int, _ home: SlotNumber) {
    let hold = model.holds[place]
    model.raise(hold.id)
    let version = model.version(of: hold.id)
    for line in hold.lines where line.sku.rawValue != 0 && line.granted > 0 {
      let slot = catalogue.slot(of: line.sku)
      guard slot != home, let location = line.location else { continue }
      let key = ClaimKey(id: hold.id, slot: slot)
      model.claim(StockKey(sku: line.sku, location: location), held: line.granted, of: key, home, version: version)
    }
    model.holds[place].turnRemote(catalogue) { $0 != home }
  }

  /// The refusal of a confirmation that was decided without a slot which has left since it was found out whom to ask.
  mutating func lacksConsent(_ command: Command) -> ExpectedAnswer? {
    guard case .decideConfirm(let header, let decide) = command, model.replay(header.id, isReserve: false) == nil,
      let hold = model.hold(decide.hold), hold.state == .expired,
      hold.remotes.contains(where: { remote in
        !remote.grants.isEmpty && !decide.parts.contains { $0.slot == remote.item.slot }
      }), ClaimVersion.follows(decide.version, model.versions[decide.hold] ?? 0, of: hold.home)
    else { return nil }
    model.raise(decide.hold, to: decide.version)
    return ExpectedAnswer(id: header.id, answer: .refused(.needsConsent(decide.hold)), isReplay: false)
  }

  /// A hold that is over speaks of SKUs as they are now: of one that has left since as another shard's. It goes on to do so
  /// where both have come to one shard again: then that slot was asked for its consent.
  ///
  /// - Returns: what it was before.
  mutating func resolveExpiredHold(of command: Command, in shard: ShardID) -> (place: Int, hold: StockModel.Hold)? {
    let (id, parts): (UniqueID, [ClaimPart])
    switch command {
    case .confirmHold(_, let hold, _): (id, parts) = (hold, [])
    case .decideConfirm(_, let decide): (id, parts) = (decide.hold, decide.parts)
    default: return nil
    }
    guard let place = model.number(ofHold: id), model.holds[place].state == .expired else { return nil }
    let hold = model.holds[place]
    let owners = owners
    model.holds[place].turnRemote(catalogue) { slot in
      owners[Int(slot.rawValue)] != shard || parts.contains { $0.slot == slot }
    }
    return (place, hold)
  }
}

// What must be true when nothing is under way any more.
extension SlotHistory {
  /// A hold that has in a slot other than it should, or a claim that is no hold's.
  func brokenClaim() -> String? {
    var owned = SortedMap<ClaimKey, Bool>()
    for hold in model.holds {
      for remote in hold.remotes where !remote.grants.isEmpty {
        let key = ClaimKey(id: hold.id, slot: remote.item.slot)
        owned[key] = true
        let wanted = hold.remotes.filter { $0.item.slot == key.slot }
          .reduce(0) { $0 + $1.grants.reduce(0) { $0 + $1.granted } }
        let claim = model.claims[key]
        let portion = (claim?.lines ?? []).reduce(into: Portion()) { sum, line in
          sum.held += line.portion.held
          sum.allocated += line.portion.allocated
        }
        let expected = Portion(
          held: hold.state == .active ? wanted : 0, allocated: hold.state == .confirmed ? wanted : 0)
        guard claim?.pending == nil, portion == expected else {
          return "hold \(hold.id) is \(hold.state), and \(key) has \(portion), not \(expected)"
        }
      }
    }
    var stray: String?
    model.claims.forEach { key, claim in
      if owned[key] == nil, claim.pending != nil || !claim.lines.isEmpty {
        stray = "\(key) has stock that no hold knows of"
      }
      return stray == nil
    }
    return stray
  }
}

extension StockModel {
  fileprivate func version(of id: UniqueID) -> UInt64 { versions[id] ?? 0 }

  /// Makes stock that a hold has a part of its claim.
  fileprivate mutating func claim(_ stock: StockKey, held: Int64, of key: ClaimKey, _ home: SlotNumber, version: UInt64)
  {
    claims.update(key, default: ModelClaim(home: home)) { claim in
      claim.version = version
      if let place = claim.lines.firstIndex(where: { $0.stock == stock }) {
        claim.lines[place].portion.held += held
      } else {
        claim.lines.append(ModelClaim.Line(stock: stock, portion: Portion(held: held)))
      }
    }
  }
}

extension StockModel.Hold {
  /// Has lines of some slots be of other shards.
  mutating func turnRemote(_ catalogue: SlotCatalogue, where isRemote: (SlotNumber) -> Bool) {
    var (rest, remotes) = (self.remotes[...], [DecidedLine]())
    for place in lines.indices {
      let line = lines[place]
      guard line.sku.rawValue != 0 else {
        if let known = rest.popFirst() { remotes.append(known) }
        continue
      }
      let slot = catalogue.slot(of: line.sku)
      guard isRemote(slot) else { continue }
      let item = RemoteItem(slot: slot, tenant: SlotCatalogue.tenant, sku: catalogue.text(of: line.sku))
      let grants = line.location.map { [LocationGrant(location: $0, granted: line.granted)] } ?? []
      remotes.append(DecidedLine(item: item, grants: line.granted > 0 ? grants : []))
      lines[place].sku = SKUNumber(0)
    }
    self.remotes = remotes
  }
}
