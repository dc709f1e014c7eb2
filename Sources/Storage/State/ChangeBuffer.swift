internal import Basics
internal import Raft
internal import Replication

// Grammar of the bytes: that of `StateChanges`, turn behind turn, in memory only.
//
//   slot := hash:u32 (high half) offset + 1:u32 (low half), 0 when free

/// Changes of some turns in the order in which they were made, with an index from each key to its newest change. Owned
/// by the Store's thread while it grows; once handed over nobody changes it, and both the Store's thread and the
/// background writer read it, until the writer has said that it is done.
@safe final class ChangeBuffer: @unchecked Sendable {
  private var bytes: UnsafeMutableRawPointer
  private var capacity: Int
  private(set) var byteCount = 0
  private(set) var changeCount = 0
  /// Open addressing with linear steps. Invariant: at most half of the slots are taken.
  private var slots: UnsafeMutablePointer<UInt64>
  private var slotCount = 1 << 10
  /// The keys of the turn that is being added, as slots.
  private var found: UnsafeMutablePointer<UInt64>
  private var foundCapacity = 1 << 8
  /// Keys that have a slot.
  private(set) var keyCount = 0
  /// Where the range deletes lie, ascending.
  private var rangeDeletes: [UInt32] = []
  /// The Store's thread's, also when the buffer is handed over.
  private var families = ChangeFamilies()
  /// What each replica has reached with the last change. Set when the buffer is handed over.
  var applied: [(shard: ShardID, index: LogIndex)] = []

  /// Makes room ahead, so that the memory need not grow while the loop waits.
  init(byteCapacity: Int, keyCapacity: Int) {
    capacity = max(byteCapacity, 1 << 10)
    while slotCount < keyCapacity * 2 { slotCount *= 2 }
    unsafe bytes = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    unsafe slots = UnsafeMutablePointer<UInt64>.allocate(capacity: slotCount)
    unsafe slots.initialize(repeating: 0, count: slotCount)
    unsafe found = UnsafeMutablePointer<UInt64>.allocate(capacity: foundCapacity)
  }

  deinit {
    unsafe bytes.deallocate()
    unsafe slots.deallocate()
    unsafe found.deallocate()
  }

  var isEmpty: Bool { byteCount == 0 }
  var rangeDeleteCount: Int { rangeDeletes.count }
  /// What the buffer takes, full or not, but for what scans have noted.
  var memoryByteCount: Int { capacity + (slotCount + foundCapacity) * MemoryLayout<UInt64>.stride }

  /// Adds a turn's changes behind the earlier ones.
  func append(_ changes: borrowing StateChanges) {
    let start = byteCount
    let end = start + changes.byteCount
    invariant(end < Int(UInt32.max), "a buffer of changes outgrew its offsets")
    reserve(byteCount: end)
    reserve(keyCount: keyCount + changes.count)
    reserve(foundCount: changes.count)
    unsafe changes.bytes.withUnsafeBytes { source in
      guard let address = source.baseAddress else { return }
      unsafe bytes.advanced(by: start).copyMemory(from: address, byteCount: source.count)
    }
    byteCount = end
    changeCount += changes.count
    let foundCount = findKeys(from: start)
    // Slots and earlier changes are rarely in the nearest cache: asking for them ahead halves the cost.
    for number in 0..<foundCount {
      if number + 4 < foundCount { unsafe prefetchChange(found[number + 4]) }
      unsafe index(found[number])
    }
  }

  /// Notes where the keys of the changes from `start` on lie, with their hashes; range deletes are noted at once, as
  /// only their offsets count.
  private func findKeys(from start: Int) -> Int {
    var offset = start
    var count = 0
    while offset < byteCount {
      let change = unsafe BufferedChange(at: bytes.advanced(by: offset))
      if unsafe change.tag == BufferedChange.deleteRangeTag {
        rangeDeletes.append(UInt32(offset))
      } else {
        let hash = unsafe Self.hash(change.key)
        unsafe prefetch(slots + Int(hash) & (slotCount - 1))
        unsafe found[count] = hash << 32 | UInt64(offset + 1)
        count += 1
      }
      offset = unsafe UnsafeRawPointer(bytes).distance(to: change.end)
    }
    invariant(offset == byteCount, "changes written by this process are unreadable")
    return count
  }

  /// Begins to load the change that a key's slot may point to.
  @inline(__always)
  private func prefetchChange(_ entry: UInt64) {
    let slot = unsafe slots[Int(entry >> 32) & (slotCount - 1)]
    if slot >> 32 == entry >> 32 { unsafe prefetch(bytes + Int(slot & 0xFFFF_FFFF) - 1) }
  }

  /// Forgets everything and keeps the memory.
  func removeAll() {
    byteCount = 0
    changeCount = 0
    if keyCount > 0 { unsafe slots.update(repeating: 0, count: slotCount) }
    keyCount = 0
    rangeDeletes.removeAll(keepingCapacity: true)
    families.removeAll()
    applied.removeAll()
  }

  private func reserve(byteCount: Int) {
    guard byteCount > capacity else { return }
    while capacity < byteCount { capacity *= 2 }
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    unsafe larger.copyMemory(from: bytes, byteCount: self.byteCount)
    unsafe bytes.deallocate()
    unsafe bytes = larger
  }

  private func reserve(foundCount: Int) {
    guard foundCount > foundCapacity else { return }
    while foundCapacity < foundCount { foundCapacity *= 2 }
    unsafe found.deallocate()
    unsafe found = UnsafeMutablePointer<UInt64>.allocate(capacity: foundCapacity)
  }

  private func reserve(keyCount: Int) {
    guard keyCount * 2 > slotCount else { return }
    let old = unsafe UnsafeMutableBufferPointer(start: slots, count: slotCount)
    while slotCount < keyCount * 2 { slotCount *= 2 }
    unsafe slots = UnsafeMutablePointer<UInt64>.allocate(capacity: slotCount)
    unsafe slots.initialize(repeating: 0, count: slotCount)
    for place in 0..<old.count {
      let slot = unsafe old[place]
      guard slot != 0 else { continue }
      var next = Int(slot >> 32) & (slotCount - 1)
      while unsafe slots[next] != 0 { next = (next + 1) & (slotCount - 1) }
      unsafe slots[next] = slot
    }
    unsafe old.deallocate()
  }

  private static func hash(_ key: UnsafeRawBufferPointer) -> UInt64 {
    unsafe StableHash.hash(RawSpan(_unsafeBytes: key)) >> 32
  }

  /// Makes a change the newest of its key.
  @inline(__always)
  private func index(_ entry: UInt64) {
    let place = unsafe place(of: change(entry).key, entry >> 32)
    if unsafe slots[place] == 0 { keyCount += 1 }
    unsafe slots[place] = entry
  }

  /// The slot of a key, or the free one where it belongs.
  @inline(__always)
  private func place(of key: UnsafeRawBufferPointer, _ hash: UInt64) -> Int {
    let mask = slotCount - 1
    var place = Int(hash) & mask
    while true {
      let slot = unsafe slots[place]
      if slot == 0 { return place }
      if slot >> 32 == hash, unsafe change(slot).key.isEqual(to: key) { return place }
      place = (place + 1) & mask
    }
  }

  @inline(__always)
  private func change(_ slot: UInt64) -> BufferedChange {
    unsafe BufferedChange(at: bytes.advanced(by: Int(slot & 0xFFFF_FFFF) - 1))
  }

  private func isRangeDeleted(_ key: UnsafeRawBufferPointer, after offset: Int) -> Bool {
    for range in rangeDeletes.reversed() {
      guard Int(range) > offset else { return false }
      if unsafe BufferedChange(at: bytes.advanced(by: Int(range))).covers(key) { return true }
    }
    return false
  }
}

// MARK: - Reading

extension ChangeBuffer {
  /// What the buffer knows of a key.
  @unsafe enum Finding {
    case unknown
    case deleted
    case put(UnsafeRawBufferPointer)
  }

  func find(_ key: UnsafeRawBufferPointer) -> Finding {
    guard byteCount > 0 else { return unsafe .unknown }
    let slot = unsafe slots[place(of: key, Self.hash(key))]
    if !rangeDeletes.isEmpty, unsafe isRangeDeleted(key, after: Int(slot & 0xFFFF_FFFF) - 1) { return unsafe .deleted }
    guard slot != 0 else { return unsafe .unknown }
    let change = unsafe change(slot)
    return unsafe change.tag == BufferedChange.putTag ? .put(change.value) : .deleted
  }

  /// Whether a range delete of this buffer covers the key, at whatever time.
  func isRangeDeleted(_ key: UnsafeRawBufferPointer) -> Bool { unsafe isRangeDeleted(key, after: -1) }

  /// Calls `body` with the newest change of each key, in no order, without those that a later range delete undoes.
  func forEachNewest(_ body: (BufferedChange) -> Void) {
    guard keyCount > 0 else { return }
    for place in 0..<slotCount {
      let slot = unsafe slots[place]
      guard slot != 0 else { continue }
      let change = unsafe change(slot)
      if !rangeDeletes.isEmpty, unsafe isRangeDeleted(change.key, after: Int(slot & 0xFFFF_FFFF) - 1) { continue }
      unsafe body(change)
    }
  }

  /// As ``forEachNewest(_:)``, for the keys with `start <= key < end`: looks at the changes of their families alone.
  /// The Store's thread only.
  func forEachNewest(
    from start: UnsafeRawBufferPointer, to end: UnsafeRawBufferPointer, _ body: (BufferedChange) -> Void
  ) {
    noteFamilies()
    let first = unsafe ChangeFamilies.family(of: start)
    let last = unsafe ChangeFamilies.family(of: end)
    families.forEachOffset(from: first, to: last) { offset in
      let change = unsafe BufferedChange(at: bytes.advanced(by: offset))
      guard unsafe !change.key.isBefore(start) && change.key.isBefore(end),
        unsafe Int(slots[place(of: change.key, Self.hash(change.key))] & 0xFFFF_FFFF) == offset + 1,
        unsafe rangeDeletes.isEmpty || !isRangeDeleted(change.key, after: offset)
      else { return }
      unsafe body(change)
    }
  }

  private func noteFamilies() {
    while families.byteCount < byteCount {
      let offset = families.byteCount
      let change = unsafe BufferedChange(at: bytes.advanced(by: offset))
      let family =
        unsafe change.tag == BufferedChange.deleteRangeTag ? nil : ChangeFamilies.family(of: change.key)
      families.note(family, at: offset, end: unsafe UnsafeRawPointer(bytes).distance(to: change.end))
    }
  }

  func forEachRangeDelete(_ body: (BufferedChange) -> Void) {
    for offset in rangeDeletes { unsafe body(BufferedChange(at: bytes.advanced(by: Int(offset)))) }
  }
}
