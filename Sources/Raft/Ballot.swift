/// The votes of one election, rehearsed or real.
struct Ballot {
  /// Whose majority elects.
  private let configuration: Configuration
  /// Where the candidate's log ended when it asked.
  let last: LogPosition
  private var granted: [MemberID] = []
  private var refused: [MemberID] = []

  init(configuration: Configuration = Configuration(), last: LogPosition = LogPosition()) {
    self.configuration = configuration
    self.last = last
  }

  /// With the votes of another election.
  init(configuration: Configuration, last: LogPosition, votes: Ballot) {
    self.init(configuration: configuration, last: last)
    granted = votes.granted
  }

  /// Counts the first answer of each member.
  mutating func record(_ member: MemberID, isGranted: Bool) {
    guard !granted.containsSorted(member), !refused.containsSorted(member) else { return }
    if isGranted { granted.insertSorted(member) } else { refused.insertSorted(member) }
  }

  var result: Quorum.VoteResult {
    configuration.voteResult { member in
      if granted.containsSorted(member) { return true }
      return refused.containsSorted(member) ? false : nil
    }
  }
}
