internal import Raft

/// Something on its way to a node of a story: a message of the protocol, or what only etcd sends as a message.
struct EtcdMessage {
  enum Content {
    case raft(Message)
    /// A follower hands a proposal on to its leader. Here the owner does that, not the protocol.
    case proposal(Entry.Kind, [UInt8])
    /// A follower hands on the wish that `target` leads, in the follower's term.
    case transfer(target: MemberID, term: Term)
    /// The node's own disk has a batch.
    case persisted(PersistReceipt)
    /// The node's own state machine has applied.
    case applied(LogIndex)
  }

  var from: MemberID
  var to: MemberID
  var content: Content

  /// What a node tells itself is never lost.
  var isLocal: Bool {
    switch content {
    case .persisted, .applied: true
    case .raft, .proposal, .transfer: false
    }
  }

  var typeName: String {
    switch content {
    case .raft(let message): Self.typeName(message.body)
    case .proposal: "MsgProp"
    case .transfer: "MsgTransferLeader"
    case .persisted: "MsgStorageAppendResp"
    case .applied: "MsgStorageApplyResp"
    }
  }

  private static func typeName(_ body: Message.Body) -> String {
    switch body {
    case .requestVote(let request): request.isPreVote ? "MsgPreVote" : "MsgVote"
    case .voteResponse(let response): response.isPreVote ? "MsgPreVoteResp" : "MsgVoteResp"
    case .append: "MsgApp"
    // That a term is over, etcd says with an append response that accepts nothing.
    case .appendResponse, .staleTerm: "MsgAppResp"
    case .heartbeat: "MsgHeartbeat"
    case .heartbeatResponse: "MsgHeartbeatResp"
    case .snapshot: "MsgSnap"
    case .timeoutNow: "MsgTimeoutNow"
    }
  }

  /// All types that etcd has, so that a misspelt one is found.
  static let typeNames = [
    "MsgHup", "MsgBeat", "MsgProp", "MsgApp", "MsgAppResp", "MsgVote", "MsgVoteResp", "MsgSnap", "MsgHeartbeat",
    "MsgHeartbeatResp", "MsgUnreachable", "MsgSnapStatus", "MsgCheckQuorum", "MsgTransferLeader", "MsgTimeoutNow",
    "MsgReadIndex", "MsgReadIndexResp", "MsgPreVote", "MsgPreVoteResp", "MsgStorageAppend", "MsgStorageAppendResp",
    "MsgStorageApply", "MsgStorageApplyResp", "MsgForgetLeader",
  ]
}

// MARK: - As text

extension EtcdMessage {
  /// The lines that describe it.
  var lines: [String] {
    switch content {
    case .raft(let message): lines(message)
    case .proposal(let kind, let payload): [proposal(Entry(term: .zero, index: .zero, kind: kind, payload: payload))]
    case .transfer(let target, let term): ["\(target)->\(to) MsgTransferLeader Term:\(term) Log:0/0"]
    case .persisted: ["AppendThread->\(to) MsgStorageAppendResp"]
    case .applied(let index): ["ApplyThread->\(to) MsgStorageApplyResp through \(index)"]
    }
  }

  private func proposal(_ entry: Entry) -> String {
    "\(head) Term:0 Log:0/0 Entries:[\(EtcdText.entry(entry))]"
  }

  private var head: String { "\(from)->\(to) \(typeName)" }

  private func lines(_ message: Message) -> [String] {
    let head = "\(head) Term:\(message.term)"
    switch message.body {
    case .requestVote(let request): return ["\(head) Log:\(EtcdText.position(request.last))"]
    case .voteResponse(let response):
      return ["\(head) Log:0/0\(response.isGranted ? "" : " Rejected (Hint: 0)")"]
    case .append(let request): return lines(head, request)
    case .appendResponse(.accepted(let index)): return ["\(head) Log:0/\(index)"]
    case .appendResponse(.rejected(let index, let hint)):
      return ["\(head) Log:\(hint.term)/\(index) Rejected (Hint: \(hint.index))"]
    case .heartbeat(let heartbeat): return ["\(head) Log:0/0\(commit(heartbeat.commit))"]
    case .snapshot(let snapshot): return ["\(head) Log:0/0", "  Snapshot: \(EtcdText.snapshot(snapshot))"]
    case .heartbeatResponse, .timeoutNow, .staleTerm: return ["\(head) Log:0/0"]
    }
  }

  private func lines(_ head: String, _ request: AppendRequest) -> [String] {
    let line = "\(head) Log:\(EtcdText.position(request.previous))\(commit(request.commit))"
    switch request.entries.count {
    case 0: return [line]
    case 1: return ["\(line) Entries:[\(EtcdText.entry(request.entries[0]))]"]
    default: return ["\(line) Entries:["] + request.entries.map { "  \(EtcdText.entry($0))" } + ["]"]
    }
  }

  private func commit(_ index: LogIndex) -> String { index == .zero ? "" : " Commit:\(index)" }
}
