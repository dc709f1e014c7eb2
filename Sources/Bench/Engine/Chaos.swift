internal import Basics
internal import Foundation
internal import Reactor

/// Does harm to a cluster on a schedule, by running the cluster's script. Belongs to the thread of its loop, which never
/// waits for the script.
final class Chaos {
  private static let patienceSeconds = 60.0

  private struct Act {
    var event: ChaosEvent
    var process: Process
  }

  private let events: [ChaosEvent]
  private let script: String
  private let folder: String
  private let loop: EventLoop
  private var acts: [Act] = []
  private var done: [RunResult.ChaosEvent] = []

  init(_ events: [ChaosEvent], script: String, folder: String, on loop: EventLoop) {
    self.events = events
    self.script = script
    self.folder = folder
    self.loop = loop
  }

  func begin(at instant: Instant) {
    for (number, event) in events.enumerated() {
      let time = instant.advanced(byNanoseconds: UInt64(event.seconds * 1e9))
      _ = loop.schedule(at: time, self, token: UInt64(number))
    }
  }

  private func act(_ event: ChaosEvent) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: script)
    process.arguments = [event.action.rawValue, "\(event.node)", "--dir", folder]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
      acts.append(Act(event: event, process: process))
    } catch { done.append(RunResult.ChaosEvent(event, exitCode: -1)) }
  }

  /// Waits for what was begun; what was not, because the load had ended, is not told.
  func finish() -> [RunResult.ChaosEvent] {
    let end = Date().addingTimeInterval(Self.patienceSeconds)
    for act in acts {
      while act.process.isRunning, Date() < end { Thread.sleep(forTimeInterval: 0.02) }
      if act.process.isRunning { act.process.terminate() }
      act.process.waitUntilExit()
      done.append(RunResult.ChaosEvent(act.event, exitCode: Int(act.process.terminationStatus)))
    }
    acts = []
    return done.sorted { $0.seconds < $1.seconds }
  }
}

extension Chaos: TimerHandler {
  func timerFired(_ id: TimerID, token: UInt64) { act(events[Int(token)]) }
}
