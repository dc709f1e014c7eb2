import Basics
import Raft
import Testing

/// The arithmetic of majorities against a naive twin that tries every subset.
@Suite struct QuorumTests {
  private static func members(_ count: Int, of generator: inout SeededGenerator) -> [MemberID] {
    var members: [MemberID] = []
    while members.count < count {
      let member = MemberID(UInt64(1 + generator.below(12)))
      if !members.contains(member) { members.append(member) }
    }
    return members.sorted()
  }

  /// Every subset of `voters` that is more than half of them.
  private static func majorities(_ voters: [MemberID]) -> [[MemberID]] {
    (0..<1 << voters.count).map { bits in voters.indices.filter { bits >> $0 & 1 == 1 }.map { voters[$0] } }
      .filter { $0.count * 2 > voters.count }
  }

  /// What some majority has: the best of the least of each.
  private static func twin(_ voters: [MemberID], _ values: [UInt64]) -> UInt64? {
    majorities(voters).map { $0.map { values[Int($0.rawValue)] }.min() ?? 0 }.max()
  }

  @Test func `what a majority has reached, and both majorities of a joint configuration`() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<2_000 {
      let values = (0...12).map { _ in UInt64(generator.below(6)) }
      let incoming = Self.members(1 + generator.below(7), of: &generator)
      let outgoing = Self.members(generator.below(6), of: &generator)
      let value: (MemberID) -> UInt64 = { values[Int($0.rawValue)] }
      #expect(Quorum.reached(by: incoming, value) == Self.twin(incoming, values))
      let joint = Configuration(voters: incoming, votersOutgoing: outgoing)
      let both = [Self.twin(incoming, values), Self.twin(outgoing, values)].compactMap { $0 }.min()
      #expect(joint.reached(value) == (outgoing.isEmpty ? Self.twin(incoming, values) : both))
    }
  }

  @Test func `an election is won, lost or open`() {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<2_000 {
      let votes: [Bool?] = (0...12).map { _ in [true, false, nil][generator.below(3)] }
      let incoming = Self.members(1 + generator.below(7), of: &generator)
      let outgoing = Self.members(generator.below(6), of: &generator)
      let vote: (MemberID) -> Bool? = { votes[Int($0.rawValue)] }
      // Won if a majority said yes, lost if no majority can any more, in each half that there is.
      func isWon(_ voters: [MemberID]) -> Bool {
        voters.isEmpty || Self.majorities(voters).contains { $0.allSatisfy { vote($0) == true } }
      }
      func isLost(_ voters: [MemberID]) -> Bool {
        !voters.isEmpty && !Self.majorities(voters).contains { $0.allSatisfy { vote($0) != false } }
      }
      let joint = Configuration(voters: incoming, votersOutgoing: outgoing)
      let expected: Quorum.VoteResult =
        isLost(incoming) || isLost(outgoing) ? .lost : isWon(incoming) && isWon(outgoing) ? .won : .pending
      #expect(joint.voteResult(vote) == expected)
    }
  }

  @Test func `nobody has reached everything and won every election`() {
    #expect(Quorum.reached(by: [], { _ in UInt64(1) }) == nil)
    #expect(Quorum.voteResult(of: [], { _ in false }) == .won)
  }
}
