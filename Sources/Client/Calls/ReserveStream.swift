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

  private struct Outstanding {
    /// By the tag on the wire, which grows with each request.
    var requests: [UInt64: ReserveRequest] = [:]
    var lastTag: UInt64 = 0
    var senders: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var lastSender: UInt64 = 0
    var isOver = false
  }

  /// How many requests may be without an answer.
  public let unansweredMax: Int
  private let client: HoldfastClient
  private let handle: StreamHandle
  private let outstanding: Shared

  /// Shared with the loop's thread, which tells it of the end.
  private final class Shared: Sendable {
    let state = Mutex(Outstanding())

    func wakeSenders(isOver: Bool) {
      let waiting = state.withLock { state in
        if isOver { state.isOver = true }
        defer { state.senders = [:] }
        return state.senders
      }
      for sender in waiting.keys.sorted() { waiting[sender]?.resume() }
    }
  }

  init(_ client: HoldfastClient, unansweredMax: Int, timeout: Duration?) {
    let shared = Shared()
    self.client = client
    self.unansweredMax = unansweredMax
    outstanding = shared
    handle = client.open(
      .holdReserveStream, timeout: timeout, inbox: StreamInbox { _ in shared.wakeSenders(isOver: true) })
  }

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
      switch admit(request) {
      case .sent: return requestID
      case .over: throw .unavailable(CallFailure(status: .unavailable, message: "the stream is over"))
      case .full: await waitForRoom()
      }
    }
  }

  private enum Admission {
    case sent
    case full
    case over
  }

  private func admit(_ request: ReserveRequest) -> Admission {
    outstanding.state.withLock { state in
      if state.isOver { return .over }
      if state.requests.count >= unansweredMax { return .full }
      state.lastTag += 1
      let message = ReserveStreamRequest(tag: state.lastTag, request: request).encoded()
      guard handle.send(message) else { return .over }
      state.requests[state.lastTag] = request
      return .sent
    }
  }

  private func waitForRoom() async {
    let shared = outstanding
    let limit = unansweredMax
    let number = shared.state.withLock { state in
      state.lastSender += 1
      return state.lastSender
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = shared.state.withLock { state in
          if state.isOver || state.requests.count < limit || Task.isCancelled { return true }
          state.senders[number] = continuation
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      shared.state.withLock { $0.senders.removeValue(forKey: number) }?.resume()
    }
  }

  /// Says that no more will be sent. The answers still come, and then the sequence ends.
  public func finish() { handle.finishSending() }

  /// Gives the stream up; what is unanswered may or may not take effect.
  public func cancel() { handle.cancel() }

  /// What was sent and whose answer has not been taken, in the order of sending.
  public var unanswered: [ReserveRequest] {
    outstanding.state.withLock { state in state.requests.sorted { $0.key < $1.key }.map(\.value) }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }

  /// Takes the next answer; `nil` once the node has answered everything and ended the stream.
  func next() async throws(HoldfastError) -> Answer? {
    while let bytes = try await handle.next() {
      let response: ReserveStreamResponse = try decoded(bytes)
      let request = outstanding.state.withLock { $0.requests.removeValue(forKey: response.tag) }
      // An answer to nothing that was asked is the node's error, and harms nobody.
      guard let request, let requestID = UniqueID(text: request.requestID) else { continue }
      outstanding.wakeSenders(isOver: false)
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
