internal import API
internal import Basics
internal import Placement
internal import Replication

/// Who wanted what of the cluster, and why: a line of the log of the node that led the meta shard, once it is known what
/// came of it.
struct AuditLine {
  var what: String
  var actor: String
  var reason: String
}

/// A change of the cluster that is on its way through the meta shard.
struct AuditedChange {
  var origin: CallOrigin
  var line: AuditLine
}

extension StoreServer {
  /// Puts a command of somebody into the meta shard's next entry; its outcome is logged, and answers the call.
  func propose(
    _ command: ClusterCommand, _ method: Method, _ origin: CallOrigin, _ line: AuditLine
  ) throws(CallFailure) {
    let tag = gatherings.insert(.audited(AuditedChange(origin: origin, line: line)))
    do throws(CallFailure) {
      try propose(command, method, .part(0, of: tag, store: UInt16(index)))
    } catch {
      gatherings.remove(tag)
      audit(line, .failure(error))
      throw error
    }
  }

  func deliver(_ answer: StoreAnswer, to change: AuditedChange) {
    audit(change.line, answer)
    deliver(answer, to: change.origin)
  }

  /// Also of a change that was refused, or of which nobody knows whether it was made.
  func audit(_ line: AuditLine, _ answer: StoreAnswer) {
    let fields: KeyValuePairs = ["what": line.what, "actor": line.actor, "reason": line.reason]
    switch answer {
    case .message: node.logger.log(.info, "the cluster was changed", fields)
    case .failure(let failure) where failure.status == .deadlineExceeded:
      node.logger.log(.warning, "the cluster may have been changed", fields)
    case .failure(let failure):
      node.logger.log(
        .warning, "the cluster was not changed",
        ["what": line.what, "actor": line.actor, "reason": line.reason, "refusal": failure.message])
    }
  }
}
