internal import Basics
internal import Client
internal import Reactor

/// Where calls go: a resolved address and the name that the server is known by.
struct Target: Sendable {
  var address: SocketAddress
  var authority: String
}

/// What one worker is to do. Made by the coordinator, handed to the worker's thread.
struct WorkerPlan: Sendable {
  enum Length: Sendable {
    /// Nanoseconds from the start: when measuring begins, and when the load ends.
    case time(warmup: UInt64, total: UInt64)
    /// So many reservations by this worker, all measured.
    case count(Int)
  }

  /// Calls without waiting for answers.
  struct OpenLoop: Sendable {
    var schedule: ArrivalSchedule
    var queueMax: Int
  }

  var index: Int
  /// One for each connection; with a cluster, of the nodes first called.
  var targets: [Target]
  /// Set when calls follow the leaders of a cluster and are repeated, elsewhere and with the same ids, until their
  /// deadline.
  var cluster: ClusterPlan?
  var inFlight: Int
  var deadlineMilliseconds: UInt64
  var workload: BenchConfiguration.Workload
  var batch: Int
  var quantity: Int
  var timeToLiveSeconds: Int
  var tenant: String
  var names: SKUNames
  var picker: SKUPicker
  var confirmShare: Double
  var releaseShare: Double
  var extendShare: Double
  var duplicateShare: Double
  var writeShare: Double
  var readBatch: Int
  /// How old what is read may be; `nil` for linearizable reads.
  var stalenessMilliseconds: Int?
  /// Set with the workload that makes orders.
  var orders: OrderShape?
  var length: Length
  var openLoop: OpenLoop?
  /// Decides shares; ids come from `identitySeed`, which no two workers or runs share.
  var seed: UInt64
  var identitySeed: UInt64
  /// Ids tell when they were made to less than a microsecond.
  var tellsSentTime: Bool
  /// Added to the loops' time, in milliseconds, to have the wall clock's.
  var wallOffsetMilliseconds: Int64
  var record: RecordFile?
}

/// What is known of a cluster when the load begins.
struct ClusterPlan: Sendable {
  var router: Router
  /// The slot of each SKU, by its index.
  var slotOfSKU: [UInt16]
  /// How often a call is made at most.
  var attemptsMax: Int
  /// The load ends when no node can be reached.
  var endsOnDisconnect: Bool
}

/// What a worker tells the coordinator.
enum WorkerNews: Sendable {
  /// All connections are open; orders go into the box.
  case ready(worker: Int, orders: Mailbox<WorkerOrder>)
  case failed(worker: Int, reason: String)
  /// What has been measured in about the last second.
  case progress(WorkerProgress)
  case finished(worker: Int, WorkerResult)
}

enum WorkerOrder: Sendable {
  /// Begin, counting time from this instant.
  case start(at: Instant)
  /// No new calls; finish those under way.
  case stop
}

/// The last second of a worker.
struct WorkerProgress: Sendable {
  var latency: Histogram
  var reservations: Int
  var errors: Int
}

/// What a worker found out.
struct WorkerResult: Sendable {
  var tally = Tally()
  var book = HoldBook()
  var orders = OrderBook()
  /// Thread time from the start of measuring to its end.
  var processorTime = ProcessorTime()
  /// From the start of measuring to its end.
  var measuredNanoseconds: UInt64 = 0
  /// Calls of an open loop that found the queue full, or waited too long in it.
  var dropped = 0
  /// Wrong answers of the warm-up: they are not measured, but no less wrong.
  var wrongUnmeasured = 0
  /// Attempts that were followed by another, and calls that had any.
  var retried = 0
  var callsRetried = 0
  /// Those attempts by how they ended.
  var retriedAfter = [Int](repeating: 0, count: Outcome.allCases.count)
  /// Calls that the nodes repeated among themselves.
  var repeatedByNodes = 0
  var timeline = Timeline()
  var outages: [Outage] = []
  var isDisconnected = false
  var recordError: RecordError?
  var failures = FailureSamples()
}

/// A few messages of failed calls, to show what went wrong.
struct FailureSamples: Sendable {
  static let countMax = 8

  private(set) var texts: [String] = []

  var isFull: Bool { texts.count >= Self.countMax }

  mutating func add(_ text: String) {
    if !isFull, !texts.contains(text) { texts.append(text) }
  }
}
