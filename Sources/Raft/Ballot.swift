/// The votes of one election, rehearsed or real.
struct Ballot {
  /// Every configuration that must be won: the one that is applied, and each that a change in the log would lead to.
  ///
  /// A change takes effect where its entry is applied, which others may have done already although this member has not:
  /// then the applied configuration alone may be one that everybody else has left. With every change in the log counted
  /// as well, a candidate either has the entry and asks the later majority too, or it lacks it and is refused by one of
  /// the majority that committed it.
  private(set) var configurations: [Configuration] = []
  /// Where the candidate's log ended when it asked.
  private(set) var last = LogPosition()
  private(set) var granted: [MemberID] = []
  private(set) var refused: [MemberID] = []

  init() {}

  init(configurations: [Configuration], last: LogPosition, granted: [MemberID] = []) {
    self.granted = granted
    self.configurations = configurations
    self.last = last
  }

  /// Everybody who has a vote in one of the configurations, ascending.
  var voters: [MemberID] {
    var all: [MemberID] = []
    for configuration in configurations {
      for voter in configuration.voters { all.insertSorted(voter) }
      for voter in configuration.votersOutgoing { all.insertSorted(voter) }
    }
    return all
  }

  /// Counts the first answer of each member.
  mutating func record(_ member: MemberID, isGranted: Bool) {
    guard !granted.containsSorted(member), !refused.containsSorted(member) else { return }
    if isGranted { granted.insertSorted(member) } else { refused.insertSorted(member) }
  }

  var result: Quorum.VoteResult {
    var result = Quorum.VoteResult.won
    for configuration in configurations {
      switch configuration.voteResult({ vote(of: $0) }) {
      case .won: break
      case .pending: if result == .won { result = .pending }
      case .lost: result = .lost
      }
    }
    return result
  }

  private func vote(of member: MemberID) -> Bool? {
    if granted.containsSorted(member) { return true }
    return refused.containsSorted(member) ? false : nil
  }
}
