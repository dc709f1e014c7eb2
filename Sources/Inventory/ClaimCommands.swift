package import Basics

// The commands by which shards hold stock for each other. The protocol is in the documentation page; the bytes are in
// ClaimCommands+Codec.swift.

/// Which claim: a hold's or order's id, and the slot whose stock it has. The id is that of the hold, also for the order that
/// is made of it, or that of an order made without one.
package struct ClaimKey: Hashable, Comparable, Sendable {
  package var id: UniqueID
  package var slot: SlotNumber

  package init(id: UniqueID, slot: SlotNumber) {
    self.id = id
    self.slot = slot
  }

  package static func < (left: ClaimKey, right: ClaimKey) -> Bool {
    left.id != right.id ? left.id < right.id : left.slot < right.slot
  }
}

extension ClaimKey: CustomStringConvertible {
  package var description: String { "claim \(id) on slot \(slot)" }
}

/// What of a line is where: the part of its quantity that is held, owed to an order, and gone to the customer.
package struct Portion: Equatable, Sendable {
  package var held: Int64
  package var allocated: Int64
  package var shipped: Int64

  package init(held: Int64 = 0, allocated: Int64 = 0, shipped: Int64 = 0) {
    self.held = held
    self.allocated = allocated
    self.shipped = shipped
  }

  package var isZero: Bool { held == 0 && allocated == 0 && shipped == 0 }
}

/// Asks the shard of a slot to hold stock of it for a version of a hold or order that its home has yet to decide.
package struct PrepareClaim: Equatable, Sendable {
  package var claim: ClaimKey
  /// Invariant: above the version that home had decided when it was asked.
  package var version: UInt64
  /// Of what is asked; the same version with another one is another step.
  package var fingerprint: UInt64
  package var home: SlotNumber
  /// The name that is to be taken, opaque here; empty for none. There may be no lines then.
  package var name: [UInt8]
  /// Mode, ranking and lines; a line with SKU number 0 is one that the shard's leader did not find. Time to live and
  /// reference mean nothing here.
  package var lines: Reserve

  package init(
    claim: ClaimKey, version: UInt64, fingerprint: UInt64, home: SlotNumber, name: [UInt8] = [], lines: Reserve
  ) {
    self.claim = claim
    self.version = version
    self.fingerprint = fingerprint
    self.home = home
    self.name = name
    self.lines = lines
  }
}

/// A part that was prepared: its slot, and what the participant answered to know it by.
package struct ClaimPart: Equatable, Sendable {
  package var slot: SlotNumber
  /// ``ClaimGrant/token``.
  package var token: UInt64

  package init(slot: SlotNumber, token: UInt64) {
    self.slot = slot
    self.token = token
  }
}

/// Where something of a line was granted.
package struct LocationGrant: Equatable, Sendable {
  package var location: LocationNumber
  package var granted: Int64

  package init(location: LocationNumber, granted: Int64) {
    self.location = location
    self.granted = granted
  }
}

/// A line of another slot, with what was prepared for it: nothing, or parts at several locations.
package struct DecidedLine: Equatable, Sendable {
  package var item: RemoteItem
  package var grants: [LocationGrant]

  package init(item: RemoteItem, grants: [LocationGrant]) {
    self.item = item
    self.grants = grants
  }
}

/// Decides a reservation over several slots, all of whose other parts are prepared: the commit point.
package struct DecideHold: Equatable, Sendable {
  package var version: UInt64
  /// The lowest slot of all lines.
  package var home: SlotNumber
  /// What the caller asked. A line with SKU number 0 stands for the next of `remote`.
  package var reserve: Reserve
  package var remote: [DecidedLine]
  package var parts: [ClaimPart]

  package init(version: UInt64, home: SlotNumber, reserve: Reserve, remote: [DecidedLine], parts: [ClaimPart]) {
    self.version = version
    self.home = home
    self.reserve = reserve
    self.remote = remote
    self.parts = parts
  }
}

/// Decides to confirm a hold that had expired, whose remote lines are prepared again as they were, or one whose order gets a
/// name that another slot keeps.
package struct DecideConfirm: Equatable, Sendable {
  package var hold: UniqueID
  package var version: UInt64
  /// The hold's, as its id says.
  package var home: SlotNumber
  package var terms: OrderTerms
  package var parts: [ClaimPart]

  package init(
    hold: UniqueID, version: UInt64, home: SlotNumber, terms: OrderTerms = OrderTerms(), parts: [ClaimPart]
  ) {
    self.hold = hold
    self.version = version
    self.home = home
    self.terms = terms
    self.parts = parts
  }
}

/// Spends a version of an id that is not to be decided any more, and tells the slots.
package struct BurnClaim: Equatable, Sendable {
  package var id: UniqueID
  package var version: UInt64
  package var home: SlotNumber
  package var slots: [SlotNumber]

  package init(id: UniqueID, version: UInt64, home: SlotNumber, slots: [SlotNumber]) {
    self.id = id
    self.version = version
    self.home = home
    self.slots = slots
  }
}

/// What a claim is to have from a version on, as home decided it.
package struct SettleClaim: Equatable, Sendable {
  package struct Line: Equatable, Sendable {
    package var stock: StockKey
    package var portion: Portion

    package init(stock: StockKey, portion: Portion) {
      self.stock = stock
      self.portion = portion
    }
  }

  package var claim: ClaimKey
  package var version: UInt64
  /// That of the preparation which this version decided; 0 for none.
  package var token: UInt64
  package var cause: Cause
  package var actor: String
  /// No version follows: the claim is forgotten.
  package var isOver: Bool
  /// The name that was taken with the claim stays taken.
  package var keepsName: Bool
  /// Ascending, each stock row once. What is not here is to have nothing.
  package var lines: [Line]

  package init(
    claim: ClaimKey, version: UInt64, token: UInt64 = 0, cause: Cause, actor: String = "", isOver: Bool = false,
    keepsName: Bool = false, lines: [Line]
  ) {
    self.claim = claim
    self.version = version
    self.token = token
    self.cause = cause
    self.actor = actor
    self.isOver = isOver
    self.keepsName = keepsName
    self.lines = lines
  }
}

/// A slot did what a row of the outbox says.
package struct OutboxAck: Equatable, Sendable {
  package var claim: ClaimKey
  package var version: UInt64

  package init(claim: ClaimKey, version: UInt64) {
    self.claim = claim
    self.version = version
  }
}
