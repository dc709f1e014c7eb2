package import Basics
internal import CLinux

extension EventLoop {
  /// Works until ``LoopRemote/stop()``.
  package func run() {
    assertOnThread()
    while !waker.isStopping { turn(until: .distantFuture) }
  }

  /// One turn that waits no longer than `limit`; for tests and for programs with a loop of their own.
  package func turn(until limit: Instant) {
    assertOnThread()
    let found = wait(until: limit)
    turnCount &+= 1
    for index in 0..<found { deliver(ready[index]) }
    fireTimers()
    nextTurn = hook?.endOfTurn(self) ?? .whenSomethingHappens
    flush()
  }

  private func wait(until limit: Instant) -> Int {
    let nanoseconds = waker.mayFallAsleep() ? sleepNanoseconds(until: limit) : 0
    let began = Self.clock
    var found = nanoseconds == 0 ? poll(for: 0) : spin(for: nanoseconds, since: began)
    if found == 0 && nanoseconds != 0 { found = poll(for: Self.rest(of: nanoseconds, since: began)) }
    invariant(found >= 0, "epoll_wait failed (errno \(-found))")
    now = Self.clock
    if nanoseconds != 0 && found > 0 { spinning.heard(after: now.nanoseconds(since: began)) }
    // The state is set to running before the mailboxes are looked at: see `Waker`.
    if waker.wakeUp() { for mailbox in mailboxes { mailbox.drain() } }
    return Int(found)
  }

  /// Looks again and again for as long as that promises something, but no longer than the wait may be.
  private func spin(for nanoseconds: Int64, since began: Instant) -> Int32 {
    guard spinning.isWorthwhile else { return 0 }
    let limit = min(spinning.nanosecondsMax, nanoseconds < 0 ? .max : UInt64(nanoseconds))
    repeat {
      let found = poll(for: 0)
      if found != 0 { return found }
      // What it waits for may need this very processor: the log's thread, or another node of this machine.
      clinux_yield()
    } while Self.clock.nanoseconds(since: began) < limit
    spinning.wasVain()
    return 0
  }

  /// What is left of a wait; of one for ever, all of it.
  private static func rest(of nanoseconds: Int64, since began: Instant) -> Int64 {
    nanoseconds < 0 ? nanoseconds : max(0, nanoseconds - Int64(clamping: clock.nanoseconds(since: began)))
  }

  private func poll(for nanoseconds: Int64) -> Int32 {
    let capacity = Int32(ready.count)
    return unsafe clinux_epoll_wait(epoll, &ready, capacity, nanoseconds)
  }

  /// How long the wait may be; negative is for ever. Resets what the last turn asked for.
  private func sleepNanoseconds(until limit: Instant) -> Int64 {
    var deadline = min(limit, timers.next)
    switch nextTurn {
    case .whenSomethingHappens: break
    case .at(let instant): deadline = min(deadline, instant)
    case .immediately: deadline = .zero
    }
    if turnRequested || !dirty.isEmpty || waker.isStopping { deadline = .zero }
    turnRequested = false
    if deadline == .distantFuture { return -1 }
    // The clock is read again, because the turn itself took time; but not when there is nothing to wait for.
    if deadline <= now { return 0 }
    return Int64(clamping: deadline.nanoseconds(since: Self.clock))
  }

  /// Timers that a firing timer schedules for the past wait for the next turn, so that none can starve the sockets.
  private func fireTimers() {
    var budget = timers.count
    while budget > 0, let due = timers.popDue(now) {
      due.handler.timerFired(due.id, token: due.token)
      budget -= 1
    }
  }

  /// Writes once to each connection with output. One that becomes dirty meanwhile is written to in the next turn,
  /// which then begins at once.
  private func flush() {
    if dirty.isEmpty { return }
    swap(&dirty, &flushing)
    for connection in flushing { connection.flush() }
    flushing.removeAll(keepingCapacity: true)
  }
}
