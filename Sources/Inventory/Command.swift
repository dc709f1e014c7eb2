package import Basics

/// What a committed entry may ask of a shard, as a value: for tests, tools and the commands that are not hot. The hot
/// ones are written and read as bytes without it (``EntryBuilder``, `ReserveRequest`); the bytes are the same.
package enum Command: Equatable, Sendable {
  case putSKU(RequestHeader, PutSKU)
  case receive(RequestHeader, Receive)
  case adjust(RequestHeader, Adjust)
  case move(RequestHeader, Move)
  case reserve(RequestHeader, Reserve)
  case extendHold(RequestHeader, hold: UniqueID, timeToLiveMilliseconds: Int64)
  case releaseHold(RequestHeader, hold: UniqueID)
  /// The id of the request becomes the id of the order.
  case confirmHold(RequestHeader, hold: UniqueID, terms: OrderTerms = OrderTerms())
  /// The id of the request becomes the id of the order.
  case createOrder(RequestHeader, CreateOrder)
  case changeOrder(RequestHeader, OrderTarget, OrderStep)
  case amendOrder(RequestHeader, AmendOrder)
  case decideOrder(RequestHeader, DecideOrder)
  case decideAmend(RequestHeader, DecideAmend)
  case setCount(RequestHeader, SetCount)
  case moveAllocation(RequestHeader, MoveAllocation)
  case decideMove(RequestHeader, DecideMove)
  /// Which locations take nothing new from here on.
  case setLocations(SetLocations)
  /// Nothing but the passing of time.
  case tick
  /// Forgets settled ids that are past the retention, at most about `limit` one by one.
  case sweepRequests(limit: UInt32)

  // Across shards (ClaimCommands.swift).
  /// The id is that of the request which asks for it, for the journal.
  case prepareClaim(RequestHeader, PrepareClaim)
  case settleClaim(SettleClaim)
  case decideHold(RequestHeader, DecideHold)
  case decideConfirm(RequestHeader, DecideConfirm)
  case burnClaim(BurnClaim)
  case ackOutbox([OutboxAck])

  /// Of slots that move between shards.
  case slots(SlotCommand)
}

/// Who asks, under which id.
package struct RequestHeader: Equatable, Sendable {
  package var id: UniqueID
  /// The id was made up by the gate, because the caller gave none: nobody can repeat it, so it is not recorded.
  /// Reserve, confirm and createOrder ignore this, as the id is that of what they create.
  package var isGenerated: Bool
  package var actor: String

  package init(id: UniqueID, isGenerated: Bool = false, actor: String = "") {
    self.id = id
    self.isGenerated = isGenerated
    self.actor = actor
  }
}

package struct PutSKU: Equatable, Sendable {
  /// The slot that tenant and text are in, always the same; the gate computes it.
  package var slot: SlotNumber
  package var tenant: String
  package var sku: String
  package var name: String
  /// Decimal digits behind the point of a quantity; fixed once stock has moved.
  package var scale: UInt8
  /// What is reserved, ordered and allocated of it is a multiple of this.
  package var lot: Int64
  /// How much of it orders may wait for, in all.
  package var backorderLimit: Int64
  /// Opaque to the ledger.
  package var attributes: [UInt8]
  /// The revision that is to be replaced; 0 for any.
  package var expectedRevision: UInt32

  package init(
    slot: SlotNumber = SlotNumber(0), tenant: String = "", sku: String, name: String = "", scale: UInt8 = 0,
    lot: Int64 = 1, backorderLimit: Int64 = 0, attributes: [UInt8] = [], expectedRevision: UInt32 = 0
  ) {
    self.slot = slot
    self.tenant = tenant
    self.sku = sku
    self.name = name
    self.scale = scale
    self.lot = lot
    self.backorderLimit = backorderLimit
    self.attributes = attributes
    self.expectedRevision = expectedRevision
  }
}

package struct Receive: Equatable, Sendable {
  package var stock: StockKey
  package var quantity: Int64
  package var toQualityControl: Bool
  package var reason: String

  package init(stock: StockKey, quantity: Int64, toQualityControl: Bool = false, reason: String = "") {
    self.stock = stock
    self.quantity = quantity
    self.toQualityControl = toQualityControl
    self.reason = reason
  }
}

/// Corrects a balance by hand, against the adjustment account.
package struct Adjust: Equatable, Sendable {
  package var stock: StockKey
  package var account: Account
  /// What is added; below zero to take away.
  package var delta: Int64
  package var reason: String

  package init(stock: StockKey, account: Account = .available, delta: Int64, reason: String = "") {
    self.stock = stock
    self.account = account
    self.delta = delta
    self.reason = reason
  }
}

/// Moves stock between accounts of one row.
package struct Move: Equatable, Sendable {
  package var stock: StockKey
  package var from: Account
  package var to: Account
  package var quantity: Int64
  package var reason: String

  package init(stock: StockKey, from: Account, to: Account, quantity: Int64, reason: String = "") {
    self.stock = stock
    self.from = from
    self.to = to
    self.quantity = quantity
    self.reason = reason
  }
}

/// How much of a reservation must be there. Stored; never renumber.
package enum ReserveMode: UInt8, Sendable {
  /// Every line as a whole, or nothing.
  case allOrNothing = 0
  /// Each line as a whole or not at all; refused when no line can be held.
  case wholeLines = 1
  /// Of each line what there is, but not less than its minimum; refused when no line can be held.
  case upTo = 2
}

package struct ReserveLine: Equatable, Sendable {
  package var sku: SKUNumber
  /// `nil`: one of the ranked locations, or several, as the sourcing says.
  package var location: LocationNumber?
  package var quantity: Int64
  /// For ``ReserveMode/upTo`` only: the least worth holding.
  package var minimum: Int64

  package init(sku: SKUNumber, location: LocationNumber? = nil, quantity: Int64, minimum: Int64 = 1) {
    self.sku = sku
    self.location = location
    self.quantity = quantity
    self.minimum = minimum
  }
}

/// Holds stock for a while. The id of the request becomes the id of the hold.
package struct Reserve: Equatable, Sendable {
  package var mode: ReserveMode
  package var sourcing: Sourcing
  package var timeToLiveMilliseconds: Int64
  package var reference: String
  /// The locations to try for lines that name none, best first; resolved at the gate, unless the caller ranked them.
  package var rankedLocations: [LocationNumber]
  package var lines: [ReserveLine]

  package init(
    mode: ReserveMode = .allOrNothing, sourcing: Sourcing = .plain, timeToLiveMilliseconds: Int64 = 900_000,
    reference: String = "",
    rankedLocations: [LocationNumber] = [], lines: [ReserveLine]
  ) {
    self.mode = mode
    self.sourcing = sourcing
    self.timeToLiveMilliseconds = timeToLiveMilliseconds
    self.reference = reference
    self.rankedLocations = rankedLocations
    self.lines = lines
  }
}
