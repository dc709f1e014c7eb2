internal import Basics
internal import Inventory

// Orders, as they come into being: the sequential specification.
extension StockModel {
  /// What a command that is recorded comes to.
  enum Change {
    case done(Answer)
    /// It was done before, by another request: nothing is recorded.
    case again(Answer)
    case refused(Refusal)
    case unsettled(UInt64)
  }

  /// Carries out a command once. What was prepared for one that decides nothing is given back with its version.
  mutating func once(
    _ id: UniqueID, claim: UniqueID? = nil, _ version: UInt64 = 0, _ parts: [ClaimPart] = [],
    _ body: (inout StockModel) -> Change
  ) -> ExpectedAnswer {
    if let before = replay(id, isReserve: false) {
      spend(claim, version, parts)
      return before
    }
    deciding = claim.map { ($0, version) }
    defer { deciding = nil }
    switch body(&self) {
    case .done(let answer):
      record(id, answer)
      return ExpectedAnswer(id: id, answer: answer, isReplay: false)
    case .again(let answer):
      spend(claim, version, parts)
      return ExpectedAnswer(id: id, answer: answer, isReplay: true)
    case .refused(let refusal):
      spend(claim, version, parts)
      return ExpectedAnswer(id: id, answer: .refused(refusal), isReplay: false)
    case .unsettled(let version):
      return ExpectedAnswer(id: id, answer: .claimUnsettled(version: version), isReplay: false)
    }
  }

  private mutating func spend(_ claim: UniqueID?, _ version: UInt64, _ parts: [ClaimPart]) {
    if let claim, !parts.isEmpty { raise(claim, to: version) }
  }

  func order(_ id: UniqueID) -> ModelOrder? { orders.first { $0.id == id } }

  mutating func createOrder(_ id: UniqueID, _ create: CreateOrder) -> ExpectedAnswer {
    once(id) { $0.make(id, create, [], []) }
  }

  mutating func decideOrder(_ id: UniqueID, _ decide: DecideOrder) -> ExpectedAnswer {
    once(id, claim: id, decide.version, decide.parts) { model in
      let version = model.versions[id] ?? 0
      guard ClaimVersion.follows(decide.version, version, of: decide.create.home) else { return .unsettled(version) }
      let change = model.make(id, decide.create, decide.remote, decide.parts)
      if case .done = change { model.raise(id, to: decide.version) }
      return change
    }
  }

  private mutating func make(
    _ id: UniqueID, _ create: CreateOrder, _ remote: [DecidedLine], _ parts: [ClaimPart]
  ) -> Change {
    if let known = known(create.terms, create.fingerprint, parts) { return known }
    if let replaced = create.replaces {
      guard let order = orders.first(where: { $0.id == replaced }), order.home == create.home else {
        return .refused(.order(replaced, .unknown))
      }
      if order.replacements.count == Rules.replacementsMax { return .refused(.order(replaced, .tooManyReplacements)) }
    }
    switch lines(create.lines, remote, parts) {
    case .failure(let failure): return .refused(failure.refusal)
    case .success(let lines):
      if isClaimed(id, by: create.home, own(lines)) { return .refused(.requestIDReused) }
      var order = ModelOrder(id, home: create.home, claim: id, terms: create.terms, parts: parts, lines: lines)
      order.replaces = create.replaces
      for line in lines { move(line, by: line.allocated, to: \.allocated, from: \.available) }
      insert(order, create.terms, create.fingerprint)
      if let replaced = create.replaces, let place = orders.firstIndex(where: { $0.id == replaced }) {
        orders[place].replacements.append(id)
        orders[place].revision += 1
      }
      return .done(.orderChanged(id))
    }
  }

  private func own(_ lines: [ModelOrder.Line]) -> [SKUNumber] {
    lines.compactMap { line in if case .local(let sku) = line.item { sku } else { nil } }
  }

  struct Failure: Error { var refusal: Refusal }

  /// The lines that an order gets: those of this shard from what is available, the others as they were prepared; all, or none.
  func lines(
    _ asked: [ReserveLine], _ remote: [DecidedLine], _ parts: [ClaimPart]
  ) -> Result<[ModelOrder.Line], Failure> {
    let own = asked.indices.filter { asked[$0].sku.rawValue != 0 }
    if case .refused(let refusal) = decide(Reserve(mode: .allOrNothing, lines: own.map { asked[$0] })) {
      guard case .outOfStock(var shortage) = refusal else { return .failure(Failure(refusal: refusal)) }
      shortage.line = own[shortage.line]
      return .failure(Failure(refusal: .outOfStock(shortage)))
    }
    var lines: [ModelOrder.Line] = []
    var rest = remote[...]
    for (index, line) in asked.enumerated() {
      if line.sku.rawValue != 0 {
        guard let location = line.location else { return .failure(Failure(refusal: .noLocation(line: index))) }
        lines.append(ModelOrder.Line(.local(line.sku), location, line.quantity))
        continue
      }
      guard let prepared = rest.popFirst(), prepared.grants.count == 1, prepared.grants[0].granted == line.quantity,
        parts.contains(where: { $0.slot == prepared.item.slot && $0.token != 0 })
      else { return .failure(Failure(refusal: .invalidQuantity(line: index, quantity: line.quantity))) }
      lines.append(ModelOrder.Line(.remote(prepared.item), prepared.grants[0].location, line.quantity))
    }
    return .success(lines)
  }

  mutating func insert(_ order: ModelOrder, _ terms: OrderTerms, _ fingerprint: UInt64) {
    var order = order
    if terms.payWithinMilliseconds > 0 {
      let payBy = expiry(after: terms.payWithinMilliseconds)
      order.payBy = payBy
      nextPayBy = min(nextPayBy, payBy)
    }
    if let name = order.name, order.nameSlot == nil {
      names.append(ModelName(name: name, order: order.id, home: order.home, fingerprint: fingerprint, pending: nil))
    }
    orders.append(order)
  }

  /// Moves stock of a line of this shard.
  mutating func move(
    _ line: ModelOrder.Line, by quantity: Int64, to target: WritableKeyPath<Row, Int64>,
    from source: WritableKeyPath<Row, Int64>
  ) {
    guard case .local(let sku) = line.item, let place = row(StockKey(sku: sku, location: line.location)) else { return }
    rows[place][keyPath: source] -= quantity
    rows[place][keyPath: target] += quantity
  }

  // MARK: Of holds

  mutating func confirm(_ id: UniqueID, _ hold: UniqueID, _ terms: OrderTerms) -> ExpectedAnswer {
    once(id) { model in
      model.known(terms, terms.fingerprint(confirming: hold), []) ?? model.confirm(id, hold, terms, parts: [])
    }
  }

  mutating func decideConfirm(_ id: UniqueID, _ decide: DecideConfirm) -> ExpectedAnswer {
    once(id, claim: decide.hold, decide.version, decide.parts) { model in
      let fingerprint = decide.terms.fingerprint(confirming: decide.hold)
      if let known = model.known(decide.terms, fingerprint, decide.parts) { return known }
      guard let hold = model.hold(decide.hold) else { return .refused(.unknownHold(decide.hold)) }
      guard hold.state == .active || hold.state == .expired else {
        return .refused(.holdNotActive(decide.hold, hold.state))
      }
      let version = model.versions[decide.hold] ?? 0
      guard ClaimVersion.follows(decide.version, version, of: hold.home) else { return .unsettled(version) }
      return model.confirm(id, decide.hold, decide.terms, parts: decide.parts)
    }
  }

  /// Held becomes allocated; or what was held is taken once more, if other slots have consented with `parts`.
  private mutating func confirm(_ id: UniqueID, _ held: UniqueID, _ terms: OrderTerms, parts: [ClaimPart]) -> Change {
    guard let number = number(ofHold: held) else { return .refused(.unknownHold(held)) }
    let hold = holds[number]
    guard hold.state == .active || hold.state == .expired else { return .refused(.holdNotActive(held, hold.state)) }
    let isReacquired = hold.state == .expired
    let granted = hold.remotes.filter { !$0.grants.isEmpty }
    if isReacquired {
      guard granted.allSatisfy({ line in parts.contains { $0.slot == line.item.slot } }) else {
        return .refused(.needsConsent(held))
      }
      if let shortage = shortage(of: hold) { return .refused(.holdExpired(held, shortage)) }
    }
    let lines = orderLines(of: hold)
    for line in lines {
      move(line, by: line.allocated, to: \.allocated, from: isReacquired ? \.available : \.held)
    }
    if !parts.isEmpty || (!isReacquired && !granted.isEmpty) { raise(held) }
    settle(Int32(number), .confirmed)
    let order = ModelOrder(
      id, home: hold.home, claim: held, terms: terms, parts: parts, lines: lines)
    insert(order, terms, terms.fingerprint(confirming: held))
    let answer = hold.lines.filter { $0.granted > 0 }.map {
      GrantedLine(sku: $0.sku, location: $0.location, asked: $0.granted, granted: $0.granted)
    }
    return .done(.confirmed(isReacquired: isReacquired, lines: answer))
  }

  private func orderLines(of hold: Hold) -> [ModelOrder.Line] {
    zip(hold.lines, hold.items).compactMap { line, its in
      guard line.granted > 0, let location = line.location else { return nil }
      return ModelOrder.Line(its.item, location, line.granted)
    }
  }

  /// The first line of an expired hold that cannot be had once more, counted among those of this shard.
  private func shortage(of hold: Hold) -> Shortage? {
    var taken: [Int64] = Array(repeating: 0, count: rows.count)
    let own = hold.lines.filter { $0.sku.rawValue != 0 }
    for (index, line) in own.enumerated() where line.granted > 0 {
      guard let place = place(of: line) else { continue }
      let available = rows[place].available - taken[place]
      guard available >= line.granted else {
        return Shortage(
          line: index, sku: line.sku, location: line.location, asked: line.granted, available: available)
      }
      taken[place] += line.granted
    }
    return nil
  }
}
