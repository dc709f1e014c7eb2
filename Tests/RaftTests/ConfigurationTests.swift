import Basics
import Raft
import Testing

@Suite struct ConfigurationTests {
  private static func operations(_ generator: inout SeededGenerator) -> [ConfigurationChange.Operation] {
    (0..<generator.below(5)).map { _ in
      // Number 0 is nobody, and must be ignored.
      let member = MemberID(UInt64(generator.below(8)))
      switch generator.below(5) {
      case 0, 1: return .addVoter(member)
      case 2: return .addLearner(member)
      case 3: return .remove(member)
      default: return .update(member)
      }
    }
  }

  private static func change(_ generator: inout SeededGenerator) -> ConfigurationChange {
    let transition = ConfigurationChange.Transition.allCases[generator.below(3)]
    if generator.below(3) == 0 { return .leaveJoint }
    return ConfigurationChange(operations(&generator), transition: transition)
  }

  /// Any majority of one and any of the other have a member in common.
  private static func overlap(_ one: Configuration, _ other: Configuration) -> Bool {
    func quorums(_ configuration: Configuration) -> [Set<MemberID>] {
      let members = configuration.members
      return (0..<1 << members.count).map { bits in
        Set(members.indices.filter { bits >> $0 & 1 == 1 }.map { members[$0] })
      }.filter { chosen in configuration.voteResult { chosen.contains($0) ? true : nil } == .won }
    }
    let others = quorums(other)
    return quorums(one).allSatisfy { quorum in others.allSatisfy { !quorum.isDisjoint(with: $0) } }
  }

  @Test func `whatever the changes, each configuration is sound and overlaps with the one before`() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<60 {
      var configuration = Configuration(voters: [MemberID(1)])
      for _ in 0..<15 {
        let change = Self.change(&generator)
        let changed: Configuration
        do {
          changed = try configuration.changed(by: change)
        } catch {
          continue
        }
        #expect(!changed.voters.isEmpty && !changed.contains(.none))
        for list in [changed.voters, changed.votersOutgoing, changed.learners, changed.learnersNext] {
          #expect(list == Array(Set(list)).sorted())
        }
        #expect(changed.learners.allSatisfy { !changed.isVoter($0) })
        #expect(changed.learnersNext.allSatisfy { changed.votersOutgoing.contains($0) && !changed.voters.contains($0) })
        #expect(changed.isJoint || (changed.learnersNext.isEmpty && !changed.leavesAutomatically))
        #expect(Self.overlap(configuration, changed), "\(configuration) to \(changed)")
        configuration = changed
      }
    }
  }

  @Test func `entering and leaving comes to the same as the operations one after another`() throws {
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<500 {
      let start = Configuration(voters: [MemberID(1), MemberID(2)], learners: [MemberID(3)])
      let operations = Self.operations(&generator)
      // The naive twin: two sets.
      var voters: Set<UInt64> = [1, 2]
      var learners: Set<UInt64> = [3]
      for operation in operations {
        switch operation {
        case .addVoter(let member) where member != .none:
          voters.insert(member.rawValue)
          learners.remove(member.rawValue)
        case .addLearner(let member) where member != .none:
          voters.remove(member.rawValue)
          learners.insert(member.rawValue)
        case .remove(let member):
          voters.remove(member.rawValue)
          learners.remove(member.rawValue)
        case .addVoter, .addLearner, .update: break
        }
      }
      guard !voters.isEmpty else {
        #expect(throws: ConfigurationChangeError.removesAllVoters) {
          try start.enteringJoint(operations, leavesAutomatically: true)
        }
        continue
      }
      let left = try start.enteringJoint(operations, leavesAutomatically: true).leavingJoint()
      #expect(
        left
          == Configuration(voters: voters.map { MemberID($0) }, learners: learners.map { MemberID($0) }))
    }
  }

  @Test func `what cannot be is refused`() throws {
    let simple = Configuration(voters: [MemberID(1), MemberID(2)])
    let joint = try simple.enteringJoint([.addVoter(MemberID(3))], leavesAutomatically: false)
    #expect(throws: ConfigurationChangeError.notJoint) { try simple.leavingJoint() }
    #expect(throws: ConfigurationChangeError.alreadyJoint) { try joint.enteringJoint([], leavesAutomatically: true) }
    #expect(throws: ConfigurationChangeError.changesSimplyWhileJoint) { try joint.changedSimply(by: []) }
    #expect(throws: ConfigurationChangeError.changesSeveralVoters) {
      try simple.changedSimply(by: [.addVoter(MemberID(3)), .addVoter(MemberID(4))])
    }
    #expect(throws: ConfigurationChangeError.removesAllVoters) {
      try simple.changedSimply(by: [.remove(MemberID(1)), .remove(MemberID(2))])
    }
    #expect(throws: ConfigurationChangeError.noVoters) {
      try Configuration().enteringJoint([.addVoter(MemberID(1))], leavesAutomatically: true)
    }
  }

  @Test func `one voter more is simple, two go through a joint configuration`() throws {
    let start = Configuration(voters: [MemberID(1)])
    #expect(try !start.changed(by: ConfigurationChange([.addVoter(MemberID(2))])).isJoint)
    let two = try start.changed(by: ConfigurationChange([.addVoter(MemberID(2)), .addVoter(MemberID(3))]))
    #expect(two.isJoint && two.leavesAutomatically)
    let explicit = try start.changed(by: ConfigurationChange([.addVoter(MemberID(2))], transition: .jointExplicit))
    #expect(explicit.isJoint && !explicit.leavesAutomatically)
  }
}
