package import Basics

/// Says how much was counted of a SKU at a location, as of a revision that was read before the count.
package struct SetCount: Equatable, Sendable {
  package var stock: StockKey
  /// What lies there, in all accounts of the house together.
  package var counted: Int64
  /// The log index at which the stock was looked at.
  package var asOf: UInt64
  package var reason: String

  package init(stock: StockKey, counted: Int64, asOf: UInt64, reason: String = "") {
    self.stock = stock
    self.counted = counted
    self.asOf = asOf
    self.reason = reason
  }
}

/// Has a live hold or an open order take a quantity of a SKU from another location.
package struct MoveAllocation: Equatable, Sendable {
  package var owner: UniqueID
  /// 0 in a ``DecideMove``, which has the text.
  package var sku: SKUNumber
  package var from: LocationNumber
  package var to: LocationNumber
  /// 0 for all that it has there.
  package var quantity: Int64

  package init(owner: UniqueID, sku: SKUNumber, from: LocationNumber, to: LocationNumber, quantity: Int64 = 0) {
    self.owner = owner
    self.sku = sku
    self.from = from
    self.to = to
    self.quantity = quantity
  }

  /// How much is to move of what there is.
  package func quantity(of there: Int64) -> Int64 { quantity == 0 ? there : quantity }

  /// Why nothing can be done about what it says.
  var refusal: Refusal? {
    0...Rules.quantityMax ~= quantity && from != to ? nil : .invalidQuantity(line: 0, quantity: quantity)
  }
}

/// Decides to move what a hold or an order has of a SKU of another slot, where the quantity is prepared at the location that
/// it moves to: the commit point.
package struct DecideMove: Equatable, Sendable {
  package var version: UInt64
  /// The owner's, as its id says.
  package var home: SlotNumber
  /// What is moved, with what was prepared.
  package var line: DecidedLine
  package var parts: [ClaimPart]
  /// What the caller asked, with SKU number 0.
  package var move: MoveAllocation

  package init(version: UInt64, home: SlotNumber, line: DecidedLine, parts: [ClaimPart], move: MoveAllocation) {
    self.version = version
    self.home = home
    self.line = line
    self.parts = parts
    self.move = move
  }
}

/// Which locations take nothing new, as the cluster's table of a revision has them: all that are not active.
package struct SetLocations: Equatable, Sendable {
  package var revision: UInt64
  /// Ascending by location.
  package var closed: [ClosedLocation]

  package init(revision: UInt64, closed: [ClosedLocation]) {
    self.revision = revision
    self.closed = closed
  }
}

extension SetCount {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader) throws(DecodeError) {
    stock = try reader.stockKey()
    counted = try reader.zigzag()
    asOf = try reader.varint()
    reason = try reader.prefixedText(limit: Rules.reasonBytesMax)
  }

  func encode(to writer: inout ByteWriter) {
    writer.stockKey(stock)
    writer.zigzag(counted)
    writer.varint(asOf)
    writer.prefixed(reason)
  }
}

extension MoveAllocation {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader) throws(DecodeError) {
    sku = try reader.skuNumber()
    owner = try reader.uniqueID()
    from = try reader.location()
    to = try reader.location()
    quantity = try reader.zigzag()
  }

  func encode(to writer: inout ByteWriter) {
    writer.varint(UInt64(sku.rawValue))
    writer.uniqueID(owner)
    writer.varint(UInt64(from.rawValue))
    writer.varint(UInt64(to.rawValue))
    writer.zigzag(quantity)
  }
}

extension DecideMove {
  /// What is behind the decision is the content of the move.
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader) throws(DecodeError) {
    version = try reader.varint()
    home = try reader.slotNumber()
    line = try reader.decidedLine()
    parts = try reader.claimParts()
    move = try MoveAllocation(from: &reader)
    guard move.sku.rawValue == 0 else { throw .invalid("decided SKU") }
  }

  func encode(to writer: inout ByteWriter) {
    writer.varint(version)
    writer.slotNumber(home)
    writer.decidedLine(line)
    writer.claimParts(parts)
    move.encode(to: &writer)
  }
}

extension SetLocations {
  @_lifetime(reader: copy reader)
  package init(from reader: inout ByteReader) throws(DecodeError) {
    let closures = try Closures(&reader)
    self.init(revision: closures.revision, closed: closures.locations)
  }

  package func encode(to writer: inout ByteWriter) {
    Closures(revision: revision, locations: closed).encode(to: &writer)
  }
}
