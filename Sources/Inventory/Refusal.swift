package import Basics

/// Why a command was not carried out. A refusal has no effect and is not remembered: the same request may be made
/// again.
package enum Refusal: Equatable, Sendable {
  /// The bytes of the command do not follow the grammar. Payloads are made by our own leader: this is an alarm.
  case malformed

  // The request id.
  case requestIDReused
  /// The id's own time is before the retention: it cannot be told whether it was used.
  case requestTooOld
  case requestFromFuture

  // The arguments. `line` counts from 0; it is 0 for commands without lines.
  case unknownSKU(line: Int, sku: SKUNumber)
  case invalidQuantity(line: Int, quantity: Int64)
  case invalidMinimum(line: Int, minimum: Int64)
  case noLocation(line: Int)
  case invalidLineCount(Int)
  case invalidTimeToLive(milliseconds: Int64)
  case invalidAccount(Account)
  case invalidSKUText
  case invalidScale(UInt8)
  case invalidLot(Int64)
  case quantityOverflow(stock: StockKey, account: Account)

  // The catalogue.
  case scaleIsFixed(SKUNumber, scale: UInt8)
  case revisionMismatch(SKUNumber, current: UInt32)
  case tooManySKUs

  // Stock.
  case outOfStock(Shortage)
  /// The quantity is to be a multiple of the SKU's lot.
  case notAMultiple(line: Int, sku: SKUNumber, lot: Int64, asked: Int64)
  /// The location that is named takes nothing new.
  case locationClosed(line: Int, location: LocationNumber, closure: LocationClosure)
  /// Orders wait for as much of the SKU as its limit allows; `left` more would fit.
  case backorderLimit(line: Int, sku: SKUNumber, limit: Int64, left: Int64)
  /// What is on hand has changed since the revision that was counted at.
  case countOutdated(stock: StockKey, revision: UInt64, onHand: Int64)
  /// The revision is ahead of the shard's.
  case unknownRevision(UInt64)
  /// The account to take from has less than is to be taken.
  case insufficient(stock: StockKey, account: Account, asked: Int64, balance: Int64)
  /// What a hold or an order has of a SKU of another slot is less than is to move.
  indirect case insufficientElsewhere(
    item: RemoteItem, location: LocationNumber, account: Account, asked: Int64, balance: Int64)

  // Holds and orders.
  case unknownHold(UniqueID)
  /// Neither a live hold nor an order.
  case unknownOwner(UniqueID)
  /// A hold would get more lines than it can have.
  case tooManyLines(UniqueID)
  /// The hold was settled, or its time is up.
  case holdNotActive(UniqueID, HoldState)
  /// The hold is due, and what it held cannot be had again.
  case holdExpired(UniqueID, Shortage)
  case order(UniqueID, OrderRefusal)
  case invalidPayWithin(milliseconds: Int64)
  /// Another order has the external number.
  indirect case externalNumberTaken(NameTaken)
  /// The hold has expired, and some of its lines are in other slots: they have to be prepared again first.
  case needsConsent(UniqueID)

  // Claims.
  /// The name that is to be taken is none.
  case invalidName
  /// Home says that a claim has more than is there: an alarm.
  case claimOverdrawn(ClaimKey)
}

/// A line that could not be filled.
package struct Shortage: Equatable, Sendable {
  package var line: Int
  package var sku: SKUNumber
  /// The location asked for, or the best of the ranked ones; `nil` when none of them has any.
  package var location: LocationNumber?
  package var asked: Int64
  /// What there is at that location.
  package var available: Int64

  package init(line: Int, sku: SKUNumber, location: LocationNumber?, asked: Int64, available: Int64) {
    self.line = line
    self.sku = sku
    self.location = location
    self.asked = asked
    self.available = available
  }
}

/// Why a command on an order was not carried out. Lines count from 0.
package enum OrderRefusal: Equatable, Sendable {
  case unknown
  /// Nothing is open any more, or it is too late for what is asked.
  case closed(OrderStatus)
  case notPaid
  case onHold(reason: String)
  /// It was paid, by another payment.
  case paid(reference: String)
  /// Something is open, so that it is not complete.
  case notShipped(open: Int64)
  /// The revision is not the expected one.
  case changed(revision: UInt32)
  case unknownLine(Int)
  /// More of a line is to be cancelled or shipped than can be.
  case notOpen(LineQuantity, open: Int64)
  /// The shipment was made before, of something else.
  case shipmentIDReused(String)
  case tooManyShipments
  case tooManyLines
  case tooManyReplacements
}

/// The order that has an external number which another one was to have.
package struct NameTaken: Equatable, Sendable {
  package var name: OrderName
  package var order: UniqueID
  package var home: SlotNumber
  /// The request for that order said the same.
  package var isSame: Bool
  /// It is not decided yet whether there will be that order.
  package var isPending: Bool

  package init(name: OrderName, order: UniqueID, home: SlotNumber, isSame: Bool, isPending: Bool) {
    self.name = name
    self.order = order
    self.home = home
    self.isSame = isSame
    self.isPending = isPending
  }
}
