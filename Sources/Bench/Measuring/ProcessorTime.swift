internal import Glibc

/// Processor time used, in seconds.
struct ProcessorTime: Equatable, Sendable {
  var user = 0.0
  var system = 0.0

  static func + (left: ProcessorTime, right: ProcessorTime) -> ProcessorTime {
    ProcessorTime(user: left.user + right.user, system: left.system + right.system)
  }

  static func - (left: ProcessorTime, right: ProcessorTime) -> ProcessorTime {
    ProcessorTime(user: left.user - right.user, system: left.system - right.system)
  }

  /// What the calling thread has used so far.
  static var ofThisThread: ProcessorTime { read(1) }
  /// What all threads of this process have used so far.
  static var ofThisProcess: ProcessorTime { read(0) }

  /// `who` is Linux's RUSAGE_SELF (0) or RUSAGE_THREAD (1), of which Glibc does not export the second.
  private static func read(_ who: Int32) -> ProcessorTime {
    var usage = rusage()
    guard unsafe getrusage(who, &usage) == 0 else { return ProcessorTime() }
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return ProcessorTime(user: seconds(usage.ru_utime), system: seconds(usage.ru_stime))
  }
}
