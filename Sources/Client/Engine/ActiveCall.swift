internal import Basics
internal import HTTP2
internal import Reactor

/// A call between its start and its end. Belongs to the engine.
final class ActiveCall {
  enum Place {
    /// Waits for the time of its next attempt.
    case waiting(TimerID)
    case under(ClientConnection, CallID)
    /// Between two of the others, inside one function.
    case nowhere
  }

  let order: CallOrder
  var attempts: CallAttempts
  var place = Place.nowhere
  /// The node, by its place in the router, of the attempt that is under way or was the last.
  var node: Int?
  /// The answer of a call that gets one message.
  var answer: [UInt8] = []
  /// A streaming call that has given its caller something is not started over.
  var hasDelivered = false
  var isCancelled = false
  /// What a streaming call wants to send before it has a connection.
  var outbox: [[UInt8]] = []
  var finishesSending = false

  init(_ order: CallOrder, _ attempts: CallAttempts) {
    self.order = order
    self.attempts = attempts
  }

  /// Whether another attempt can be made of what is still here.
  var canRepeat: Bool { order.message != nil && !hasDelivered }
}
