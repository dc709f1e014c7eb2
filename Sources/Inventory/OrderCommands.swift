package import Basics

/// On which terms an order is made.
package struct OrderTerms: Equatable, Sendable {
  package var tenant: String
  /// Unless it is paid so long from now, it expires; 0 when it needs no payment before it may be shipped.
  package var payWithinMilliseconds: Int64
  package var name: OrderName?

  package init(tenant: String = "", payWithinMilliseconds: Int64 = 0, name: OrderName? = nil) {
    self.tenant = tenant
    self.payWithinMilliseconds = payWithinMilliseconds
    self.name = name
  }
}

/// Makes an order of stock that is available: all of its lines, or none. The id of the request becomes the order's.
package struct CreateOrder: Equatable, Sendable {
  /// The slot that the order's id names.
  package var home: SlotNumber
  /// The hash of what the caller said, in texts: the same wherever the SKUs are.
  package var fingerprint: UInt64
  package var terms: OrderTerms
  package var reference: String
  /// The order in whose place this one is; of the same home.
  package var replaces: UniqueID?
  /// As for a reservation; the caller's ranking is in the fingerprint.
  package var sourcing: Sourcing
  package var rankedLocations: [LocationNumber]
  package var lines: [ReserveLine]

  package init(
    home: SlotNumber, fingerprint: UInt64, terms: OrderTerms, reference: String = "", replaces: UniqueID? = nil,
    sourcing: Sourcing = .plain, rankedLocations: [LocationNumber] = [], lines: [ReserveLine]
  ) {
    self.home = home
    self.fingerprint = fingerprint
    self.terms = terms
    self.reference = reference
    self.replaces = replaces
    self.sourcing = sourcing
    self.rankedLocations = rankedLocations
    self.lines = lines
  }
}

/// The order that a command is about, for whom, and why.
package struct OrderTarget: Equatable, Sendable {
  package var order: UniqueID
  /// To any other tenant the order does not exist.
  package var tenant: String
  package var reason: String

  package init(_ order: UniqueID, tenant: String = "", reason: String = "") {
    self.order = order
    self.tenant = tenant
    self.reason = reason
  }
}

/// Changes how much is wanted of an order's lines, by the differences alone: what stays keeps its stock.
package struct AmendOrder: Equatable, Sendable {
  package var target: OrderTarget
  /// The hash of what the caller said, in texts.
  package var fingerprint: UInt64
  /// The order's revision that is to be changed; 0 for any.
  package var expectedRevision: UInt32
  /// What is wanted of lines that exist, in all, without what was cancelled of them.
  package var changes: [LineQuantity]
  package var sourcing: Sourcing
  package var rankedLocations: [LocationNumber]
  package var added: [ReserveLine]
  /// Nothing else is wanted: the changes say of which lines stock of other slots was prepared that they wait for.
  package var fills: Bool

  package init(
    target: OrderTarget, fingerprint: UInt64, expectedRevision: UInt32 = 0, changes: [LineQuantity] = [],
    sourcing: Sourcing = .plain, rankedLocations: [LocationNumber] = [], added: [ReserveLine] = [], fills: Bool = false
  ) {
    self.fills = fills
    self.target = target
    self.fingerprint = fingerprint
    self.expectedRevision = expectedRevision
    self.changes = changes
    self.sourcing = sourcing
    self.rankedLocations = rankedLocations
    self.added = added
  }
}

/// What is done with an order that exists.
package enum OrderStep: Equatable, Sendable {
  case pay(reference: String)
  /// Keeps it from being shipped; the target's reason says why.
  case hold
  case resume
  /// Cancels parts of lines, 0 for all that is open of one; no lines: all that is open.
  case cancel([LineQuantity])
  /// Ships parts of lines, 0 for all that is allocated of one; no lines: all that is allocated.
  case ship(shipment: String, [LineQuantity])
  case complete
}

/// Decides an order over several slots, all of whose other parts are prepared: the commit point.
package struct DecideOrder: Equatable, Sendable {
  package var version: UInt64
  /// What the caller asked. A line with SKU number 0 stands for the next of `remote`.
  package var create: CreateOrder
  package var remote: [DecidedLine]
  /// Those of the lines, and that of the name where it is kept elsewhere.
  package var parts: [ClaimPart]

  package init(version: UInt64, create: CreateOrder, remote: [DecidedLine], parts: [ClaimPart]) {
    self.version = version
    self.create = create
    self.remote = remote
    self.parts = parts
  }
}

/// Decides an amendment that takes stock of other slots, all of which is prepared.
package struct DecideAmend: Equatable, Sendable {
  package var version: UInt64
  /// What the caller asked. An added line with SKU number 0 stands for the next of `remote`.
  package var amend: AmendOrder
  /// What more is wanted of lines of other slots, in the order of the changes, and then what is added.
  package var remote: [DecidedLine]
  package var parts: [ClaimPart]

  package init(version: UInt64, amend: AmendOrder, remote: [DecidedLine], parts: [ClaimPart]) {
    self.version = version
    self.amend = amend
    self.remote = remote
    self.parts = parts
  }
}
