public import API
internal import Basics

/// The messages of a streaming answer that has no end of its own, to be taken by one task. When a node goes or cannot be
/// reached the call is made again, at whatever node answers, as it goes on behind the last message; so a break costs time
/// and nothing else. Dropping the sequence, or cancelling the task that iterates over it, cancels the call.
public struct ResumingStream<Message: ProtobufMessage>: AsyncSequence, Sendable {
  public typealias Element = Message
  public typealias Failure = HoldfastError

  /// Makes the call: behind a message, or from the beginning; with so much patience.
  let open: @Sendable (_ last: Message?, _ patience: Duration?) -> MessageStream<Message>
  /// Without a message for so long it gives up; `nil`: never.
  let patience: Duration?

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(open: open, patience: patience) }

  public struct AsyncIterator: AsyncIteratorProtocol {
    private static var firstPauseNanoseconds: UInt64 { 50_000_000 }
    private static var longestPauseNanoseconds: UInt64 { 2_000_000_000 }

    let open: @Sendable (Message?, Duration?) -> MessageStream<Message>
    let patience: Duration?
    private var current: MessageStream<Message>.AsyncIterator?
    private var last: Message?
    private var failureCount = 0
    /// When what has not come to a message yet began.
    private var tryingSince: ContinuousClock.Instant?

    init(open: @escaping @Sendable (Message?, Duration?) -> MessageStream<Message>, patience: Duration?) {
      self.open = open
      self.patience = patience
    }

    /// - Returns: `nil` when there is nothing more to tell, such as behind the end of a hold.
    /// - Throws: what asking again would not change: a refusal, a wrong request, ``HoldfastError/cancelled(requestID:)``;
    ///   and the last failure when the patience is over.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(HoldfastError) -> Message? {
      while true {
        do throws(HoldfastError) {
          var stream = current ?? open(last, patienceLeft()).makeAsyncIterator()
          let message = try await stream.next(isolation: actor)
          current = stream
          (failureCount, tryingSince) = (0, nil)
          if let message { last = message }
          return message
        } catch {
          current = nil
          guard Self.isPassing(error), patienceLeft() != .zero else { throw error }
          try await Self.sleep(pauseNanoseconds(after: error))
        }
      }
    }

    private mutating func patienceLeft() -> Duration? {
      guard let patience else { return nil }
      let since = tryingSince ?? .now
      tryingSince = since
      return Swift.max(.zero, patience - (.now - since))
    }

    private static func isPassing(_ error: HoldfastError) -> Bool {
      switch error {
      case .unavailable, .outcomeUnknown: true
      case .refused, .notFound, .invalidRequest, .cancelled, .failed: false
      }
    }

    /// How long to wait after a failure: longer after each, and at least for as long as the node asks.
    private mutating func pauseNanoseconds(after error: HoldfastError) -> UInt64 {
      failureCount += 1
      let pause = Self.firstPauseNanoseconds << UInt64(Swift.min(failureCount - 1, 6))
      let asked = UInt64(Swift.max(0, error.failure.retryDelayMilliseconds ?? 0)) * 1_000_000
      return Swift.min(Self.longestPauseNanoseconds, Swift.max(pause, asked))
    }

    private static func sleep(_ nanoseconds: UInt64) async throws(HoldfastError) {
      do { try await Task.sleep(nanoseconds: nanoseconds) } catch { throw .cancelled(requestID: nil) }
    }
  }
}
