internal import Basics
internal import Placement
internal import Raft
internal import Replication

// A world that is a cluster: it grows from one node, its meta shard says where replicas are to be, and the nodes see to it.
// Ops add nodes, drain them, change goals at random, and plan; nobody here touches a group.
extension World {
  private static let cluster = UniqueID(high: 1, low: 1)

  // MARK: Beginnings

  /// The first node has everything, alone.
  func makeFirstNode() {
    for shard in 0..<allShardCount {
      let member = MemberID(node: nodes[0].id)
      guard shard <= temper.shardCount else {
        firstMembers.append([])
        configurations.append([])
        continue
      }
      firstMembers.append([member])
      configurations.append([Configuration(voters: [member])])
      nodes[0].members[shard] = member
    }
  }

  /// Every other node waits for the meta shard.
  func beginnings(of node: SimulatedNode) -> [ReplicaSpecification] {
    let member = MemberID(node: node.id)
    guard node === nodes[0] else {
      return [ReplicaSpecification(shard: .meta, member: member, beginning: .joining)]
    }
    return (0...UInt32(temper.shardCount)).map { ReplicaSpecification(shard: ShardID($0), member: member) }
  }

  private func description(of node: SimulatedNode) -> NodeDescription {
    NodeDescription(directory: UniqueID(high: 2, low: UInt64(node.number.index)))
  }

  // MARK: Ops

  /// Once a second whoever leads the meta shard looks at the cluster. Founding it and letting nodes in is asked for again
  /// until it is so, as ops do.
  func planGoals() throws(Violation) {
    if phase != .done { add(.plannerStep, after: .milliseconds(phase == .stocking ? 200 : 1_000)) }
    guard let (node, store, _) = leader(of: .meta), node.isUp, !node.isPaused else { return }
    guard let table = store.cluster else {
      let founding = Founding(
        cluster: Self.cluster, storeCount: 1, node: nodes[0].id, description: description(of: nodes[0]),
        shardMap: ShardMap(dividedAmong: temper.shardCount))
      return send([.found(founding)], to: node)
    }
    if table.nodes.count < nodes.count {
      return send([.addNode(description(of: nodes[table.nodes.count]))], to: node)
    }
    if settings.usesSlots, goOnMoving(table, node) { return }
    let changes = Planner(table, observations(table)).repair()
    if !changes.isEmpty { send([.setGoals(changes.map(\.goal))], to: node) }
  }

  /// A node that is down is taken for dead for good half of the time, in a world that heals it later: what comes back then
  /// has to find out that it was replaced.
  private func observations(_ table: ClusterTable) -> Observations {
    var observed = Observations()
    for node in nodes where !node.isUp {
      let isTakenForDead = node.life.rawValue % 2 == 0
      observed.silentSeconds[node.id] = isTakenForDead ? UInt64(table.settings.replaceDeadAfterSeconds) : 1
    }
    return observed
  }

  /// Something that ops may ask for: other nodes for a shard, another leader, a node that is to be empty or is no more.
  func changeGoal(_ chance: inout Chance) -> Bool {
    guard let (node, store, _) = leader(of: .meta), let table = store.cluster, table.nodes.count == nodes.count else {
      return false
    }
    if settings.usesSlots, chance.oneIn(2) { return orderMove(&chance, table, node) }
    if chance.oneIn(5) {
      let record = table.nodes[chance.below(table.nodes.count)]
      let isDraining = record.state == .draining
      send([.setNodeState(record.number, isDraining ? .active : .draining, isForced: false)], to: node)
      return true
    }
    let shard = ShardID(UInt32(1 + chance.below(temper.shardCount)))
    guard let record = table.shard(shard) else { return false }
    let goal = randomGoal(record, &chance)
    trace.say(time, "ops want shard \(shard) on \(goal.places.map(\.node)), led by \(goal.preferredLeader)")
    send([.setGoals([goal])], to: node)
    return true
  }

  private func randomGoal(_ record: ShardRecord, _ chance: inout Chance) -> ShardGoal {
    let voterCount = chance.pick([1, 2, 3, 3, 3, 5])
    var order = nodes.map(\.id)
    for place in order.indices.reversed() where place > 0 { order.swapAt(place, chance.below(place + 1)) }
    let members = order.prefix(voterCount + (chance.oneIn(3) ? 1 : 0))
    let voters = order.prefix(voterCount)
    let places = members.sorted().map { node in
      let isRenewed = chance.oneIn(12)
      return ShardGoal.Place(node: node, isVoter: voters.contains(node), isRenewed: isRenewed)
    }
    return ShardGoal(
      shard: record.shard, expectedRevision: record.goalRevision, places: places,
      preferredLeader: chance.oneIn(2) ? chance.pick(Array(voters)) : .none)
  }

  // MARK: What nodes say to the meta shard

  func send(_ commands: [ClusterCommand], to node: SimulatedNode) {
    add(.commands(to: node.number, commands), after: turns.span(mean: temper.networkDelay))
  }

  func propose(_ commands: [ClusterCommand], _ node: SimulatedNode, _ store: Store) {
    for command in commands {
      do throws(StoreRefusal) { try store.proposeCluster(.none, command) } catch {
        trace.say(time, "\(node.number) does not take a command for the meta shard: \(error)")
        return
      }
    }
  }

  /// What a turn made known: commands go to whoever leads the meta shard, over the network and like everything there not
  /// always; and the replicas that have come or gone are noted.
  func followGoals(_ node: SimulatedNode, _ store: Store) throws(Violation) {
    let commands = store.takeClusterCommands()
    if !commands.isEmpty, let target = leader(of: .meta)?.node {
      if target === node {
        send(commands, to: target)
      } else if let arrival = network.send(from: node.number, to: target.number, at: time).arrival {
        queue.add(.commands(to: target.number, commands), at: arrival)
      }
    }
    for shard in 0..<allShardCount {
      let member = store.status(of: ShardID(UInt32(shard)))?.member ?? .none
      guard member != node.members[shard] else { continue }
      try noteLife(member, of: shard, node)
    }
    if settings.usesSlots { probeMap(node, store) }
  }

  private func noteLife(_ member: MemberID, of shard: Int, _ node: SimulatedNode) throws(Violation) {
    let before = node.members[shard]
    node.members[shard] = member
    if before != .none {
      coverage.reach(.memberRemoved)
      trace.say(time, "\(node.number) has destroyed member \(before) of shard \(shard)")
      if configurations[shard].last?.isVoter(before) == true {
        throw Violation(.promise, "\(node.number) destroys member \(before) of shard \(shard), which is a voter")
      }
    }
    guard member != .none else { return }
    noteFounding(of: shard, node)
    coverage.reach(.learnerAdded)
    trace.say(time, "\(node.number) has member \(member) of shard \(shard)")
  }

  // MARK: At the end

  /// What keeps a shard from being where its goal wants it; `nil` if nothing does.
  func missingGoal(of shard: ShardID) -> String? {
    guard settings.usesGoals else { return nil }
    if shard == .meta, settings.usesSlots, let text = missingMove() { return text }
    guard let (_, store, _) = leader(of: .meta), let table = store.cluster else { return "the cluster is not founded" }
    guard table.nodes.count == nodes.count else { return "not every node belongs to the cluster" }
    if !Planner(table).repair().isEmpty { return "there is something to plan" }
    guard let record = table.shard(shard), record.isGoalMet else {
      return "the goal of shard \(shard) is not met: \(String(describing: table.shard(shard)))"
    }
    for node in nodes {
      let member = node.store?.status(of: shard)?.member
      let wanted = record.goalMember(on: node.id).map { MemberID(node: $0.node, life: $0.life) }
      guard member == wanted else {
        return "\(node.number) has \(String(describing: member)) of shard \(shard), not \(String(describing: wanted))"
      }
    }
    return nil
  }
}
