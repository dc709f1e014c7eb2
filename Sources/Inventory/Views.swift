package import Basics

/// A stock row as a reader sees it.
package struct StockView: Equatable, Sendable {
  package var stock: StockKey
  package var balances: Balances
  package var lastSequence: UInt64
}

/// A hold as a reader sees it.
package struct HoldView: Equatable, Sendable {
  package var id: UniqueID
  package var state: HoldState
  package var created: Stamp
  package var expiry: Stamp
  /// Set when it is confirmed.
  package var order: UniqueID?
  package var mode: ReserveMode
  package var reference: String
  package var lines: [GrantedLine]
}

/// The definition of a SKU as a reader sees it.
package struct SKUView: Equatable, Sendable {
  package var number: SKUNumber
  package var tenant: String
  package var sku: String
  package var name: String
  package var scale: UInt8
  package var revision: UInt32
  package var created: Stamp
  package var lot: Int64
  package var backorderLimit: Int64
  package var attributes: [UInt8]
}

extension HoldView {
  init(_ id: UniqueID, _ closed: ClosedHold) {
    self.id = id
    state = closed.state
    created = Stamp(milliseconds: closed.hold.created)
    expiry = Rules.expiry(ofBucket: closed.hold.bucket)
    order = closed.order
    mode = closed.hold.mode
    reference = String(decoding: closed.hold.reference, as: UTF8.self)
    lines = closed.hold.lines.map { GrantedLine($0) }
  }
}

extension SKUView {
  init(_ number: SKUNumber, _ record: SKURecord) {
    self.number = number
    tenant = record.tenant
    sku = record.sku
    name = record.name
    scale = record.scale
    revision = record.revision
    created = record.created
    lot = record.lot
    backorderLimit = record.backorderLimit
    attributes = record.attributes
  }
}
