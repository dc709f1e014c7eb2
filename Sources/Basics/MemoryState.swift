/// Keyed state in a sorted map: what a disk holds on a real node, for tests and simulated worlds. Owned by one thread.
public final class MemoryState: StateReader {
  /// A key with its first bytes as numbers, because that is nearly all that comparing looks at.
  private struct Key: Comparable {
    var bytes: [UInt8]
    var words: (UInt64, UInt64, UInt64) = (0, 0, 0)

    init(bytes: [UInt8]) {
      self.bytes = bytes
      for index in 0..<min(bytes.count, 24) {
        let byte = UInt64(bytes[index]) << UInt64(56 - (index & 7) * 8)
        if index < 8 { words.0 |= byte } else if index < 16 { words.1 |= byte } else { words.2 |= byte }
      }
    }

    static func < (left: Key, right: Key) -> Bool {
      if left.words.0 != right.words.0 { return left.words.0 < right.words.0 }
      if left.words.1 != right.words.1 { return left.words.1 < right.words.1 }
      if left.words.2 != right.words.2 { return left.words.2 < right.words.2 }
      return left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    static func == (left: Key, right: Key) -> Bool { left.bytes == right.bytes }
  }

  private var pairs = SortedMap<Key, [UInt8]>()

  public init() {}

  /// The same state as another has now; what is written to one afterwards is not in the other. Costs nothing until then:
  /// the pairs are shared until one of the two changes them.
  public init(copying other: MemoryState) { pairs = other.pairs }

  public var count: Int { pairs.count }

  /// Writes a batch, in order.
  public func apply(_ changes: borrowing StateChanges) {
    changes.forEach { kind, first, second in
      switch kind {
      case .put: pairs[Key(bytes: first.copied())] = second.copied()
      case .delete: pairs.removeValue(forKey: Key(bytes: first.copied()))
      case .deleteRange: removeRange(from: first.copied(), to: second.copied())
      }
    }
  }

  public func read(key: borrowing RawSpan, into value: inout [UInt8]) throws(StateReadError) -> Bool {
    guard let found = pairs[Key(bytes: key.copied())] else { return false }
    value = found
    return true
  }

  public func scan(
    from start: borrowing RawSpan, to end: borrowing RawSpan, descending: Bool,
    _ body: (_ key: RawSpan, _ value: RawSpan) -> Bool
  ) throws(StateReadError) {
    let first = Key(bytes: start.copied())
    let bound = Key(bytes: end.copied())
    if descending {
      pairs.forEachDescending(below: bound) { key, value in
        key >= first && body(key.bytes.rawSpan, value.rawSpan)
      }
    } else {
      pairs.forEach(from: first) { key, value in
        key < bound && body(key.bytes.rawSpan, value.rawSpan)
      }
    }
  }

  /// Every pair, in key order.
  public func forEach(_ body: (_ key: [UInt8], _ value: [UInt8]) -> Void) {
    pairs.forEach { key, value in
      body(key.bytes, value)
      return true
    }
  }

  private func removeRange(from start: [UInt8], to end: [UInt8]) {
    var doomed: [Key] = []
    pairs.forEach(from: Key(bytes: start)) { key, _ in
      guard key < Key(bytes: end) else { return false }
      doomed.append(key)
      return true
    }
    for key in doomed { pairs.removeValue(forKey: key) }
  }
}
