internal import API
internal import Basics
internal import Client
internal import HTTP2
internal import Reactor

/// Makes the load: owns an event loop's connections and the buyers on them, sends, reads answers, measures. It belongs
/// to its loop's thread; the coordinator talks to it through mailboxes only.
///
/// In a closed loop each buyer sends as soon as its last call is over. In an open loop calls are taken from the
/// schedule at the end of each turn and wait for a free place.
final class Worker {
  enum Phase {
    case connecting
    case ready
    case running
    /// No new calls; those under way are waited for.
    case draining
    case finished
  }

  enum TimerToken {
    static let measuringBegins: UInt64 = 1
    static let loadEnds: UInt64 = 2
    static let progress: UInt64 = 3
    static let queueGivenUp: UInt64 = 4
    static let connectingEnds: UInt64 = 5
    /// Added to the number of a slot that tries again.
    static let retryBase: UInt64 = 1 << 32
  }

  let plan: WorkerPlan
  let loop: EventLoop
  let news: Mailbox<WorkerNews>
  var phase = Phase.connecting
  var connections: [ClientConnection] = []
  /// In place of `connections`, to the nodes of a cluster.
  var links: NodeLinks?
  /// Whether there are links: a question of each call, for which they need not be held.
  let isLinked: Bool
  var openCount = 0
  var slots: [LoadSlot] = []
  /// Free slots of an open loop, the longest free first.
  var free = RingBuffer<Int32>()
  var busyCount = 0

  let context: LoadContext
  let workload: any Workload
  /// Decides when attempts are made, and where.
  var generator: SeededGenerator

  var startedAt = Instant.zero
  var measuresFrom = Instant.distantFuture
  var measuresUntil = Instant.distantFuture
  var isMeasuring = false
  /// The end of what is measured; in an open loop that cannot keep up, the last answer to a call of that time.
  var lastMeasuredAt = Instant.zero
  /// Reservations still to be begun or queued, where the load ends by count.
  var remaining = Int.max
  var openLoop: WorkerPlan.OpenLoop?
  /// Intended times of calls that wait for a free slot.
  var queue = RingBuffer<UInt64>()
  /// A slot was free when the last turn ended, so that what is late now is so through this program's fault.
  var wasArmed = false

  var result = WorkerResult()
  var processorTimeAtStart = ProcessorTime()
  var shown = Histogram()
  var total = Histogram()
  var reservationsShown = 0
  var errorsShown = 0
  var errorsTotal = 0

  init(_ plan: WorkerPlan, on loop: EventLoop, news: Mailbox<WorkerNews>) throws(ReactorError) {
    self.plan = plan
    self.loop = loop
    self.news = news
    isLinked = plan.cluster != nil
    context = LoadContext(plan, on: loop)
    workload = plan.workload.make(context)
    generator = SeededGenerator(seed: plan.seed)
    openLoop = plan.openLoop
    if case .count(let count) = plan.length { remaining = count }
    if openLoop != nil { loop.hook = self }
    try connect()
  }

  private func connect() throws(ReactorError) {
    if let cluster = plan.cluster { return connect(to: cluster) }
    let deadline = loop.now.advanced(byMilliseconds: plan.deadlineMilliseconds)
    for (index, target) in plan.targets.enumerated() {
      let connection = try ClientConnection(
        to: target.address, authority: target.authority, on: loop, deadline: deadline, delegate: self)
      connection.tag = UInt64(index)
      connections.append(connection)
      slots.append(contentsOf: repeatElement(LoadSlot(connection: index), count: plan.inFlight))
    }
  }

  /// As many connections as without a cluster, divided among the nodes.
  private func connect(to cluster: ClusterPlan) {
    let lanes = plan.targets.count
    let nodeCount = max(1, cluster.router.nodes.count { ($0?.number ?? 0) != 0 })
    links = NodeLinks(
      cluster.router, connectionsPerNode: (lanes + nodeCount - 1) / nodeCount, on: loop, seed: generator.next(),
      owner: self)
    for lane in 0..<lanes { slots.append(contentsOf: repeatElement(LoadSlot(connection: lane), count: plan.inFlight)) }
    _ = loop.schedule(at: loop.now.advanced(byMilliseconds: 1_000), self, token: TimerToken.connectingEnds)
  }

  /// A node that cannot be reached does not hold the others up for longer than this.
  private func connectingEnds() {
    guard phase == .connecting, let links else { return }
    if links.isAnyOpen { return becomeReady() }
    phase = .finished
    tell(.failed(worker: plan.index, reason: "no node answered in time"))
  }

  // MARK: phases

  func becomeReady() {
    phase = .ready
    let orders = loop.makeMailbox(of: WorkerOrder.self) { [unowned self] batch in
      for order in batch {
        switch order {
        case .start(let instant): self.start(at: instant)
        case .stop: self.drain()
        }
      }
    }
    tell(.ready(worker: plan.index, orders: orders))
  }

  private func start(at instant: Instant) {
    if phase != .ready { return }
    phase = .running
    startedAt = instant
    result.timeline.begin(at: instant.nanoseconds)
    links?.startedAt = instant.nanoseconds
    switch plan.length {
    case .count: beginMeasuring()
    case .time(let warmup, let total):
      measuresFrom = instant.advanced(byNanoseconds: warmup)
      measuresUntil = instant.advanced(byNanoseconds: total)
      _ = loop.schedule(at: measuresFrom, self, token: TimerToken.measuringBegins)
      _ = loop.schedule(at: measuresUntil, self, token: TimerToken.loadEnds)
    }
    scheduleProgress()
    if openLoop == nil {
      for slot in slots.indices { beginJourney(slot) }
    } else {
      // One connection after the other, so that neighbours in time are on different connections.
      for place in 0..<plan.inFlight {
        for connection in plan.targets.indices { free.append(Int32(connection * plan.inFlight + place)) }
      }
    }
    finishIfIdle()
  }

  private func beginMeasuring() {
    measuresFrom = loop.now
    isMeasuring = true
    processorTimeAtStart = .ofThisThread
  }

  private func endMeasuring() {
    if !isMeasuring { return }
    isMeasuring = false
    if loop.now < measuresUntil { measuresUntil = loop.now }
    lastMeasuredAt = loop.now
    result.processorTime = .ofThisThread - processorTimeAtStart
  }

  private func endLoad() {
    if phase != .running { return }
    endMeasuring()
    if openLoop == nil { drain() } else { endSchedule() }
  }

  /// No new calls.
  func drain() {
    if phase != .running { return }
    if case .time = plan.length { result.timeline.end(at: loop.now.nanoseconds) }
    // By count the answers still to come belong to what is measured.
    if case .time = plan.length { endMeasuring() }
    phase = .draining
    queue.removeAll()
    finishIfIdle()
  }

  func finishIfIdle() {
    if phase == .running, remaining == 0, busyCount == 0, queue.isEmpty { phase = .draining }
    guard phase == .draining, busyCount == 0 else { return }
    phase = .finished
    endMeasuring()
    context.recorder.flush()
    result.measuredNanoseconds = lastMeasuredAt.nanoseconds(since: measuresFrom)
    result.tally = context.tally
    result.failures = context.failures
    result.recordError = context.recorder.error
    result.book = context.recorder.book
    result.orders = context.orders
    result.repeatedByNodes = context.repeatedByNodes
    if let links {
      result.outages = links.watch.outages
      links.close()
    }
    for connection in connections { connection.shutdown() }
    tell(.finished(worker: plan.index, result))
  }

  /// The calls under way are lost, which is measured too.
  func disconnected() {
    if phase == .finished { return }
    result.isDisconnected = true
    guard phase == .running else { return }
    phase = .draining
    queue.removeAll()
    finishIfIdle()
  }

  /// The box holds a million messages, of which a worker sends one a second.
  func tell(_ message: WorkerNews) {
    let posted = news.post(message)
    invariant(posted, "the coordinator does not read its news")
  }

  // MARK: progress

  private func scheduleProgress() {
    // On the second, so that what is told is about the same second of every worker.
    let seconds = loop.now.nanoseconds(since: startedAt) / 1_000_000_000 + 1
    _ = loop.schedule(at: startedAt.advanced(byNanoseconds: seconds * 1_000_000_000), self, token: TimerToken.progress)
  }

  private func tellProgress() {
    context.recorder.flush()
    tell(
      .progress(
        WorkerProgress(
          latency: total.since(shown), reservations: context.reservationCount - reservationsShown,
          errors: errorsTotal - errorsShown)))
    shown = total
    reservationsShown = context.reservationCount
    errorsShown = errorsTotal
    if phase == .running || phase == .draining { scheduleProgress() }
  }
}

extension Worker: TimerHandler {
  func timerFired(_ id: TimerID, token: UInt64) {
    switch token {
    case TimerToken.measuringBegins: if phase == .running { beginMeasuring() }
    case TimerToken.loadEnds: endLoad()
    case TimerToken.queueGivenUp: giveUpQueue()
    case TimerToken.connectingEnds: connectingEnds()
    case TimerToken.progress: tellProgress()
    default: if token >= TimerToken.retryBase { attempt(Int(token - TimerToken.retryBase)) }
    }
  }
}

/// Takes the calls of an open loop that are due, at the end of each turn.
extension Worker: TurnHook {
  func endOfTurn(_ loop: EventLoop) -> NextTurn {
    guard phase == .running else { return .whenSomethingHappens }
    takeDue()
    return nextDue()
  }
}
