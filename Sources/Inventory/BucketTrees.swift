internal import Basics

/// Many small maps from an expiry bucket to a number, each ordered by bucket: treaps (Seidel and Aragon, 1996) whose
/// nodes share one slab. A map is named by its root, which its owner keeps; an empty one costs nothing, and a node 24
/// bytes. The priorities come from a secret seed, so that nobody can choose expiries that make a tree deep; the shape
/// of a tree never shows outside.
struct BucketTrees: Sendable {
  static let none: Int32 = -1

  private struct Node: Sendable {
    var bucket: Int64
    var value: Int64
    var left: Int32
    var right: Int32
  }

  /// A place that names a node: the root, or a child of a node.
  private enum Link {
    case root
    case left(Int32)
    case right(Int32)
  }

  private var nodes = Slab<Node>()
  private let seed: UInt64

  init(seed: UInt64) { self.seed = seed }

  var nodeCount: Int { nodes.count }

  func bucket(_ node: Int32) -> Int64 { nodes[node].bucket }

  func prefetch(_ node: Int32) { nodes.prefetch(node) }

  subscript(value node: Int32) -> Int64 {
    get { nodes[node].value }
    set { nodes[node].value = newValue }
  }

  func find(_ bucket: Int64, in root: Int32) -> Int32 {
    var node = root
    while node != Self.none, nodes[node].bucket != bucket {
      node = bucket < nodes[node].bucket ? nodes[node].left : nodes[node].right
    }
    return node
  }

  /// The node with the lowest bucket.
  func first(in root: Int32) -> Int32 {
    var node = root
    while node != Self.none, nodes[node].left != Self.none { node = nodes[node].left }
    return node
  }

  /// Calls `body` with the value of each node, ascending by bucket.
  func forEach(in root: Int32, _ body: (Int64) -> Void) {
    guard root != Self.none else { return }
    forEach(in: nodes[root].left, body)
    body(nodes[root].value)
    forEach(in: nodes[root].right, body)
  }

  /// Adds a bucket that is not there yet: it sinks to where its priority belongs, and splits the tree below.
  mutating func insert(_ bucket: Int64, _ value: Int64, root: inout Int32) -> Int32 {
    let new = nodes.insert(Node(bucket: bucket, value: value, left: Self.none, right: Self.none))
    let rank = priority(bucket)
    var link = Link.root
    var below = root
    while below != Self.none, priority(nodes[below].bucket) >= rank {
      if bucket < nodes[below].bucket {
        link = .left(below)
        below = nodes[below].left
      } else {
        link = .right(below)
        below = nodes[below].right
      }
    }
    set(link, new, root: &root)
    var (lower, upper) = (Link.left(new), Link.right(new))
    while below != Self.none {
      let node = below
      if nodes[node].bucket < bucket {
        set(lower, node, root: &root)
        lower = .right(node)
        below = nodes[node].right
      } else {
        set(upper, node, root: &root)
        upper = .left(node)
        below = nodes[node].left
      }
    }
    set(lower, Self.none, root: &root)
    set(upper, Self.none, root: &root)
    return new
  }

  /// Removes a bucket that is there: its two subtrees are merged in its place.
  mutating func remove(_ bucket: Int64, root: inout Int32) {
    var link = Link.root
    var node = root
    while node != Self.none, nodes[node].bucket != bucket {
      if bucket < nodes[node].bucket {
        link = .left(node)
        node = nodes[node].left
      } else {
        link = .right(node)
        node = nodes[node].right
      }
    }
    invariant(node != Self.none, "an expiry bucket is missing")
    var (left, right) = (nodes[node].left, nodes[node].right)
    nodes.remove(node)
    while left != Self.none, right != Self.none {
      if priority(nodes[left].bucket) >= priority(nodes[right].bucket) {
        set(link, left, root: &root)
        link = .right(left)
        left = nodes[left].right
      } else {
        set(link, right, root: &root)
        link = .left(right)
        right = nodes[right].left
      }
    }
    set(link, left != Self.none ? left : right, root: &root)
  }

  /// The sum of the values up to and including a bucket, without changing anything.
  func sum(through bucket: Int64, in root: Int32) -> Int64 {
    var sum: Int64 = 0
    var waiting: [Int32] = []
    var node = root
    while true {
      while node != Self.none {
        waiting.append(node)
        node = nodes[node].left
      }
      guard let next = waiting.popLast(), nodes[next].bucket <= bucket else { return sum }
      sum += nodes[next].value
      node = nodes[next].right
    }
  }

  private func priority(_ bucket: Int64) -> UInt64 {
    StableHash.mix(UInt64(bitPattern: bucket) ^ seed ^ 0x9E37_79B9_7F4A_7C15, 0xE703_7ED1_A0B4_28DB)
  }

  // MARK: Nodes outside of any tree, in a queue that their owner keeps

  /// A node of its own. Its place in a queue is kept where a tree would have its right child.
  mutating func insertLoose(_ bucket: Int64, _ value: Int64) -> Int32 {
    nodes.insert(Node(bucket: bucket, value: value, left: Self.none, right: Self.none))
  }

  func next(ofLoose node: Int32) -> Int32 { nodes[node].right }
  mutating func setNext(ofLoose node: Int32, _ next: Int32) { nodes[node].right = next }
  mutating func removeLoose(_ node: Int32) { nodes.remove(node) }

  private mutating func set(_ link: Link, _ node: Int32, root: inout Int32) {
    switch link {
    case .root: root = node
    case .left(let parent): nodes[parent].left = node
    case .right(let parent): nodes[parent].right = node
    }
  }
}
