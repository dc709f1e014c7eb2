internal import CLinux
internal import Synchronization

/// Lets one thread do long work on processors that nobody else wants, for as long as nobody waits for that work.
///
/// A thread of the usual priority that wakes up beside a busy loop may be put on the loop's processor and keep it for
/// milliseconds, although another processor is free: the kernel moves waiting threads only now and then. A thread that
/// stands back gives way at once, and the kernel counts its processor as free when it places others.
///
/// ``whileStandingBack(_:)`` is the worker's; ``hurry()`` may be called from any thread. Does nothing in a process that
/// could not come back: a container without the privilege, a service without `LimitNICE`.
final class StandingBack: Sendable {
  private static let isPossible = clinux_thread_can_stand_back() != 0

  /// The worker's number while it stands back, else 0.
  private let thread = Atomic<Int32>(0)
  /// How often someone has hurried the worker.
  private let wishes = Atomic<UInt64>(0)

  /// Does `work` while standing back, unless or until someone hurries it.
  ///
  /// Who hurries a thread that is just stepping back may not see that there is something to hurry; so wishes are counted
  /// before that is looked at, and looked at after it is shown. `isAwaited` is not asked a second time for it: it takes
  /// locks, and a thread that stands back must hold none.
  func whileStandingBack<Failure: Error>(
    unless isAwaited: () -> Bool, _ work: () throws(Failure) -> Void
  ) throws(Failure) {
    let seen = wishes.load(ordering: .sequentiallyConsistent)
    guard Self.isPossible, !isAwaited() else { return try work() }
    let number = clinux_thread_number()
    if clinux_thread_stand_back(number, 1) == 0 { thread.store(number, ordering: .sequentiallyConsistent) }
    if wishes.load(ordering: .sequentiallyConsistent) != seen { comeBack() }
    // The caller takes locks behind this, which a thread that stands back must not hold.
    defer { comeBack() }
    try work()
  }

  /// Has the work that is under way done at the usual priority.
  func hurry() {
    wishes.wrappingAdd(1, ordering: .sequentiallyConsistent)
    comeBack()
  }

  private func comeBack() {
    let number = thread.load(ordering: .sequentiallyConsistent)
    guard number != 0, thread.compareExchange(expected: number, desired: 0, ordering: .sequentiallyConsistent).exchanged
    else { return }
    _ = clinux_thread_stand_back(number, 0)
  }
}
