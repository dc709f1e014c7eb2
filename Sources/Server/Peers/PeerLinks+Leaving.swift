internal import Basics
internal import Replication

// How a node takes its leave of the others, so that no call is lost with it:
//
//   it  -> others   leaving    send me no more calls
//   they -> it      noted      none comes behind this
//
// Then it answers what it has, and closes behind the last answer. Until it does the others hear it, although it closes what
// they send on first. The frames of the core go to and fro as before. A node of an earlier protocol version is not told.

extension PeerLinks.Remote {
  /// Whether calls may be sent there, and answers will come.
  var takesCalls: Bool { isConnected && urgent.isOpen && !isLeaving }

  /// What it said on a connection ends with it.
  func forgetLeave() {
    isLeaving = false
    isNoteUnsent = false
  }
}

extension PeerLinks {
  /// Tells all nodes that this one leaves; ``PeerLinksDelegate/leaveWasNoted()`` says when they have heard it.
  func takeLeave() {
    isTakingLeave = true
    for remote in remotes where remote.isConnected { sayLeaving(to: remote) }
  }

  /// Whether no node will send another call.
  var isLeftAlone: Bool { isTakingLeave && !remotes.contains(where: \.owesNote) }

  private func sayLeaving(to remote: Remote) {
    guard remote.urgent.protocolVersion >= PeerProtocol.leavingVersion else { return }
    remote.owesNote = remote.urgent.send(.leaving, [])
  }

  /// A node came, or went, while this one takes its leave.
  func noteLeave(_ isConnected: Bool, _ remote: Remote) {
    guard isTakingLeave, !isClosed else { return }
    if isConnected { return sayLeaving(to: remote) }
    remote.owesNote = false
    if isLeftAlone { delegate.leaveWasNoted() }
  }

  /// Another node leaves. It may have been told so when it was connected before, or may hear it twice.
  func nodeLeaves(_ node: NodeID) {
    guard let remote = remote(node) else { return }
    remote.isLeaving = true
    remote.isNoteUnsent = true
    sendNote(to: remote)
  }

  /// Says that a leave was heard; again later where there is no connection yet, or too much waits.
  func sendNote(to remote: Remote) {
    if remote.isNoteUnsent { remote.isNoteUnsent = !remote.urgent.send(.noted, []) }
  }

  func leaveWasNoted(by node: NodeID) {
    guard let remote = remote(node), remote.owesNote else { return }
    remote.owesNote = false
    if isLeftAlone { delegate.leaveWasNoted() }
  }
}
