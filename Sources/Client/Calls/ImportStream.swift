public import API
public import Basics

/// An import under way: rows are sent, and what became of each comes back under its number, perhaps in another order. A
/// row has one effect however often it is sent under the same import id and number.
///
/// One task sends and one takes the answers; they may be the same as long as no more than ``unansweredMax`` rows are sent
/// ahead. `send` waits while so many are unanswered. Dropping the stream, or cancelling the task that takes the answers,
/// cancels the call. A stream is not tried again: when it fails, send what is in ``unanswered`` over a new one of the
/// same import id.
public final class ImportStream: AsyncSequence, Sendable {
  public typealias Failure = HoldfastError

  /// What became of one row.
  public struct Answer: Sendable, Equatable {
    public var row: ImportRow
    /// Whether it was carried out before, or why it was not.
    public var outcome: Result<Bool, HoldfastError>
  }

  public typealias Element = Answer

  private let handle: StreamHandle
  private let window: StreamWindow<ImportRow>

  init(_ client: HoldfastClient, _ start: ImportStart, unansweredMax: Int, timeout: Duration?) {
    let window = StreamWindow<ImportRow>(countMax: unansweredMax)
    self.window = window
    handle = client.open(.importRows, timeout: timeout, inbox: StreamInbox { _ in window.end() })
    // A stream that is over already says so to the first row.
    _ = handle.send(ImportRowsRequest(content: .start(start)).encoded())
  }

  /// How many rows may be without an answer.
  public var unansweredMax: Int { window.countMax }

  /// Sends a row, and waits first while too many are unanswered.
  ///
  /// - Throws: `.unavailable` when the stream is over, `.cancelled` when the task was cancelled; the row was not sent.
  public func send(_ row: ImportRow) async throws(HoldfastError) {
    let message = ImportRowsRequest(content: .row(row)).encoded()
    while true {
      if Task.isCancelled { throw .cancelled(requestID: nil) }
      switch window.admit(row, under: UInt64(bitPattern: row.row), { handle.send(message) }) {
      case .sent: return
      case .over: throw .unavailable(CallFailure(status: .unavailable, message: "the stream is over"))
      case .full: await window.waitForRoom()
      }
    }
  }

  /// Says that no more will be sent. The answers still come, and then the sequence ends.
  public func finish() { handle.finishSending() }

  /// Gives the stream up; what is unanswered may or may not take effect.
  public func cancel() { handle.cancel() }

  /// What was sent and whose answer has not been taken, by row number.
  public var unanswered: [ImportRow] { window.unanswered }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }

  /// Takes the next answer; `nil` once the node has answered everything and ended the stream.
  func next() async throws(HoldfastError) -> Answer? {
    while let bytes = try await handle.next() {
      let response: ImportRowsResponse = try decoded(bytes)
      // An answer to nothing that was asked is the node's error, and harms nobody.
      guard let row = window.answered(UInt64(bitPattern: response.row)) else { continue }
      let outcome: Result<Bool, HoldfastError> =
        switch response.outcome {
        case .done(let done): .success(done.replayed)
        case .error(let error): .failure(HoldfastError(error, nil))
        case nil: .failure(.malformedAnswer("an answer of the import is empty"))
        }
      return Answer(row: row, outcome: outcome)
    }
    return nil
  }

  public struct AsyncIterator: AsyncIteratorProtocol {
    let stream: ImportStream

    /// - Throws: ``HoldfastError`` when the stream failed; see ``ImportStream/unanswered``.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(HoldfastError) -> Answer? {
      try await stream.next()
    }
  }
}

extension HoldfastClient {
  /// Begins an import, or goes on with one.
  ///
  /// - Parameters:
  ///   - id: the import's; the same to go on with one that was interrupted, within 72 hours.
  ///   - options: tenant, actor and reason of all rows. Their request id is not used: each row has its own.
  ///   - unansweredMax: how many rows may be without an answer: 1 to 10,000.
  public func importRows(
    id: UniqueID, options: WriteOptions = .init(), unansweredMax: Int = 1_000
  ) -> ImportStream {
    let start = ImportStart(
      tenant: options.tenant ?? configuration.tenant, requestID: id.description,
      actor: options.actor ?? configuration.actor, reason: options.reason)
    return ImportStream(
      self, start, unansweredMax: min(max(1, unansweredMax), 10_000), timeout: options.timeout)
  }
}
