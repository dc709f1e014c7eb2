/// A queue over a circular array: append at the end, remove at the front, index from the front, all in constant time.
/// Capacity is a power of two and never shrinks.
public struct RingBuffer<Element> {
  @usableFromInline var storage: [Element?]
  @usableFromInline var head = 0
  public private(set) var count = 0

  public init(minimumCapacity: Int = 8) {
    var capacity = 8
    while capacity < minimumCapacity { capacity *= 2 }
    storage = Array(repeating: nil, count: capacity)
  }

  @inlinable public var isEmpty: Bool { count == 0 }
  @inlinable var mask: Int { storage.count &- 1 }

  @inlinable public var first: Element? { count == 0 ? nil : storage[head] }
  @inlinable public var last: Element? { count == 0 ? nil : storage[(head &+ count &- 1) & mask] }

  @inlinable
  public subscript(index: Int) -> Element {
    get {
      invariant(index >= 0 && index < count, "index outside the queue")
      guard let element = storage[(head &+ index) & mask] else { invariantViolated("empty place in the queue") }
      return element
    }
    set {
      invariant(index >= 0 && index < count, "index outside the queue")
      storage[(head &+ index) & mask] = newValue
    }
  }

  public mutating func append(_ element: Element) {
    if count == storage.count { grow() }
    storage[(head &+ count) & mask] = element
    count &+= 1
  }

  @discardableResult
  public mutating func popFirst() -> Element? {
    guard count > 0 else { return nil }
    let element = storage[head]
    storage[head] = nil
    head = (head &+ 1) & mask
    count &-= 1
    return element
  }

  @discardableResult
  public mutating func popLast() -> Element? {
    guard count > 0 else { return nil }
    count &-= 1
    let place = (head &+ count) & mask
    let element = storage[place]
    storage[place] = nil
    return element
  }

  public mutating func removeAll() {
    while popFirst() != nil {}
    head = 0
  }

  private mutating func grow() {
    var larger = [Element?](repeating: nil, count: storage.count * 2)
    for index in 0..<count { larger[index] = storage[(head &+ index) & mask] }
    storage = larger
    head = 0
  }
}

extension RingBuffer: Sendable where Element: Sendable {}
