internal import API
internal import Basics
internal import Client
internal import HTTP2
internal import Reactor

/// From a buyer's wish to a call on the wire.
extension Worker {
  // MARK: closed loop

  /// A buyer begins anew, if the load goes on.
  func beginJourney(_ index: Int) {
    guard phase == .running, remaining > 0 else { return finishIfIdle() }
    takeFromCount()
    begin(index, intendedAt: loop.now.nanoseconds)
  }

  private func takeFromCount() {
    if remaining < Int.max { remaining &-= plan.batch }
  }

  // MARK: open loop

  /// Queues what the schedule says is due, then sends what has a place.
  func takeDue() {
    queueDue(until: loop.now)
    while phase == .running, let index = free.first, let intended = queue.first {
      free.popFirst()
      queue.popFirst()
      begin(Int(index), intendedAt: intended)
    }
  }

  private func queueDue(until instant: Instant) {
    guard var schedule = openLoop?.schedule, let queueMax = openLoop?.queueMax else { return }
    let elapsed = instant.nanoseconds(since: startedAt)
    while schedule.next <= elapsed, remaining > 0 {
      let intended = startedAt.nanoseconds &+ schedule.next
      if wasArmed, queue.count < free.count, isMeasured(intended) {
        context.tally.record(lateness: elapsed &- schedule.next)
      }
      if queue.count < queueMax { queue.append(intended) } else { result.dropped += 1 }
      schedule.advance()
      takeFromCount()
    }
    openLoop?.schedule = schedule
  }

  /// The schedule is over. What was due before still gets its turn, because leaving the slowest out would flatter the
  /// result; but not for longer than a call may take.
  func endSchedule() {
    queueDue(until: measuresUntil)
    remaining = 0
    _ = loop.schedule(
      at: loop.now.advanced(byMilliseconds: plan.deadlineMilliseconds), self, token: TimerToken.queueGivenUp)
    finishIfIdle()
  }

  func giveUpQueue() {
    result.dropped += queue.count
    drain()
  }

  func nextDue() -> NextTurn {
    wasArmed = !free.isEmpty
    guard wasArmed, remaining > 0, let schedule = openLoop?.schedule else { return .whenSomethingHappens }
    return .at(startedAt.advanced(byNanoseconds: schedule.next))
  }

  // MARK: calls

  /// A new journey of the buyer at a place.
  private func begin(_ index: Int, intendedAt: UInt64) {
    slots[index].isBusy = true
    busyCount &+= 1
    send(index, workload.begin(index), intendedAt: intendedAt)
  }

  /// The journey's next call.
  func send(_ index: Int, _ operation: Operation, intendedAt: UInt64) {
    slots[index].begin(
      operation, intendedAt: intendedAt,
      givesUpAt: loop.now.advanced(byMilliseconds: plan.deadlineMilliseconds).nanoseconds)
    attempt(index)
  }

  /// Sends the slot's call, for the first time or again with the same ids.
  func attempt(_ index: Int) {
    slots[index].beginAttempt(at: loop.now.nanoseconds)
    if isLinked { return attemptLinked(index) }
    let connection = connections[slots[index].connection]
    let deadline = Instant(nanoseconds: slots[index].givesUpAt)
    let message = workload.message(loadCall(index))
    let call = connection.start(
      slots[index].operation.method, message: message.rawSpan, deadline: deadline, tag: UInt64(index))
    if call == nil { gaveUp(index) }
  }

  /// The slot's call, as the workload is told of it.
  func loadCall(_ index: Int) -> LoadCall {
    LoadCall(place: index, operation: slots[index].operation, isUncertain: slots[index].isUncertain)
  }

  /// The connection takes no more calls: what was to be sent surely was not.
  private func gaveUp(_ index: Int) {
    becomeIdle(index)
    disconnected()
    finishIfIdle()
  }

  func becomeIdle(_ index: Int) {
    invariant(slots[index].isBusy, "a buyer's place is given back twice")
    slots[index].isBusy = false
    busyCount &-= 1
    if openLoop != nil { free.append(Int32(index)) }
  }

  func isMeasured(_ intended: UInt64) -> Bool {
    openLoop == nil
      ? isMeasuring : intended >= measuresFrom.nanoseconds && intended < measuresUntil.nanoseconds
  }
}
