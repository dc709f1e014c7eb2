package import Basics
package import Reactor

/// The connection of a load to its peer, with its callers.
package protocol LoadMember: AnyObject {
  /// Every connection is open: each caller sends its first call.
  func begin()
}

/// Runs one closed loop against a peer: waits until all connections are open, has every caller send its next call as
/// soon as its last one is answered, leaves the warm-up out, and waits for the last answers. It belongs to the thread
/// that made it, which is also its event loop's.
package final class LoadDriver {
  /// How long the last answers may take after the load's end, and the connections to open.
  package static let answerMillisecondsMax: UInt64 = 20_000

  private enum Phase {
    case connecting
    case running
    case draining
    case finished
  }

  private enum TimerToken {
    static let measuringBegins: UInt64 = 1
    static let loadEnds: UInt64 = 2
    static let patienceEnds: UInt64 = 3
  }

  package let plan: LoadPlan
  package let loop: EventLoop
  package var random: SeededGenerator
  private var phase = Phase.connecting
  private var members: [any LoadMember] = []
  private var openCount = 0
  /// Callers that wait for an answer.
  private var busyCount = 0
  private var meter = LoadMeter()
  private var failure: LoadFailure?
  /// What the peer said of the first reservations that failed.
  private var complaints: [String] = []

  package init(_ plan: LoadPlan) throws(LoadFailure) {
    self.plan = plan
    random = SeededGenerator(seed: plan.seed)
    do throws(ReactorError) { loop = try EventLoop() } catch { throw .system("\(error)") }
  }

  /// Makes the load and gives what was measured. `makeMember` starts to connect.
  package func run(_ makeMember: (LoadDriver) throws(ReactorError) -> any LoadMember) throws(LoadFailure) -> LoadResult
  {
    do throws(ReactorError) {
      for _ in 0..<plan.connections { members.append(try makeMember(self)) }
    } catch { throw .system("\(error)") }
    schedule(after: Self.answerMillisecondsMax, TimerToken.patienceEnds)
    while phase != .finished { loop.turn(until: .distantFuture) }
    if let failure { throw failure }
    return LoadResult(plan, meter, complaints)
  }

  // MARK: what members tell

  package func opened() {
    openCount += 1
    guard openCount == members.count, phase == .connecting else { return }
    phase = .running
    schedule(after: plan.warmupMilliseconds, TimerToken.measuringBegins)
    schedule(after: plan.warmupMilliseconds + plan.measuredMilliseconds, TimerToken.loadEnds)
    for member in members { member.begin() }
  }

  /// Whether callers send another call.
  package var isSending: Bool { phase == .running }

  /// A caller sends a call.
  package func sent() { busyCount += 1 }

  /// A caller's call is over.
  package func ended(_ ending: CallEnding, sentAt: Instant) {
    busyCount -= 1
    meter.record(ending, sentAt: sentAt, now: loop.now)
    if phase == .draining, busyCount == 0 { phase = .finished }
  }

  package func complain(_ text: @autoclosure () -> String) {
    if complaints.count < 5 { complaints.append(text()) }
  }

  /// Ends the load at once. A load whose peer went away or cannot be understood has no result.
  package func fail(_ reason: LoadFailure) {
    if phase == .finished { return }
    failure = reason
    phase = .finished
  }

  private func schedule(after milliseconds: UInt64, _ token: UInt64) {
    // The timer that ends the program's patience is never cancelled: when it is early, nothing is waited for.
    _ = loop.schedule(at: EventLoop.clock.advanced(byMilliseconds: milliseconds), self, token: token)
  }
}

extension LoadDriver: TimerHandler {
  package func timerFired(_ id: TimerID, token: UInt64) {
    switch token {
    case TimerToken.measuringBegins: meter.begin(at: loop.now)
    case TimerToken.loadEnds:
      meter.end(at: loop.now)
      phase = busyCount == 0 ? .finished : .draining
      schedule(after: Self.answerMillisecondsMax, TimerToken.patienceEnds)
    case TimerToken.patienceEnds:
      if phase == .connecting { fail(.connection("not all were open in time")) }
      if phase == .draining { fail(.unanswered(callers: busyCount)) }
    default: invariantViolated("a load has no such timer")
    }
  }
}
