internal import Basics
internal import Raft
internal import Replication

// What commitment rests on, looked at from outside at the moment at which an entry first shows itself as committed.
extension World {
  /// An entry that is committed is durable on a majority, at that moment and without asking anybody: on what a power loss
  /// would leave of the members' logs (thesis §3.6.1; §4.3 for two majorities).
  ///
  /// The leader counted with the members that it had applied. Those may be the ones before the last change, so either
  /// the members at this place of the log or those before them must agree.
  func checkMajority(_ index: LogIndex, of shard: ShardID, term: Term) throws(Violation) {
    let place = Int(shard.rawValue)
    guard !isOnMajority(index, term, shard) else { return }
    let known = configurations[place].suffix(2)
    let holders = nodes.filter { holds($0, index, term, place) }.map(\.number.description)
    throw Violation(
      .majority,
      "shard \(shard) entry \(index) of term \(term) is committed, but durable only on \(holders.joined(separator: ", "))"
        + "; voters \(known.last?.voters ?? [])"
        + ((known.last?.isJoint ?? false) ? " and \(known.last?.votersOutgoing ?? [])" : ""))
  }

  private func isOnMajority(_ index: LogIndex, _ term: Term, _ shard: ShardID) -> Bool {
    configurations[Int(shard.rawValue)].suffix(2).contains { isDurable(index, term, shard, on: $0) }
  }

  private func isDurable(_ index: LogIndex, _ term: Term, _ shard: ShardID, on configuration: Configuration) -> Bool {
    isMajority(of: configuration.voters, index, term, shard)
      && (configuration.votersOutgoing.isEmpty || isMajority(of: configuration.votersOutgoing, index, term, shard))
  }

  private func isMajority(of voters: [MemberID], _ index: LogIndex, _ term: Term, _ shard: ShardID) -> Bool {
    let place = Int(shard.rawValue)
    let count = voters.count { voter in
      let node = nodes[Int(voter.node.rawValue) - 1]
      return node.members[place] == voter && holds(node, index, term, place)
    }
    return count > voters.count / 2
  }

  private func holds(_ node: SimulatedNode, _ index: LogIndex, _ term: Term, _ place: Int) -> Bool {
    let log = node.log.durable[place]
    return log.start.index > index || log.term(at: index) == term
  }

  /// A leader's commit index moves only by entries of its own term (thesis §3.6.2, figure 3.7): to such an entry, or to a
  /// change of an earlier term at which it waits although a majority has an entry of its own behind it.
  func checkLeaderCommit(_ status: ReplicaStatus, _ node: SimulatedNode) throws(Violation) {
    let place = Int(status.shard.rawValue)
    if node.ledTerms[place] != status.term {
      node.ledTerms[place] = status.term
      node.commitAtElection[place] = status.commitIndex
    }
    guard status.commitIndex > node.commitAtElection[place] else { return }
    let log = node.log.current[place]
    guard let term = log.term(at: status.commitIndex), term < status.term else { return }
    // That entry may be on the followers' disks before the leader has handed it to its own (seed 15403 of 2,500 events).
    var own = status.commitIndex.next
    while let found = log.term(at: own), found < status.term { own = own.next }
    if isOnMajority(own, status.term, status.shard) { return }
    throw Violation(
      .ownTerm,
      "\(node.number) leads shard \(status.shard) in term \(status.term) and commits entry \(status.commitIndex) of term"
        + " \(term) by counting")
  }
}
