package import Basics

// The journal: one value an entry, under the sequence of its first movement. Never renumber.
//
//   journal  := 1 revision:varint stamp:varint count:varint movement*
//   movement := accounts:u8 cause:u8 flags:u8 sku:varint location:varint quantity:varint previous:varint
//               available:varint held:varint [from:zigzag] [to:zigzag]
//               [request:16] [home slot:u16] [actor:text reason:text] [cause id:16]
//   accounts := from << 4 | to
//   flags    := request | 0x04 a home slot follows | 0x40 a cause id follows | 0x80 actor and reason follow
//   request  := 0 none | 1 that of the movement before, with its home slot, actor and reason | 2 it follows
//
// The home slot is that of the hold or order which is the cause: with it a reader can name the cause as its caller knows
// it, without looking for its record, which may be forgotten.
//
// `previous` is how far back the row's movement before this one is, 0 for none: the journal of one row is walked from
// its newest movement by reads alone. `available` and `held` are balances after the movement, and so are `from` and
// `to`, which are there when the account is neither of those two. So every balance that a movement changes is in it.

/// Why stock moved. Stored; never renumber.
package enum Cause: UInt8, Sendable {
  case hold = 1
  case release = 2
  case expiry = 3
  case confirmation = 4
  case receipt = 5
  case adjustment = 6
  case move = 7
  /// An order was made without a hold.
  case order = 8
  /// More or less is wanted of an order.
  case amendment = 9
  /// A part of an order was cancelled.
  case cancellation = 10
  case shipment = 11
  /// What was prepared for another home's hold or order is given back, because the whole of it was not decided.
  case rejection = 12
  /// The row came with its slot from another shard: the cause's id names the shard, and the last movement there.
  case opening = 13
  /// The row goes with its slot to another shard: the cause's id names it.
  case departure = 14
  case count = 20
  case reassignment = 21
  case backorder = 22
  case shortfall = 23
}

extension Cause {
  /// Whether a request with this cause is about a hold or an order, whose home slot the movement then carries. What time
  /// brings about is about one only when it says so.
  var isOfHoldOrOrder: Bool {
    switch self {
    case .hold, .release, .confirmation, .rejection, .reassignment, .order, .amendment, .cancellation, .shipment: true
    case .expiry, .receipt, .adjustment, .move, .count, .backorder, .shortfall, .opening,
      .departure:
      false
    }
  }
}

/// One movement of stock, as read from the journal.
package struct Movement: Equatable, Sendable {
  package var sequence: UInt64
  package var stamp: Stamp
  /// That of the entry, see ``Ledger/revision``.
  package var revision: UInt64
  package var stock: StockKey
  package var from: Account
  package var to: Account
  package var quantity: Int64
  /// The sequence of the movement of this row before; 0 for none.
  package var previousSequence: UInt64
  // Balances after the movement.
  package var available: Int64
  package var held: Int64
  package var fromBalance: Int64
  package var toBalance: Int64
  package var cause: Cause
  /// The hold, the order, or the request itself; `nil` for the expiry of holds, which is one movement for many.
  package var causeID: UniqueID?
  /// The home slot of the hold or order that is the cause, where one is.
  package var home: SlotNumber?
  package var requestID: UniqueID?
  package var actor: String
  package var reason: String
}

/// Writes the movements of one entry. Reused from entry to entry.
struct JournalWriter: Sendable {
  private var movements = ByteWriter()
  private(set) var count: UInt64 = 0
  private var lastRequest: UniqueID?
  private var lastHome: SlotNumber?

  var isEmpty: Bool { count == 0 }

  mutating func removeAll() {
    movements.removeAll()
    count = 0
    lastRequest = nil
    lastHome = nil
  }

  mutating func append(
    _ row: StockRow, from: Account, to: Account, quantity: Int64, sequence: UInt64, origin: Origin, actor: [UInt8],
    reason: [UInt8]
  ) {
    // Without a home slot of its own a movement of the same request would get that of the one before.
    let isSame = origin.request != nil && origin.request == lastRequest && (origin.home != nil || lastHome == nil)
    let request: UInt8 = origin.request == nil ? 0 : isSame ? 1 : 2
    let hasText = request == 2 && !(actor.isEmpty && reason.isEmpty)
    let home = isSame && origin.home == lastHome ? nil : origin.home
    movements.write(atMost: 21 + BytePen.varintMax * 8) { pen in
      pen.uint8(from.rawValue << 4 | to.rawValue)
      pen.uint8(origin.cause.rawValue)
      pen.uint8(request | (home == nil ? 0 : 0x04) | (origin.causeID == nil ? 0 : 0x40) | (hasText ? 0x80 : 0))
      pen.varint(UInt64(row.key.sku.rawValue))
      pen.varint(UInt64(row.key.location.rawValue))
      pen.varint(UInt64(quantity))
      pen.varint(row.lastSequence == 0 ? 0 : sequence - row.lastSequence)
      pen.varint(UInt64(row.balances[.available]))
      pen.varint(UInt64(row.balances[.held]))
      if from != .available, from != .held { pen.zigzag(row.balances[from]) }
      if to != .available, to != .held { pen.zigzag(row.balances[to]) }
      if request == 2, let id = origin.request { pen.uniqueID(id) }
      if let home { pen.store(home.rawValue) }
    }
    if hasText {
      movements.prefixed(actor)
      movements.prefixed(reason)
    }
    if let cause = origin.causeID { movements.uniqueID(cause) }
    lastRequest = origin.request
    lastHome = origin.home
    count += 1
  }

  func encode(revision: UInt64, stamp: Stamp, to writer: inout ByteWriter) {
    writer.uint8(recordVersion)
    writer.varint(revision)
    writer.stamp(stamp)
    writer.varint(count)
    writer.append(movements.bytes)
  }
}

/// Where a movement comes from.
struct Origin: Sendable {
  var cause: Cause
  var request: UniqueID?
  /// Set when it is not the request itself.
  var causeID: UniqueID?
  /// The home slot of the hold or order that is the cause.
  var home: SlotNumber?
}
