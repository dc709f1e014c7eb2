public import Basics

/// The number of a SKU inside one shard, assigned when it is first put, from 1 up; never reused.
public struct SKUNumber: RawRepresentable, Hashable, Comparable, Sendable {
  public var rawValue: UInt32
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inlinable public init(_ rawValue: UInt32) { self.rawValue = rawValue }
  @inlinable public static func < (left: SKUNumber, right: SKUNumber) -> Bool { left.rawValue < right.rawValue }
}

extension SKUNumber: CustomStringConvertible { public var description: String { String(rawValue) } }

/// One of the parts into which the SKUs of all shards are divided; which one a SKU is in is decided by the gate. A slot is
/// always whole on one shard, so it is the name by which shards speak of each other's stock.
public struct SlotNumber: RawRepresentable, Hashable, Comparable, Sendable {
  public var rawValue: UInt16
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }
  @inlinable public init(_ rawValue: UInt16) { self.rawValue = rawValue }
  @inlinable public static func < (left: SlotNumber, right: SlotNumber) -> Bool { left.rawValue < right.rawValue }
}

extension SlotNumber: CustomStringConvertible { public var description: String { String(rawValue) } }

extension Sequence<SlotNumber> {
  /// Each once, ascending.
  func distinct() -> [SlotNumber] {
    var slots: [SlotNumber] = []
    for slot in sorted() where slots.last != slot { slots.append(slot) }
    return slots
  }
}

/// One stock row: a SKU at a location.
public struct StockKey: Hashable, Comparable, Sendable {
  public var sku: SKUNumber
  public var location: LocationNumber

  @inlinable public init(sku: SKUNumber, location: LocationNumber) {
    self.sku = sku
    self.location = location
  }

  /// Both numbers in one, ordered as the pair is.
  @inlinable public var packed: UInt64 { UInt64(sku.rawValue) << 16 | UInt64(location.rawValue) }

  /// - Parameter packed: of 48 bits.
  @inlinable public init(packed: UInt64) {
    sku = SKUNumber(UInt32(truncatingIfNeeded: packed >> 16))
    location = LocationNumber(UInt16(truncatingIfNeeded: packed))
  }

  @inlinable public static func < (left: StockKey, right: StockKey) -> Bool { left.packed < right.packed }
}

extension StockKey: CustomStringConvertible {
  public var description: String { "SKU \(sku) at location \(location)" }
}
