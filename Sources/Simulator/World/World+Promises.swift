internal import Basics
internal import Raft
internal import Replication

// What a node says about its disk must be on its disk: looked at in the bytes that leave it, against what a power loss at
// this moment would leave (thesis §3.8).
extension World {
  func checkPromises(_ frame: OutgoingFrame, _ node: SimulatedNode) throws(Violation) {
    do throws(DecodeError) {
      var reader = try FrameReader(frame.bytes.rawSpan)
      while let record = try reader.next() {
        if record.tag == .offer { coverage.reach(.snapshotSent) }
        guard record.tag == .message, Self.isWorthReading(record.body) else { continue }
        try note(Message(decoding: record.body, limits: MessageLimits()), record.shard, node)
      }
    } catch { throw Violation(.log, "\(node.number) sends a frame that cannot be read: \(error)") }
    if let broken = brokenPromise {
      throw Violation(.promise, broken)
    }
  }

  /// By the kind of the message: votes and accepted appends say something about a disk; refusals, sleep and transfers are
  /// branches that a run should reach.
  private static func isWorthReading(_ body: RawSpan) -> Bool {
    guard body.byteCount > 1 else { return false }
    switch body[byte: 1] {
    case 2, 4, 5, 7, 10: return true
    default: return false
    }
  }

  private func note(_ message: Message, _ shard: ShardID, _ node: SimulatedNode) {
    let log = node.log.durable[Int(shard.rawValue)]
    // What a replica said before it was destroyed may leave behind its log: it was no member any more, and nobody counts it.
    let isHere = message.from == node.members[Int(shard.rawValue)]
    switch message.body {
    case .voteResponse(let response):
      guard response.isGranted else { return coverage.reach(response.isPreVote ? .preVoteRefused : .voteRefused) }
      guard !response.isPreVote, isHere, log.hardState.term <= message.term else { return }
      guard log.hardState.term == message.term, log.hardState.vote == message.to else {
        brokenPromise =
          "\(node.number) grants member \(message.to) its vote for shard \(shard) in term \(message.term), but its disk"
          + " says member \(log.hardState.vote) in term \(log.hardState.term)"
        return
      }
    case .appendResponse(.accepted(let index)):
      guard isHere, log.hardState.term <= message.term else { return }
      guard log.hardState.term == message.term, log.lastIndex >= index else {
        brokenPromise =
          "\(node.number) accepts shard \(shard) through entry \(index) in term \(message.term), but its disk ends at"
          + " \(log.lastIndex) in term \(log.hardState.term)"
        return
      }
    case .appendResponse(.rejected): coverage.reach(.appendRefused)
    case .heartbeat(let heartbeat): if heartbeat.sleepsAt != nil { coverage.reach(.groupAsleep) }
    case .timeoutNow: coverage.reach(.transferDone)
    case .requestVote, .append, .heartbeatResponse, .snapshot, .staleTerm: return
    }
  }

  /// A frame in words, for the trace.
  static func describe(_ frame: [UInt8]) -> String {
    var words: [String] = []
    do throws(DecodeError) {
      var reader = try FrameReader(frame.rawSpan)
      while let record = try reader.next() {
        let isMessage = record.tag == .message
        let what = isMessage ? describe(try Message(decoding: record.body, limits: MessageLimits())) : "\(record.tag)"
        words.append("shard \(record.shard) \(what)")
      }
    } catch { return "unreadable: \(error)" }
    return words.isEmpty ? "heartbeat of the node" : words.joined(separator: "; ")
  }

  private static func describe(_ message: Message) -> String {
    let start = "\(message.from)→\(message.to) term \(message.term) "
    guard case .append(let request) = message.body else { return start + "\(message.body)" }
    return start + "append \(request.entries.count) after \(request.previous), commit \(request.commit)"
  }
}
