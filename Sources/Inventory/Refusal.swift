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
  case quantityOverflow(stock: StockKey, account: Account)

  // The catalogue.
  case scaleIsFixed(SKUNumber, scale: UInt8)
  case revisionMismatch(SKUNumber, current: UInt32)
  case tooManySKUs

  // Stock.
  case outOfStock(Shortage)
  /// The account to take from has less than is to be taken.
  case insufficient(stock: StockKey, account: Account, asked: Int64, balance: Int64)

  // Holds and orders.
  case unknownHold(UniqueID)
  /// The hold was settled, or its time is up.
  case holdNotActive(UniqueID, HoldState)
  /// The hold is due, and what it held cannot be had again.
  case holdExpired(UniqueID, Shortage)
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
