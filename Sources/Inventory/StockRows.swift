internal import Basics

/// One stock row in memory.
struct StockRow: Sendable {
  var key: StockKey
  /// The next row of the same SKU.
  var nextOfSKU: Int32
  var isDirty = false
  var balances = Balances()
  /// The sequence of the last movement of this row; 0 for none.
  var lastSequence: UInt64 = 0
  /// Hold lines with an expiry up to this bucket are no longer part of `held`.
  var drainedThrough: Int64 = 0
  /// The revision of the last entry that changed what is on hand; 0 for none.
  var onHandRevision: UInt64 = 0
  // The held quantity by expiry bucket. Invariant: sums to `held`.
  /// What came in order of expiry, nearly all of it: a queue, ascending.
  var queueFirst: Int32 = BucketTrees.none
  var queueLast: Int32 = BucketTrees.none
  /// The rest, as a tree.
  var tree: Int32 = BucketTrees.none
  /// The lowest bucket of both.
  var nextDue: Int64 = .max
}

/// The stock rows of a shard, found by SKU and location, and what of each is held until when.
struct StockRows: Sendable {
  static let none: Int32 = -1

  private(set) var rows = Slab<StockRow>()
  private var trees: BucketTrees
  private var table: IdentifierTable<Int32>
  /// Rows that changed since they were last written.
  private(set) var dirty: [Int32] = []

  init(seed: UInt64) {
    trees = BucketTrees(seed: seed)
    table = IdentifierTable(seed: seed)
  }

  var count: Int { rows.count }

  subscript(row: Int32) -> StockRow {
    get { rows[row] }
    _modify { yield &rows[row] }
  }

  func find(_ key: StockKey) -> Int32 {
    table[UniqueID(high: 0, low: key.packed)] ?? Self.none
  }

  /// Adds a row and makes it the first in its SKU's chain.
  mutating func insert(_ key: StockKey, firstOfSKU: inout Int32) -> Int32 {
    let row = rows.insert(StockRow(key: key, nextOfSKU: firstOfSKU))
    let isNew = table.insert(UniqueID(high: 0, low: key.packed), row)
    invariant(isNew, "a stock row is there twice: \(key)")
    firstOfSKU = row
    return row
  }

  /// Removes rows of which nothing is left. Whoever does sees to the chains of their SKUs.
  mutating func remove(_ removed: [Int32]) {
    for row in removed { rows[row].isDirty = false }
    dirty.removeAll { !rows[$0].isDirty }
    for row in removed {
      _ = takeDue(row, through: .max)
      table.removeValue(forKey: UniqueID(high: 0, low: rows[row].key.packed))
      rows.remove(row)
    }
  }

  mutating func markDirty(_ row: Int32) {
    if rows[row].isDirty { return }
    rows[row].isDirty = true
    dirty.append(row)
  }

  mutating func markAllClean() {
    for row in dirty { rows[row].isDirty = false }
    dirty.removeAll(keepingCapacity: true)
  }

  /// Begins to load a row.
  func prefetch(_ row: Int32) {
    if row != Self.none { rows.prefetch(row) }
  }

  /// Begins to load what a row that is loaded counts its latest expiry in.
  func prefetchExpiry(_ row: Int32) {
    if row != Self.none, rows[row].queueLast != BucketTrees.none { trees.prefetch(rows[row].queueLast) }
  }

  // MARK: What is held until when

  /// Counts a held quantity under its expiry; answers the node, by which it can be taken back.
  mutating func addExpiry(_ row: Int32, bucket: Int64, quantity: Int64) -> Int32 {
    let last = rows[row].queueLast
    if last == BucketTrees.none {
      let node = trees.insertLoose(bucket, quantity)
      rows[row].queueFirst = node
      rows[row].queueLast = node
      rows[row].nextDue = min(rows[row].nextDue, bucket)
      return node
    }
    let lastBucket = trees.bucket(last)
    if bucket < lastBucket { return addOutOfOrder(row, bucket, quantity) }
    if bucket == lastBucket {
      trees[value: last] += quantity
      return last
    }
    let node = trees.insertLoose(bucket, quantity)
    trees.setNext(ofLoose: last, node)
    rows[row].queueLast = node
    return node
  }

  private mutating func addOutOfOrder(_ row: Int32, _ bucket: Int64, _ quantity: Int64) -> Int32 {
    let found = trees.find(bucket, in: rows[row].tree)
    if found != BucketTrees.none {
      trees[value: found] += quantity
      return found
    }
    rows[row].nextDue = min(rows[row].nextDue, bucket)
    return trees.insert(bucket, quantity, root: &rows[row].tree)
  }

  /// Takes back a part of what was counted under a node that is not due. A node that comes to nothing stays until it is
  /// due.
  mutating func subtractExpiry(_ node: Int32, bucket: Int64, quantity: Int64) {
    invariant(
      trees.bucket(node) == bucket && trees[value: node] >= quantity, "a held line is not in its expiry bucket")
    trees[value: node] -= quantity
  }

  /// Takes everything that is due out of the expiries; answers how much.
  mutating func takeDue(_ row: Int32, through bucket: Int64) -> Int64 {
    var quantity: Int64 = 0
    var next: Int64 = .max
    while rows[row].queueFirst != BucketTrees.none {
      let node = rows[row].queueFirst
      guard trees.bucket(node) <= bucket else {
        next = trees.bucket(node)
        break
      }
      quantity += trees[value: node]
      rows[row].queueFirst = trees.next(ofLoose: node)
      trees.removeLoose(node)
    }
    if rows[row].queueFirst == BucketTrees.none { rows[row].queueLast = BucketTrees.none }
    while rows[row].tree != BucketTrees.none {
      let node = trees.first(in: rows[row].tree)
      guard trees.bucket(node) <= bucket else {
        next = min(next, trees.bucket(node))
        break
      }
      quantity += trees[value: node]
      trees.remove(trees.bucket(node), root: &rows[row].tree)
    }
    rows[row].nextDue = next
    return quantity
  }

  /// How much of a row is due, without changing anything.
  func due(_ row: Int32, through bucket: Int64) -> Int64 {
    if rows[row].nextDue > bucket { return 0 }
    var quantity = trees.sum(through: bucket, in: rows[row].tree)
    var node = rows[row].queueFirst
    while node != BucketTrees.none, trees.bucket(node) <= bucket {
      quantity += trees[value: node]
      node = trees.next(ofLoose: node)
    }
    return quantity
  }

  /// All that is in the expiries of a row: what `held` must be.
  func heldByExpiry(_ row: Int32) -> Int64 { due(row, through: .max) }
}
