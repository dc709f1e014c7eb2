internal import Synchronization

/// Hands a unary call's ending to the task that waits for it.
final class UnaryAnswer: CallSink {
  private let continuation: Mutex<CheckedContinuation<CallEnding, Never>?>

  init(_ continuation: CheckedContinuation<CallEnding, Never>) { self.continuation = Mutex(continuation) }

  func received(_ message: [UInt8]) -> Bool { true }

  func ended(_ ending: CallEnding) {
    let waiting = continuation.withLock { continuation in
      defer { continuation = nil }
      return continuation
    }
    waiting?.resume(returning: ending)
  }
}
