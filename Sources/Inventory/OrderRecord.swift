package import Basics

/// A line of an order. Invariant: ordered = cancelled + backordered + allocated + shipped.
package struct OrderLine: Equatable, Sendable {
  package var item: LineItem
  /// Where it ships from; `nil` while nothing of it has been allocated.
  package var location: LocationNumber?
  package var ordered: Int64
  package var cancelled: Int64 = 0
  package var backordered: Int64 = 0
  package var allocated: Int64 = 0
  package var shipped: Int64 = 0

  /// What is still owed.
  package var open: Int64 { backordered + allocated }

  /// What is wanted of it: all but what was cancelled.
  package var wanted: Int64 { ordered - cancelled }

  /// Cancels a part of what is open: first what has no stock yet. Requires that so much is open.
  mutating func cancel(_ quantity: Int64) {
    let waiting = min(quantity, backordered)
    backordered -= waiting
    allocated -= quantity - waiting
    cancelled += quantity
  }

  mutating func cancelOpen() { cancel(open) }
}

/// A part of an order that left the building. Its id is the caller's, and the order's lines are shipped by it once.
package struct Shipment: Equatable, Sendable {
  package var id: String
  package var shipped: Stamp
  /// The hash of what was asked for: whether somebody who names the shipment again means the same.
  var asked: UInt64
  package var lines: [LineQuantity]
}

/// A quantity of a line of an order.
package struct LineQuantity: Equatable, Sendable {
  /// The line's place in the order, from 0.
  package var line: Int
  package var quantity: Int64

  package init(line: Int, quantity: Int64) {
    self.line = line
    self.quantity = quantity
  }
}

/// An order's payment.
package struct Payment: Equatable, Sendable {
  package var time: Stamp
  /// What the caller knows it by.
  package var reference: String
}

/// An order; the grammar of its bytes is in OrderRecord+Codec.swift. Orders are never forgotten.
package struct OrderRecord: Equatable, Sendable {
  /// The slot that the id of the order names.
  package var home: SlotNumber
  /// Grows with each change.
  package var revision: UInt32 = 1
  package var created: Stamp
  /// Of the request that made it: whether another request for the same external number says the same.
  var fingerprint: UInt64
  package var tenant: String
  /// How often the slots of lines and of the name were told what they are to have; 0 for an order that is all in this shard.
  package var claimVersion: UInt64 = 0
  /// The hold it was made of, if it was.
  package var hold: UniqueID?
  package var name: OrderName?
  /// The name was taken by a claim on its slot.
  package var isNameClaimed = false
  package var reference: String

  // Payment and marks: with the counters of the lines, all that the status follows from.
  /// The bucket in which it expires unless it is paid before.
  var payBy: Int64?
  package var paid: Payment?
  /// Why it may not be shipped now, which may be empty.
  package var onHold: String?
  package var expired: Stamp?
  package var completed: Stamp?

  /// The order in whose place this one is. It has the same home, so that both records are written in one entry.
  package var replaces: UniqueID?
  package var replacements: [UniqueID] = []
  package var lines: [OrderLine] = []
  package var shipments: [Shipment] = []

  init(home: SlotNumber, created: Stamp, fingerprint: UInt64, terms: OrderTerms, reference: String) {
    self.home = home
    self.created = created
    self.fingerprint = fingerprint
    self.reference = reference
    tenant = terms.tenant
    name = terms.name
    if terms.payWithinMilliseconds > 0 {
      payBy = Rules.expiryBucket(at: created, timeToLive: terms.payWithinMilliseconds)
    }
  }

  /// When it expires unless it is paid before.
  package var payByTime: Stamp? { payBy.map { Rules.expiry(ofBucket: $0) } }
}

// What the slots of its lines are to have.
extension OrderRecord {
  /// The id of its claims: that of the hold it was made of, whose claims it goes on with.
  package func claim(of id: UniqueID) -> UniqueID { hold ?? id }

  /// What it has of an item at a location and has not shipped.
  package func allocated(_ item: LineItem, at location: LocationNumber) -> Int64 {
    lines.reduce(0) { $0 + ($1.item == item && $1.location == location ? $1.allocated : 0) }
  }

  /// Nothing of its stock changes any more.
  var isOver: Bool { status.isOver }

  /// The slot where its name is taken, if a claim took it.
  var nameSlot: SlotNumber? { isNameClaimed ? name?.slot : nil }

  var remoteTargets: [RemoteTarget] {
    lines.compactMap { line in
      guard let item = line.item.remote, let location = line.location else { return nil }
      return RemoteTarget(item: item, location: location, portion: line.portion)
    }
  }
}

extension OrderLine {
  var portion: Portion { Portion(allocated: allocated, shipped: shipped) }
}
