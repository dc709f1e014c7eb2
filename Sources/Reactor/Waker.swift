internal import Basics
internal import CLinux
internal import Synchronization

/// Wakes one loop from other threads, with at most one system call a sleep.
///
/// The state tells a poster whether the loop could miss its message. `running`: the loop looks at its mailboxes before
/// it sleeps again, so marking is enough. `sleeping`: an eventfd write is needed, and whoever turns the state to
/// `notified` does it. `notified`: somebody else has already seen to it. Any thread may call `wake`.
final class Waker: Sendable {
  private enum State {
    static let running: UInt8 = 0
    static let sleeping: UInt8 = 1
    static let notified: UInt8 = 2
  }

  let descriptor: Int32
  private let state = Atomic<UInt8>(State.running)
  private let stopping = Atomic<Bool>(false)
  private let signals = Atomic<Int>(0)

  init() throws(ReactorError) { descriptor = try checked("eventfd", clinux_eventfd_create()) }

  deinit { _ = clinux_close(descriptor) }

  /// How many times a sleeping loop had to be woken by a system call.
  var signalCount: Int { signals.load(ordering: .relaxed) }

  var isStopping: Bool { stopping.load(ordering: .acquiring) }

  func stop() {
    stopping.store(true, ordering: .releasing)
    wake()
  }

  /// Makes sure that the loop looks at its mailboxes after everything written before this call.
  func wake() {
    // A message is visible before the state changes, and the loop changes the state before it looks: one of the two
    // always sees the other.
    if state.exchange(State.notified, ordering: .acquiringAndReleasing) == State.sleeping {
      signals.wrappingAdd(1, ordering: .relaxed)
      let result = clinux_eventfd_signal(descriptor)
      invariant(result == 0 || result == -SystemError.again, "an eventfd write failed")
    }
  }

  /// Called by the loop before it waits; `false` means that something has arrived and it must not sleep.
  func mayFallAsleep() -> Bool {
    state.compareExchange(
      expected: State.running, desired: State.sleeping, ordering: .acquiringAndReleasing
    ).exchanged
  }

  /// Called by the loop after each wait; answers whether the mailboxes may hold something.
  func wakeUp() -> Bool { state.exchange(State.running, ordering: .acquiringAndReleasing) == State.notified }

  /// Called by the loop when the eventfd is readable.
  func clear() { _ = clinux_eventfd_clear(descriptor) }
}
