import Basics
import Inventory

/// What the obvious ledger knows of an order.
struct TwinOrder {
  struct Line: Equatable {
    var sku: SKUNumber
    var location: LocationNumber?
    var ordered: Int64
    var cancelled: Int64 = 0
    var backordered: Int64 = 0
    var allocated: Int64
    var shipped: Int64 = 0
    /// A SKU of another slot, in the place of the number.
    var remote: RemoteItem? = nil

    var open: Int64 { backordered + allocated }
    var portion: Portion { Portion(allocated: allocated, shipped: shipped) }
    var words: String {
      "\(remote.map { "\($0)" } ?? "\(sku)")@\(location?.rawValue ?? 0) \(ordered)=\(cancelled)+\(backordered)"
        + "+\(allocated)+\(shipped)"
    }
  }

  struct Shipment {
    var id: String
    var asked: [LineQuantity]
    var lines: [LineQuantity]
  }

  /// What made it, without who asked.
  var content: Command
  var tenant: String
  var home: SlotNumber
  var lines: [Line]
  var payBy: Int64?
  var paid: String?
  var onHold: String?
  var isExpired = false
  var isCompleted = false
  var shipments: [Shipment] = []
  var replaces: UniqueID?
  var replacements: [UniqueID] = []
  var revision = 1
  var created: Int64
  /// The id of its claims, the last version of them, and where its name was taken with one.
  var claim: UniqueID
  var claimVersion: UInt64
  var nameSlot: SlotNumber?

  var open: Int64 { lines.reduce(0) { $0 + $1.open } }
  var isAwaiting: Bool { payBy != nil && paid == nil && open > 0 }

  var status: OrderStatus {
    let shipped = lines.reduce(0) { $0 + $1.shipped }
    if open > 0 {
      if isAwaiting { return .awaitingPayment }
      if shipped > 0 { return .partiallyShipped }
      return lines.contains { $0.allocated > 0 } ? .ready : .backordered
    }
    if shipped > 0 { return isCompleted ? .completed : .shipped }
    return isExpired ? .expired : .cancelled
  }

  /// All that a reader is to see.
  var words: String {
    let lines = lines.map(\.words)
    let shipments = shipments.map { "\($0.id):\(Self.words($0.lines))" }
    return "\(status) v\(revision) \(lines) pay \(payBy ?? 0) \(paid ?? "-") hold \(onHold ?? "-") \(shipments)"
      + " for \(replaces.map { "\($0)" } ?? "-") by \(replacements)"
  }

  static func words(_ lines: [LineQuantity]) -> String {
    lines.map { "\($0.line)x\($0.quantity)" }.joined(separator: ",")
  }
}

extension OrderRecord {
  /// In the words of the twin.
  var words: String {
    let lines = lines.map { line in
      let item =
        switch line.item {
        case .local(let sku): "\(sku)"
        case .remote(let item): "\(item)"
        }
      return "\(item)@\(line.location?.rawValue ?? 0) \(line.ordered)=\(line.cancelled)+\(line.backordered)"
        + "+\(line.allocated)+\(line.shipped)"
    }
    let shipments = shipments.map { "\($0.id):\(TwinOrder.words($0.lines))" }
    return "\(status) v\(revision) \(lines) pay \(payByTime?.milliseconds ?? 0) \(paid?.reference ?? "-")"
      + " hold \(onHold ?? "-") \(shipments) for \(replaces.map { "\($0)" } ?? "-") by \(replacements)"
  }
}

extension Twin {
  // MARK: Making orders

  mutating func create(
    _ create: CreateOrder, _ id: UniqueID, _ command: Command, _ remote: [DecidedLine] = [], _ parts: [ClaimPart] = [],
    version: UInt64? = nil
  ) -> Change {
    if let known = known(id, create.terms, command, parts) { return known }
    if let replaced = create.replaces {
      guard let order = orders[replaced], order.tenant == create.terms.tenant, order.home == create.home else {
        return .refused(.order(replaced, .unknown))
      }
      if order.replacements.count >= 10 { return .refused(.order(replaced, .tooManyReplacements)) }
    }
    if let refusal = validate(create.terms) { return .refused(refusal) }
    switch decide(create.lines, remote, parts, create.rankedLocations, create.sourcing) {
    case .failure(let refusal): return .refused(refusal.refusal)
    case .success(let lines):
      allocate(lines.map(\.line))
      let version = version ?? self.version(of: id)
      let done = make(
        id, create.home, create.terms, lines.map(\.line), command, replaces: create.replaces, claim: id,
        version: version, parts: parts)
      tellOrder(id, Set(parts.map(\.slot)), parts: parts)
      return done
    }
  }

  /// What is known of a request for an order that is there already.
  func known(_ id: UniqueID, _ terms: OrderTerms, _ command: Command, _ parts: [ClaimPart] = []) -> Change? {
    if id.version7Milliseconds == nil, orders[id] != nil { return .refused(.requestIDReused) }
    if parts.contains(where: { $0.slot == terms.name?.slot }) { return nil }
    guard let name = terms.name, let other = names["\(name)"] else { return nil }
    if orders[other]!.content == content(command) { return .again("order \(other)") }
    let taken = NameTaken(name: name, order: other, home: orders[other]!.home, isSame: false, isPending: false)
    return .refused(.externalNumberTaken(taken))
  }

  func validate(_ terms: OrderTerms) -> Refusal? {
    let time = terms.payWithinMilliseconds
    return time == 0 || (time >= 1_000 && time <= 90 * 86_400_000) ? nil : .invalidPayWithin(milliseconds: time)
  }

  mutating func make(
    _ id: UniqueID, _ home: SlotNumber, _ terms: OrderTerms, _ lines: [TwinOrder.Line], _ command: Command,
    replaces: UniqueID? = nil, claim: UniqueID, version: UInt64, parts: [ClaimPart]
  ) -> Change {
    var order = TwinOrder(
      content: content(command), tenant: terms.tenant, home: home, lines: lines, created: now, claim: claim,
      claimVersion: version)
    if let slot = terms.name?.slot, parts.contains(where: { $0.slot == slot }) { order.nameSlot = slot }
    shards.spent[id] = nil
    shards.made[claim] = id
    if claim == id || version > 0 || claim.version7Milliseconds == nil { shards.owners[claim] = id }
    if terms.payWithinMilliseconds > 0 { order.payBy = (now + terms.payWithinMilliseconds + 99) / 100 * 100 }
    order.replaces = replaces
    orders[id] = order
    touched.insert(id)
    if let name = terms.name, order.nameSlot == nil { names["\(name)"] = id }
    if let replaces { change(replaces) { $0.replacements.append(id) } }
    return .done("order \(id)")
  }

  struct Failure: Error { var refusal: Refusal }

  func validate(_ lines: [ReserveLine], _ ranked: [LocationNumber]) -> Refusal? {
    for (index, line) in lines.enumerated() {
      if !known(line.sku) { return .unknownSKU(line: index, sku: line.sku) }
      if line.quantity < 1 || line.quantity > 1 << 53 {
        return .invalidQuantity(line: index, quantity: line.quantity)
      }
      if line.location == nil, ranked.isEmpty { return .noLocation(line: index) }
      if let refusal = refuseLine(index, line, .allOrNothing) { return refusal }
    }
    return nil
  }

  // MARK: Time

  /// Orders whose time to pay is up give their stock back.
  mutating func expireOrders() {
    for id in orders.keys where orders[id]!.isAwaiting && orders[id]!.payBy! <= now {
      let old = orders[id]!
      change(id) { $0.isExpired = true }
      giveBack(id) { $0.open }
      tellChange(id, from: old)
    }
  }

  /// Cancels so much of each line.
  private mutating func giveBack(_ id: UniqueID, _ quantity: (TwinOrder.Line) -> Int64) {
    for index in orders[id]!.lines.indices {
      let line = orders[id]!.lines[index]
      let less = quantity(line)
      if less == 0 { continue }
      take(less, from: index, of: id)
      orders[id]!.lines[index].cancelled += less
    }
  }

  /// Takes from what is open of a line, first what has no stock yet.
  private mutating func take(_ quantity: Int64, from index: Int, of id: UniqueID) {
    let line = orders[id]!.lines[index]
    let waiting = min(quantity, line.backordered)
    orders[id]!.lines[index].backordered -= waiting
    orders[id]!.lines[index].allocated -= quantity - waiting
    if quantity > waiting, line.remote == nil {
      post(StockKey(sku: line.sku, location: line.location!), .allocated, .available, quantity - waiting)
    }
  }

  mutating func change(_ id: UniqueID, _ body: (inout TwinOrder) -> Void) {
    body(&orders[id]!)
    orders[id]!.revision += 1
    touched.insert(id)
  }

  // MARK: What is done with them

  mutating func change(_ target: OrderTarget, _ step: OrderStep) -> Change {
    guard let old = orders[target.order] else { return .refused(.order(target.order, .unknown)) }
    let change = carryOut(target, step)
    if case .done = change { tellChange(target.order, from: old) }
    return change
  }

  private mutating func carryOut(_ target: OrderTarget, _ step: OrderStep) -> Change {
    let id = target.order
    guard let order = orders[id], order.tenant == target.tenant else { return .refused(.order(id, .unknown)) }
    let status = order.status
    let isOver = [.shipped, .completed, .expired, .cancelled].contains(status)
    let closed = Change.refused(.order(id, .closed(status)))
    switch step {
    case .pay(let reference):
      if let paid = order.paid {
        return paid == reference ? .again("order \(id)") : .refused(.order(id, .paid(reference: paid)))
      }
      if status == .expired || status == .cancelled { return closed }
      change(id) { $0.paid = reference }
    case .hold:
      if isOver { return closed }
      change(id) { $0.onHold = target.reason }
    case .resume:
      if isOver { return closed }
      change(id) { $0.onHold = nil }
    case .cancel(let parts): return isOver ? closed : cancel(id, parts)
    case .ship(let shipment, let parts): return ship(id, shipment, parts)
    case .complete:
      if isOver && status != .shipped { return closed }
      if status != .shipped { return .refused(.order(id, .notShipped(open: order.open))) }
      change(id) { $0.isCompleted = true }
    }
    return .done("order \(id)")
  }

  /// How much of each line is meant; or what is wrong.
  private func quantities(
    _ id: UniqueID, _ parts: [LineQuantity], _ open: (TwinOrder.Line) -> Int64
  ) -> Result<[Int64], Failure> {
    let lines = orders[id]!.lines
    if parts.isEmpty { return .success(lines.map(open)) }
    var taken = [Int64](repeating: 0, count: lines.count)
    for part in parts {
      guard part.line < lines.count else { return .failure(Failure(refusal: .order(id, .unknownLine(part.line)))) }
      let left = open(lines[part.line]) - taken[part.line]
      let quantity = part.quantity == 0 ? left : part.quantity
      if quantity < 1 || quantity > left { return .failure(Failure(refusal: .order(id, .notOpen(part, open: left)))) }
      taken[part.line] += quantity
    }
    return .success(taken)
  }

  private mutating func cancel(_ id: UniqueID, _ parts: [LineQuantity]) -> Change {
    switch quantities(id, parts, { $0.open }) {
    case .failure(let failure): return .refused(failure.refusal)
    case .success(let quantities):
      change(id) { _ in }
      var rest = quantities[...]
      giveBack(id) { _ in rest.removeFirst() }
      return .done("order \(id)")
    }
  }

  private mutating func ship(_ id: UniqueID, _ shipment: String, _ parts: [LineQuantity]) -> Change {
    let order = orders[id]!
    if let known = order.shipments.first(where: { $0.id == shipment }) {
      return known.asked == parts || known.lines == parts
        ? .again("order \(id)") : .refused(.order(id, .shipmentIDReused(shipment)))
    }
    switch order.status {
    case .shipped, .completed, .expired, .cancelled: return .refused(.order(id, .closed(order.status)))
    case .awaitingPayment: return .refused(.order(id, .notPaid))
    case .backordered, .ready, .partiallyShipped: break
    }
    if let reason = order.onHold { return .refused(.order(id, .onHold(reason: reason))) }
    if order.shipments.count == 100 { return .refused(.order(id, .tooManyShipments)) }
    switch quantities(id, parts, { $0.allocated }) {
    case .failure(let failure): return .refused(failure.refusal)
    case .success(let quantities):
      if quantities.allSatisfy({ $0 == 0 }) {
        return .refused(.order(id, .notOpen(LineQuantity(line: 0, quantity: 0), open: 0)))
      }
      // In the order in which they were named, one for each part.
      var shipped: [LineQuantity] = []
      for part in parts.isEmpty ? order.lines.indices.map({ LineQuantity(line: $0, quantity: 0) }) : parts {
        let line = orders[id]!.lines[part.line]
        let quantity = part.quantity == 0 ? line.allocated : part.quantity
        if quantity == 0 { continue }
        orders[id]!.lines[part.line].allocated -= quantity
        orders[id]!.lines[part.line].shipped += quantity
        shipped.append(LineQuantity(line: part.line, quantity: quantity))
      }
      for (index, line) in orders[id]!.lines.enumerated()
      where line.shipped > order.lines[index].shipped && line.remote == nil {
        let more = line.shipped - order.lines[index].shipped
        post(StockKey(sku: line.sku, location: line.location!), .allocated, .customer, more)
      }
      change(id) { $0.shipments.append(TwinOrder.Shipment(id: shipment, asked: parts, lines: shipped)) }
      return .done("order \(id)")
    }
  }

  mutating func amend(_ amend: AmendOrder, _ remote: [DecidedLine] = [], _ parts: [ClaimPart] = []) -> Change {
    let id = amend.target.order
    guard let order = orders[id], order.tenant == amend.target.tenant else { return .refused(.order(id, .unknown)) }
    if [.shipped, .completed, .expired, .cancelled].contains(order.status) {
      return .refused(.order(id, .closed(order.status)))
    }
    if amend.expectedRevision != 0, Int(amend.expectedRevision) != order.revision {
      return .refused(.order(id, .changed(revision: UInt32(order.revision))))
    }
    var wanted: [ReserveLine] = []
    var grown: [Int] = []
    var reduced: [(line: Int, less: Int64)] = []
    for (place, change) in amend.changes.enumerated() {
      guard change.line < order.lines.count else { return .refused(.order(id, .unknownLine(change.line))) }
      if amend.changes[..<place].contains(where: { $0.line == change.line }) {
        return .refused(.invalidLineCount(amend.changes.count))
      }
      if change.quantity < 1 || change.quantity > 1 << 53 {
        return .refused(.invalidQuantity(line: place, quantity: change.quantity))
      }
      let line = order.lines[change.line]
      let more = change.quantity - (line.ordered - line.cancelled)
      if -more > line.open { return .refused(.order(id, .notOpen(change, open: line.open))) }
      if more < 0 { reduced.append((change.line, -more)) }
      if more > 0 {
        grown.append(change.line)
        wanted.append(
          ReserveLine(sku: line.remote == nil ? line.sku : SKUNumber(0), location: line.location, quantity: more))
      }
    }
    if amend.changes.isEmpty && amend.added.isEmpty { return .refused(.invalidLineCount(0)) }
    if !isPrepared(grown.map { order.lines[$0] }, amend.added, remote) {
      return .refused(.order(id, .changed(revision: UInt32(order.revision))))
    }
    wanted += amend.added
    var decided: [(place: Int, line: TwinOrder.Line)] = []
    if !wanted.isEmpty {
      switch decide(wanted, remote, parts, amend.rankedLocations, amend.sourcing) {
      case .failure(let failure): return .refused(failure.refusal)
      case .success(let lines): decided = lines
      }
    }
    if let refusal = beyondMax(order, reduced, grown, decided) { return .refused(refusal) }
    allocate(decided.map(\.line))
    for (line, less) in reduced {
      take(less, from: line, of: id)
      orders[id]!.lines[line].ordered -= less
    }
    for (place, line) in decided {
      if place < grown.count, orders[id]!.lines[grown[place]].location == line.location {
        orders[id]!.lines[grown[place]].ordered += line.ordered
        orders[id]!.lines[grown[place]].allocated += line.allocated
        orders[id]!.lines[grown[place]].backordered += line.backordered
      } else {
        orders[id]!.lines.append(line)
      }
    }
    change(id) { _ in }
    tellChange(id, from: order, parts: parts)
    return .done("order \(id)")
  }
}
