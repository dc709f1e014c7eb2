/// Where the changes of a ``ChangeBuffer`` lie by the family of their keys: the first seven bytes, which for a replica's
/// state are its shard, its generation and the kind of key. A scan asks for one family or a few of many. Made only as
/// far as scans ask: most changes are never scanned.
@safe struct ChangeFamilies {
  private var offsets: [UInt64: [UInt32]] = [:]
  /// The bytes of the buffer that were looked at.
  private(set) var byteCount = 0

  static func family(of key: UnsafeRawBufferPointer) -> UInt64 {
    var family: UInt64 = 0
    for place in 0..<7 { family = family << 8 | (place < key.count ? UInt64(unsafe key[place]) : 0) }
    return family
  }

  /// Notes a change of this family that ends at `end`; changes come in the order of their offsets.
  mutating func note(_ family: UInt64?, at offset: Int, end: Int) {
    byteCount = end
    if let family { offsets[family, default: []].append(UInt32(offset)) }
  }

  /// Calls `body` with the offset of each change in the families from `first` to `last`, in no order.
  func forEachOffset(from first: UInt64, to last: UInt64, _ body: (Int) -> Void) {
    if first == last {
      for offset in offsets[first] ?? [] { body(Int(offset)) }
    } else {
      for (family, offsets) in offsets where family >= first && family <= last {
        for offset in offsets { body(Int(offset)) }
      }
    }
  }

  mutating func removeAll() {
    offsets.removeAll()
    byteCount = 0
  }
}
