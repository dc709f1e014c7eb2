/// The number that stands for a location in commands and stock rows. Given out by the meta shard, never reused.
public struct LocationNumber: RawRepresentable, Hashable, Comparable, Sendable {
  public var rawValue: UInt16
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }
  @inlinable public init(_ rawValue: UInt16) { self.rawValue = rawValue }
  @inlinable public static func < (left: LocationNumber, right: LocationNumber) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension LocationNumber: CustomStringConvertible {
  public var description: String { String(rawValue) }
}
