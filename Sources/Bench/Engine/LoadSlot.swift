internal import Basics

/// One buyer's place: the call that is under way there. Its number is the call's tag. A connection's places are one
/// behind the other.
struct LoadSlot {
  var operation = Operation.reserve
  var isBusy = false
  /// The answer's message has come and been read.
  var outcome: Outcome?
  /// The place of its connection, or where there are several nodes the lane on them.
  var connection: Int
  /// When the call was meant to be sent; in a closed loop when it was.
  var intendedAt: UInt64 = 0
  var startedAt: UInt64 = 0
  /// When no further attempt is made.
  var givesUpAt: UInt64 = 0
  var attempts = 0
  /// Of these, those that had no answer in their time.
  var timeouts = 0
  /// An attempt may have had its effect without our hearing of it.
  var isUncertain = false
  /// The answer that came is no last word.
  var isPartial = false
  /// The answer that came cannot be read.
  var isUnreadable = false
  /// The place of the node where the last attempt failed.
  var failedAt: Int32 = -1

  /// How long to wait, as the node asked that refused the last attempt.
  var demandedNanoseconds: UInt64 = 0

  init(connection: Int) { self.connection = connection }

  /// A call begins.
  mutating func begin(_ operation: Operation, intendedAt: UInt64, givesUpAt: UInt64) {
    self.operation = operation
    self.intendedAt = intendedAt
    self.givesUpAt = givesUpAt
    attempts = 0
    timeouts = 0
    isUncertain = false
    failedAt = -1
    demandedNanoseconds = 0
  }

  /// The call is sent, for the first time or again.
  mutating func beginAttempt(at now: UInt64) {
    outcome = nil
    isPartial = false
    isUnreadable = false
    attempts &+= 1
    startedAt = now
  }
}
