internal import Basics

/// What waits to be sent on one connection: whole envelopes, up to a bound. Owned by an ``OutgoingLink``.
struct PeerQueue {
  private struct Item {
    var kind: EnvelopeKind
    /// What comes behind the head.
    var tail: [UInt8]
  }

  let byteCountMax: Int
  /// Of all that waits: changed while nothing does.
  var form = EnvelopeForm.whole
  private var items = RingBuffer<Item>()
  /// How much of the first item's tail is taken; its head goes with the first byte.
  private var taken = 0
  private var isFirstBegun = false
  /// Of all that waits, heads included.
  private(set) var byteCount = 0

  init(byteCountMax: Int) { self.byteCountMax = byteCountMax }

  var isEmpty: Bool { items.isEmpty }

  /// Adds an envelope whole, or refuses it: when so many bytes wait already that it does not fit. An empty queue takes
  /// one of any size.
  mutating func append(_ kind: EnvelopeKind, _ body: [UInt8]) -> Bool {
    let tail = form.tail(kind, body)
    let added = EnvelopeHead.byteCount + tail.count
    guard isEmpty || byteCount + added <= byteCountMax else { return false }
    items.append(Item(kind: kind, tail: tail))
    byteCount += added
    return true
  }

  /// Moves about `limit` bytes at the most to the output: a long envelope goes in parts.
  mutating func take(into output: inout ByteWriter, limit: Int) {
    let end = output.count + limit
    while output.count < end, let item = items.first {
      if !isFirstBegun {
        EnvelopeHead(item.kind, item.tail.rawSpan, form).encode(into: &output)
        isFirstBegun = true
        byteCount -= EnvelopeHead.byteCount
      }
      let count = min(item.tail.count - taken, max(0, end - output.count))
      output.append(item.tail.rawSpan.extracting(taken..<taken + count))
      taken += count
      byteCount -= count
      guard taken == item.tail.count else { return }
      items.popFirst()
      taken = 0
      isFirstBegun = false
    }
  }

  mutating func removeAll() {
    items.removeAll()
    (taken, isFirstBegun, byteCount) = (0, false, 0)
  }
}
