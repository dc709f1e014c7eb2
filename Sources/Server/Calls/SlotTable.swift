internal import Basics

/// Values under tags that are never confused with one another: 24 bits of a reused slot and 24 bits of generation.
/// Owned by one thread.
struct SlotTable<Value> {
  private struct Slot {
    var value: Value?
    var generation: UInt32
  }

  private var slots: [Slot] = []
  private var free: [UInt32] = []
  private(set) var count = 0

  /// The tag that the next insertion will get.
  var nextTag: UInt64 {
    guard let index = free.last else { return UInt64(slots.count) }
    return UInt64(slots[Int(index)].generation) << 24 | UInt64(index)
  }

  mutating func insert(_ value: Value) -> UInt64 {
    let tag = nextTag
    if let index = free.popLast() {
      slots[Int(index)].value = value
    } else {
      invariant(slots.count < 1 << 24, "a slot table is full")
      slots.append(Slot(value: value, generation: 0))
    }
    count += 1
    return tag
  }

  /// `nil` for a tag whose value is gone.
  subscript(tag: UInt64) -> Value? {
    get {
      let index = Int(tag & 0xFF_FFFF)
      guard index < slots.count, UInt64(slots[index].generation) == tag >> 24 else { return nil }
      return slots[index].value
    }
    set {
      let index = Int(tag & 0xFF_FFFF)
      guard index < slots.count, UInt64(slots[index].generation) == tag >> 24, slots[index].value != nil else { return }
      if let newValue { slots[index].value = newValue } else { remove(tag) }
    }
  }

  @discardableResult
  mutating func remove(_ tag: UInt64) -> Value? {
    let index = Int(tag & 0xFF_FFFF)
    guard index < slots.count, UInt64(slots[index].generation) == tag >> 24 else { return nil }
    // Moved out and not copied: a value may hold arrays.
    var value: Value?
    swap(&value, &slots[index].value)
    guard let value else { return nil }
    slots[index].generation = (slots[index].generation + 1) & 0xFF_FFFF
    free.append(UInt32(index))
    count -= 1
    return value
  }

  mutating func removeAll(where isGone: (Value) -> Bool) {
    for index in slots.indices {
      guard let value = slots[index].value, isGone(value) else { continue }
      remove(UInt64(slots[index].generation) << 24 | UInt64(index))
    }
  }

  /// Every value, by slot.
  var all: [Value] { slots.compactMap(\.value) }
}
