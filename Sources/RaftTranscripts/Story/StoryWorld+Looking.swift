internal import Raft

extension StoryWorld {
  /// Every node in a line.
  package var states: [String] { nodes.map(Self.state) }

  static func state(_ node: StoryNode) -> String {
    guard node.isUp else { return "\(node.member) is down" }
    let asleep = node.group.isAsleep ? ", asleep" : ""
    return "\(node.group.member) \(StoryText.role(node.group))\(asleep),"
      + " log \(StoryText.position(node.group.lastPosition)) commit \(node.group.commitIndex) applied \(node.group.appliedIndex),"
      + " \(StoryText.configuration(node.group.configuration))"
  }

  mutating func tellStatus(_ place: Int) {
    for progress in nodes[place].group.memberProgress { tell(StoryText.progress(progress)) }
  }

  mutating func tellLog(_ place: Int) {
    let stored = nodes[place].stored
    tell("behind \(stored.start.term)/\(stored.start.index)")
    for entry in stored.entries { tell(StoryText.entry(entry)) }
  }
}
