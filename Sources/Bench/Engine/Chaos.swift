internal import Basics
internal import Foundation
internal import Reactor

/// Does harm to a cluster on a schedule, by running the cluster's script, which takes one order at a time: what is due while
/// it is at work is done next. Belongs to the thread of its loop, which never waits for the script while the load lasts.
final class Chaos {
  private static let patienceSeconds = 60.0
  private static let lookMilliseconds: UInt64 = 10

  private let script: String
  private let folder: String
  private let loop: EventLoop
  private var events: ArraySlice<ChaosEvent>
  private var startedAt = Instant.zero
  private var current: (event: ChaosEvent, process: Process, begunAt: Instant)?
  private var done: [RunResult.ChaosEvent] = []

  /// - Parameter events: in the order of their times.
  init(_ events: [ChaosEvent], script: String, folder: String, on loop: EventLoop) {
    self.events = events[...]
    self.script = script
    self.folder = folder
    self.loop = loop
  }

  func begin(at instant: Instant) {
    startedAt = instant
    act()
  }

  /// Does what is due, and comes back when something may be due again.
  private func act() {
    collect()
    guard let event = events.first else { return }
    let due = startedAt.advanced(byNanoseconds: UInt64(event.seconds * 1e9))
    if current == nil, EventLoop.clock >= due {
      events.removeFirst()
      start(event)
      return act()
    }
    _ = loop.schedule(at: max(due, loop.now.advanced(byMilliseconds: Self.lookMilliseconds)), self, token: 0)
  }

  private func start(_ event: ChaosEvent) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: script)
    process.arguments = [event.action.rawValue, "\(event.node)", "--dir", folder]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
      current = (event, process, EventLoop.clock)
    } catch { tell(event, from: EventLoop.clock, exitCode: -1) }
  }

  private func collect() {
    guard let (event, process, begunAt) = current, !process.isRunning else { return }
    tell(event, from: begunAt, exitCode: Int(process.terminationStatus))
    current = nil
  }

  private func tell(_ event: ChaosEvent, from begunAt: Instant, exitCode: Int) {
    func seconds(_ instant: Instant) -> Double { Double(instant.nanoseconds(since: startedAt)) / 1e9 }
    done.append(
      RunResult.ChaosEvent(
        event, begunSeconds: seconds(begunAt), endedSeconds: seconds(EventLoop.clock), exitCode: exitCode))
  }

  /// The load is over. Waits for what is under way and does what is left, so that whoever was harmed is healed.
  func finish() -> [RunResult.ChaosEvent] {
    let end = Date().addingTimeInterval(Self.patienceSeconds)
    while true {
      while let (_, process, _) = current, process.isRunning {
        if Date() >= end { process.terminate() }
        Thread.sleep(forTimeInterval: 0.01)
      }
      collect()
      guard let event = events.popFirst() else { return done }
      start(event)
    }
  }
}

extension Chaos: TimerHandler {
  func timerFired(_ id: TimerID, token: UInt64) { act() }
}
