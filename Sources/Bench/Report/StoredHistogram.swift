internal import Basics

/// A histogram of a result, as its JSON has it: exact to its buckets, so that the results of several programs add up.
struct StoredHistogram: Codable, Equatable, Sendable {
  /// An operation's name; `late` for how late the calls of an open loop were sent although a place was free.
  var operation: String
  /// An outcome's name; `once_sent` for the service times of an open loop, of all outcomes together.
  var outcome: String
  /// `BUCKET:COUNT BUCKET:COUNT …`; see ``Histogram`` for the buckets.
  var counts: String
  var sumNanoseconds: Double
  var leastNanoseconds: UInt64
  var greatestNanoseconds: UInt64

  static let late = "late"
  static let service = "once_sent"

  init(_ operation: String, _ outcome: String, _ histogram: Histogram) {
    self.operation = operation
    self.outcome = outcome
    counts = histogram.counted.map { "\($0.bucket):\($0.count)" }.joined(separator: " ")
    sumNanoseconds = histogram.sum
    leastNanoseconds = histogram.count == 0 ? 0 : histogram.least
    greatestNanoseconds = histogram.greatest
  }

  /// `nil` when the text is none of ours.
  var histogram: Histogram? {
    var counted: [(bucket: Int, count: UInt64)] = []
    for part in counts.split(separator: " ") {
      let numbers = part.split(separator: ":")
      guard numbers.count == 2, let bucket = Int(numbers[0]), let count = UInt64(numbers[1]) else { return nil }
      counted.append((bucket, count))
    }
    return Histogram(counted: counted, sum: sumNanoseconds, least: leastNanoseconds, greatest: greatestNanoseconds)
  }

  /// Those of a tally that counted anything.
  static func all(of tally: Tally) -> [StoredHistogram] {
    var stored: [StoredHistogram] = []
    func add(_ operation: String, _ outcome: String, _ histogram: Histogram) {
      if histogram.count > 0 { stored.append(StoredHistogram(operation, outcome, histogram)) }
    }
    for operation in Operation.allCases {
      for outcome in Outcome.allCases { add(operation.name, outcome.name, tally.latency(operation, outcome)) }
      add(operation.name, service, tally.service(operation))
    }
    add(late, "", tally.lateness)
    return stored
  }
}

extension Tally {
  /// Adds what a result has stored; `false` when it is not to be understood.
  mutating func add(_ stored: StoredHistogram) -> Bool {
    guard let histogram = stored.histogram else { return false }
    if stored.operation == StoredHistogram.late {
      merge(lateness: histogram)
      return true
    }
    guard let operation = Operation.allCases.first(where: { $0.name == stored.operation }) else { return false }
    if stored.outcome == StoredHistogram.service {
      merge(operation, service: histogram)
      return true
    }
    guard let outcome = Outcome.allCases.first(where: { $0.name == stored.outcome }) else { return false }
    merge(operation, outcome, histogram)
    return true
  }
}
