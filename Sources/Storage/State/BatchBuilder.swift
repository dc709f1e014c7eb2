internal import Basics

/// Turns a buffer of changes into one RocksDB write batch in key order. Owned by the background writer's thread.
///
/// The grammar of a change is that of a RocksDB write batch behind its head (`sequence:u64 count:u32`), so changes are
/// copied as they are.
///
/// Leaving out what is overwritten and sorting the rest changes nothing that can be seen. A batch is atomic, so only its
/// end counts, and its end is settled key by key. A key's newest change counts, unless a later range delete covers it.
/// All range deletes stand first in the batch: each key whose newest change counts gets it after them, and each
/// other key that some range delete covers stays deleted, as range deletes do not undo one another.
@safe struct BatchBuilder {
  private(set) var bytes: [UInt8] = []
  private var changes = unsafe [SortableChange]()

  mutating func build(_ buffer: ChangeBuffer) {
    unsafe changes.removeAll(keepingCapacity: true)
    unsafe buffer.forEachNewest { unsafe changes.append(SortableChange($0)) }
    unsafe changes.sort { unsafe SortableChange.isBefore($0, $1) }
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: repeatElement(0, count: 8))
    let count = unsafe UInt32(changes.count + buffer.rangeDeleteCount)
    for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
    unsafe buffer.forEachRangeDelete { unsafe bytes.append(contentsOf: $0.bytes) }
    for place in unsafe changes.indices { unsafe bytes.append(contentsOf: changes[place].change.bytes) }
  }
}
