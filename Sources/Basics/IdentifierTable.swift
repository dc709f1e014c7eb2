/// A hash table from 128-bit identifiers to small values, open addressing with linear probing and backward-shift
/// deletion: one cache line a lookup in the common case, no tombstones, no per-entry allocation.
///
/// It grows by extendible hashing (Fagin and others, 1979): the top bits of the hash choose a segment through a
/// directory, the low bits the place in it, and a full segment is split alone. So one insertion moves one segment of
/// 6,144 entries (about 0.1 ms; a few times in a row when all of them share the next bits as well), however many the
/// table holds, and an event loop never waits for a table of millions to be copied.
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

  @usableFromInline struct Segment {
    @usableFromInline var places: [Place?]
    @usableFromInline var count = 0
    /// How many top bits of the hash all entries of this segment share.
    @usableFromInline var depth: UInt64

    @inlinable init(capacity: Int, depth: UInt64) {
      places = Array(repeating: nil, count: capacity)
      self.depth = depth
    }
  }

  @usableFromInline static var segmentCapacityMin: Int { 16 }
  @usableFromInline static var segmentCapacityMax: Int { 8192 }

  /// The segment of each value of the top `depth` bits. Invariant: 2^depth long.
  @usableFromInline var directory: [UInt32] = [0]
  @usableFromInline var depth: UInt64 = 0
  @usableFromInline var segments: [Segment]
  @usableFromInline let seed: UInt64
  public private(set) var count = 0

  /// With room for about `minimumCapacity` entries, made at once; more come as they are needed.
  public init(seed: UInt64 = 0, minimumCapacity: Int = 16) {
    var capacity = Self.segmentCapacityMin
    while capacity * 3 / 4 < minimumCapacity, capacity < Self.segmentCapacityMax { capacity *= 2 }
    var depth: UInt64 = 0
    while capacity == Self.segmentCapacityMax, capacity * 5 / 8 < minimumCapacity >> Int(depth) { depth += 1 }
    segments = (0..<1 << Int(depth)).map { _ in Segment(capacity: capacity, depth: depth) }
    directory = (0..<UInt32(segments.count)).map { $0 }
    self.depth = depth
    self.seed = seed
  }

  /// The top six bits of a version 7 id's hash follow from its time alone, by quarters of a second: what is inserted and
  /// looked up together lies in one sixty-fourth of the table, and stays in the processor's cache (measured: looking up
  /// a fresh id among a million was a third of a reservation without it). All ids may well carry one time: then the
  /// directory is six bits deeper, and no more.
  @inlinable func hash(_ key: UniqueID) -> UInt64 {
    let hash = StableHash.hash(key, seed: seed)
    guard key.high &>> 12 & 0xF == 7 else { return hash }
    let window = StableHash.mix(key.high &>> 24 ^ seed, 0x9E37_79B9_7F4A_7C15)
    return window &<< 58 | hash &>> 6
  }

  @inlinable func segment(_ hash: UInt64) -> Int {
    depth == 0 ? 0 : Int(directory[Int(truncatingIfNeeded: hash &>> (64 &- depth))])
  }

  /// The index of `key`'s place in a segment, or of the empty place where it would go.
  @inlinable
  func find(_ key: UniqueID, hash: UInt64, segment: Int) -> (index: Int, found: Bool) {
    let places = segments[segment].places
    let mask = places.count &- 1
    var index = Int(truncatingIfNeeded: hash) & mask
    while let place = places[index] {
      if place.key == key { return (index, true) }
      index = (index &+ 1) & mask
    }
    return (index, false)
  }

  @inlinable
  public subscript(key: UniqueID) -> Value? {
    let hash = hash(key)
    let segment = segment(hash)
    let (index, found) = find(key, hash: hash, segment: segment)
    return found ? segments[segment].places[index]?.value : nil
  }

  @inlinable
  public func contains(_ key: UniqueID) -> Bool {
    let hash = hash(key)
    return find(key, hash: hash, segment: segment(hash)).found
  }

  /// Begins to load the place where `key` is, or would go.
  public func prefetch(_ key: UniqueID) {
    let hash = hash(key)
    let number = segment(hash)
    segments[number].places.prefetch(Int(truncatingIfNeeded: hash) & (segments[number].places.count &- 1))
  }

  /// Puts a value where there was none; answers `false` and changes nothing if the key is there.
  @discardableResult
  public mutating func insert(_ key: UniqueID, _ value: Value) -> Bool {
    let hash = hash(key)
    var segment = segment(hash)
    var (index, found) = find(key, hash: hash, segment: segment)
    if found { return false }
    while (segments[segment].count + 1) * 4 > segments[segment].places.count * 3 {
      makeRoom(in: segment)
      segment = self.segment(hash)
      index = find(key, hash: hash, segment: segment).index
    }
    segments[segment].places[index] = Place(key: key, value: value)
    segments[segment].count += 1
    count += 1
    return true
  }

  /// Inserts many, in an order that keeps to one part of the table at a time: several times faster than one by one when
  /// the table is larger than the processor's caches. Answers how many were not there before.
  public mutating func insert(contentsOf entries: [(key: UniqueID, value: Value)]) -> Int {
    var starts = [Int](repeating: 0, count: 257)
    for entry in entries { starts[Int(hash(entry.key) >> 56) + 1] += 1 }
    for index in 1...256 { starts[index] += starts[index - 1] }
    var order = [Int32](repeating: 0, count: entries.count)
    for (index, entry) in entries.enumerated() {
      let part = Int(hash(entry.key) >> 56)
      order[starts[part]] = Int32(index)
      starts[part] += 1
    }
    var inserted = 0
    for index in order where insert(entries[Int(index)].key, entries[Int(index)].value) { inserted += 1 }
    return inserted
  }

  /// Replaces the value of a key that is there, or inserts it.
  public mutating func set(_ key: UniqueID, _ value: Value) {
    let hash = hash(key)
    let segment = segment(hash)
    let (index, found) = find(key, hash: hash, segment: segment)
    if found {
      segments[segment].places[index] = Place(key: key, value: value)
    } else {
      insert(key, value)
    }
  }

  @discardableResult
  public mutating func removeValue(forKey key: UniqueID) -> Value? {
    let hash = hash(key)
    let segment = segment(hash)
    var (hole, found) = find(key, hash: hash, segment: segment)
    guard found else { return nil }
    let value = segments[segment].places[hole]?.value
    let mask = segments[segment].places.count &- 1
    var index = (hole &+ 1) & mask
    while let place = segments[segment].places[index] {
      let home = Int(truncatingIfNeeded: self.hash(place.key)) & mask
      if (index &- home) & mask >= (index &- hole) & mask {
        segments[segment].places[hole] = place
        hole = index
      }
      index = (index &+ 1) & mask
    }
    segments[segment].places[hole] = nil
    segments[segment].count -= 1
    count -= 1
    return value
  }

  public mutating func removeAll() {
    guard count > 0 else { return }
    directory = [0]
    depth = 0
    segments = [Segment(capacity: Self.segmentCapacityMin, depth: 0)]
    count = 0
  }

  /// Doubles a small segment; splits a large one by the next bit of the hash.
  private mutating func makeRoom(in number: Int) {
    let old = segments[number].places
    if old.count < Self.segmentCapacityMax {
      segments[number] = Segment(capacity: old.count * 2, depth: segments[number].depth)
    } else {
      split(number)
    }
    for place in old {
      guard let place else { continue }
      let hash = hash(place.key)
      let segment = segment(hash)
      segments[segment].places[find(place.key, hash: hash, segment: segment).index] = place
      segments[segment].count += 1
    }
  }

  /// Replaces a segment by two empty ones that share one bit more, and points the directory at them.
  private mutating func split(_ number: Int) {
    let shared = segments[number].depth + 1
    if shared > depth {
      directory = directory.flatMap { [$0, $0] }
      depth = shared
    }
    let upper = UInt32(segments.count)
    segments[number] = Segment(capacity: Self.segmentCapacityMax, depth: shared)
    segments.append(Segment(capacity: Self.segmentCapacityMax, depth: shared))
    let bit = 1 << Int(depth - shared)
    for index in directory.indices where directory[index] == UInt32(number) && index & bit != 0 {
      directory[index] = upper
    }
  }
}

extension IdentifierTable: Sendable where Value: Sendable {}
extension IdentifierTable.Place: Sendable where Value: Sendable {}
extension IdentifierTable.Segment: Sendable where Value: Sendable {}
