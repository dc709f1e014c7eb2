internal import Basics

// An item as stored: the number of a SKU of this shard, or 0 and the text of a SKU of another one. Never renumber.
//
//   item := sku:varint | 0 slot:u16 tenant:text sku:text

/// What a line of a hold or of an order is of.
package enum LineItem: Equatable, Sendable {
  /// A SKU of this shard, whose stock the line has in this shard's rows.
  case local(SKUNumber)
  /// A SKU that is reached by its slot: what the line has of it is kept as a claim there.
  case remote(RemoteItem)
}

/// A SKU by its text, because numbers are a shard's own.
package struct RemoteItem: Equatable, Sendable {
  package var slot: SlotNumber
  package var tenant: String
  package var sku: String

  package init(slot: SlotNumber, tenant: String, sku: String) {
    self.slot = slot
    self.tenant = tenant
    self.sku = sku
  }
}

extension RemoteItem: Comparable {
  package static func < (left: RemoteItem, right: RemoteItem) -> Bool {
    (left.slot, left.tenant, left.sku) < (right.slot, right.tenant, right.sku)
  }
}

extension LineItem {
  var localSKU: SKUNumber? {
    switch self {
    case .local(let sku): sku
    case .remote: nil
    }
  }

  var remote: RemoteItem? {
    switch self {
    case .local: nil
    case .remote(let item): item
    }
  }
}

extension ByteReader {
  @_lifetime(self: copy self)
  mutating func lineItem() throws(DecodeError) -> LineItem {
    let sku = try skuNumber()
    return sku.rawValue == 0 ? .remote(try remoteItem()) : .local(sku)
  }

  @_lifetime(self: copy self)
  mutating func remoteItem() throws(DecodeError) -> RemoteItem {
    let slot = try slotNumber()
    let tenant = try prefixedText(limit: Rules.tenantBytesMax)
    return RemoteItem(slot: slot, tenant: tenant, sku: try prefixedText(limit: Rules.skuTextBytesMax))
  }

  @_lifetime(self: copy self)
  mutating func slotNumber() throws(DecodeError) -> SlotNumber { SlotNumber(try uint16()) }
}

extension ByteWriter {
  mutating func lineItem(_ item: LineItem) {
    switch item {
    case .local(let sku): varint(UInt64(sku.rawValue))
    case .remote(let item):
      varint(0)
      remoteItem(item)
    }
  }

  mutating func remoteItem(_ item: RemoteItem) {
    slotNumber(item.slot)
    prefixed(item.tenant)
    prefixed(item.sku)
  }

  mutating func slotNumber(_ slot: SlotNumber) { uint16(slot.rawValue) }
}
