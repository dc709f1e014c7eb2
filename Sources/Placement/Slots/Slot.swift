internal import Basics

/// One of the 16,384 parts into which the SKUs of all tenants are divided; a slot is always whole on one shard.
public struct Slot: RawRepresentable, Hashable, Comparable, Sendable {
  public static let count = 16_384

  public var rawValue: UInt16

  /// `nil` for a number that is no slot.
  @inlinable public init?(rawValue: UInt16) {
    guard rawValue < Slot.count else { return nil }
    self.rawValue = rawValue
  }

  /// The slot of a SKU: the CRC-32C of the tenant, a zero byte and the SKU, modulo 16,384. Any client can compute it, and
  /// it never changes.
  public init(tenant: borrowing RawSpan, sku: borrowing RawSpan) {
    var crc = CRC32C()
    crc.update(tenant)
    crc.updateZeroByte()
    crc.update(sku)
    rawValue = UInt16(truncatingIfNeeded: crc.value) & UInt16(Slot.count - 1)
  }

  /// The slot of an order's external number: the CRC-32C of the tenant, a zero byte, the channel, a zero byte and the
  /// number, modulo 16,384.
  public init(tenant: borrowing RawSpan, channel: borrowing RawSpan, externalNumber: borrowing RawSpan) {
    var crc = CRC32C()
    crc.update(tenant)
    crc.updateZeroByte()
    crc.update(channel)
    crc.updateZeroByte()
    crc.update(externalNumber)
    rawValue = UInt16(truncatingIfNeeded: crc.value) & UInt16(Slot.count - 1)
  }

  @inlinable public static func < (left: Slot, right: Slot) -> Bool { left.rawValue < right.rawValue }
}
