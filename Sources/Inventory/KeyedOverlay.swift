internal import Basics

/// What was put and deleted under cold keys since the last batch went to the storage, by key: a read looks here first, so
/// that a command sees what the commands before it did. Emptied when the batch is written.
struct KeyedOverlay: Sendable {
  /// A key, compared byte by byte.
  private struct Key: Comparable, Sendable {
    var bytes: [UInt8]

    static func < (left: Key, right: Key) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
  }

  private enum Entry: Sendable {
    case put([UInt8])
    case deleted
  }

  private var entries = SortedMap<Key, Entry>()

  mutating func put(_ key: [UInt8], _ value: [UInt8]) { entries[Key(bytes: key)] = .put(value) }
  mutating func delete(_ key: [UInt8]) { entries[Key(bytes: key)] = .deleted }

  /// The value of a key, from here or else from the storage; answers whether there is one.
  func read(_ key: [UInt8], _ reader: any StateReader, into value: inout [UInt8]) throws(StateReadError) -> Bool {
    guard !entries.isEmpty, let entry = entries[Key(bytes: key)] else {
      return try reader.read(key: key.rawSpan, into: &value)
    }
    switch entry {
    case .put(let bytes):
      value = bytes
      return true
    case .deleted: return false
    }
  }

  /// The first pairs from one key to before another, in order.
  func pairs(
    from start: [UInt8], to end: [UInt8], limit: Int, _ reader: any StateReader
  ) throws(StateReadError) -> [(key: [UInt8], value: [UInt8])] {
    // As many from the storage as are wanted, and all from here: so the first of both are among them.
    var all = SortedMap<Key, [UInt8]>()
    try reader.scan(from: start.rawSpan, to: end.rawSpan, descending: false) { key, value in
      let key = Key(bytes: key.copied())
      if entries[key] == nil { all[key] = value.copied() }
      return all.count < limit
    }
    entries.forEach(from: Key(bytes: start)) { key, entry in
      guard key < Key(bytes: end) else { return false }
      if case .put(let bytes) = entry { all[key] = bytes }
      return true
    }
    var pairs: [(key: [UInt8], value: [UInt8])] = []
    all.forEach { key, value in
      if pairs.count < limit { pairs.append((key.bytes, value)) }
      return pairs.count < limit
    }
    return pairs
  }

  mutating func removeAll() {
    if !entries.isEmpty { entries = SortedMap() }
  }
}
