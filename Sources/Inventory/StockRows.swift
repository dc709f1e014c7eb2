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
  /// The held quantity by expiry bucket. Invariant: sums to `held`.
  var expiries: Int32 = BucketTrees.none
  /// The lowest bucket in `expiries`.
  var nextDue: Int64 = .max
  /// The node of `expiries` that was used last: most reservations of a row in a row expire together.
  var lastExpiry: Int32 = BucketTrees.none
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

  mutating func markDirty(_ row: Int32) {
    if rows[row].isDirty { return }
    rows[row].isDirty = true
    dirty.append(row)
  }

  mutating func markAllClean() {
    for row in dirty { rows[row].isDirty = false }
    dirty.removeAll(keepingCapacity: true)
  }

  // MARK: What is held until when

  mutating func addExpiry(_ row: Int32, bucket: Int64, quantity: Int64) {
    let last = rows[row].lastExpiry
    if last != BucketTrees.none, trees.bucket(last) == bucket {
      trees[value: last] += quantity
      return
    }
    var node = trees.find(bucket, in: rows[row].expiries)
    if node != BucketTrees.none {
      trees[value: node] += quantity
    } else {
      node = trees.insert(bucket, quantity, root: &rows[row].expiries)
      if bucket < rows[row].nextDue { rows[row].nextDue = bucket }
    }
    rows[row].lastExpiry = node
  }

  mutating func subtractExpiry(_ row: Int32, bucket: Int64, quantity: Int64) {
    let node = trees.find(bucket, in: rows[row].expiries)
    invariant(node != BucketTrees.none && trees[value: node] >= quantity, "a held line is not in its expiry bucket")
    trees[value: node] -= quantity
    if trees[value: node] == 0 { removeExpiry(row, bucket, node) }
  }

  /// Takes everything that is due out of the expiries; answers how much.
  mutating func takeDue(_ row: Int32, through bucket: Int64) -> Int64 {
    var quantity: Int64 = 0
    while rows[row].nextDue <= bucket {
      let node = trees.first(in: rows[row].expiries)
      quantity += trees[value: node]
      removeExpiry(row, rows[row].nextDue, node)
    }
    return quantity
  }

  /// How much of a row is due, without changing anything.
  func due(_ row: Int32, through bucket: Int64) -> Int64 {
    rows[row].nextDue > bucket ? 0 : trees.sum(through: bucket, in: rows[row].expiries)
  }

  /// All that is in the expiries of a row: what `held` must be.
  func heldByExpiry(_ row: Int32) -> Int64 { trees.sum(through: .max, in: rows[row].expiries) }

  private mutating func removeExpiry(_ row: Int32, _ bucket: Int64, _ node: Int32) {
    if rows[row].lastExpiry == node { rows[row].lastExpiry = BucketTrees.none }
    trees.remove(bucket, root: &rows[row].expiries)
    guard bucket == rows[row].nextDue else { return }
    let first = trees.first(in: rows[row].expiries)
    rows[row].nextDue = first == BucketTrees.none ? .max : trees.bucket(first)
  }
}
