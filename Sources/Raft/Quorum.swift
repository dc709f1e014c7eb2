internal import Basics

/// The arithmetic of majorities, apart from everything that is counted with it.
package enum Quorum {
  package enum VoteResult: Sendable {
    case pending
    case won
    case lost
  }

  /// How many of `count` are a majority.
  package static func majority(of count: Int) -> Int { count / 2 + 1 }

  /// The largest value that a majority of `voters` has reached; `nil` for nobody, whose majority has reached everything.
  ///
  /// Compares each voter with each: groups are small, and so nothing is allocated.
  package static func reached<Value: Comparable>(by voters: [MemberID], _ value: (MemberID) -> Value) -> Value? {
    var best: Value?
    for voter in voters {
      let candidate = value(voter)
      if let best, candidate <= best { continue }
      var count = 0
      for other in voters where value(other) >= candidate { count += 1 }
      if count >= majority(of: voters.count) { best = candidate }
    }
    return best
  }

  /// How an election among `voters` stands; nobody has won every election.
  package static func voteResult(of voters: [MemberID], _ vote: (MemberID) -> Bool?) -> VoteResult {
    var granted = 0
    var missing = 0
    for voter in voters {
      switch vote(voter) {
      case true?: granted += 1
      case false?: break
      case nil: missing += 1
      }
    }
    let needed = majority(of: voters.count)
    if voters.isEmpty || granted >= needed { return .won }
    return granted + missing >= needed ? .pending : .lost
  }
}

extension Configuration {
  /// The largest value that both majorities have reached (thesis §4.3); `nil` if the group has no voter.
  package func reached<Value: Comparable>(_ value: (MemberID) -> Value) -> Value? {
    guard let incoming = Quorum.reached(by: voters, value) else { return Quorum.reached(by: votersOutgoing, value) }
    guard let outgoing = Quorum.reached(by: votersOutgoing, value), !isMutated(.ignoresOutgoingMajority) else {
      return incoming
    }
    return min(incoming, outgoing)
  }

  /// How an election stands that both majorities must win.
  package func voteResult(_ vote: (MemberID) -> Bool?) -> Quorum.VoteResult {
    let incoming = Quorum.voteResult(of: voters, vote)
    let outgoing = Quorum.voteResult(of: votersOutgoing, vote)
    if incoming == outgoing || isMutated(.ignoresOutgoingMajority) { return incoming }
    return incoming == .lost || outgoing == .lost ? .lost : .pending
  }
}
