internal import Raft

// How etcd's stories write things down.

enum EtcdText {
  static func role(_ role: RaftGroup.Role) -> String {
    switch role {
    case .follower: "StateFollower"
    case .preCandidate: "StatePreCandidate"
    case .candidate: "StateCandidate"
    case .leader: "StateLeader"
    }
  }

  static func position(_ position: LogPosition) -> String { "\(position.term)/\(position.index)" }

  static func hardState(_ state: HardState) -> String {
    let vote = state.vote == .none ? "" : " Vote:\(state.vote)"
    return "HardState Term:\(state.term)\(vote) Commit:\(state.commit)"
  }

  static func list(_ members: [MemberID]) -> String { members.map(\.description).joined(separator: " ") }

  static func configuration(_ configuration: Configuration) -> String {
    var text = "voters=(\(list(configuration.voters)))"
    if configuration.isJoint { text += "&&(\(list(configuration.votersOutgoing)))" }
    if !configuration.learners.isEmpty { text += " learners=(\(list(configuration.learners)))" }
    if !configuration.learnersNext.isEmpty { text += " learners_next=(\(list(configuration.learnersNext)))" }
    return configuration.leavesAutomatically ? text + " autoleave" : text
  }

  static func snapshot(_ snapshot: Snapshot) -> String {
    let configuration = snapshot.configuration
    return "Index:\(snapshot.position.index) Term:\(snapshot.position.term) ConfState:"
      + "Voters:[\(list(configuration.voters))] VotersOutgoing:[\(list(configuration.votersOutgoing))]"
      + " Learners:[\(list(configuration.learners))] LearnersNext:[\(list(configuration.learnersNext))]"
      + " AutoLeave:\(configuration.leavesAutomatically)"
  }

  static func progress(_ progress: Progress) -> String {
    let state =
      switch progress.state {
      case .probe: "StateProbe"
      case .replicate: "StateReplicate"
      case .snapshot: "StateSnapshot"
      }
    var text = "\(state) match=\(progress.match) next=\(progress.next)"
    if progress.isLearner { text += " learner" }
    if progress.isPaused { text += " paused" }
    if progress.pendingSnapshot > .zero { text += " pendingSnap=\(progress.pendingSnapshot)" }
    if !progress.isActive { text += " inactive" }
    if progress.inflightCount > 0 {
      text += " inflight=\(progress.inflightCount)\(progress.isWindowFull ? "[full]" : "")"
    }
    return text
  }
}

// MARK: - Entries

extension EtcdText {
  /// What marks a change that was proposed in etcd's first form: it has another name there, and no other meaning.
  static let firstForm: [UInt8] = Array("v1".utf8)

  static func entry(_ entry: Entry) -> String {
    let place = "\(entry.term)/\(entry.index)"
    switch entry.kind {
    case .normal: return "\(place) EntryNormal \(quoted(entry.payload))"
    case .configuration:
      do {
        let change = try ConfigurationChange(decoding: entry.payload)
        let name = change.context == firstForm ? "EntryConfChange" : "EntryConfChangeV2"
        let operations = change.operations.map(operation).joined(separator: " ")
        return operations.isEmpty ? "\(place) \(name)" : "\(place) \(name) \(operations)"
      } catch {
        return "\(place) EntryConfChangeV2 unreadable: \(error)"
      }
    }
  }

  static func operation(_ operation: ConfigurationChange.Operation) -> String {
    switch operation {
    case .addVoter(let member): "v\(member)"
    case .addLearner(let member): "l\(member)"
    case .remove(let member): "r\(member)"
    case .update(let member): "u\(member)"
    }
  }

  /// Reads `v1 l2 r3 u4`; `nil` if it is not that.
  static func operations(_ text: String) -> [ConfigurationChange.Operation]? {
    var operations: [ConfigurationChange.Operation] = []
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      guard let number = UInt64(word.dropFirst()) else { return nil }
      switch word.first {
      case "v": operations.append(.addVoter(MemberID(number)))
      case "l": operations.append(.addLearner(MemberID(number)))
      case "r": operations.append(.remove(MemberID(number)))
      case "u": operations.append(.update(MemberID(number)))
      default: return nil
      }
    }
    return operations
  }

  /// Text in double quotes, with what cannot be shown escaped.
  static func quoted(_ bytes: [UInt8]) -> String {
    var text = "\""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case let other where other.value < 0x20 || other.value == 0x7F:
        let digits = String(other.value, radix: 16)
        text += "\\x" + (digits.count < 2 ? "0" : "") + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
