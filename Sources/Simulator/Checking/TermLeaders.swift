internal import Basics
internal import Raft

/// Who led each shard in each term: at most one member ever (thesis §3.2, election safety).
struct TermLeaders {
  private var leaders: [SortedMap<UInt64, MemberID>] = []

  /// A member says that it leads. Answers whether it is the first to say so in this term.
  mutating func note(_ shard: ShardID, _ term: Term, _ member: MemberID) throws(Violation) -> Bool {
    let place = Int(shard.rawValue)
    while leaders.count <= place { leaders.append(SortedMap()) }
    if let known = leaders[place][term.rawValue] {
      guard known == member else {
        throw Violation(.oneLeaderATerm, "shard \(shard): members \(known) and \(member) both lead in term \(term)")
      }
      return false
    }
    leaders[place][term.rawValue] = member
    return true
  }

  /// Whether another member led the shard in the last term before this one that had a leader.
  func hadAnother(than member: MemberID, before term: Term, of shard: ShardID) -> Bool {
    var last: MemberID?
    leaders[Int(shard.rawValue)].forEachDescending(below: term.rawValue) { _, leader in
      last = leader
      return false
    }
    return last != nil && last != member
  }
}
