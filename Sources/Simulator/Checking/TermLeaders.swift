internal import Basics
internal import Raft

/// Who led each shard in each term: at most one member ever (thesis §3.2, election safety).
struct TermLeaders {
  private var leaders: [SortedMap<UInt64, MemberID>] = []
  private var newest: [Term] = []

  /// A member says that it leads. Answers whether it is the first to say so in this term.
  mutating func note(_ shard: ShardID, _ term: Term, _ member: MemberID) throws(Violation) -> Bool {
    let place = Int(shard.rawValue)
    while leaders.count <= place {
      leaders.append(SortedMap())
      newest.append(.zero)
    }
    if let known = leaders[place][term.rawValue] {
      guard known == member else {
        throw Violation(.oneLeaderATerm, "shard \(shard): members \(known) and \(member) both lead in term \(term)")
      }
      return false
    }
    leaders[place][term.rawValue] = member
    newest[place] = max(newest[place], term)
    return true
  }

  /// The newest term in which a shard had a leader.
  func newestTerm(of shard: ShardID) -> Term {
    Int(shard.rawValue) < newest.count ? newest[Int(shard.rawValue)] : .zero
  }
}
