public import API
internal import Basics

/// The messages of a streaming answer, in order, to be taken by one task. At most a few hundred wait here; then the node
/// is held back. Dropping the sequence, or cancelling the task that iterates over it, cancels the call.
public struct MessageStream<Message: ProtobufMessage>: AsyncSequence, Sendable {
  public typealias Element = Message
  public typealias Failure = HoldfastError

  let handle: StreamHandle

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(handle: handle) }

  public struct AsyncIterator: AsyncIteratorProtocol {
    let handle: StreamHandle

    /// - Throws: ``HoldfastError`` when the call failed; the messages before it were valid.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(HoldfastError) -> Message? {
      guard let bytes = try await handle.next() else { return nil }
      return try decoded(bytes)
    }
  }
}

/// A task's end of a streaming call: cancels it when dropped.
final class StreamHandle: Sendable {
  let id: UInt64
  private let core: ClientCore
  private let inbox: StreamInbox

  init(_ core: ClientCore, _ inbox: StreamInbox) {
    self.core = core
    self.inbox = inbox
    id = core.nextID()
  }

  deinit { cancel() }

  /// The next message; `nil` when the call has ended well.
  func next() async throws(HoldfastError) -> [UInt8]? {
    let event = await withTaskCancellationHandler {
      await inbox.next { core.post(.resume(id: id)) }
    } onCancel: {
      cancel()
    }
    switch event {
    case .message(let bytes): return bytes
    case .ended(.answered): return nil
    case .ended(.failed(let failure, let mayHave)):
      throw HoldfastError(failure, mayHaveTakenEffect: mayHave, requestID: nil)
    case .ended(.cancelled): throw .cancelled(requestID: nil)
    }
  }

  /// A cancellation of a call that is over is ignored by the engine.
  func cancel() { core.post(.cancel(id: id)) }
  /// `false` when the client is closed or too much is waiting.
  func send(_ message: [UInt8]) -> Bool { core.post(.send(id: id, message)) }
  func finishSending() { core.post(.finishSending(id: id)) }
}
