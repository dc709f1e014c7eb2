import Basics
import Inventory

// Counts, shortfalls, closed locations, and allocations that move.
extension Twin {
  func onHand(_ key: StockKey) -> Int64 {
    let balances = rows[key] ?? [:]
    return balances.filter { !$0.key.isSigned || $0.key == .shortfall }.values.reduce(0, +)
  }

  func describe(_ key: StockKey) -> String {
    "stock \(key) #\(sequence) \(rows[key]?[.available] ?? 0) \(onHand(key))"
  }

  /// What is available makes up for what is promised and not there.
  mutating func settleOwed(_ key: StockKey) {
    let cover = min(-(rows[key]?[.shortfall] ?? 0), rows[key]?[.available] ?? 0)
    if cover > 0 { post(key, .available, .shortfall, cover) }
    // What was shipped was there.
    let onHand = onHand(key)
    if onHand < 0 { post(key, .adjustment, .shortfall, -onHand) }
  }

  mutating func setLocations(_ locations: SetLocations) -> String {
    if locations.revision > locationsRevision {
      locationsRevision = locations.revision
      closures = [:]
      for closed in locations.closed { closures[closed.location] = closed.closure }
    }
    return "locations set"
  }

  func receive(_ receive: Receive) -> Change? {
    if let refusal = check(receive.stock, receive.quantity) { return .refused(refusal) }
    return closures[receive.stock.location].map {
      .refused(.locationClosed(line: 0, location: receive.stock.location, closure: $0))
    }
  }

  func lot(_ sku: SKUNumber) -> Int64 { skus[Int(sku.rawValue) - 1].put.lot }

  func refuseLine(_ index: Int, _ line: ReserveLine, _ mode: ReserveMode) -> Refusal? {
    let lot = lot(line.sku)
    if mode != .upTo, line.quantity % lot != 0 {
      return .notAMultiple(line: index, sku: line.sku, lot: lot, asked: line.quantity)
    }
    guard let location = line.location, let closure = closures[location] else { return nil }
    return .locationClosed(line: index, location: location, closure: closure)
  }

  func source(_ reserve: Reserve) -> TwinSourcing {
    var free: [StockKey: Int64] = [:]
    for (key, balances) in rows { free[key] = closures[key.location] == nil ? balances[.available] ?? 0 : 0 }
    var lots: [SKUNumber: Int64] = [:]
    for line in reserve.lines { lots[line.sku] = lot(line.sku) }
    var limits: [SKUNumber: Int64] = [:]
    var waiting: [SKUNumber: Int64] = [:]
    for line in reserve.lines { limits[line.sku] = skus[Int(line.sku.rawValue) - 1].put.backorderLimit }
    for id in waitingIDs.union(touched) {
      for line in orders[id]!.lines { waiting[line.sku, default: 0] += line.backordered }
    }
    return TwinSourcing(reserve, free: free, lots: lots, limits: limits, waiting: waiting)
  }

  mutating func setCount(_ count: SetCount) -> Change {
    let key = count.stock
    if !known(key.sku) { return .refused(.unknownSKU(line: 0, sku: key.sku)) }
    if count.counted < 0 || count.counted > 1 << 53 {
      return .refused(.invalidQuantity(line: 0, quantity: count.counted))
    }
    if count.asOf >= index { return .refused(.unknownRevision(count.asOf)) }
    if let changed = onHandIndex[key], changed > count.asOf {
      return .refused(.countOutdated(stock: key, revision: changed, onHand: onHand(key)))
    }
    let difference = count.counted - onHand(key)
    if difference == 0 { return .done("stock \(key) #0 \(rows[key]?[.available] ?? 0) \(onHand(key))") }
    let inHouse = (rows[key] ?? [:]).filter { !$0.key.isSigned }.values.reduce(0, +)
    if difference > 0, inHouse + difference > 1 << 53 {
      return .refused(.quantityOverflow(stock: key, account: .available))
    }
    if difference > 0 { post(key, .adjustment, .available, difference) }
    var missing = max(0, -difference)
    for account in [Account.available, .safety, .shortfall] {
      let taken = account == .shortfall ? missing : min(missing, balance(key, account))
      if taken > 0 { post(key, account, .adjustment, taken) }
      missing -= taken
    }
    return .done(describe(key))
  }

  mutating func moveAllocation(_ move: MoveAllocation) -> Change {
    if !known(move.sku) { return .refused(.unknownSKU(line: 0, sku: move.sku)) }
    if move.quantity < 0 || move.quantity > 1 << 53 || move.from == move.to {
      return .refused(.invalidQuantity(line: 0, quantity: move.quantity))
    }
    if let closure = closures[move.to] {
      return .refused(.locationClosed(line: 0, location: move.to, closure: closure))
    }
    if let refusal = refusal(move.owner) {
      return refusal == .unknownHold(move.owner) ? moveOrder(move) : .refused(refusal)
    }
    let hold = holds[move.owner]!
    let (from, to) = (StockKey(sku: move.sku, location: move.from), StockKey(sku: move.sku, location: move.to))
    let mine = hold.lines.indices.filter { hold.lines[$0].sku == move.sku && hold.lines[$0].location == move.from }
    let there = mine.map { hold.lines[$0].granted }.reduce(0, +)
    let quantity = move.quantity == 0 ? there : move.quantity
    if quantity < 1 || quantity > there {
      return .refused(.insufficient(stock: from, account: .held, asked: max(1, quantity), balance: there))
    }
    if quantity % lot(move.sku) != 0, quantity != there {
      return .refused(.notAMultiple(line: 0, sku: move.sku, lot: lot(move.sku), asked: quantity))
    }
    if balance(to, .available) < quantity {
      return .refused(
        .insufficient(stock: to, account: .available, asked: quantity, balance: balance(to, .available)))
    }
    var (lines, left): ([Line], Int64) = ([], quantity)
    for (index, line) in hold.lines.enumerated() {
      let part = mine.contains(index) ? min(left, line.granted) : 0
      left -= part
      var moved = line
      moved.location = move.to
      moved.granted = part
      if part == line.granted, part > 0 {
        lines.append(moved)
      } else {
        lines.append(line)
        if part == 0 { continue }
        lines[lines.count - 1].granted -= part
        moved.asked = 0
        lines.append(moved)
      }
    }
    if lines.count > 200 { return .refused(.tooManyLines(move.owner)) }
    holds[move.owner]!.lines = lines
    post(to, .available, .held, quantity)
    post(from, .held, .available, quantity)
    return .done("moved \(move.owner)")
  }

  private mutating func moveOrder(_ move: MoveAllocation) -> Change {
    let id = move.owner
    guard let order = orders[id] else { return .refused(.unknownOwner(id)) }
    if [.shipped, .completed, .expired, .cancelled].contains(order.status) {
      return .refused(.order(id, .closed(order.status)))
    }
    let (from, to) = (StockKey(sku: move.sku, location: move.from), StockKey(sku: move.sku, location: move.to))
    let mine = order.lines.indices.filter { order.lines[$0].sku == move.sku && order.lines[$0].location == move.from }
    let there = mine.map { order.lines[$0].allocated }.reduce(0, +)
    let quantity = move.quantity == 0 ? there : move.quantity
    if quantity < 1 || quantity > there {
      return .refused(.insufficient(stock: from, account: .allocated, asked: max(1, quantity), balance: there))
    }
    if quantity % lot(move.sku) != 0, quantity != there {
      return .refused(.notAMultiple(line: 0, sku: move.sku, lot: lot(move.sku), asked: quantity))
    }
    if balance(to, .available) < quantity {
      return .refused(
        .insufficient(stock: to, account: .available, asked: quantity, balance: balance(to, .available)))
    }
    var (moved, left) = (order, quantity)
    for index in mine where left > 0 && moved.lines[index].allocated > 0 {
      let part = min(left, moved.lines[index].allocated)
      left -= part
      let line = moved.lines[index]
      if part == line.allocated, line.shipped == 0, line.backordered == 0 {
        moved.lines[index].location = move.to
        continue
      }
      moved.lines[index].ordered -= part
      moved.lines[index].allocated -= part
      moved.lines.append(TwinOrder.Line(sku: move.sku, location: move.to, ordered: part, allocated: part))
    }
    if moved.lines.count > 200 { return .refused(.order(id, .tooManyLines)) }
    if let refusal = beyondMax(moved.lines) { return .refused(refusal) }
    for (index, line) in order.lines.enumerated() {
      let less =
        moved.lines[index].location == move.to && line.location == move.from
        ? line.allocated : line.allocated - moved.lines[index].allocated
      if less > 0 {
        post(to, .available, .allocated, less)
        post(from, .allocated, .available, less)
      }
    }
    change(id) { $0 = moved }
    return .done("moved \(id)")
  }

  // MARK: Backorders

  /// Gives what is available to the orders that wait for it: SKU by SKU, location by location, the oldest order first.
  mutating func fillBackorders() {
    for id in touched {
      let isWaiting = orders[id]!.lines.contains { $0.backordered > 0 }
      if isWaiting { waitingIDs.insert(id) } else { waitingIDs.remove(id) }
    }
    let skus = Set(waitingIDs.flatMap { orders[$0]!.lines.filter { $0.backordered > 0 }.map(\.sku) })
    for sku in skus.sorted() {
      // What is filled at one location may leave less to wait for than the lot that another one did not have.
      var isFilled = true
      while isFilled {
        isFilled = false
        for key in rows.keys.filter({ $0.sku == sku && closures[$0.location] == nil }).sorted() {
          while let (id, index) = oldest(key), fill(id, index, key) { isFilled = true }
        }
      }
    }
  }

  private func oldest(_ key: StockKey) -> (UniqueID, Int)? {
    var found: (created: Int64, id: UniqueID, index: Int)?
    for id in waitingIDs {
      let order = orders[id]!
      for (index, line) in order.lines.enumerated()
      where line.sku == key.sku && line.backordered > 0 && (line.location ?? key.location) == key.location {
        if let known = found, (known.created, known.id, known.index) < (order.created, id, index) { continue }
        found = (order.created, id, index)
      }
    }
    return found.map { ($0.id, $0.index) }
  }

  private mutating func fill(_ id: UniqueID, _ index: Int, _ key: StockKey) -> Bool {
    let (line, available) = (orders[id]!.lines[index], balance(key, .available))
    let quantity = available >= line.backordered ? line.backordered : available / lot(key.sku) * lot(key.sku)
    if quantity == 0 { return false }
    orders[id]!.lines[index].backordered -= quantity
    if line.location == key.location || quantity == line.backordered {
      orders[id]!.lines[index].location = key.location
      orders[id]!.lines[index].allocated += quantity
    } else {
      orders[id]!.lines[index].ordered -= quantity
      orders[id]!.lines.append(
        TwinOrder.Line(sku: key.sku, location: key.location, ordered: quantity, allocated: quantity))
    }
    post(key, .available, .allocated, quantity)
    change(id) { _ in }
    return true
  }
}
