internal import Basics
internal import Replication

// How a node takes its leave of the others, so that no call is lost with it:
//
//   it  -> others   leaving    send me no more calls
//   they -> it      noted      none comes behind this
//
// Then it answers what it has, and closes behind the last answer. The core's frames go to and fro as before. A node of an
// earlier protocol version is not told. A connection that breaks meanwhile loses calls as ever; on the next one it is said
// anew.

extension PeerLinks.Remote {
  /// Whether calls may be sent there, and answers will come.
  var takesCalls: Bool { isConnected && !isLeaving }

  /// What it said on a connection ends with it.
  func forgetLeave() {
    isLeaving = false
    isNoteUnsent = false
  }
}

extension PeerLinks {
  /// Tells all nodes that this one leaves, and everyone who comes.
  func takeLeave() {
    if isTakingLeave { return }
    isTakingLeave = true
    for remote in remotes where remote.isConnected { sayLeaving(to: remote) }
  }

  /// Whether all nodes have heard that this one leaves, so that none sends another call.
  var isLeftAlone: Bool { isTakingLeave && !remotes.contains(where: \.owesNote) }

  private func sayLeaving(to remote: Remote) {
    guard remote.urgent.protocolVersion >= PeerProtocol.leavingVersion else { return }
    remote.owesNote = remote.urgent.send(.leaving, [])
  }

  /// A node came, or went, while this one takes its leave.
  func noteLeave(_ isConnected: Bool, _ remote: Remote) {
    guard isTakingLeave, !isClosed else { return }
    if isConnected { sayLeaving(to: remote) } else { remote.owesNote = false }
  }

  /// Another node leaves.
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

  func leaveWasNoted(by node: NodeID) { remote(node)?.owesNote = false }
}
