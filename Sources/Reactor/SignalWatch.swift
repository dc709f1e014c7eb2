internal import Basics
internal import CLinux

/// The signals that a server reacts to.
package enum Signal: Int32, CaseIterable, Sendable {
  case hangUp = 1
  case interrupt = 2
  case terminate = 15

  private static func mask(_ signals: [Signal]) -> UInt64 { signals.reduce(0) { $0 | 1 << UInt64($1.rawValue) } }

  /// Keeps these signals from ending the process, and ignores SIGPIPE. To be called once, by the main thread, before
  /// any other thread is started: threads inherit it.
  package static func prepareProcess(for signals: [Signal] = Signal.allCases) throws(ReactorError) {
    _ = try checked("sigmask", clinux_signals_block(mask(signals)))
  }

  static func open(_ signals: [Signal]) throws(ReactorError) -> Int32 {
    try checked("signalfd", clinux_signals_open(mask(signals)))
  }
}

/// Delivers signals as events of a loop, on its thread. The loop keeps it for as long as the loop lives.
package final class SignalWatch: ReadyHandler {
  private let descriptor: Int32
  private let receive: (Signal) -> Void

  /// The signals must have been prepared with ``Signal/prepareProcess(for:)``.
  package init(
    on loop: EventLoop, _ signals: [Signal] = Signal.allCases, _ receive: @escaping (Signal) -> Void
  ) throws(ReactorError) {
    self.receive = receive
    descriptor = try Signal.open(signals)
    _ = try loop.watch(descriptor, .readable, self)
  }

  deinit { _ = clinux_close(descriptor) }

  package func ready(_ events: Readiness) {
    while true {
      let number = clinux_signals_next(descriptor)
      if number < 0 { return }
      guard let signal = Signal(rawValue: number) else { continue }
      receive(signal)
    }
  }
}
