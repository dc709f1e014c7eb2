internal import API
internal import Basics

/// A call as it is handed from a task to the engine.
struct CallOrder: Sendable {
  /// Unique in the client.
  var id: UInt64
  var method: API.Method
  var target: CallTarget
  /// Sent twice, it has one effect: it is a read, or carries a request id.
  var isRepeatable = true
  /// The encoded request; `nil` for a call whose request is many messages.
  var message: [UInt8]?
  var deadline: Instant
  /// Until when another attempt may begin. Unlike the deadline it does not end an attempt that goes well.
  var patience = Instant.distantFuture
  var sink: any CallSink
}

/// Where the engine tells what becomes of a call, on the loop's thread.
protocol CallSink: AnyObject, Sendable {
  /// The next message of a streaming answer. `false` asks for no more until the call is resumed.
  func received(_ message: [UInt8]) -> Bool
  /// The call is over. Told exactly once.
  func ended(_ ending: CallEnding)
}

/// How a call ended, all attempts taken together.
enum CallEnding: Equatable, Sendable {
  /// With OK. A call that answers one message has it here.
  case answered([UInt8])
  case failed(CallFailure, mayHaveTakenEffect: Bool)
  case cancelled
}

/// What tasks ask of the engine.
enum EngineMessage: Sendable {
  case start(CallOrder)
  case cancel(id: UInt64)
  /// One more message of a streaming request, and the end of it.
  case send(id: UInt64, [UInt8])
  case finishSending(id: UInt64)
  case resume(id: UInt64)
  /// Ends every call and closes every connection; nothing comes after it.
  case close
}
