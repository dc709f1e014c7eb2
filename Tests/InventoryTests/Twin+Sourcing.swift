import Basics
import Inventory

/// Sourcing the obvious way: each location is tried by itself on a copy of what is free.
struct TwinSourcing {
  let reserve: Reserve
  /// What may still be taken of each row that there is; 0 where the location is closed.
  var free: [StockKey: Int64]
  let lots: [SKUNumber: Int64]
  /// How much of each SKU orders may wait for, and how much they do.
  let limits: [SKUNumber: Int64]
  var waiting: [SKUNumber: Int64]
  var refusal: Refusal?
  /// By request line; a line that nothing was given of has one part without a location.
  var parts: [[Twin.Line]] = []
  var shortage: Shortage?

  var lines: [Twin.Line] { parts.flatMap { $0 } }

  init(
    _ reserve: Reserve, free: [StockKey: Int64], lots: [SKUNumber: Int64], limits: [SKUNumber: Int64],
    waiting: [SKUNumber: Int64]
  ) {
    self.reserve = reserve
    self.free = free
    self.lots = lots
    self.limits = limits
    self.waiting = waiting
    parts = reserve.lines.map { _ in [] }
    if reserve.sourcing.split == .none {
      fromOne()
    } else if reserve.sourcing.strategy == .fewestParcels {
      fromFew()
    } else {
      for index in reserve.lines.indices {
        byItself(index)
        if shortage != nil, reserve.mode == .allOrNothing { break }
      }
    }
  }

  var isRefused: Bool {
    shortage != nil && (reserve.mode == .allOrNothing || lines.allSatisfy { $0.granted == 0 })
  }

  private func lot(_ index: Int) -> Int64 { lots[reserve.lines[index].sku] ?? 1 }
  private func wanted(_ index: Int) -> Int64 { reserve.lines[index].quantity / lot(index) * lot(index) }

  private func usable(_ index: Int, _ location: LocationNumber) -> Int64 {
    (free[StockKey(sku: reserve.lines[index].sku, location: location)] ?? 0) / lot(index) * lot(index)
  }

  private func isThere(_ index: Int, _ location: LocationNumber) -> Bool {
    free[StockKey(sku: reserve.lines[index].sku, location: location)] != nil
  }

  private func isEnough(_ quantity: Int64, _ index: Int) -> Bool {
    let line = reserve.lines[index]
    return quantity == line.quantity || (reserve.mode == .upTo && quantity > 0 && quantity >= line.minimum)
  }

  private mutating func take(_ index: Int, _ location: LocationNumber, _ quantity: Int64) {
    let line = reserve.lines[index]
    free[StockKey(sku: line.sku, location: location)]! -= quantity
    parts[index].append(
      Twin.Line(
        sku: line.sku, location: location, asked: parts[index].isEmpty ? line.quantity : 0, granted: quantity))
  }

  private mutating func nothing(_ index: Int, _ location: LocationNumber?, _ available: Int64) {
    let line = reserve.lines[index]
    shortage =
      shortage
      ?? Shortage(
        line: index, sku: line.sku, location: line.location ?? location, asked: line.quantity, available: available)
    parts[index].append(Twin.Line(sku: line.sku, location: nil, asked: line.quantity, granted: 0))
  }

  // MARK: One line

  private func best(_ index: Int, _ wanted: Int64) -> (location: LocationNumber?, usable: Int64) {
    if let location = reserve.lines[index].location { return (location, usable(index, location)) }
    let there = reserve.rankedLocations.filter { isThere(index, $0) }
    let isByRank = [.priority, .ranked].contains(reserve.sourcing.strategy)
    if isByRank, let first = there.first(where: { usable(index, $0) >= wanted }) {
      return (first, usable(index, first))
    }
    let most = there.map { usable(index, $0) }.max() ?? 0
    return most > 0 ? (there.first { usable(index, $0) == most }, most) : (nil, 0)
  }

  private mutating func byItself(_ index: Int) {
    let wanted = wanted(index)
    let best = best(index, wanted)
    if let location = best.location, best.usable >= wanted, isEnough(wanted, index) {
      return take(index, location, wanted)
    }
    guard reserve.sourcing.split == .line, reserve.lines[index].location == nil else {
      let some = min(best.usable, wanted)
      if reserve.sourcing.takesBackorders { return takeAndWait(index, best.location, some, wanted) }
      if let location = best.location, isEnough(some, index) { return take(index, location, some) }
      return nothing(index, best.location, some)
    }
    let before = self
    let given = divide(index, wanted)
    if given == wanted, isEnough(given, index) { return }
    if reserve.sourcing.takesBackorders { return wait(index, wanted - given) }
    if !isEnough(given, index) {
      self = before
      nothing(index, nil, given)
    }
  }

  private mutating func takeAndWait(_ index: Int, _ location: LocationNumber?, _ some: Int64, _ wanted: Int64) {
    if some > 0, let location { take(index, location, some) }
    wait(index, wanted - some)
  }

  /// Lets the rest of a line wait for stock: where the line says, or anywhere.
  private mutating func wait(_ index: Int, _ rest: Int64) {
    let line = reserve.lines[index]
    let (limit, now) = (limits[line.sku] ?? 0, waiting[line.sku] ?? 0)
    if rest == 0 { return }
    if limit == 0 {
      let isDivided = reserve.sourcing.split == .line && line.location == nil
      return nothing(index, isDivided ? nil : parts[index].first?.location, line.quantity - rest)
    }
    if now + rest > limit {
      refusal = refusal ?? .backorderLimit(line: index, sku: line.sku, limit: limit, left: max(0, limit - now))
      return
    }
    if line.location == nil || parts[index].isEmpty {
      parts[index].append(
        Twin.Line(
          sku: line.sku, location: line.location, asked: parts[index].isEmpty ? line.quantity : 0, granted: 0))
    }
    parts[index][parts[index].count - 1].backordered += rest
    waiting[line.sku] = now + rest
  }

  private mutating func divide(_ index: Int, _ wanted: Int64) -> Int64 {
    let room = 200 - (reserve.lines.count - index - 1) - lines.count
    var given: Int64 = 0
    switch reserve.sourcing.strategy {
    case .priority, .ranked:
      for location in reserve.rankedLocations where given < wanted && parts[index].count < min(10, room) {
        let part = min(usable(index, location), wanted - given)
        if part > 0 { take(index, location, part) }
        given += part
      }
    case .mostStock, .fewestParcels:
      while given < wanted, parts[index].count < min(10, room) {
        let best = best(index, wanted - given)
        guard let location = best.location, best.usable > 0 else { break }
        let part = min(best.usable, wanted - given)
        take(index, location, part)
        given += part
      }
    }
    return given
  }

  // MARK: All lines

  private struct Trial {
    var location: LocationNumber
    var given: [(line: Int, quantity: Int64)] = []
    var lines = 0
    var quantity: Int64 = 0
    var stock: Int64 = 0
  }

  private func mayTake(_ index: Int, _ location: LocationNumber) -> Bool {
    if let own = reserve.lines[index].location { return own == location }
    return reserve.rankedLocations.contains(location)
  }

  private func trial(_ location: LocationNumber, _ isPlaced: [Bool], takesParts: Bool) -> Trial {
    var copy = self
    var trial = Trial(location: location)
    for index in reserve.lines.indices where !isPlaced[index] && mayTake(index, location) {
      let usable = copy.usable(index, location)
      if reserve.sourcing.strategy == .mostStock { trial.stock += usable }
      let given = min(usable, wanted(index))
      guard given > 0, takesParts || given == wanted(index), isEnough(given, index) else { continue }
      copy.take(index, location, given)
      trial.given.append((index, given))
      trial.lines += given == wanted(index) ? 1 : 0
      trial.quantity += given
    }
    return trial
  }

  private func bestTrial(_ isPlaced: [Bool], takesParts: Bool) -> Trial? {
    var candidates = reserve.rankedLocations
    for line in reserve.lines { if let location = line.location { candidates.append(location) } }
    var best: Trial?
    for location in candidates {
      let trial = trial(location, isPlaced, takesParts: takesParts)
      guard trial.quantity > 0 else { continue }
      guard let known = best else {
        best = trial
        continue
      }
      if (trial.lines, trial.quantity, trial.stock) > (known.lines, known.quantity, known.stock) { best = trial }
    }
    return best
  }

  private mutating func fromOne() {
    var isPlaced = reserve.lines.map { _ in false }
    let best = bestTrial(isPlaced, takesParts: reserve.mode == .upTo)
    for (line, quantity) in best?.given ?? [] {
      take(line, best!.location, quantity)
      isPlaced[line] = true
    }
    for index in reserve.lines.indices where !isPlaced[index] {
      guard let best, mayTake(index, best.location), isThere(index, best.location) else {
        if reserve.sourcing.takesBackorders { wait(index, wanted(index)) } else { nothing(index, nil, 0) }
        continue
      }
      let some = min(usable(index, best.location), wanted(index))
      if reserve.sourcing.takesBackorders {
        takeAndWait(index, best.location, some, wanted(index))
      } else {
        nothing(index, best.location, some)
      }
    }
  }

  private mutating func fromFew() {
    var isPlaced = reserve.lines.map { _ in false }
    for _ in 0..<8 {
      guard let best = bestTrial(isPlaced, takesParts: false) else { break }
      for (line, quantity) in best.given {
        take(line, best.location, quantity)
        isPlaced[line] = true
      }
    }
    for index in reserve.lines.indices where !isPlaced[index] { byItself(index) }
  }
}
