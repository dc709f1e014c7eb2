internal import Basics

// New entries at the leader.

extension RaftGroup {
  /// Why a payload of this size cannot be proposed now, or `nil` if it can.
  package func proposalRefusal(byteCount: Int) -> ProposalRefusal? {
    guard role == .leader else { return .notLeader(leader: leader) }
    guard configuration.contains(member) else { return .notMember }
    guard transferTarget == .none else { return .transferring(to: transferTarget) }
    guard byteCount <= options.payloadBytesMax else { return .tooLarge }
    // One entry is always let in, however large: otherwise one above the bound could never be proposed.
    guard uncommittedBytes == 0 || uncommittedBytes + byteCount <= options.uncommittedBytesMax else {
      return .backlogFull
    }
    return nil
  }

  package func canPropose(byteCount: Int) -> Bool { proposalRefusal(byteCount: byteCount) == nil }

  /// Appends an entry to the leader's log and sends it on. Requires ``canPropose(byteCount:)``.
  @discardableResult
  package mutating func propose(_ payload: [UInt8]) -> LogIndex {
    invariant(canPropose(byteCount: payload.count), "a proposal beyond the bounds, or to a member that does not lead")
    return propose(.normal, payload)
  }

  mutating func propose(_ kind: Entry.Kind, _ payload: [UInt8]) -> LogIndex {
    wake()
    uncommittedBytes += payload.count
    let index = log.append(term: term, kind: kind, payload: payload)
    broadcastAppend()
    return index
  }
}
