internal import Basics

/// One line of a hold.
struct HoldLine: Sendable {
  var sku: SKUNumber
  /// The stock row; none for a line of which nothing could be held.
  var row: Int32
  /// Where the row counts it by expiry; meaningless once it is due.
  var expiry = BucketTrees.none
  var asked: Int64
  var granted: Int64

  /// In the place of a line where there is none.
  static let none = HoldLine(sku: SKUNumber(0), row: StockRows.none, asked: 0, granted: 0)
}

/// A hold that is not settled: active, or due and not yet swept. 96 bytes, lines beyond the first and the reference
/// elsewhere.
struct LiveHold: Sendable {
  var id: UniqueID
  var fingerprint: UInt64
  var created: Int64
  /// Expires when this bucket is due.
  var bucket: Int64
  var firstLine: HoldLine
  /// Neighbours among the holds of the same bucket, in the order in which they came into it.
  var previous: Int32 = -1
  var next: Int32 = -1
  /// The chain of the other lines.
  var moreLines: Int32 = -1
  /// The chain of blocks of the reference.
  var reference: Int32 = -1
  /// Lines in memory: those of this shard. 0 where all are claims.
  var lineCount: UInt16
  var mode: ReserveMode
  var referenceByteCount: UInt8 = 0
  /// The lowest slot of all lines.
  var home: SlotNumber
  /// There is more in its record than here: lines of other slots, and how often these were told.
  var hasClaims = false
}

/// All holds that are not settled, found by id and swept by expiry. Flat slabs: no object a hold.
struct LiveHolds: Sendable {
  static let none: Int32 = -1

  private struct MoreLine: Sendable {
    var line: HoldLine
    var next: Int32
  }

  private struct TextBlock: Sendable {
    var bytes: InlineArray<16, UInt8>
    var next: Int32
  }

  private var holds = Slab<LiveHold>()
  private var moreLines = Slab<MoreLine>()
  private var blocks = Slab<TextBlock>()
  private var table: IdentifierTable<Int32>
  /// First and last hold of each expiry bucket.
  private var trees: BucketTrees
  private var buckets = BucketTrees.none
  private var lastBucket = BucketTrees.none
  /// The lowest bucket that has a hold.
  private(set) var nextDue: Int64 = .max

  init(seed: UInt64, minimumCapacity: Int = 16) {
    table = IdentifierTable(seed: seed, minimumCapacity: minimumCapacity)
    trees = BucketTrees(seed: seed)
  }

  var count: Int { holds.count }
  /// One past the highest number of a hold.
  var endNumber: Int32 { Int32(truncatingIfNeeded: holds.endNumber) }

  /// Whether a number below ``endNumber`` is that of a hold.
  func isThere(_ number: Int32) -> Bool { table[holds[number].id] == number }

  subscript(hold: Int32) -> LiveHold { holds[hold] }

  func find(_ id: UniqueID) -> Int32 { table[id] ?? Self.none }

  /// Begins to load where an id is, or would go.
  func prefetch(_ id: UniqueID) { table.prefetch(id) }

  /// Adds a hold without linking it into its bucket yet.
  mutating func insert(_ hold: LiveHold, lines: [HoldLine], reference: [UInt8]) -> Int32 {
    let number = store(hold, lines: lines, reference: reference)
    let isNew = table.insert(hold.id, number)
    invariant(isNew, "a hold is there twice: \(hold.id)")
    return number
  }

  /// Makes stored holds findable; answers how many of the ids are different.
  mutating func index(_ stored: [(key: UniqueID, value: Int32)]) -> Int { table.insert(contentsOf: stored) }

  /// Adds a hold that is neither found by its id nor linked into its bucket yet.
  mutating func store(_ hold: LiveHold, lines: [HoldLine], reference: [UInt8]) -> Int32 {
    var hold = hold
    for index in stride(from: lines.count - 1, to: 0, by: -1) {
      hold.moreLines = moreLines.insert(MoreLine(line: lines[index], next: hold.moreLines))
    }
    hold.reference = insertText(reference)
    hold.referenceByteCount = UInt8(truncatingIfNeeded: reference.count)
    return holds.insert(hold)
  }

  /// Removes a hold that is linked into its bucket.
  mutating func remove(_ hold: Int32) {
    unlink(hold)
    table.removeValue(forKey: holds[hold].id)
    var line = holds[hold].moreLines
    while line != Self.none {
      let next = moreLines[line].next
      moreLines.remove(line)
      line = next
    }
    var block = holds[hold].reference
    while block != Self.none {
      let next = blocks[block].next
      blocks.remove(block)
      block = next
    }
    holds.remove(hold)
  }

  mutating func setHasClaims(_ hold: Int32) { holds[hold].hasClaims = true }

  /// Puts all lines of a hold that are in memory into `lines`, in order.
  func copyLines(_ hold: Int32, into lines: inout [HoldLine]) {
    lines.removeAll(keepingCapacity: true)
    if holds[hold].lineCount == 0 { return }
    lines.append(holds[hold].firstLine)
    var line = holds[hold].moreLines
    while line != Self.none {
      lines.append(moreLines[line].line)
      line = moreLines[line].next
    }
  }

  /// Calls `body` with all lines of a hold that are in memory, in order.
  func forEachLine(of hold: Int32, _ body: (HoldLine) -> Void) {
    if holds[hold].lineCount == 0 { return }
    body(holds[hold].firstLine)
    var line = holds[hold].moreLines
    while line != Self.none {
      body(moreLines[line].line)
      line = moreLines[line].next
    }
  }

  /// Replaces all lines of a hold by others, which may be more or fewer.
  mutating func replaceLines(_ lines: [HoldLine], of hold: Int32) {
    var old = holds[hold].moreLines
    while old != Self.none {
      let next = moreLines[old].next
      moreLines.remove(old)
      old = next
    }
    var more = Self.none
    for index in stride(from: lines.count - 1, to: 0, by: -1) {
      more = moreLines.insert(MoreLine(line: lines[index], next: more))
    }
    holds[hold].firstLine = lines[0]
    holds[hold].moreLines = more
    holds[hold].lineCount = UInt16(lines.count)
  }

  /// Replaces all lines of a hold by as many others.
  mutating func storeLines(_ lines: [HoldLine], of hold: Int32) {
    if lines.isEmpty { return }
    holds[hold].firstLine = lines[0]
    var line = holds[hold].moreLines
    for index in 1..<lines.count {
      moreLines[line].line = lines[index]
      line = moreLines[line].next
    }
  }

  func copyReference(_ hold: Int32, into bytes: inout [UInt8]) {
    bytes.removeAll(keepingCapacity: true)
    var left = Int(holds[hold].referenceByteCount)
    var block = holds[hold].reference
    while left > 0 {
      for index in 0..<min(left, 16) { bytes.append(blocks[block].bytes[index]) }
      left -= 16
      block = blocks[block].next
    }
  }

  private mutating func insertText(_ text: [UInt8]) -> Int32 {
    var head = Self.none
    var end = text.count
    while end > 0 {
      let start = (end - 1) / 16 * 16
      var block = TextBlock(bytes: InlineArray(repeating: 0), next: head)
      for offset in start..<end { block.bytes[offset - start] = text[offset] }
      head = blocks.insert(block)
      end = start
    }
    return head
  }
}

// The order of expiry: by bucket, and in a bucket by arrival.
extension LiveHolds {
  /// The hold that is due first.
  var first: Int32 {
    nextDue == .max ? Self.none : Self.ends(trees[value: trees.first(in: buckets)]).first
  }

  /// Calls `body` with every hold, in the order in which they are due.
  func forEach(_ body: (Int32) -> Void) {
    trees.forEach(in: buckets) { ends in
      var hold = Self.ends(ends).first
      while hold != Self.none {
        body(hold)
        hold = holds[hold].next
      }
    }
  }

  /// Links a hold into the end of its bucket.
  mutating func link(_ hold: Int32) {
    let bucket = holds[hold].bucket
    var node = lastBucket
    if node == BucketTrees.none || trees.bucket(node) != bucket { node = trees.find(bucket, in: buckets) }
    if node == BucketTrees.none {
      node = trees.insert(bucket, Self.value(first: hold, last: hold), root: &buckets)
      if bucket < nextDue { nextDue = bucket }
      holds[hold].previous = Self.none
    } else {
      let (first, last) = Self.ends(trees[value: node])
      holds[last].next = hold
      holds[hold].previous = last
      trees[value: node] = Self.value(first: first, last: hold)
    }
    holds[hold].next = Self.none
    lastBucket = node
  }

  /// Moves a hold to the end of another bucket.
  mutating func rearm(_ hold: Int32, bucket: Int64) {
    unlink(hold)
    holds[hold].bucket = bucket
    link(hold)
  }

  private mutating func unlink(_ hold: Int32) {
    let (previous, next) = (holds[hold].previous, holds[hold].next)
    if previous != Self.none { holds[previous].next = next }
    if next != Self.none { holds[next].previous = previous }
    guard previous == Self.none || next == Self.none else { return }
    let bucket = holds[hold].bucket
    let node = trees.find(bucket, in: buckets)
    invariant(node != BucketTrees.none, "a hold is not in its expiry bucket")
    if previous == Self.none, next == Self.none {
      removeBucket(bucket, node)
    } else {
      let (first, last) = Self.ends(trees[value: node])
      trees[value: node] = Self.value(
        first: previous == Self.none ? next : first, last: next == Self.none ? previous : last)
    }
  }

  private mutating func removeBucket(_ bucket: Int64, _ node: Int32) {
    if lastBucket == node { lastBucket = BucketTrees.none }
    trees.remove(bucket, root: &buckets)
    guard bucket == nextDue else { return }
    let first = trees.first(in: buckets)
    nextDue = first == BucketTrees.none ? .max : trees.bucket(first)
  }

  private static func value(first: Int32, last: Int32) -> Int64 { Int64(first) << 32 | Int64(last) }
  private static func ends(_ value: Int64) -> (first: Int32, last: Int32) {
    (Int32(truncatingIfNeeded: value >> 32), Int32(truncatingIfNeeded: value))
  }
}
