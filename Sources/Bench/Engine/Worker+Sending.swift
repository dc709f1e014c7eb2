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
        result.tally.record(lateness: elapsed &- schedule.next)
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

  /// A new reservation, or batch of them.
  private func begin(_ index: Int, intendedAt: UInt64) {
    slots[index].begin(
      plan.batch == 1 ? .reserve : .batch, intendedAt: intendedAt,
      givesUpAt: loop.now.advanced(byMilliseconds: plan.deadlineMilliseconds).nanoseconds)
    slots[index].isBusy = true
    busyCount &+= 1
    let now = Int64(loop.now.nanoseconds / 1_000_000) &+ wallOffsetMilliseconds
    for position in 0..<plan.batch {
      items[index &* plan.batch &+ position] = LoadItem(id: ids.next(atMilliseconds: now), sku: picker.next())
    }
    slots[index].requestID = items[index &* plan.batch].id
    attempt(index)
  }

  /// The next step with a hold that was made.
  func follow(_ index: Int, _ operation: Operation) {
    slots[index].begin(
      operation, intendedAt: loop.now.nanoseconds,
      givesUpAt: loop.now.advanced(byMilliseconds: plan.deadlineMilliseconds).nanoseconds)
    switch operation {
    case .confirm, .release:
      slots[index].requestID = ids.next(
        atMilliseconds: Int64(loop.now.nanoseconds / 1_000_000) &+ wallOffsetMilliseconds)
    case .reserve, .repeated, .batch: break
    }
    attempt(index)
  }

  /// Sends the slot's call, for the first time or again with the same ids.
  func attempt(_ index: Int) {
    slots[index].beginAttempt(at: loop.now.nanoseconds)
    if isLinked { return attemptLinked(index) }
    let connection = connections[slots[index].connection]
    let deadline = Instant(nanoseconds: slots[index].givesUpAt)
    let message = encode(index)
    let call = connection.start(
      slots[index].operation.method, message: message.rawSpan, deadline: deadline, tag: UInt64(index))
    if call == nil { gaveUp(index) }
  }

  /// The slot's request, in the buffer of its template.
  func encode(_ index: Int) -> [UInt8] {
    switch slots[index].operation {
    case .reserve, .repeated, .batch:
      for position in 0..<plan.batch {
        let item = items[index &* plan.batch &+ position]
        reserve.set(position, id: item.id, sku: item.sku)
      }
      return reserve.bytes
    case .confirm:
      confirm.set(request: slots[index].requestID, hold: slots[index].hold.id, suffix: slots[index].hold.suffix)
      return confirm.bytes
    case .release:
      release.set(request: slots[index].requestID, hold: slots[index].hold.id, suffix: slots[index].hold.suffix)
      return release.bytes
    }
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
