internal import Basics
package import Placement
internal import Raft

// Where the replicas of this Store are to be, by the meta shard's word, and what is done about it. Nobody central moves a
// replica: each Store sees to its own. It follows from the goals, which are durable in the meta shard, and from what the
// groups and the disk are now; so a crash at any point changes nothing but the time.

extension Store {
  /// What is known of the cluster here: on the Store that has the meta shard what its replica has applied, on any other
  /// what it was told. `nil` before the cluster was founded.
  package var cluster: ClusterTable? { goals.table }

  /// Takes what the meta shard's Store knows of the cluster. An older table than the one that is known is ignored.
  package func follow(_ table: ClusterTable) {
    let known = goals.table
    guard table.isFounded, table.revision > known?.revision ?? 0 else { return }
    goals.table = table
    snapshotBudget.bound(bytesPerSecond: table.settings.snapshotBytesPerSecond / UInt64(table.storeCount))
    for record in table.shards where record.revision > known?.revision ?? 0 && isOwn(record.shard, table) {
      goals.reopen(record.shard)
    }
    followMoves(table)
    // Who may lead depends on the nodes.
    if let known, known.nodes != table.nodes {
      for case let replica? in replicas where replica.raft.isLeader { goals.reopen(replica.shard) }
    }
    wantsTurn = true
  }

  /// What the meta shard's leader says of the meta shard itself. A replica that takes no part any more does not learn of
  /// the life that is to follow it, nor of the end of its own.
  package func hear(meta record: ShardRecord) {
    guard record.shard == .meta, let replica = replica(of: .meta), replica.fault != nil else { return }
    guard record.revision > goals.toldMeta?.revision ?? 0 else { return }
    goals.toldMeta = record
    goals.reopen(.meta)
    wantsTurn = true
  }

  /// What is known of a shard: by the table, or what was told since of the meta shard.
  private func record(of shard: ShardID, _ table: ClusterTable) -> ShardRecord? {
    guard let record = table.shard(shard) else { return nil }
    if shard == .meta, let told = goals.toldMeta, told.revision > record.revision { return told }
    return record
  }

  /// Commands for the meta shard. The edge proposes them where it leads; they are made again if they get lost.
  package func takeClusterCommands() -> [ClusterCommand] {
    guard !goals.commands.isEmpty else { return [] }
    defer { goals.commands = [] }
    return goals.commands
  }

  /// The replica of the meta shard has applied something: this Store follows it.
  func followMeta() {
    if let meta { follow(meta.machine.table) }
  }

  private func isOwn(_ shard: ShardID, _ table: ClusterTable) -> Bool { table.storeIndex(of: shard) == storeIndex }

  /// Looks at the shards that are due.
  func pursueGoals() {
    guard let table = goals.table else { return }
    for (shard, due) in goals.takeDue(at: tick) {
      var pursuit = due
      guard let record = record(of: shard, table), let ticks = pursue(record, table, &pursuit) else { continue }
      pursuit.dueTick = tick + max(ticks, 1)
      goals.keep(shard, pursuit)
    }
  }

  /// Sees to one shard.
  ///
  /// - Returns: the ticks until it is to be looked at again; `nil` when nothing is left to be done here.
  private func pursue(_ record: ShardRecord, _ table: ClusterTable, _ pursuit: inout OpenGoals.Pursuit) -> UInt64? {
    guard let replica = replica(of: record.shard) else { return makeReplica(record, &pursuit) }
    noteGoal(replica, record)
    if isOver(replica, record) { return destroy(replica) }
    if replica.fault != nil { return renew(replica.record.member, record, &pursuit) }
    guard replica.raft.isLeader else { return nil }
    guard replica.hasOpenedTerm else { return 1 }
    let untilReport = report(replica, record, &pursuit)
    let untilStep = step(replica, record, table)
    guard untilReport != nil || untilStep != nil else { return nil }
    return min(untilReport ?? .max, untilStep ?? .max)
  }
}

// MARK: - Coming and going

extension Store {
  /// Makes the replica that the goal wants here; its leader will send it a snapshot, unless it is a founder's: then there
  /// is no state yet, and all founders begin alike. One that has lost its disk since comes back with another life.
  private func makeReplica(_ record: ShardRecord, _ pursuit: inout OpenGoals.Pursuit) -> UInt64? {
    // Of a shard that has not begun the founders make theirs although the goal has gone on without them: else nobody would.
    let founder = record.placedMember(on: node).flatMap { member in
      record.founders.contains(MemberID(node: node, life: member.life)) ? member : nil
    }
    guard let member = record.goalMember(on: node) ?? founder else { return nil }
    let id = MemberID(node: node, life: member.life)
    do throws(ReplicaRefusal) {
      let beginning: ReplicaSpecification.Beginning =
        record.founders.contains(id)
        ? .founding(record.founders.map { MemberID(node: $0.node, life: $0.life) }.sorted()) : .joining
      try create(ReplicaSpecification(shard: record.shard, member: id, beginning: beginning))
    } catch .alreadyHere {
      // The one before is not gone yet.
      return 1
    } catch {
      // This life is over, by the hand of ops.
      return renew(id, record, &pursuit)
    }
    return nil
  }

  /// Asks for another life of a replica that is of no use any more. Its leader removes it when the others can do without,
  /// and the next one comes when this one is gone.
  private func renew(
    _ member: MemberID, _ record: ShardRecord, _ pursuit: inout OpenGoals.Pursuit
  ) -> UInt64? {
    // Without others there is nobody who could give it its state again.
    guard record.goal.contains(member), record.goal.count > 1 else { return nil }
    if tick >= pursuit.reportTick, goals.commands.count < ClusterCommand.listCountMax {
      pursuit.reportTick = tick + limits.reportRetryTicks
      goals.commands.append(.renewMember(record.shard, node, member.life))
    }
    return limits.reportRetryTicks
  }

  private func destroy(_ replica: Replica) -> UInt64? {
    // What is being switched to is finished first.
    guard replica.install == nil else { return 1 }
    do throws(ReplicaRefusal) { try destroy(replica.shard) } catch { return 1 }
    return 1
  }

  /// Whether the life of a replica is over: no goal wants it, and it is certain that it has no vote, will never have one
  /// again, and is not needed by anybody to find that out; so that nothing that it has on its disk may be missed.
  ///
  /// Certain it is when it never had anything, for who never acknowledged anything never votes. Or when a leader reported a
  /// configuration without it that is settled (``isSettled(_:)``), and its own log has no change behind that
  /// one. For it cannot have been made a voter again behind the report: a leader makes a voter only of a learner that has
  /// the entry which made it one (``view(of:preferred:)``), and then that entry would be in its log. What a leader with an
  /// old table may still do is to add it as a learner; that counts for nothing, is never caught up, and goes when the
  /// leader learns better.
  private func isOver(_ replica: Replica, _ record: ShardRecord) -> Bool {
    let member = replica.record.member
    // A table from before the life was given knows nothing of it.
    guard member.life < record.nextLife, !record.goal.contains(member) else { return false }
    // A node's only copy of what it belongs to goes when a later one is to come, and stays when the node goes itself.
    guard record.shard != .meta || record.goalMember(on: node) != nil else { return false }
    if isMutated(.destroysPlaced) { return true }
    guard !record.placed.contains(member) else { return false }
    if replica.raft.configuration.members.isEmpty, replica.raft.lastIndex == .zero {
      return replica.receiving?.isStepped != true
    }
    let lastChange = max(replica.record.position.index, replica.raft.lastUnappliedChange ?? .zero)
    return record.placedIndex >= lastChange.rawValue
  }
}

// MARK: - Leading

extension Store {
  /// Tells the meta shard who is in the group, until it knows.
  ///
  /// - Returns: the ticks until it is to be told again; `nil` when it knows.
  private func report(_ replica: Replica, _ record: ShardRecord, _ pursuit: inout OpenGoals.Pursuit) -> UInt64? {
    let index = replica.record.position.index
    guard !replica.record.configuration.isJoint, index.rawValue > record.placedIndex else { return nil }
    guard isSettled(replica) else { return limits.goalRetryTicks }
    if tick >= pursuit.reportTick, goals.commands.count < ClusterCommand.listCountMax {
      pursuit.reportTick = tick + limits.reportRetryTicks
      goals.commands.append(
        .reportPlaced(
          PlacedReport(
            shard: replica.shard, index: index.rawValue, members: [GoalMember](replica.record.configuration))))
    }
    return limits.reportRetryTicks
  }

  /// Whether the change that made the members what they are is known to so many voters, and would be after a power loss,
  /// that nobody else is needed any more.
  ///
  /// A voter that takes the change for uncommitted may need the votes of those who left to be elected (thesis §4.3). So a
  /// majority has the change on its disk first; then an entry is proposed, which comes with a commit index that covers the
  /// change; and whoever acknowledges that entry has written both. When a majority has, whoever lacks the entry can
  /// neither win against them nor refuse them its vote, as its log is behind theirs; and any majority has one of them.
  private func isSettled(_ replica: Replica) -> Bool {
    let members = replica.record.position.index
    guard replica.raft.appliedIndex >= members else { return false }
    if let settling = replica.settling, settling.term == replica.raft.term, settling.members == members {
      return replica.mostVotersHave(settling.entry)
    }
    guard replica.mostVotersHave(members), replica.raft.canPropose(byteCount: 0) else { return false }
    replica.settling = Replica.Settling(term: replica.raft.term, members: members, entry: replica.raft.propose([]))
    mark(replica)
    return false
  }

  /// Takes the next step toward the goal.
  private func step(_ replica: Replica, _ record: ShardRecord, _ table: ClusterTable) -> UInt64? {
    guard replica.raft.transferTarget == .none else { return limits.goalRetryTicks }
    let goal = GroupGoal(record.goal)
    let preferred = goal.voters.first { $0.node == record.preferredLeader } ?? .none
    let view = view(of: replica, preferred: preferred)
    switch GoalStep(view, goal) {
    case .met: return prefer(preferred, view, replica, table)
    case .wait: return limits.goalRetryTicks
    case .handOver(let target):
      handOver(replica, to: target)
      return limits.handOverTicks
    case .change(let change):
      do throws(ChangeRefusal) {
        try replica.propose(change, .none)
        mark(replica)
      } catch {
        // One change at a time, no more than the log takes, nobody while the leadership is on its way: later.
      }
      return limits.goalRetryTicks
    }
  }

  /// What is news now is pursued at once, for a while: the goal, and a change of the members on the way to it. What a
  /// restart finds is none.
  private func noteGoal(_ replica: Replica, _ record: ShardRecord) {
    let (goal, members) = (record.goalRevision, replica.record.configuration)
    let isNews = replica.goalRevision != 0 && (goal != replica.goalRevision || members != replica.goalMembers)
    if isNews { replica.goalTick = tick }
    replica.goalRevision = goal
    replica.goalMembers = members
  }

  /// Hands over to the preferred leader: at once when there was news while this one led, else when it has led for a while.
  /// A node that stops, or whose clock is off, has just handed its leaderships over, and must not get them back.
  private func prefer(
    _ preferred: MemberID, _ view: GroupView, _ replica: Replica, _ table: ClusterTable
  ) -> UInt64? {
    guard preferred != .none, preferred != view.member, table.node(preferred.node)?.state == .active else { return nil }
    let isNews = replica.goalTick.map { tick - $0 < limits.preferredLeaderTicks && $0 >= replica.leadsSince } ?? false
    let patience = replica.leadsSince + limits.preferredLeaderTicks
    guard isNews || tick >= patience else { return patience - tick }
    guard view.isReady(preferred) else { return limits.goalRetryTicks }
    if unfitNodes.contains(preferred.node) { return limits.handOverTicks }
    handOver(replica, to: preferred)
    return limits.handOverTicks
  }

  private func handOver(_ replica: Replica, to target: MemberID) { begin(transferOf: replica, to: target) }

  private func view(of replica: Replica, preferred: MemberID) -> GroupView {
    // Behind the entry that made it a member, and almost at what is committed: that, unlike the end of the log, is no
    // further ahead of a follower when the network is slow.
    let commit = replica.raft.commitIndex.rawValue
    let least = max(replica.record.position.index, LogIndex(commit - min(commit, limits.caughtUpEntriesMax)))
    var (ready, silent): ([MemberID], [MemberID]) = ([], [])
    for progress in replica.raft.memberProgress {
      if progress.member == replica.record.member || (progress.isActive && progress.match >= least) {
        ready.append(progress.member)
      } else if !progress.isActive {
        silent.append(progress.member)
      }
    }
    return GroupView(
      member: replica.record.member, configuration: replica.raft.configuration, ready: ready, silent: silent,
      preferred: preferred)
  }
}
