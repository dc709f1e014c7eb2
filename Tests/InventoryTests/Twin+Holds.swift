import Basics
import Inventory

/// What becomes of holds.
extension Twin {
  mutating func reserve(_ header: RequestHeader, _ reserve: Reserve, _ command: Command) -> String {
    if let answer = before(header.id, command) { return answer }
    if let refusal = validate(reserve) { return "refused \(refusal)" }
    let decision = source(reserve)
    if decision.isRefused, let shortage = decision.shortage { return "refused \(Refusal.outOfStock(shortage))" }
    let lines = decision.lines
    for line in lines where line.granted > 0 {
      post(StockKey(sku: line.sku, location: line.location!), .available, .held, line.granted)
    }
    let expiry = (now + reserve.timeToLiveMilliseconds + 99) / 100 * 100
    let home = lines.map { skus[Int($0.sku.rawValue) - 1].put.slot }.min()!
    holds[header.id] = Hold(content: content(command), expiry: expiry, state: .active, lines: lines, home: home)
    uses[header.id] = .hold
    active.append(header.id)
    return describe(header.id, holds[header.id]!)
  }

  private func validate(_ reserve: Reserve) -> Refusal? {
    if reserve.lines.isEmpty || reserve.lines.count > 100 { return .invalidLineCount(reserve.lines.count) }
    let time = reserve.timeToLiveMilliseconds
    if time < 1_000 || time > 86_400_000 { return .invalidTimeToLive(milliseconds: time) }
    return validateLines(reserve)
  }

  func validateLines(_ reserve: Reserve) -> Refusal? {
    if reserve.lines.isEmpty || reserve.lines.count > 100 { return .invalidLineCount(reserve.lines.count) }
    for (index, line) in reserve.lines.enumerated() {
      if let refusal = validate(line, index, reserve) { return refusal }
    }
    return nil
  }

  func validate(_ line: ReserveLine, _ index: Int, _ reserve: Reserve) -> Refusal? {
    if !known(line.sku) { return .unknownSKU(line: index, sku: line.sku) }
    if line.quantity < 1 || line.quantity > 1 << 53 { return .invalidQuantity(line: index, quantity: line.quantity) }
    if reserve.mode == .upTo, line.minimum < 1 || line.minimum > line.quantity {
      return .invalidMinimum(line: index, minimum: line.minimum)
    }
    if line.location == nil, reserve.rankedLocations.isEmpty { return .noLocation(line: index) }
    return refuseLine(index, line, reserve.mode)
  }

  func describe(_ id: UniqueID, _ hold: Hold) -> String {
    "hold \(id) \(hold.state) \(hold.expiry) \(Self.describe(hold.lines))"
  }

  static func describe(_ lines: [Line]) -> String {
    lines.map {
      "\($0.remote.map { "\($0)" } ?? "\($0.sku)")@\($0.location.map { String($0.rawValue) } ?? "-"):\($0.granted)/\($0.asked)"
    }
    .joined(separator: ",")
  }

  /// Why a hold is not active; `nil` if it is.
  func refusal(_ id: UniqueID) -> Refusal? {
    guard let hold = holds[id], !isForgotten(id, hold) else { return .unknownHold(id) }
    return hold.state == .active ? nil : .holdNotActive(id, hold.state)
  }

  mutating func extend(_ id: UniqueID, _ time: Int64) -> Change {
    if time < 1_000 || time > 86_400_000 { return .refused(.invalidTimeToLive(milliseconds: time)) }
    if let refusal = refusal(id) { return .refused(refusal) }
    holds[id]!.expiry = max(holds[id]!.expiry, (now + time + 99) / 100 * 100)
    return .done("extended \(id) \(holds[id]!.expiry)")
  }

  mutating func release(_ id: UniqueID) -> Change {
    if let refusal = refusal(id) { return .refused(refusal) }
    for line in holds[id]!.lines where line.granted > 0 && line.remote == nil {
      post(StockKey(sku: line.sku, location: line.location!), .held, .available, line.granted)
    }
    finish(id, .released)
    tellClosed(id)
    return .done("released \(id)")
  }

  mutating func confirm(
    _ id: UniqueID, _ order: UniqueID, _ terms: OrderTerms, _ command: Command
  ) -> Change {
    if let known = known(order, terms, command) { return known }
    if let refusal = validate(terms) { return .refused(refusal) }
    return confirm(id, order, terms, command, parts: [])
  }

  mutating func confirm(
    _ id: UniqueID, _ order: UniqueID, _ terms: OrderTerms, _ command: Command, parts: [ClaimPart]
  ) -> Change {
    guard let hold = holds[id], !isForgotten(id, hold) else { return .refused(.unknownHold(id)) }
    if hold.state == .released || hold.state == .confirmed { return .refused(.holdNotActive(id, hold.state)) }
    let isActive = hold.state == .active
    let elsewhere = Set(hold.lines.compactMap { $0.granted > 0 ? $0.remote?.slot : nil })
    if !isActive, !elsewhere.isSubset(of: parts.map(\.slot)) { return .refused(.needsConsent(id)) }
    let saved = (rows, sequence, onHandIndex)
    for (index, line) in hold.lines.filter({ $0.remote == nil }).enumerated() where line.granted > 0 {
      let key = StockKey(sku: line.sku, location: line.location!)
      let there = !isActive && closures[key.location] != nil ? 0 : balance(key, isActive ? .held : .available)
      if there < line.granted {
        let shortage = Shortage(
          line: index, sku: line.sku, location: line.location, asked: line.granted, available: there)
        (rows, sequence, onHandIndex) = saved
        return .refused(.holdExpired(id, shortage))
      }
      post(key, isActive ? .held : .available, .allocated, line.granted)
    }
    let lines = hold.lines.filter { $0.granted > 0 }.map {
      TwinOrder.Line(
        sku: $0.sku, location: $0.location, ordered: $0.granted, allocated: $0.granted, remote: $0.remote)
    }
    finish(id, .confirmed)
    let slots = Set(parts.map(\.slot)).union(isActive ? elsewhere : [])
    let version =
      slots.isEmpty ? shards.versions[id] ?? 0 : ClaimVersion.next(after: shards.versions[id] ?? 0, home: hold.home)
    _ = make(order, hold.home, terms, lines, command, claim: id, version: version, parts: parts)
    tellOrder(order, slots, parts: parts)
    // The lines are the order's, which may have changed when this is answered again; it is compared as a whole.
    return .done("confirmed \(id) as \(order) \(isActive)")
  }

  private mutating func finish(_ id: UniqueID, _ state: HoldState) {
    holds[id]!.state = state
    holds[id]!.settled = now
    active.removeAll { $0 == id }
  }
}
