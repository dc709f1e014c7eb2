internal import Basics
internal import Raft
internal import Replication

// Disks that are replaced, and what the log says about members.
extension World {
  /// A bit of an old entry turns. The checksum uncovers it; the node cannot use its disk any more, and gets an empty one.
  /// One at a time, and only where the others are a majority without it: more is not promised.
  func rot(_ node: SimulatedNode, _ chance: inout Chance) -> Bool {
    guard repairing == nil, canLose(node), let isUncovered = node.log.rot(&chance) else { return false }
    guard isUncovered else { return false }
    coverage.reach(.rotUncovered)
    trace.say(time, "\(node.number) finds its log damaged and gets an empty disk")
    crash(node, restartAfter: .milliseconds(300))
    node.log = SimulatedLog(shardCount: allShardCount)
    node.state = SimulatedState(shardCount: allShardCount)
    node.wasReplaced = true
    if !isMutated(.reusesMemberIDs) { node.members = Array(repeating: .none, count: allShardCount) }
    repairing = node.number
    add(.operatorStep, after: .milliseconds(400))
    return true
  }

  private func canLose(_ node: SimulatedNode) -> Bool {
    (0..<allShardCount).allSatisfy { shard in
      guard let (leading, _, status) = leader(of: ShardID(UInt32(shard))), !status.configuration.isJoint,
        status.configuration.voters.count >= 3, status.appliedIndex == histories[shard].lastIndex
      else { return false }
      // Nothing may hang on this node alone: the others have what it has acknowledged.
      let isSpare = status.configuration.voters.allSatisfy { voter in
        nodes[Int(voter.node.rawValue) - 1].log.durable[shard].lastIndex >= node.log.current[shard].lastIndex
      }
      guard isSpare else { return false }
      // A change on its way might lead to members that cannot do without the one that is lost.
      let log = leading.log.current[shard]
      var index = status.appliedIndex.next
      while index <= log.lastIndex {
        if log.entry(at: index)?.kind == .configuration { return false }
        index = index.next
      }
      return true
    }
  }

  /// Gives the node with the empty disk back what it had, shard by shard: the lost member leaves, a new one joins.
  func operate() {
    guard let number = repairing else { return }
    let node = node(number)
    defer { if repairing != nil { add(.operatorStep, after: .milliseconds(300)) } }
    guard node.isUp, !node.isPaused else { return }
    var isWhole = true
    for shard in 0..<UInt32(allShardCount) where !repair(ShardID(shard), node) { isWhole = false }
    guard isWhole else { return }
    repairing = nil
    coverage.reach(.replicaReplaced)
  }

  /// One step; answers whether none is left.
  private func repair(_ shard: ShardID, _ node: SimulatedNode) -> Bool {
    guard let (leading, store, status) = leader(of: shard) else { return false }
    let configuration = status.configuration
    let present = node.store?.status(of: shard)?.member
    let lost = configuration.members.first { $0.node == node.id && $0 != present }
    if configuration.isJoint {
      if !configuration.leavesAutomatically { propose(.leaveJoint, shard, leading, store) }
    } else if let lost {
      guard configuration.voters != [lost] else { return true }
      propose(ConfigurationChange([.remove(lost)]), shard, leading, store)
    } else if let present, configuration.isLearner(present) {
      propose(ConfigurationChange([.addVoter(present)]), shard, leading, store)
    } else if let present, !configuration.contains(present) {
      propose(ConfigurationChange([.addLearner(present)]), shard, leading, store)
    } else if present == nil {
      _ = join(shard, on: node)
    } else {
      return true
    }
    return false
  }

  func noteConfiguration(_ entry: Entry, _ shard: ShardID) {
    guard entry.kind == .configuration else { return }
    let change: ConfigurationChange
    do throws(DecodeError) { change = try ConfigurationChange(decoding: entry.payload) } catch { return }
    let place = Int(shard.rawValue)
    lastChange[place] = entry.index
    if let last = configurations[place].last, let next = Self.configuration(last, after: change) {
      configurations[place].append(next)
    }
    if change.leavesJoint {
      coverage.reach(.jointLeft)
      if jointTerms[place] != entry.term { coverage.reach(.jointLeftByAnotherLeader) }
    } else if change.operations.count > 1 || change.transition != .automatic {
      coverage.reach(.jointEntered)
      jointTerms[place] = entry.term
    }
  }

  /// A change that does not fit is no change.
  private static func configuration(_ last: Configuration, after change: ConfigurationChange) -> Configuration? {
    do throws(ConfigurationChangeError) { return try last.changed(by: change) } catch { return nil }
  }
}
