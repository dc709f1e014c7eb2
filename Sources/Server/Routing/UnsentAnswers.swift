internal import Basics

/// Answers that a link did not take: it is not open yet, because the other node saw both ways open a moment earlier, or
/// its queue is full. Without them a caller would wait until it gives the attempt up. Owned by the Store's thread.
struct UnsentAnswers {
  /// What does not leave for so long is lost, in milliseconds.
  static let waitMillisecondsMax: UInt64 = 2_000
  static let pauseMilliseconds: UInt64 = 25
  static let countMax = 10_000

  private struct Waiting {
    var peer: NodeID
    var answer: RemoteAnswer
    var deadline: Instant
  }

  private var waiting: [Waiting] = []
  private(set) var nextLook = Instant.distantFuture

  var count: Int { waiting.count }

  mutating func append(_ answer: RemoteAnswer, to peer: NodeID, now: Instant) {
    guard waiting.count < Self.countMax else { return }
    waiting.append(
      Waiting(peer: peer, answer: answer, deadline: now.advanced(byMilliseconds: Self.waitMillisecondsMax)))
    nextLook = min(nextLook, now.advanced(byMilliseconds: Self.pauseMilliseconds))
  }

  /// Offers them again, if it is time to.
  mutating func offer(now: Instant, _ send: (RemoteAnswer, NodeID) -> Bool) {
    guard nextLook <= now else { return }
    waiting.removeAll { $0.deadline <= now || send($0.answer, $0.peer) }
    nextLook = waiting.isEmpty ? .distantFuture : now.advanced(byMilliseconds: Self.pauseMilliseconds)
  }

  /// A node does not wait for answers any more.
  mutating func drop(for peer: NodeID) { waiting.removeAll { $0.peer == peer } }
}
