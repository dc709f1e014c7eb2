public import API
public import Basics
internal import Synchronization

/// Reservations over one call, for as long as it is open: the fastest way to make many. Answers come as they become
/// durable, which may be in another order; the request id tells which is which.
///
/// One task sends and one takes the answers; they may be the same as long as no more than ``unansweredMax`` requests
/// are sent ahead. `send` waits while so many have not been answered, or their answers not been taken. Dropping the
/// stream, or cancelling the task that takes the answers, cancels the call.
///
/// A stream is not tried again: when it fails, send what is in ``unanswered`` over a new one. The request ids make that
/// safe.
public final class ReserveStream: AsyncSequence, Sendable {
  public typealias Failure = HoldfastError

  /// What became of one reservation.
  public struct Answer: Sendable, Equatable {
    public var requestID: UniqueID
    public var outcome: Result<Written<Hold>, HoldfastError>
  }

  public typealias Element = Answer

  private let client: HoldfastClient
  private let handle: StreamHandle
  /// By the tag on the wire, which grows with each request.
  private let window: StreamWindow<ReserveRequest>
  private let lastTag = Mutex<UInt64>(0)

  init(_ client: HoldfastClient, unansweredMax: Int, timeout: Duration?) {
    let window = StreamWindow<ReserveRequest>(countMax: unansweredMax)
    self.client = client
    self.window = window
    handle = client.open(.holdReserveStream, timeout: timeout, inbox: StreamInbox { _ in window.end() })
  }

  /// How many requests may be without an answer.
  public var unansweredMax: Int { window.countMax }

  /// Sends a reservation, and waits first while too many are unanswered. A request without a request id, a tenant or an
  /// actor gets a new one and the client's. Answers the request id.
  ///
  /// - Throws: `.unavailable` when the stream is over, `.cancelled` when the task was cancelled; the request was not sent.
  @discardableResult
  public func send(_ request: ReserveRequest) async throws(HoldfastError) -> UniqueID {
    let request = client.completed(request)
    guard let requestID = UniqueID(text: request.requestID) else {
      throw .wrongConfiguration("the request id '\(request.requestID)' is no UUID")
    }
    while true {
      if Task.isCancelled { throw .cancelled(requestID: requestID) }
      let tag = lastTag.withLock { tag in
        tag += 1
        return tag
      }
      let message = ReserveStreamRequest(tag: tag, request: request).encoded()
      switch window.admit(request, under: tag, { handle.send(message) }) {
      case .sent: return requestID
      case .over: throw .unavailable(CallFailure(status: .unavailable, message: "the stream is over"))
      case .full: await window.waitForRoom()
      }
    }
  }

  /// Says that no more will be sent. The answers still come, and then the sequence ends.
  public func finish() { handle.finishSending() }

  /// Gives the stream up; what is unanswered may or may not take effect.
  public func cancel() { handle.cancel() }

  /// What was sent and whose answer has not been taken, in the order of sending.
  public var unanswered: [ReserveRequest] { window.unanswered }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }

  /// Takes the next answer; `nil` once the node has answered everything and ended the stream.
  func next() async throws(HoldfastError) -> Answer? {
    while let bytes = try await handle.next() {
      let response: ReserveStreamResponse = try decoded(bytes)
      // An answer to nothing that was asked is the node's error, and harms nobody.
      guard let request = window.answered(response.tag), let requestID = UniqueID(text: request.requestID) else {
        continue
      }
      return Answer(requestID: requestID, outcome: outcome(response, requestID))
    }
    return nil
  }

  private func outcome(
    _ response: ReserveStreamResponse, _ requestID: UniqueID
  ) -> Result<Written<Hold>, HoldfastError> {
    switch response.outcome {
    case .error(let error): return .failure(HoldfastError(error, requestID))
    case .response(let response):
      if let written = client.written(response, requestID) { return written }
    case nil: break
    }
    return .failure(.malformedAnswer("an answer of the stream is empty"))
  }

  public struct AsyncIterator: AsyncIteratorProtocol {
    let stream: ReserveStream

    /// - Throws: ``HoldfastError`` when the stream failed; see ``ReserveStream/unanswered``.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(HoldfastError) -> Answer? {
      try await stream.next()
    }
  }
}

extension HoldfastClient {
  /// Opens a stream of reservations.
  ///
  /// - Parameters:
  ///   - unansweredMax: how many requests may be without an answer: 1 to 10,000.
  ///   - timeout: for the stream as a whole; `nil` is for ever.
  public func reserveStream(unansweredMax: Int = 1_000, timeout: Duration? = nil) -> ReserveStream {
    ReserveStream(self, unansweredMax: min(max(1, unansweredMax), 10_000), timeout: timeout)
  }
}
