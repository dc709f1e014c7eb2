internal import Raft

// The tables of pure functions among etcd's scripts: quorums and configurations. Compared line by line.

/// `committed` and `vote`: what majorities of acknowledgements and votes come to.
enum QuorumTable {
  static func run(_ command: Command) -> [String] {
    let voters = members(command.values(of: "cfg") ?? [])
    let jointText = command.values(of: "cfgj")
    let outgoing = jointText == ["zero"] ? [] : members(jointText ?? [])
    // In the order in which they are named, without repetition.
    var all = voters
    for member in outgoing where !all.contains(member) { all.append(member) }
    let key = command.name == "vote" ? "votes" : "idx"
    let words = command.values(of: key) ?? []
    guard words.count == all.count else {
      let set = all.sorted().map { "\($0):{}" }.joined(separator: " ")
      // Votes count as numbers there: none, against, for.
      let numbers = words.map { ["_": "0", "n": "1", "y": "2"][$0] ?? $0 }.joined(separator: " ")
      return ["error: mismatched input (explicit or _) for voters map[\(set)]: [\(numbers)]"]
    }
    let lines = Array(zip(all, words))
    let configuration = configuration(voters, outgoing)
    let swapped = Self.configuration(outgoing, voters)
    switch command.name {
    case "vote":
      let vote: (MemberID) -> Bool? = { member in
        switch lines.first(where: { $0.0 == member })?.1 {
        case "y": true
        case "n": false
        default: nil
        }
      }
      let result = configuration.voteResult(vote)
      return (swapped.voteResult(vote) == result ? [] : ["via symmetry"]) + [text(result)]
    case "committed":
      let index: (MemberID) -> UInt64? = { member in UInt64(lines.first(where: { $0.0 == member })?.1 ?? "_") }
      let result = configuration.reached { index($0) ?? 0 }
      let symmetry = swapped.reached { index($0) ?? 0 } == result ? [] : ["via symmetry"]
      return bars(all, index, result, symmetry)
    default: return ["unknown command '\(command.name)'"]
    }
  }

  private static func members(_ words: [String]) -> [MemberID] {
    var members: [MemberID] = []
    for word in words {
      guard let number = UInt64(word) else { continue }
      if !members.contains(MemberID(number)) { members.append(MemberID(number)) }
    }
    return members
  }

  private static func configuration(_ voters: [MemberID], _ outgoing: [MemberID]) -> Configuration {
    Configuration(voters: voters, votersOutgoing: outgoing)
  }

  private static func text(_ result: Quorum.VoteResult) -> String {
    switch result {
    case .pending: "VotePending"
    case .won: "VoteWon"
    case .lost: "VoteLost"
    }
  }

  /// A bar for each voter: one x for each voter that is behind it.
  private static func bars(
    _ all: [MemberID], _ index: (MemberID) -> UInt64?, _ result: UInt64?, _ symmetry: [String]
  ) -> [String] {
    let total = result.map { String($0) } ?? "∞"
    guard !all.isEmpty else { return symmetry + ["<empty majority quorum>\(total)"] }
    var lines = [String(repeating: " ", count: all.count) + "    idx"]
    for member in all.sorted() {
      let here = index(member)
      let behind = all.count { (index($0) ?? 0) < here ?? 0 }
      let bar =
        here == nil
        ? "?" + String(repeating: " ", count: all.count)
        : String(repeating: "x", count: behind) + ">" + String(repeating: " ", count: all.count - behind)
      let number = String(here ?? 0)
      let padding = String(repeating: " ", count: max(0, 5 - number.count))
      lines.append("\(bar) \(padding)\(number)    (id=\(member))")
    }
    return lines + symmetry + [total]
  }
}

/// `simple`, `enter-joint` and `leave-joint`: what changes come to.
struct ConfigurationTable {
  private var configuration = Configuration()
  /// What is known of each member's log, ascending: with which last index it was met.
  private var known: [(member: MemberID, next: UInt64)] = []
  private var lastIndex: UInt64 = 0

  mutating func run(_ directive: Script.Directive) -> [String] {
    defer { lastIndex += 1 }
    guard let operations = EtcdText.operations(directive.input.joined(separator: " ")) else {
      return ["unknown input: \(directive.input.joined(separator: " "))"]
    }
    let command = directive.command
    do throws(ConfigurationChangeError) {
      switch command.name {
      case "simple": try adopt(configuration.changedSimply(by: operations), operations)
      case "enter-joint":
        let leaves = ["1", "t", "T", "TRUE", "true", "True"].contains(command.value(of: "autoleave") ?? "")
        try adopt(configuration.enteringJoint(operations, leavesAutomatically: leaves), operations)
      case "leave-joint":
        guard operations.isEmpty else { return ["this command takes no input"] }
        try adopt(configuration.leavingJoint(), [])
      default: return ["unknown command '\(command.name)'"]
      }
    } catch {
      return [Self.text(error)]
    }
    return [EtcdText.configuration(configuration)]
      + known.map { member, next in
        let learner = configuration.isLearner(member) ? " learner" : ""
        return "\(member): StateProbe match=0 next=\(next)\(learner)"
      }
  }

  private mutating func adopt(_ changed: Configuration, _ operations: [ConfigurationChange.Operation]) {
    for operation in operations {
      switch operation {
      // Removed for good, also if it is added again in the same change, unless it still votes in the outgoing majority.
      case .remove(let member) where !changed.votersOutgoing.contains(member): known.removeAll { $0.member == member }
      case .addVoter(let member), .addLearner(let member): meet(member)
      case .remove, .update: break
      }
    }
    configuration = changed
    known.removeAll { !changed.contains($0.member) }
  }

  private mutating func meet(_ member: MemberID) {
    guard member != .none, !known.contains(where: { $0.member == member }) else { return }
    known.append((member, max(lastIndex, 1)))
    known.sort { $0.member < $1.member }
  }

  private static func text(_ error: ConfigurationChangeError) -> String {
    switch error {
    case .alreadyJoint: "config is already joint"
    case .notJoint: "can't leave a non-joint config"
    case .removesAllVoters: "removed all voters"
    case .noVoters: "can't make a zero-voter config joint"
    case .changesSeveralVoters: "more than one voter changed without entering joint config"
    case .changesSimplyWhileJoint: "can't apply simple config change in joint config"
    }
  }
}
