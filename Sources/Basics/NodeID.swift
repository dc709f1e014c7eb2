/// The number of a node in its cluster. 0 is none. Never reused, also not for the same machine with an empty disk.
public struct NodeID: RawRepresentable, Hashable, Comparable, Sendable {
  public var rawValue: UInt32

  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inlinable public init(_ rawValue: UInt32) { self.rawValue = rawValue }

  public static let none = NodeID(0)

  @inlinable public static func < (left: NodeID, right: NodeID) -> Bool { left.rawValue < right.rawValue }
}

extension NodeID: CustomStringConvertible {
  public var description: String { String(rawValue) }
}
