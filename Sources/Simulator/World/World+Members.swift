internal import Basics
internal import Raft
internal import Replication

// Ops: members come and go, leadership is moved, and what a disk lost is made good.
extension World {
  /// The first members of each shard: the first nodes, so that the others are there to be added.
  func makeMembers() {
    if settings.usesGoals { return makeFirstNode() }
    lives = Array(repeating: Array(repeating: 0, count: temper.nodeCount), count: allShardCount)
    for shard in 0..<allShardCount {
      let members = (0..<temper.replicaCount).map { MemberID(node: nodes[$0].id) }
      firstMembers.append(members)
      configurations.append([Configuration(voters: members)])
      for place in 0..<temper.replicaCount {
        lives[shard][place] = 1
        nodes[place].members[shard] = members[place]
      }
    }
  }

  /// What a node was set up with. A disk that was replaced has nothing: what comes to it later is another member.
  func founders(on node: SimulatedNode) -> [ReplicaSpecification] {
    if settings.usesGoals { return beginnings(of: node) }
    guard !node.wasReplaced || isMutated(.reusesMemberIDs) else { return [] }
    return (0..<allShardCount).compactMap { shard in
      let member = MemberID(node: node.id)
      guard firstMembers[shard].contains(member) else { return nil }
      return ReplicaSpecification(
        shard: ShardID(UInt32(shard)), member: member, beginning: .founding(firstMembers[shard]))
    }
  }

  /// The running node that leads a shard in the newest term, and what it says.
  func leader(of shard: ShardID) -> (node: SimulatedNode, store: Store, status: ReplicaStatus)? {
    var found: (node: SimulatedNode, store: Store, status: ReplicaStatus)?
    for node in nodes where !node.isPaused {
      guard let store = node.store, let status = store.status(of: shard), status.role == .leader else { continue }
      if let found, found.status.term > status.term { continue }
      found = (node, store, status)
    }
    return found
  }

  // MARK: Changes

  func changeMembers(_ chance: inout Chance) -> Bool {
    if settings.usesGoals { return changeGoal(&chance) }
    let shard = ShardID(UInt32(chance.below(allShardCount)))
    // A group that has lost a member for good is given that one back first.
    guard repairing == nil, let (node, store, status) = leader(of: shard) else { return false }
    if chance.oneIn(4) { return destroyStray(shard, status.configuration) }
    guard let change = change(of: shard, status.configuration, &chance) else { return false }
    return propose(change, shard, node, store)
  }

  @discardableResult
  func propose(_ change: ConfigurationChange, _ shard: ShardID, _ node: SimulatedNode, _ store: Store) -> Bool {
    do throws(ChangeRefusal) {
      try store.propose(change, Waiter(origin: .max - 1, call: 0), to: shard)
    } catch {
      trace.say(time, "\(node.number) refuses to change the members of shard \(shard): \(error)")
      return false
    }
    trace.say(time, "\(node.number) is to change the members of shard \(shard): \(change.operations)")
    add(.turn(node.number, node.life), after: .microseconds(10))
    return true
  }

  /// Something that may be asked for: nodes join as learners, learners become voters, voters leave or step back, and one
  /// takes another's place.
  private func change(
    of shard: ShardID, _ configuration: Configuration, _ chance: inout Chance
  ) -> ConfigurationChange? {
    if configuration.isJoint {
      return configuration.leavesAutomatically ? nil : ConfigurationChange.leaveJoint
    }
    let learners = configuration.learners
    let learner = learners.isEmpty ? nil : chance.pick(learners)
    let voter = chance.pick(configuration.voters)
    let transition = chance.pick([ConfigurationChange.Transition.automatic, .jointImplicit, .jointExplicit])
    switch chance.below(8) {
    case 0, 1, 2:
      // First a replica that waits, on disk, and only then a member: a crash must not leave a member that is nowhere.
      if let member = waitingMember(of: shard, configuration) { return ConfigurationChange([.addLearner(member)]) }
      _ = join(shard, configuration, &chance)
      return nil
    case 3: return learner.map { ConfigurationChange([.addVoter($0)], transition: transition) }
    case 4 where configuration.voters.count > 2:
      return ConfigurationChange([chance.oneIn(2) ? .remove(voter) : .addLearner(voter)], transition: transition)
    default:
      guard let learner else { return nil }
      // Two at a time where there are two: then majorities before and after may have nobody in common.
      let others = configuration.voters.filter { $0 != voter }
      if learners.count > 1, others.count > 1 {
        let operations =
          [.addVoter(learners[0]), .addVoter(learners[1]), .remove(voter), .remove(others[0])]
          as [ConfigurationChange.Operation]
        return ConfigurationChange(operations, transition: transition)
      }
      return ConfigurationChange([.addVoter(learner), .remove(voter)], transition: transition)
    }
  }

  /// A replica that was made and takes part, but is no member yet.
  private func waitingMember(of shard: ShardID, _ configuration: Configuration) -> MemberID? {
    for node in nodes {
      guard let status = node.store?.status(of: shard), status.appliedIndex == .zero else { continue }
      if !configuration.contains(status.member) { return status.member }
    }
    return nil
  }

  /// Makes a replica of the shard on a node that has none; answers its member.
  func join(_ shard: ShardID, _ configuration: Configuration, _ chance: inout Chance) -> MemberID? {
    let free = nodes.filter { node in
      node.isUp && !node.isPaused && node.store?.status(of: shard) == nil
        && !configuration.members.contains { $0.node == node.id }
    }
    guard !free.isEmpty else { return nil }
    return join(shard, on: chance.pick(free))
  }

  func join(_ shard: ShardID, on node: SimulatedNode) -> MemberID? {
    guard let store = node.store else { return nil }
    let life = ReplicaLife(lives[Int(shard.rawValue)][node.number.index])
    let member = MemberID(node: node.id, life: life)
    do throws(ReplicaRefusal) {
      try store.create(ReplicaSpecification(shard: shard, member: member, beginning: .joining))
    } catch {
      trace.say(time, "\(node.number) does not make member \(member) of shard \(shard): \(error)")
      return nil
    }
    lives[Int(shard.rawValue)][node.number.index] += 1
    node.members[Int(shard.rawValue)] = member
    coverage.reach(.learnerAdded)
    trace.say(time, "\(node.number) waits to join shard \(shard) as member \(member)")
    add(.turn(node.number, node.life), after: .microseconds(10))
    return member
  }

  /// Takes a replica off a node that is no member any more, by the word of a leader that has applied its removal.
  private func destroyStray(_ shard: ShardID, _ configuration: Configuration) -> Bool {
    for node in nodes where !node.isPaused {
      guard let store = node.store, let status = store.status(of: shard) else { continue }
      guard !configuration.contains(status.member), !configuration.isJoint, status.role != .leader else { continue }
      // One that still waits to be added is no stray.
      guard status.appliedIndex > .zero, allKnow(shard, configuration) else { continue }
      do throws(ReplicaRefusal) { try store.destroy(shard) } catch { continue }
      coverage.reach(.memberRemoved)
      trace.say(time, "\(node.number) destroys its replica of shard \(shard), member \(status.member)")
      add(.turn(node.number, node.life), after: .microseconds(10))
      return true
    }
    return false
  }

  /// Whether every member knows, and would after a power loss, that it is in these members' group: only then the others
  /// may go for good, as nobody will need their vote to find that out.
  private func allKnow(_ shard: ShardID, _ configuration: Configuration) -> Bool {
    let place = Int(shard.rawValue)
    return configuration.voters.allSatisfy { voter in
      let node = nodes[Int(voter.node.rawValue) - 1]
      guard let status = node.store?.status(of: shard), status.member == voter else { return false }
      guard status.configuration == configuration else { return false }
      let changed = lastChange[place]
      return node.log.durable[place].hardState.commit >= changed || node.state.flushedIndexes[place] >= changed
    }
  }

  func transferLeadership(_ chance: inout Chance) -> Bool {
    let shard = ShardID(UInt32(chance.below(allShardCount)))
    guard let (node, store, status) = leader(of: shard) else { return false }
    let others = status.configuration.voters.filter { $0 != status.member }
    guard !others.isEmpty else { return false }
    let target = chance.pick(others)
    do throws(TransferRefusal) { try store.transferLeadership(of: shard, to: target) } catch { return false }
    coverage.reach(.transferAsked)
    trace.say(time, "\(node.number) is to hand shard \(shard) over to member \(target)")
    add(.turn(node.number, node.life), after: .microseconds(10))
    return true
  }
}
