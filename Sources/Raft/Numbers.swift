/// A Raft term (thesis §3.3): counts elections; 0 is before the first one.
public struct Term: RawRepresentable, Hashable, Comparable, Sendable {
  public var rawValue: UInt64
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }
  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }
  public static let zero = Term(0)
  @inlinable public static func < (left: Term, right: Term) -> Bool { left.rawValue < right.rawValue }
  @inlinable public var next: Term { Term(rawValue + 1) }
}

/// A position in a Raft log; the first entry has index 1, and 0 is the place before it.
public struct LogIndex: RawRepresentable, Hashable, Comparable, Sendable {
  public var rawValue: UInt64
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }
  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }
  public static let zero = LogIndex(0)
  @inlinable public static func < (left: LogIndex, right: LogIndex) -> Bool { left.rawValue < right.rawValue }
  @inlinable public var next: LogIndex { LogIndex(rawValue + 1) }
  /// The index before this one. Requires an index above zero.
  @inlinable public var previous: LogIndex { LogIndex(rawValue - 1) }
  @inlinable public static func - (left: LogIndex, right: LogIndex) -> UInt64 { left.rawValue - right.rawValue }
  @inlinable public static func + (left: LogIndex, right: UInt64) -> LogIndex { LogIndex(left.rawValue + right) }
}

/// The number of a member of a Raft group; 0 means none. Never reused, also not for the same machine with a new disk.
public struct MemberID: RawRepresentable, Hashable, Comparable, Sendable {
  public var rawValue: UInt64
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }
  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }
  public static let none = MemberID(0)
  @inlinable public static func < (left: MemberID, right: MemberID) -> Bool { left.rawValue < right.rawValue }
}

extension Term: CustomStringConvertible { public var description: String { String(rawValue) } }
extension LogIndex: CustomStringConvertible { public var description: String { String(rawValue) } }
extension MemberID: CustomStringConvertible { public var description: String { String(rawValue) } }
