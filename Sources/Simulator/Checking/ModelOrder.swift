package import Basics
package import Inventory

/// What the specification knows of an order. All of its lines name their location, and none waits for stock.
package struct ModelOrder: Equatable, Sendable {
  package struct Line: Equatable, Sendable {
    package var item: LineItem
    package var location: LocationNumber
    package var ordered: Int64
    package var cancelled: Int64 = 0
    package var allocated: Int64
    package var shipped: Int64 = 0

    var wanted: Int64 { ordered - cancelled }
    var portion: Portion { Portion(allocated: allocated, shipped: shipped) }

    init(_ item: LineItem, _ location: LocationNumber, _ quantity: Int64) {
      self.item = item
      self.location = location
      ordered = quantity
      allocated = quantity
    }
  }

  package struct Shipment: Equatable, Sendable {
    package var id: String
    var asked: [LineQuantity]
    package var lines: [LineQuantity]
  }

  package let id: UniqueID
  package let home: SlotNumber
  package let claim: UniqueID
  package let name: OrderName?
  /// The slot of another shard where its name was taken.
  package let nameSlot: SlotNumber?
  package var lines: [Line]
  package var revision: UInt32 = 1
  var payBy: Stamp?
  package var paid: String?
  package var onHold: String?
  var isExpired = false
  var isCompleted = false
  package var shipments: [Shipment] = []
  package var replaces: UniqueID?
  package var replacements: [UniqueID] = []

  init(_ id: UniqueID, home: SlotNumber, claim: UniqueID, terms: OrderTerms, parts: [ClaimPart], lines: [Line]) {
    self.id = id
    self.home = home
    self.claim = claim
    name = terms.name
    nameSlot = terms.name.flatMap { name in parts.contains { $0.slot == name.slot } ? name.slot : nil }
    self.lines = lines
  }

  var isOpen: Bool { lines.contains { $0.allocated > 0 } }
  var isAwaitingPayment: Bool { payBy != nil && paid == nil && isOpen }

  package var status: OrderStatus {
    let isShipped = lines.contains { $0.shipped > 0 }
    if isOpen { return isAwaitingPayment ? .awaitingPayment : isShipped ? .partiallyShipped : .ready }
    if isShipped { return isCompleted ? .completed : .shipped }
    return isExpired ? .expired : .cancelled
  }

  /// As somebody sees it at a stamp: one whose time to pay is up is expired.
  package func seen(at stamp: Stamp) -> ModelOrder {
    guard isAwaitingPayment, let payBy, payBy <= stamp else { return self }
    var seen = self
    seen.expire()
    return seen
  }

  mutating func expire() {
    isExpired = true
    for index in lines.indices { cancel(index, lines[index].allocated) }
  }

  mutating func cancel(_ line: Int, _ quantity: Int64) {
    lines[line].allocated -= quantity
    lines[line].cancelled += quantity
  }

  /// The slots of other shards that have anything of it, its name included.
  var slots: [SlotNumber] { (lines.compactMap(\.item.remote?.slot) + [nameSlot].compactMap(\.self)).sorted() }
}

extension LineItem {
  var remote: RemoteItem? {
    if case .remote(let item) = self { item } else { nil }
  }
}

extension ModelOrder {
  /// What of it a replica shows otherwise; `nil` when nothing is.
  package func difference(from seen: OrderRecord?) -> String? {
    guard let seen else { return "is not there" }
    if seen.status != status { return "is \(seen.status), not \(status)" }
    if seen.revision != revision { return "has the revision \(seen.revision), not \(revision)" }
    let words = seen.lines.map {
      Self.words($0.item, $0.location, $0.ordered, $0.cancelled, Portion(allocated: $0.allocated, shipped: $0.shipped))
    }
    let expected = lines.map { Self.words($0.item, $0.location, $0.ordered, $0.cancelled, $0.portion) }
    if words != expected { return "has the lines \(words), not \(expected)" }
    if seen.paid?.reference != paid {
      return "is paid by \(seen.paid?.reference ?? "nothing"), not \(paid ?? "nothing")"
    }
    if seen.onHold != onHold { return "is kept because of \(seen.onHold ?? "nothing"), not \(onHold ?? "nothing")" }
    if seen.shipments.map(\.id) != shipments.map(\.id) || seen.shipments.map(\.lines) != shipments.map(\.lines) {
      return "has the shipments \(seen.shipments.map(\.id)), not \(shipments.map(\.id))"
    }
    return seen.replacements == replacements && seen.replaces == replaces ? nil : "has other replacements"
  }

  private static func words(
    _ item: LineItem, _ location: LocationNumber?, _ ordered: Int64, _ cancelled: Int64, _ portion: Portion
  ) -> String {
    "\(item)@\(location?.rawValue ?? 0) \(ordered)=\(cancelled)+\(portion.allocated)+\(portion.shipped)"
  }
}
