internal import Basics
internal import Synchronization

/// The messages of a streaming answer between the loop, which puts them in, and the one task that takes them out.
/// Any thread may use it.
final class StreamInbox: CallSink {
  enum Event: Sendable {
    case message([UInt8])
    case ended(CallEnding)
  }

  private struct State {
    var messages = RingBuffer<[UInt8]>()
    var ending: CallEnding?
    var waiting: CheckedContinuation<Event, Never>?
    var isPaused = false
  }

  /// With so many messages waiting the node is held back, and let go on at half of it.
  static let countHigh = 256

  private let state = Mutex(State())
  /// Called, on the loop's thread, when the call is over.
  private let onEnd: @Sendable (CallEnding) -> Void

  init(onEnd: @escaping @Sendable (CallEnding) -> Void = { _ in }) { self.onEnd = onEnd }

  func received(_ message: [UInt8]) -> Bool {
    let (waiting, goesOn) = state.withLock { state -> (CheckedContinuation<Event, Never>?, Bool) in
      if let waiting = state.waiting {
        state.waiting = nil
        return (waiting, true)
      }
      state.messages.append(message)
      state.isPaused = state.messages.count >= Self.countHigh
      return (nil, !state.isPaused)
    }
    waiting?.resume(returning: .message(message))
    return goesOn
  }

  func ended(_ ending: CallEnding) {
    let waiting = state.withLock { state in
      state.ending = ending
      defer { state.waiting = nil }
      return state.waiting
    }
    onEnd(ending)
    waiting?.resume(returning: .ended(ending))
  }

  /// The next message, or how the call ended once all are taken. `resume` is called when the node may go on. Only one
  /// task may wait at a time.
  func next(resume: () -> Void) async -> Event {
    await withCheckedContinuation { continuation in
      let (event, resumes) = state.withLock { state -> (Event?, Bool) in
        if let message = state.messages.popFirst() {
          let resumes = state.isPaused && state.messages.count <= Self.countHigh / 2
          if resumes { state.isPaused = false }
          return (.message(message), resumes)
        }
        if let ending = state.ending { return (.ended(ending), false) }
        invariant(state.waiting == nil, "two tasks wait for one stream")
        state.waiting = continuation
        return (nil, false)
      }
      if resumes { resume() }
      if let event { continuation.resume(returning: event) }
    }
  }
}
