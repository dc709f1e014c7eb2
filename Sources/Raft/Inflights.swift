internal import Basics

/// The appends with entries that are on their way to one member: a window bounded by their number and by their bytes.
struct Inflights {
  private struct Sent {
    /// The last entry of the message.
    var last: LogIndex
    var byteCount: Int
  }

  private let messagesMax: Int
  private let bytesMax: Int
  private var window = RingBuffer<Sent>()
  private var byteCount = 0

  init(messagesMax: Int, bytesMax: Int) {
    self.messagesMax = messagesMax
    self.bytesMax = bytesMax
  }

  var count: Int { window.count }

  /// A message larger than the whole window goes alone.
  var isFull: Bool { window.count >= messagesMax || byteCount >= bytesMax }

  mutating func add(through last: LogIndex, byteCount: Int) {
    invariant(!isFull, "a message was sent beyond the window")
    invariant(window.last.map { $0.last < last } ?? true, "messages are sent in the order of the log")
    window.append(Sent(last: last, byteCount: byteCount))
    self.byteCount += byteCount
  }

  /// The member has answered for everything up to `index`.
  mutating func free(through index: LogIndex) {
    while let first = window.first, first.last <= index {
      window.popFirst()
      byteCount -= first.byteCount
    }
  }

  mutating func removeAll() {
    window.removeAll()
    byteCount = 0
  }
}
