/// The number of a simulated node, from 0.
package struct NodeNumber: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  package var rawValue: Int32
  package init(rawValue: Int32) { self.rawValue = rawValue }
  package init(_ index: Int) { rawValue = Int32(index) }
  package var index: Int { Int(rawValue) }
  package static func < (left: NodeNumber, right: NodeNumber) -> Bool { left.rawValue < right.rawValue }
  package var description: String { "n\(rawValue + 1)" }
}

/// How one direction of a link treats frames now. The rules of all faults that are in force come together here.
struct LinkRule: Equatable, Sendable {
  var isBlocked = false
  var lossPerMillion = 0
  var duplicationPerMillion = 0
  /// Whether the second copy comes seconds later, when perhaps nobody remembers the first.
  var duplicatesLate = false
  var reorderingPerMillion = 0
  var corruptionPerMillion = 0
  /// How many times as long a frame takes.
  var slowness: UInt64 = 1
}

/// Carries frames between nodes: in order and once, as a connection does, unless a fault says otherwise. Owned by the
/// world.
struct Network {
  private struct Link {
    var rule = LinkRule()
    /// A frame does not overtake the one before.
    var lastArrival = WorldTime.zero
  }

  /// What becomes of one frame.
  struct Passage {
    var arrival: WorldTime?
    var secondArrival: WorldTime?
    var isCorrupted = false
  }

  let nodeCount: Int
  private let meanDelay: WorldTime.Span
  private var links: [Link]
  private var chance: Chance
  private(set) var counts = NetworkCounts()

  init(nodeCount: Int, meanDelay: WorldTime.Span, seed: UInt64) {
    self.nodeCount = nodeCount
    self.meanDelay = meanDelay
    links = Array(repeating: Link(), count: nodeCount * nodeCount)
    chance = Chance(seed: seed, concern: Concern.network)
  }

  subscript(from: NodeNumber, to: NodeNumber) -> LinkRule {
    get { links[from.index * nodeCount + to.index].rule }
    set { links[from.index * nodeCount + to.index].rule = newValue }
  }

  /// Every link is as good as new.
  mutating func heal() {
    for index in links.indices { links[index].rule = LinkRule() }
  }

  /// Whether every link carries a frame within a span: one that a slow network delayed holds up all behind it.
  func isFlowing(at time: WorldTime, within span: WorldTime.Span) -> Bool {
    links.allSatisfy { $0.lastArrival <= time + span }
  }

  /// Sends a frame. Blocked and lost frames never arrive; nobody is told.
  mutating func send(from: NodeNumber, to: NodeNumber, at time: WorldTime) -> Passage {
    let index = from.index * nodeCount + to.index
    let rule = links[index].rule
    counts.sent += 1
    if rule.isBlocked {
      counts.blocked += 1
      return Passage()
    }
    if chance.happens(perMillion: rule.lossPerMillion) {
      counts.lost += 1
      return Passage()
    }
    var passage = Passage()
    var arrival = time + delay(rule)
    if chance.happens(perMillion: rule.reorderingPerMillion) {
      counts.reordered += 1
      arrival = arrival + delay(rule) + delay(rule)
    } else {
      arrival = max(arrival, links[index].lastArrival)
      links[index].lastArrival = arrival
    }
    passage.arrival = arrival
    if chance.happens(perMillion: rule.duplicationPerMillion) {
      counts.duplicated += 1
      passage.secondArrival = arrival + (rule.duplicatesLate ? chance.span(mean: .milliseconds(1_500)) : delay(rule))
    }
    if chance.happens(perMillion: rule.corruptionPerMillion) {
      counts.corrupted += 1
      passage.isCorrupted = true
    }
    return passage
  }

  private mutating func delay(_ rule: LinkRule) -> WorldTime.Span {
    let span = chance.span(mean: meanDelay)
    return .init(nanoseconds: span.nanoseconds * rule.slowness)
  }

  /// Turns one bit of a frame.
  mutating func corrupt(_ frame: inout [UInt8]) {
    guard !frame.isEmpty else { return }
    frame[chance.below(frame.count)] ^= UInt8(1 << chance.below(8))
  }
}

/// What the network did to frames.
package struct NetworkCounts: Equatable, Sendable {
  package var sent: UInt64 = 0
  package var blocked: UInt64 = 0
  package var lost: UInt64 = 0
  package var duplicated: UInt64 = 0
  package var reordered: UInt64 = 0
  package var corrupted: UInt64 = 0

  package init() {}

  package mutating func add(_ other: NetworkCounts) {
    sent += other.sent
    blocked += other.blocked
    lost += other.lost
    duplicated += other.duplicated
    reordered += other.reordered
    corrupted += other.corrupted
  }
}
