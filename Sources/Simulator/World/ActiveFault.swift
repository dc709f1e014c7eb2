internal import Basics

/// A fault that is in force, and what it was turned on.
struct ActiveFault {
  var number: Int
  var kind: FaultKind
  /// The nodes that it befell.
  var nodes: [NodeNumber] = []
  /// The directions of links whose rule it changes.
  var links: [(from: NodeNumber, to: NodeNumber)] = []
  var rule = LinkRule()
  /// The shard whose leaders are chased, how, and how often.
  var prey = ShardID.meta
  var weapon = Weapon.link
  var period = WorldTime.Span.zero

  enum Weapon: Sendable { case link, oneWayLink, pause, crash }
}

extension LinkRule {
  /// The rules of two faults together: the worse of each.
  mutating func add(_ other: LinkRule) {
    isBlocked = isBlocked || other.isBlocked
    lossPerMillion = max(lossPerMillion, other.lossPerMillion)
    duplicatesLate = duplicatesLate || other.duplicatesLate
    duplicationPerMillion = max(duplicationPerMillion, other.duplicationPerMillion)
    reorderingPerMillion = max(reorderingPerMillion, other.reorderingPerMillion)
    corruptionPerMillion = max(corruptionPerMillion, other.corruptionPerMillion)
    slowness = max(slowness, other.slowness)
  }
}
