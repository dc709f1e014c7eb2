/// Storage for many small values of one kind, addressed by a dense number that stays valid until the value is removed.
/// It grows by segments that are never moved, so that no insertion copies what is already there; numbers of removed
/// values are given out again.
public struct Slab<Element> {
  @usableFromInline static var segmentBits: Int { 12 }
  @usableFromInline static var segmentMask: Int { 1 << segmentBits - 1 }

  @usableFromInline var segments: [[Element]] = []
  @usableFromInline var free: [Int32] = []
  /// Numbers given out so far, removed ones included.
  @usableFromInline var end = 0

  @inlinable public init() {}

  /// How many values there are.
  @inlinable public var count: Int { end &- free.count }
  /// One past the highest number given out so far.
  @inlinable public var endNumber: Int { end }

  @inlinable
  public subscript(number: Int32) -> Element {
    get { segments[Int(number) &>> Self.segmentBits][Int(number) & Self.segmentMask] }
    _modify { yield &segments[Int(number) &>> Self.segmentBits][Int(number) & Self.segmentMask] }
  }

  /// Begins to load a value.
  public func prefetch(_ number: Int32) {
    segments[Int(number) &>> Self.segmentBits].prefetch(Int(number) & Self.segmentMask)
  }

  @inlinable
  public mutating func insert(_ element: Element) -> Int32 {
    if let number = free.popLast() {
      self[number] = element
      return number
    }
    if end & Self.segmentMask == 0 {
      invariant(end < Int(Int32.max), "a slab is full")
      segments.append([])
      segments[segments.count - 1].reserveCapacity(1 << Self.segmentBits)
    }
    segments[end &>> Self.segmentBits].append(element)
    end &+= 1
    return Int32(truncatingIfNeeded: end &- 1)
  }

  /// Gives the number back. The value must not be used afterwards.
  @inlinable
  public mutating func remove(_ number: Int32) { free.append(number) }
}

extension Slab: Sendable where Element: Sendable {}
