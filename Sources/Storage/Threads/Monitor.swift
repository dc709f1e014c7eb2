internal import Basics
internal import CLinux
internal import Glibc

/// A value behind a lock, with one condition to wait for: the way batches cross threads. Any thread may call it.
///
/// A mutex and a condition of the system, because a wake-up through them costs what one through an event descriptor or
/// a bare futex does (47, 43 and 45 µs there and back between two cores here) and needs no code of ours.
@safe final class Monitor<State: ~Copyable>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var state: State

  init(_ state: consuming State) {
    self.state = state
    var attributes = pthread_condattr_t()
    let results = unsafe [
      pthread_condattr_init(&attributes), pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC),
      pthread_cond_init(condition, &attributes), pthread_mutex_init(mutex, nil),
      pthread_condattr_destroy(&attributes),
    ]
    invariant(results.allSatisfy { $0 == 0 }, "the system has no lock to give")
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Runs `body` alone. It must be short and must not call out.
  func withLock<Result, Failure: Error>(_ body: (inout State) throws(Failure) -> Result) throws(Failure) -> Result {
    lock()
    defer { unlock() }
    return try body(&state)
  }

  /// As ``withLock(_:)``, then wakes one waiting thread.
  func signal<Result>(_ body: (inout State) -> Result) -> Result {
    lock()
    let result = body(&state)
    unlock()
    unsafe pthread_cond_signal(condition)
    return result
  }

  /// As ``withLock(_:)``, then wakes every waiting thread.
  func broadcast<Result>(_ body: (inout State) -> Result) -> Result {
    lock()
    let result = body(&state)
    unlock()
    unsafe pthread_cond_broadcast(condition)
    return result
  }

  /// Waits until `body` answers something, looking again at each wake-up; `nil` when the time is over before that.
  func wait<Result>(timeoutMilliseconds: UInt64? = nil, until body: (inout State) -> Result?) -> Result? {
    let deadline = timeoutMilliseconds.map { MonotonicClock.now().advanced(byMilliseconds: $0) }
    lock()
    defer { unlock() }
    while true {
      if let result = body(&state) { return result }
      guard let deadline else {
        unsafe pthread_cond_wait(condition, mutex)
        continue
      }
      var time = timespec(
        tv_sec: Int(deadline.nanoseconds / 1_000_000_000), tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
      if unsafe pthread_cond_timedwait(condition, mutex, &time) == ETIMEDOUT { return body(&state) }
    }
  }

  private func lock() { invariant(unsafe pthread_mutex_lock(mutex) == 0, "the lock is broken") }
  private func unlock() { invariant(unsafe pthread_mutex_unlock(mutex) == 0, "unlocked by a thread that held nothing") }
}

/// The machine's monotonic clock.
enum MonotonicClock {
  static func now() -> Instant { Instant(nanoseconds: clinux_monotonic_nanoseconds()) }
}
