internal import Client

/// How far an import is, told on standard error every two seconds.
struct ImportProgress {
  private static let pause = Duration.seconds(2)

  private let total: Int
  private let skipped: Int
  private let output: Output
  private let began = ContinuousClock.now
  private var told = ContinuousClock.now
  private(set) var doneCount = 0
  private(set) var refusedCount = 0

  init(total: Int, skipped: Int, _ output: Output) {
    self.total = total
    self.skipped = skipped
    self.output = output
  }

  mutating func add(_ rows: [ImportResults.Row]) {
    for row in rows { if row.problem == nil { doneCount += 1 } else { refusedCount += 1 } }
    let now = ContinuousClock.now
    guard now - told >= Self.pause else { return }
    told = now
    output.note(text(after: now - began))
  }

  func text(after elapsed: Duration) -> String {
    let (handled, seconds) = (doneCount + refusedCount, elapsed / .seconds(1))
    let rate = seconds > 0 ? Double(handled) / seconds : 0
    let left = rate > 0 ? Int64(Double(total - skipped - handled) / rate * 1_000) : 0
    let percent = total == 0 ? 100 : (skipped + handled) * 100 / total
    return "\(skipped + handled) of \(total) rows (\(percent) %), \(Int(rate)) rows/s, \(refusedCount) refused, "
      + "\(DurationText.show(milliseconds: left)) left"
  }
}
