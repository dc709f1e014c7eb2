internal import Basics
internal import Raft

// What a replica does as a leader, and for those who waited when it is none any more.

extension Replica {
  /// When the next thing falls due that this replica must see to: as the leader, with no tick under way.
  var nextDue: Stamp? { isKnownLeader && !tickIsPending ? machine.nextDue : nil }

  /// Adds the command that lets time pass, if something is due and none is under way.
  func addTickIfDue(at stamp: Stamp) {
    guard let due = nextDue, due <= stamp else { return }
    machine.addTick()
    tickIsPending = true
  }

  /// Turns the gathered commands into one entry.
  ///
  /// A new leader waits until everything that was in its log is applied: only then its machine has the stamps of all
  /// leaders before it, and within one shard stamps never go back.
  func proposeCommands(stamp: Stamp) {
    guard machine.commandCount > 0, hasOpenedTerm else { return }
    // While the group is full the commands stay for a later turn; more are refused than the bounds allow.
    guard raft.canPropose(byteCount: machine.commandByteCount) else { return }
    let taken = machine.takeCommands(stamp: isMutated(.stampsGoBack) ? stamp : max(stamp, machine.stamp))
    let index = raft.propose(taken.payload)
    proposed.append(
      ProposedEntry(
        position: LogPosition(index: index, term: raft.term), waiters: taken.waiters,
        reservations: taken.reservations))
  }

  /// Proposes a change of the members; its waiter is told when it has taken effect here.
  func propose(_ change: ConfigurationChange, _ waiter: Waiter) throws(ChangeRefusal) {
    let index = try raft.propose(change)
    proposed.append(ProposedEntry(position: LogPosition(index: index, term: raft.term), waiters: [waiter]))
  }

  /// Sees to those who wait when the leadership came or went since it last looked.
  ///
  /// - Returns: 1 when it came, -1 when it went.
  func noteLeadership(tick: UInt64, lost: inout [LostCall]) -> Int {
    guard raft.isLeader != isKnownLeader else { return 0 }
    isKnownLeader = raft.isLeader
    if isKnownLeader {
      opening = raft.lastIndex
    } else {
      tickIsPending = false
      for waiter in machine.dropCommands() { lost.add(waiter, shard, .notApplied) }
      proposed.doubt()
      if proposed.areDoubtful { leadershipLost = tick }
    }
    return isKnownLeader ? 1 : -1
  }

  /// The other voter whose log is furthest, of those alive; `nil` if there is none.
  var bestSuccessor: MemberID? { bestSuccessorProgress?.member }

  var bestSuccessorProgress: Progress? {
    var best: Progress?
    for progress in raft.memberProgress where progress.member != record.member && progress.isActive {
      guard raft.configuration.isVoter(progress.member), progress.match > best?.match ?? .zero else { continue }
      best = progress
    }
    return best
  }

  /// Whether a majority of the voters has acknowledged an entry to this leader.
  func mostVotersHave(_ index: LogIndex) -> Bool {
    let voters = raft.configuration.voters
    return raft.memberProgress.count { voters.contains($0.member) && $0.match >= index } > voters.count / 2
  }

  /// A node asks to prepare a claim.
  func note(asker: NodeID) {
    if !askers.contains(asker) { askers.append(asker) }
  }

  /// Tells the homes of claims that were prepared that the entries are durable here: if they are there too, a majority has
  /// them, and a home need not wait until this leader has heard so and answers.
  func tellAskers() {
    guard !askers.isEmpty else { return }
    guard raft.isLeader else { return askers.removeAll() }
    var isAllTold = machine.commandCount == 0
    for asker in askers {
      // Of two lives of a node the later one.
      guard let member = raft.configuration.members.last(where: { $0.node == asker }) else { continue }
      if !raft.tellPersisted(to: member) { isAllTold = false }
    }
    if isAllTold { askers.removeAll(keepingCapacity: true) }
  }

  /// Asks the group for an index for the gathered reads.
  func askReads(lost: inout [LostCall]) {
    guard reads.areGathered else { return }
    do throws(ReadRefusal) {
      reads.ask(try raft.requestRead())
    } catch {
      reads.dropGathered(shard, &lost)
    }
  }

  /// Takes everyone who still waits, because the replica or the Store goes away.
  func abandonWaiters(_ lost: inout [LostCall]) {
    tickIsPending = false
    for waiter in machine.dropCommands() { lost.add(waiter, shard, .notApplied) }
    proposed.dropAll(shard, &lost)
    reads.dropAll(shard, &lost)
    leadershipLost = nil
  }
}
