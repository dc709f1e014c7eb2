/// The memory that the sessions of one thread hold for their peers together: messages that have not come whole, metadata,
/// and answers that have not been taken. One connection has limits of its own, but thousands of them may each stay just
/// below. It belongs to the thread of its sessions.
package final class SessionBudget {
  package let bytesMax: Int
  package private(set) var bytes = 0
  package private(set) var sessionCount = 0

  package init(bytesMax: Int) { self.bytesMax = bytesMax }

  func join() { sessionCount += 1 }

  func leave() { sessionCount -= 1 }

  func change(from old: Int, to new: Int) { bytes += new - old }

  /// Whether a session that holds this much must give something back: all together hold too much, and it holds more
  /// than its equal part. So the others' calls go on, whatever one peer or a thousand of them have under way.
  func isOver(_ held: Int) -> Bool { bytes > bytesMax && held > bytesMax / max(1, sessionCount) }
}
