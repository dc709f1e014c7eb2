internal import Basics
internal import Synchronization

/// A queue into one loop from any thread. Messages posted since the loop last looked arrive as one batch, in the order
/// of posting for each poster, and a batch costs at most one wake-up. Post batches: the lock is taken once a post.
package final class Mailbox<Message: Sendable>: Sendable {
  private let waker: Waker
  private let messages = Mutex<[Message]>([])
  private let countMax: Int

  init(waker: Waker, countMax: Int) {
    self.waker = waker
    self.countMax = countMax
  }

  /// Adds one message; `false` when the box is full, and then nothing was added.
  package func post(_ message: Message) -> Bool {
    let added = messages.withLock { waiting in
      guard waiting.count < countMax else { return false }
      waiting.append(message)
      return true
    }
    if added { waker.wake() }
    return added
  }

  /// Adds a batch, all or nothing; `false` when it does not fit.
  package func post(contentsOf batch: [Message]) -> Bool {
    if batch.isEmpty { return true }
    let added = messages.withLock { waiting in
      guard batch.count <= countMax - waiting.count else { return false }
      waiting.append(contentsOf: batch)
      return true
    }
    if added { waker.wake() }
    return added
  }

  /// Swaps what has gathered for an empty array that keeps its capacity.
  func take(into empty: inout [Message]) {
    // The array goes through a local box because a lock's closure may not capture an `inout`.
    let spare = empty
    empty = []
    empty = messages.withLock { waiting in
      let gathered = waiting
      waiting = spare
      return gathered
    }
  }
}

/// A mailbox as its loop sees it, whatever its messages are: one call a turn with news.
protocol MailboxDrain: AnyObject {
  func drain()
}

/// Hands a mailbox's batches to its receiver, on the loop's thread.
final class MailboxReceiver<Message: Sendable>: MailboxDrain {
  private let mailbox: Mailbox<Message>
  private let receive: (_ batch: inout [Message]) -> Void
  private var batch: [Message] = []

  init(_ mailbox: Mailbox<Message>, _ receive: @escaping (_ batch: inout [Message]) -> Void) {
    self.mailbox = mailbox
    self.receive = receive
  }

  func drain() {
    mailbox.take(into: &batch)
    if batch.isEmpty { return }
    receive(&batch)
    batch.removeAll(keepingCapacity: true)
  }
}
