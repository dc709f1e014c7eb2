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
  package var home: SlotNumber
  package var lines: [GrantedLine]
  /// What the lines of other slots are of.
  package var remotes: [RemoteItem]
}

/// The definition of a SKU as a reader sees it.
package struct SKUView: Equatable, Sendable {
  package var number: SKUNumber
  package var slot: SlotNumber
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
    home = closed.hold.home
    (lines, remotes) = closed.hold.grantedLines
  }
}

extension HoldView {
  /// What a line of it is of.
  package func item(of line: GrantedLine) -> LineItem {
    line.remote < 0 ? .local(line.sku) : .remote(remotes[Int(line.remote)])
  }

  /// What it has of an item at a location.
  package func held(_ item: LineItem, at location: LocationNumber) -> Int64 {
    lines.reduce(0) { $0 + ($1.location == location && self.item(of: $1) == item ? $1.granted : 0) }
  }
}

extension HoldRecord {
  /// Its lines as they are answered, and what those of other slots are of.
  var grantedLines: (lines: [GrantedLine], remotes: [RemoteItem]) {
    var remotes: [RemoteItem] = []
    let lines = lines.map { line in
      GrantedLine(line.item, &remotes, location: line.location, asked: line.asked, granted: line.granted)
    }
    return (lines, remotes)
  }
}

extension SKUView {
  init(_ number: SKUNumber, _ record: SKURecord) {
    self.number = number
    slot = record.slot
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
