internal import Basics
internal import Client

/// What is to be done, as the command line said it and ``CommandLineReader`` checked it. A plain value.
struct BenchConfiguration: Equatable, Sendable {
  enum Command: String, CaseIterable, Sendable {
    case run
    case flashSale = "flash-sale"
    case across
    case verify
    case merge
  }

  /// What a buyer does.
  enum Workload: String, CaseIterable, Sendable {
    /// Reserves, and leaves the hold to expire.
    case reserve
    /// Reserves, then confirms a share of the holds, releases another share and leaves the rest.
    case mix
    /// Reserves and confirms.
    case reserveConfirm = "reserve-confirm"
    /// Reserves, extends a share of the holds, releases another and lets the rest expire.
    case cartChurn = "cart-churn"
    /// Makes orders of several lines, a share of them across shards.
    case orders
    /// Reads stock and holds beside a share of reservations.
    case reads
    /// Reserves, while followers of the change feed are told of it.
    case feed
  }

  /// How the rate of an open loop changes while it is measured.
  enum RateShape: Equatable, Sendable {
    case level
    /// Each for the same time.
    case steps([Double])
    /// Evenly, up or down to this rate.
    case ramp(to: Double)
    /// In runs of their own, up to the highest rate at which 99 of 100 calls take no longer than this.
    case search(millisecondsMax: Double)
  }

  /// How long the load lasts.
  enum Length: Equatable, Sendable {
    case seconds(Double)
    case count(Int)
  }

  var command: Command

  // Where to.
  var servers = [NodeName(host: "127.0.0.1", port: 7400)]
  var connections = 16
  var inFlight = 16
  var threads = 1
  var deadlineMilliseconds = 5_000

  // What to send.
  var workload = Workload.reserve
  var confirmShare = 0.5
  var releaseShare = 0.25
  var extendShare = 0.5
  var duplicateShare = 0.0
  var lineCounts = 2...20
  /// `nil`: a fifth where there are several shards.
  var acrossShare: Double?
  var writeShare = 0.1
  var readBatch = 20
  var stalenessMilliseconds: Int?
  var followers = 4
  var batch = 1
  var quantity = 1
  var timeToLiveSeconds = 900
  var tenant = ""

  // What is reserved.
  var skuCount = 10_000
  var choice = SKUChoice.uniform
  var unitsPerSKU = 1_000_000_000
  var location = "bench"
  /// `nil`: a new one for this run, so that nobody else touches its SKUs.
  var prefix: String?
  var setsUp = true
  var buyers = 10_000
  var stock = 1_000
  /// Over how many shards, and of how many SKUs, the holds of a comparison are.
  var shardCount = 5

  // When.
  var length = Length.seconds(10)
  var warmupSeconds = 2.0
  /// Requests per second of an open loop; `nil` is a closed loop.
  var ratePerSecond: Double?
  var arrivals = Arrivals.constant
  var rateShape = RateShape.level
  /// The wall clock's time at which the load begins; `nil` is as soon as all is ready.
  var startSeconds: Double?
  var queueMax = 1_000_000
  var lateMillisecondsMax = 10.0
  /// `nil`: drawn, and told in the result.
  var seed: UInt64?

  // What if.
  var retries = false
  var endsOnDisconnect = false
  /// Of one call, with several nodes.
  var attemptsMax = Int.max
  var chaos: [ChaosEvent] = []
  var clusterFolder: String?
  var clusterScript = "Scripts/cluster"

  // What to show and to check.
  var recordPath: String?
  var verifies = true
  var verifySample: Int?
  var jsonPath: String?
  var csvPath: String?
  var htmlPath: String?
  /// Results to merge.
  var inputPaths: [String] = []
  var isQuiet = false

  init(_ command: Command) {
    self.command = command
    // What is compared is how long a hold takes, not how long it waits behind others.
    if command == .across { (connections, inFlight) = (1, 1) }
  }
}
