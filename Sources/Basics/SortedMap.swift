/// A map kept in key order, in sorted chunks of at most 128 pairs: lookups and edits cost a binary search and a short
/// move; iteration is in key order, which makes it the map to walk wherever order must be the same on every replica.
public struct SortedMap<Key: Comparable, Value> {
  private static var chunkCountMax: Int { 128 }

  fileprivate struct Chunk {
    var keys: [Key]
    var values: [Value]
  }

  /// Invariant: no chunk is empty, and every key of a chunk is below every key of the next.
  private var chunks: [Chunk] = []
  public private(set) var count = 0

  public init() {}

  public var isEmpty: Bool { count == 0 }
  public var first: (key: Key, value: Value)? { chunks.first.map { ($0.keys[0], $0.values[0]) } }
  public var last: (key: Key, value: Value)? {
    chunks.last.map { ($0.keys[$0.keys.count - 1], $0.values[$0.values.count - 1]) }
  }

  public subscript(key: Key) -> Value? {
    get {
      guard let place = place(of: key), place.found else { return nil }
      return chunks[place.chunk].values[place.offset]
    }
    set {
      if let newValue { insert(key, newValue) } else { removeValue(forKey: key) }
    }
  }

  /// Changes the value of `key` in place, starting from `initial` where there is none.
  public mutating func update<Result>(
    _ key: Key, default initial: @autoclosure () -> Value, _ body: (inout Value) -> Result
  ) -> Result {
    if place(of: key)?.found != true { insert(key, initial()) }
    guard let place = place(of: key), place.found else { invariantViolated("an inserted key is missing") }
    return body(&chunks[place.chunk].values[place.offset])
  }

  @discardableResult
  public mutating func removeValue(forKey key: Key) -> Value? {
    guard let place = place(of: key), place.found else { return nil }
    chunks[place.chunk].keys.remove(at: place.offset)
    let value = chunks[place.chunk].values.remove(at: place.offset)
    if chunks[place.chunk].keys.isEmpty { chunks.remove(at: place.chunk) }
    count -= 1
    return value
  }

  public mutating func popFirst() -> (key: Key, value: Value)? {
    guard let first else { return nil }
    removeValue(forKey: first.key)
    return first
  }

  public mutating func removeAll() {
    chunks.removeAll()
    count = 0
  }

  /// Calls `body` for each pair with a key of at least `start` (all when `nil`), in order, until it answers `false`.
  public func forEach(from start: Key? = nil, _ body: (Key, Value) throws -> Bool) rethrows {
    var chunk = 0
    var offset = 0
    if let start, let place = place(of: start) { (chunk, offset) = (place.chunk, place.offset) }
    while chunk < chunks.count {
      while offset < chunks[chunk].keys.count {
        guard try body(chunks[chunk].keys[offset], chunks[chunk].values[offset]) else { return }
        offset += 1
      }
      chunk += 1
      offset = 0
    }
  }

  /// Calls `body` for each pair with a key below `end` (all when `nil`), backwards, until it answers `false`.
  public func forEachDescending(below end: Key? = nil, _ body: (Key, Value) throws -> Bool) rethrows {
    var chunk = chunks.count - 1
    var offset = chunk < 0 ? 0 : chunks[chunk].keys.count
    if let end, let place = place(of: end) { (chunk, offset) = (place.chunk, place.offset) }
    while chunk >= 0 {
      while offset > 0 {
        offset -= 1
        guard try body(chunks[chunk].keys[offset], chunks[chunk].values[offset]) else { return }
      }
      chunk -= 1
      offset = chunk < 0 ? 0 : chunks[chunk].keys.count
    }
  }

  private mutating func insert(_ key: Key, _ value: Value) {
    guard let place = place(of: key) else {
      chunks.append(Chunk(keys: [key], values: [value]))
      count = 1
      return
    }
    if place.found {
      chunks[place.chunk].values[place.offset] = value
      return
    }
    chunks[place.chunk].keys.insert(key, at: place.offset)
    chunks[place.chunk].values.insert(value, at: place.offset)
    count += 1
    if chunks[place.chunk].keys.count > Self.chunkCountMax { split(place.chunk) }
  }

  private mutating func split(_ index: Int) {
    let half = chunks[index].keys.count / 2
    let upper = Chunk(keys: Array(chunks[index].keys[half...]), values: Array(chunks[index].values[half...]))
    chunks[index].keys.removeSubrange(half...)
    chunks[index].values.removeSubrange(half...)
    chunks.insert(upper, at: index + 1)
  }

  /// Where `key` is or would go; `nil` only when the map is empty.
  private func place(of key: Key) -> (chunk: Int, offset: Int, found: Bool)? {
    guard !chunks.isEmpty else { return nil }
    var low = 0
    var high = chunks.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if chunks[middle].keys[0] <= key { low = middle } else { high = middle - 1 }
    }
    let keys = chunks[low].keys
    var start = 0
    var end = keys.count
    while start < end {
      let middle = (start + end) / 2
      if keys[middle] < key { start = middle + 1 } else { end = middle }
    }
    return (low, start, start < keys.count && keys[start] == key)
  }
}

extension SortedMap: Sendable where Key: Sendable, Value: Sendable {}
extension SortedMap.Chunk: Sendable where Key: Sendable, Value: Sendable {}
