internal import Basics

/// Decides which calls a Store begins at once, which wait, and which are refused. A value without a clock; owned by the
/// Store's thread.
///
/// A Store takes in what its sockets have, each turn, so that nobody waits where nobody looks. It begins only so much of it
/// that the turn stays short: a leader that is silent for long is one no more. The rest waits, for a moment and within
/// bounds; what has no room there is refused before it is read. Nothing new is begun either while the shards have all that
/// they can do under way (``Store/hasRoom``), whatever holds them up: processor, disk or followers; or while reads wait to be
/// carried out for longer than a moment.
struct Admission {
  struct Limits {
    /// What is begun in one turn: some ten milliseconds of work.
    var turnWeight = 256 << 10
    /// What may wait of each priority: at the rates that a Store reaches, some tenths of a second of work.
    var waitingWeightMax = 1 << 20
    /// And of a caller that is the only one: all that a connection's window and its streams let it send.
    var waitingWeightMaxAlone = 6 << 20
    /// How long a call may wait.
    var waitMillisecondsMax: UInt64 = 1_000
    /// A call's weight is its bytes and this.
    var callWeight = 64
  }

  enum Decision: Equatable {
    case begin
    case wait
    case refuse
  }

  let limits: Limits
  private(set) var refusedCount: UInt64 = 0
  /// What may still be begun in this turn. The last call that is begun may go over it.
  private var budget: Int
  /// The same for calls that complete something, while nothing new is begun because reads wait.
  private var completingBudget = 0
  private var completing: WaitingQueue
  private var beginning: WaitingQueue
  private(set) var isAnyWaiting = false

  init(limits: Limits = Limits()) {
    self.limits = limits
    budget = limits.turnWeight
    completing = WaitingQueue(weightMax: limits.waitingWeightMax, weightMaxAlone: limits.waitingWeightMaxAlone)
    beginning = WaitingQueue(weightMax: limits.waitingWeightMax, weightMaxAlone: limits.waitingWeightMaxAlone)
  }

  /// Whether a call is begun without asking further, which it nearly always is.
  @inline(__always)
  mutating func isBegunAtOnce(_ byteCount: Int) -> Bool {
    guard budget > 0, !isAnyWaiting else { return false }
    budget &-= byteCount &+ limits.callWeight
    return true
  }

  /// What becomes of a call that is not begun at once.
  mutating func decide(_ priority: CallPriority, _ byteCount: Int, of caller: WaitingCall.Caller) -> Decision {
    let weight = byteCount + limits.callWeight
    switch priority {
    case .vital: return .begin
    case .completing:
      if completingBudget > 0, completing.isEmpty {
        completingBudget -= weight
        return .begin
      }
      if completing.takes(weight, of: caller) { return .wait }
    case .beginning: if beginning.takes(weight, of: caller) { return .wait }
    }
    refusedCount += 1
    return .refuse
  }

  mutating func append(_ call: WaitingCall) {
    isAnyWaiting = true
    let weight = call.message.count + limits.callWeight
    if call.work.priority == .completing {
      completing.append(call, weight: weight)
    } else {
      beginning.append(call, weight: weight)
    }
  }

  /// The next call that is to be begun in this turn.
  mutating func next() -> WaitingCall? {
    if completingBudget > 0, let next = completing.popFirst() {
      completingBudget -= next.weight
      noteWaiting()
      return next.call
    }
    guard budget > 0, let next = completing.popFirst() ?? beginning.popFirst() else { return nil }
    budget -= next.weight
    noteWaiting()
    return next.call
  }

  /// The next call that has waited too long, and is refused.
  mutating func nextLate(now: Instant) -> WaitingCall? {
    let late: WaitingCall?
    if isLate(completing.firstArrival, now) {
      late = completing.popFirst()?.call
    } else if isLate(beginning.firstArrival, now) {
      late = beginning.popFirst()?.call
    } else {
      return nil
    }
    refusedCount += 1
    noteWaiting()
    return late
  }

  private func isLate(_ arrival: Instant?, _ now: Instant) -> Bool { (limit(arrival) ?? .distantFuture) <= now }

  private func limit(_ arrival: Instant?) -> Instant? {
    arrival?.advanced(byMilliseconds: limits.waitMillisecondsMax)
  }

  private mutating func noteWaiting() { isAnyWaiting = !completing.isEmpty || !beginning.isEmpty }

  /// Takes all that wait.
  mutating func removeAll() -> [WaitingCall] {
    var all: [WaitingCall] = []
    while let next = completing.popFirst() ?? beginning.popFirst() { all.append(next.call) }
    noteWaiting()
    return all
  }

  /// The turn is over.
  ///
  /// - Parameter hasRoomForReads: without, only what completes something is begun.
  mutating func turnEnded(hasRoom: Bool, hasRoomForReads: Bool = true) {
    budget = hasRoom && hasRoomForReads ? limits.turnWeight : 0
    completingBudget = hasRoom && !hasRoomForReads ? limits.turnWeight : 0
  }

  /// When to look again although nothing happens: at once, if there is something that may be begun; else when the first has
  /// waited too long.
  func nextLook(now: Instant) -> Instant {
    if !isAnyWaiting { return .distantFuture }
    if budget > 0 || completingBudget > 0 && !completing.isEmpty { return now }
    return min(limit(completing.firstArrival) ?? .distantFuture, limit(beginning.firstArrival) ?? .distantFuture)
  }
}
