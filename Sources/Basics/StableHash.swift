/// A fast 64-bit hash with the same value in every process and on every machine, for tables in memory and for running
/// digests of state. Not cryptographic. Multiply-and-fold of 16 bytes a step, after the construction that wyhash and
/// rapidhash use (Wang Yi, 2019).
public struct StableHash: Sendable {
  @usableFromInline var state: UInt64

  @inlinable public init(seed: UInt64 = 0) { state = seed ^ 0x9E37_79B9_7F4A_7C15 }

  @inlinable
  public static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  @inlinable
  public mutating func combine(_ value: UInt64) {
    state = Self.mix(state ^ value ^ 0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB ^ state.byteSwapped)
  }

  @inlinable
  public mutating func combine(_ bytes: borrowing RawSpan) {
    var offset = 0
    let count = bytes.byteCount
    while count &- offset >= 16 {
      let first = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
      let second = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ 8, as: UInt64.self)
      let left = UInt64(littleEndian: first) ^ 0xA076_1D64_78BD_642F ^ state
      state = Self.mix(left, UInt64(littleEndian: second) ^ 0xE703_7ED1_A0B4_28DB) &+ state.byteSwapped
      offset &+= 16
    }
    var rest: (UInt64, UInt64) = (0, 0)
    var shift: UInt64 = 0
    while offset < count {
      let byte = UInt64(unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self))
      if shift < 64 { rest.0 |= byte << shift } else { rest.1 |= byte << (shift &- 64) }
      shift &+= 8
      offset &+= 1
    }
    state = Self.mix(state ^ rest.0 ^ 0xA076_1D64_78BD_642F, rest.1 ^ 0xE703_7ED1_A0B4_28DB ^ UInt64(count))
  }

  /// The hash so far; more may be combined afterwards.
  @inlinable public var value: UInt64 { Self.mix(state ^ 0x8EBC_6AF0_9C88_C6E3, state ^ 0x5899_65CC_7537_4CC3) }

  @inlinable
  public static func hash(_ bytes: borrowing RawSpan, seed: UInt64 = 0) -> UInt64 {
    var hash = StableHash(seed: seed)
    hash.combine(bytes)
    return hash.value
  }

  @inlinable
  public static func hash(_ id: UniqueID, seed: UInt64 = 0) -> UInt64 {
    mix(id.high ^ 0x9E37_79B9_7F4A_7C15 ^ seed, id.low ^ 0xE703_7ED1_A0B4_28DB)
  }
}
