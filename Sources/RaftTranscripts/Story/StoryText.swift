internal import Raft

/// How our own stories write things down.
enum StoryText {
  static func role(_ group: borrowing RaftGroup) -> String {
    switch group.role {
    case .leader: "leads in term \(group.term)"
    case .candidate: "is a candidate in term \(group.term)"
    case .preCandidate: "asks whether it could win term \(group.term.next)"
    case .follower:
      group.leader == .none ? "follows nobody in term \(group.term)" : "follows \(group.leader) in term \(group.term)"
    }
  }

  static func configuration(_ configuration: Configuration) -> String { EtcdText.configuration(configuration) }

  /// What a leader knows of a member.
  static func progress(_ progress: Progress) -> String {
    let state =
      switch progress.state {
      case .probe: "probed"
      case .replicate: "replicating"
      case .snapshot: "waits for a snapshot of \(progress.pendingSnapshot)"
      }
    var text = "\(progress.member) \(state), match \(progress.match) next \(progress.next)"
    if progress.inflightCount > 0 { text += ", \(progress.inflightCount) under way" }
    if progress.isPaused { text += ", paused" }
    if !progress.isActive { text += ", silent" }
    return progress.isLearner ? text + ", learner" : text
  }

  static func position(_ position: LogPosition) -> String { "\(position.term)/\(position.index)" }

  /// An entry, as `term/index` and what it holds.
  static func entry(_ entry: Entry) -> String {
    let place = "\(entry.term)/\(entry.index)"
    switch entry.kind {
    case .normal:
      return entry.payload.isEmpty ? "\(place) no-op" : "\(place) \(EtcdText.quoted(entry.payload))"
    case .configuration:
      do {
        let change = try ConfigurationChange(decoding: entry.payload)
        if change.leavesJoint { return "\(place) leave" }
        return "\(place) change \(change.operations.map(EtcdText.operation).joined(separator: " "))"
      } catch {
        return "\(place) change unreadable: \(error)"
      }
    }
  }

  static func message(_ message: Message) -> String {
    "\(message.from)→\(message.to) \(body(message.body)), term \(message.term)"
  }

  private static func body(_ body: Message.Body) -> String {
    switch body {
    case .requestVote(let request):
      let kind = request.isPreVote ? "pre-vote?" : "vote?"
      return "\(kind) log ends at \(position(request.last))\(request.isTransfer ? ", transfer" : "")"
    case .voteResponse(let response):
      return "\(response.isPreVote ? "pre-vote" : "vote") \(response.isGranted ? "granted" : "refused")"
    case .append(let request):
      let entries = request.entries.isEmpty ? "" : " [\(request.entries.map(entry).joined(separator: ", "))]"
      return "append behind \(position(request.previous)) commit \(request.commit)\(entries)"
    case .appendResponse(.accepted(let index)): return "accepted through \(index)"
    case .appendResponse(.rejected(let index, let hint)): return "rejected at \(index), try \(position(hint))"
    case .heartbeat(let heartbeat):
      let sleeps = heartbeat.sleepsAt.map { ", sleeps at \($0)" } ?? ""
      return "heartbeat commit \(heartbeat.commit) round \(heartbeat.round)\(sleeps)"
    case .heartbeatResponse(let response): return "heard round \(response.round)"
    case .snapshot(let snapshot):
      return "snapshot of \(position(snapshot.position)) with \(configuration(snapshot.configuration))"
    case .timeoutNow: return "campaign now"
    case .staleTerm: return "your term is over"
    }
  }

  /// The first word or two of a message, by which commands name its kind.
  static let types = [
    "pre-vote", "pre-vote-response", "vote", "vote-response", "append", "append-response", "heartbeat",
    "heartbeat-response", "snapshot", "timeout-now", "stale-term",
  ]

  static func type(_ body: Message.Body) -> String {
    switch body {
    case .requestVote(let request): request.isPreVote ? "pre-vote" : "vote"
    case .voteResponse(let response): response.isPreVote ? "pre-vote-response" : "vote-response"
    case .append: "append"
    case .appendResponse: "append-response"
    case .heartbeat: "heartbeat"
    case .heartbeatResponse: "heartbeat-response"
    case .snapshot: "snapshot"
    case .timeoutNow: "timeout-now"
    case .staleTerm: "stale-term"
    }
  }

  /// What a batch writes; `nil` for one that only lets promises go.
  static func batch(_ batch: StoryNode.Batch) -> String? {
    var parts: [String] = []
    if let install = batch.install { parts.append("the snapshot of \(position(install.position))") }
    if let state = batch.hardState {
      parts.append("term \(state.term)" + (state.vote == .none ? "" : " vote for \(state.vote)"))
    }
    if let first = batch.entries.first, let last = batch.entries.last {
      parts.append(first.index == last.index ? "entry \(entry(first))" : "entries \(first.index)…\(last.index)")
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
