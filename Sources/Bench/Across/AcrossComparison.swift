internal import API
internal import Basics
internal import Client
internal import HTTP2
internal import Reactor

/// Measures holds whose SKUs are all in one shard beside holds of as many SKUs in as many shards, in turns of about half a
/// second: what disturbs the one disturbs the other. It belongs to the main thread.
struct AcrossComparison {
  private static let callsAtFirst = 200
  private static let roundNanoseconds: Double = 5e8

  /// One kind of hold: the SKUs of each request, and what was measured.
  private struct Kind {
    /// The requests take turns; the home's slot is that of the first SKU.
    var requests: [[Int]]
    var latency = Histogram()
    var nanoseconds: UInt64 = 0
    var callCount = callsAtFirst
  }

  let pump: CallPump
  let configuration: BenchConfiguration
  let names: SKUNames
  /// The slot of each SKU.
  let slots: [UInt16]
  private var kinds: [Kind]
  private var ids: UniqueIDSequence

  /// - Parameter shards: the shard of each SKU.
  init?(
    _ pump: CallPump, _ configuration: BenchConfiguration, names: SKUNames, slots: [UInt16], shards: [UInt32],
    ids: UniqueIDSequence
  ) {
    self.pump = pump
    self.configuration = configuration
    self.names = names
    self.slots = slots
    self.ids = ids
    var byShard: [UInt32: [Int]] = [:]
    for (sku, shard) in shards.enumerated() { byShard[shard, default: []].append(sku) }
    let width = configuration.shardCount
    let groups = byShard.sorted { $0.key < $1.key }.map(\.value).filter { $0.count >= width }
    guard groups.count >= width else { return nil }
    let single = (0..<64).map { turn -> [Int] in
      let group = groups[turn % groups.count]
      return (0..<width).map { group[(turn + $0) % group.count] }
    }
    let across = (0..<64).map { turn -> [Int] in
      (0..<width).map { place in
        let group = groups[(turn + place) % groups.count]
        return group[turn % group.count]
      }
    }
    kinds = [single, across].map { requests in
      Kind(requests: requests.map { request in request.sorted { slots[$0] < slots[$1] } })
    }
  }

  /// Runs both kinds by turns until the time is over; what came before the warm-up's end is not counted.
  mutating func run() throws(BenchError) -> RunResult.Across {
    guard case .seconds(let seconds) = configuration.length else { invariantViolated("a comparison has a time") }
    let began = EventLoop.clock
    var isMeasured = false
    while true {
      let elapsed = Double(EventLoop.clock.nanoseconds(since: began)) / 1e9
      if !isMeasured, elapsed >= configuration.warmupSeconds {
        isMeasured = true
        for place in kinds.indices { (kinds[place].latency, kinds[place].nanoseconds) = (Histogram(), 0) }
      }
      if isMeasured, elapsed >= configuration.warmupSeconds + seconds { break }
      for place in kinds.indices { try measure(place) }
    }
    return RunResult.Across(
      shardCount: configuration.shardCount, single: .init(kinds[0].latency), across: .init(kinds[1].latency),
      singlePerSecond: rate(kinds[0]), acrossPerSecond: rate(kinds[1]))
  }

  private func rate(_ kind: Kind) -> Double {
    kind.nanoseconds == 0 ? 0 : Double(kind.latency.count) * 1e9 / Double(kind.nanoseconds)
  }

  private mutating func measure(_ place: Int) throws(BenchError) {
    let count = kinds[place].callCount
    let milliseconds = EventLoop.wallClockMilliseconds
    let requestIDs = (0..<count).map { _ in ids.next(atMilliseconds: milliseconds).description }
    let (requests, slots) = (kinds[place].requests, slots)
    let round = Round(count: count)
    pump.slotOfCall = { slots[requests[$0 % requests.count][0]] }
    defer { pump.slotOfCall = nil }
    let began = EventLoop.clock
    try pump.perform(
      HoldService.reserve.method, count: count,
      encode: { [names, configuration] index, writer in
        // A call that is made again began when it was first made.
        if round.begun[index] == nil { round.begun[index] = EventLoop.clock }
        ReserveRequest(
          tenant: configuration.tenant, requestID: requestIDs[index],
          lines: requests[index % requests.count].map { ReserveLine(sku: names.name($0), quantity: 1) },
          timeToLive: WellKnown.Duration(milliseconds: Int64(configuration.timeToLiveSeconds) * 1_000)
        ).encode(into: &writer)
      },
      receive: { (index, answer) throws(BenchError) in
        _ = try answer.decoded(HoldService.reserve)
        if let begun = round.begun[index] { round.latency.record(EventLoop.clock.nanoseconds(since: begun)) }
      })
    let taken = EventLoop.clock.nanoseconds(since: began)
    kinds[place].latency.merge(round.latency)
    kinds[place].nanoseconds += taken
    kinds[place].callCount = min(max(Int(Double(count) * Self.roundNanoseconds / Double(max(taken, 1))), 10), 200_000)
  }
}

/// What the callbacks of one round share.
private final class Round {
  var begun: [Instant?]
  var latency = Histogram()

  init(count: Int) { begun = Array(repeating: nil, count: count) }
}
