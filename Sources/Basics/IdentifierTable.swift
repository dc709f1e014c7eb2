/// A hash table from 128-bit identifiers to small values, open addressing with linear probing and backward-shift
/// deletion: one cache line a lookup in the common case, no tombstones, no per-entry allocation.
///
/// It has no iteration on purpose: the order would depend on the seed. The seed should differ from process to process,
/// because the identifiers are chosen by clients.
public struct IdentifierTable<Value> {
  @usableFromInline struct Place {
    @usableFromInline var key: UniqueID
    @usableFromInline var value: Value

    @inlinable init(key: UniqueID, value: Value) {
      self.key = key
      self.value = value
    }
  }

  @usableFromInline var places: [Place?]
  @usableFromInline let seed: UInt64
  public private(set) var count = 0

  public init(seed: UInt64 = 0, minimumCapacity: Int = 16) {
    var capacity = 16
    while capacity * 3 / 4 < minimumCapacity { capacity *= 2 }
    places = Array(repeating: nil, count: capacity)
    self.seed = seed
  }

  @inlinable var mask: Int { places.count &- 1 }

  @inlinable func home(_ key: UniqueID) -> Int {
    Int(truncatingIfNeeded: StableHash.hash(key, seed: seed)) & mask
  }

  /// The index of `key`'s place, or of the empty place where it would go.
  @inlinable func find(_ key: UniqueID) -> (index: Int, found: Bool) {
    var index = home(key)
    while let place = places[index] {
      if place.key == key { return (index, true) }
      index = (index &+ 1) & mask
    }
    return (index, false)
  }

  @inlinable
  public subscript(key: UniqueID) -> Value? {
    let (index, found) = find(key)
    return found ? places[index]?.value : nil
  }

  @inlinable
  public func contains(_ key: UniqueID) -> Bool { find(key).found }

  /// Puts a value where there was none; answers `false` and changes nothing if the key is there.
  @discardableResult
  public mutating func insert(_ key: UniqueID, _ value: Value) -> Bool {
    if (count + 1) * 4 > places.count * 3 { grow() }
    let (index, found) = find(key)
    if found { return false }
    places[index] = Place(key: key, value: value)
    count += 1
    return true
  }

  /// Replaces the value of a key that is there, or inserts it.
  public mutating func set(_ key: UniqueID, _ value: Value) {
    let (index, found) = find(key)
    if found { places[index] = Place(key: key, value: value) } else { insert(key, value) }
  }

  @discardableResult
  public mutating func removeValue(forKey key: UniqueID) -> Value? {
    var (hole, found) = find(key)
    guard found else { return nil }
    let value = places[hole]?.value
    var index = (hole &+ 1) & mask
    while let place = places[index] {
      let distanceFromHome = (index &- home(place.key)) & mask
      if distanceFromHome >= (index &- hole) & mask {
        places[hole] = place
        hole = index
      }
      index = (index &+ 1) & mask
    }
    places[hole] = nil
    count -= 1
    return value
  }

  public mutating func removeAll() {
    places = Array(repeating: nil, count: 16)
    count = 0
  }

  private mutating func grow() {
    let old = places
    places = Array(repeating: nil, count: old.count * 2)
    for place in old {
      guard let place else { continue }
      places[find(place.key).index] = place
    }
  }
}

extension IdentifierTable: Sendable where Value: Sendable {}
extension IdentifierTable.Place: Sendable where Value: Sendable {}
