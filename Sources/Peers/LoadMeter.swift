internal import Basics
internal import Glibc

/// What became of one call.
package struct CallEnding: Equatable, Sendable {
  /// Reservations that took stock and recorded their hold.
  package var granted = 0
  /// Reservations for which there was not enough stock.
  package var refused = 0
  /// Reservations that failed, or that fewer copies than asked for acknowledged.
  package var failed = 0

  package init(granted: Int = 0, refused: Int = 0, failed: Int = 0) {
    self.granted = granted
    self.refused = refused
    self.failed = failed
  }
}

/// Counts calls and keeps the time that each took. What is answered within the measured span counts; the rest only
/// adds to ``grantedInAll``. Owned by its driver.
struct LoadMeter {
  private(set) var measured = CallEnding()
  /// Also those before and after the measured span: what the peer's data has to show for it.
  private(set) var grantedInAll = 0
  /// Nanoseconds of each measured call. All are kept, so that the percentiles are exact.
  private(set) var latencies: [UInt32] = []
  private(set) var from = Instant.distantFuture
  private(set) var until = Instant.distantFuture
  private var processorSecondsAtStart = 0.0
  private(set) var processorSeconds = 0.0

  mutating func begin(at now: Instant) {
    from = now
    processorSecondsAtStart = Self.processorSecondsOfThisProcess
  }

  mutating func end(at now: Instant) {
    until = now
    processorSeconds = Self.processorSecondsOfThisProcess - processorSecondsAtStart
  }

  mutating func record(_ ending: CallEnding, sentAt: Instant, now: Instant) {
    grantedInAll += ending.granted
    guard now >= from, now < until else { return }
    measured.granted += ending.granted
    measured.refused += ending.refused
    measured.failed += ending.failed
    latencies.append(UInt32(clamping: now.nanoseconds(since: sentAt)))
  }

  var seconds: Double { Double(until.nanoseconds(since: from)) / 1e9 }

  private static var processorSecondsOfThisProcess: Double {
    var usage = rusage()
    // Linux's RUSAGE_SELF, which Glibc exports as another type than it takes.
    guard unsafe getrusage(0, &usage) == 0 else { return 0 }
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}

/// The least value that at least `percent` per cent of `sorted` do not exceed; 0 of nothing.
func percentile(_ percent: Double, of sorted: [UInt32]) -> UInt32 {
  if sorted.isEmpty { return 0 }
  let rank = Int((percent / 100 * Double(sorted.count)).rounded(.up))
  return sorted[min(sorted.count, max(1, rank)) - 1]
}
