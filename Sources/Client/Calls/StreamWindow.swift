internal import API
internal import Synchronization

/// What one streaming call has sent and not been answered, by a key of the caller's, and who waits because that is too
/// much. One task sends and one takes the answers. Any thread may use it.
final class StreamWindow<Request: Sendable>: Sendable {
  private struct State {
    var requests: [UInt64: Request] = [:]
    var senders: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var lastSender: UInt64 = 0
    var isOver = false
  }

  enum Admission {
    case sent
    case over
    case full
  }

  /// How many requests may be without an answer.
  let countMax: Int
  private let state = Mutex(State())

  init(countMax: Int) { self.countMax = countMax }

  /// Sends a request if there is room for it.
  func admit(_ request: Request, under key: UInt64, _ send: () -> Bool) -> Admission {
    state.withLock { state in
      if state.isOver { return .over }
      if state.requests.count >= countMax { return .full }
      guard send() else { return .over }
      state.requests[key] = request
      return .sent
    }
  }

  /// Takes out what was answered; `nil` for what was never asked.
  func answered(_ key: UInt64) -> Request? {
    let request = state.withLock { $0.requests.removeValue(forKey: key) }
    if request != nil { wakeSenders(isOver: false) }
    return request
  }

  /// The call is over: whoever waits goes on, and nothing more is sent.
  func end() { wakeSenders(isOver: true) }

  /// What was sent and whose answer has not been taken, by key.
  var unanswered: [Request] { state.withLock { $0.requests.sorted { $0.key < $1.key }.map(\.value) } }

  /// Waits while there is no room.
  func waitForRoom() async {
    let number = state.withLock { state in
      state.lastSender += 1
      return state.lastSender
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          if state.isOver || state.requests.count < countMax || Task.isCancelled { return true }
          state.senders[number] = continuation
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.senders.removeValue(forKey: number) }?.resume()
    }
  }

  private func wakeSenders(isOver: Bool) {
    let waiting = state.withLock { state in
      if isOver { state.isOver = true }
      defer { state.senders = [:] }
      return state.senders
    }
    for sender in waiting.keys.sorted() { waiting[sender]?.resume() }
  }
}
