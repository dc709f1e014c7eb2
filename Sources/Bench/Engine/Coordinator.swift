internal import Basics
internal import Reactor

/// Starts the workers, gives them the word together, shows how they are doing and gathers what they found out. It
/// belongs to the thread of its loop, which it drives.
final class Coordinator {
  private let loop: EventLoop
  private var news: [WorkerNews] = []
  private var threads: [LoopThread] = []
  private var orders: [Mailbox<WorkerOrder>] = []
  private var finished: [WorkerResult] = []
  private var failure: String?
  private var progress = WorkerProgress(latency: Histogram(), reservations: 0, errors: 0)
  private var heard = 0
  private var errors = 0
  private(set) var isInterrupted = false
  private(set) var startedAtMilliseconds: Int64 = 0
  private(set) var seconds: [RunResult.Second] = []

  /// Called once, when the load begins.
  var began: ((Instant) -> Void)?
  /// The wall clock's time, in seconds, before which it does not begin.
  private let startsAt: Double?

  init(on loop: EventLoop, startsAt: Double? = nil) {
    self.loop = loop
    self.startsAt = startsAt
  }

  /// Runs the load to its end. `show` is called about once a second, when each worker has told its last second.
  func run(
    _ plans: [WorkerPlan], show: (_ elapsed: Double, _ second: WorkerProgress, _ errors: Int) -> Void
  ) throws(BenchError) -> [WorkerResult] {
    let box = loop.makeMailbox(of: WorkerNews.self) { [unowned self] batch in self.news.append(contentsOf: batch) }
    defer { stopThreads() }
    for plan in plans {
      do throws(LoopThreadError) {
        threads.append(
          try LoopThread(name: "load-\(plan.index)") { loop in try Worker(plan, on: loop, news: box) })
      } catch {
        throw .cannotConnect(server: plan.targets[0].authority, reason: "\(error)")
      }
    }
    var startedAt: Instant?
    while finished.count < plans.count {
      loop.turn(until: .distantFuture)
      let batch = news
      news.removeAll()
      for message in batch { hear(message) }
      if let failure { throw .cannotConnect(server: plans[0].targets[0].authority, reason: failure) }
      if startedAt == nil, orders.count == plans.count { startedAt = begin() }
      if let startedAt, heard >= plans.count {
        seconds.append(RunResult.Second(progress))
        show(Double(EventLoop.clock.nanoseconds(since: startedAt)) / 1e9, progress, errors)
        heard = 0
        progress = WorkerProgress(latency: Histogram(), reservations: 0, errors: 0)
      }
    }
    return finished
  }

  private func begin() -> Instant {
    if let startsAt {
      let wait = startsAt * 1_000 - Double(EventLoop.wallClockMilliseconds)
      let instant = EventLoop.clock.advanced(byNanoseconds: UInt64(max(0, wait) * 1e6))
      while EventLoop.clock < instant, !isInterrupted { loop.turn(until: instant) }
    }
    let instant = EventLoop.clock
    startedAtMilliseconds = EventLoop.wallClockMilliseconds
    for box in orders { tell(box, .start(at: instant)) }
    began?(instant)
    return instant
  }

  /// Ends the load early, in good order.
  func interrupt() {
    isInterrupted = true
    for box in orders { tell(box, .stop) }
  }

  private func hear(_ message: WorkerNews) {
    switch message {
    case .ready(_, let box): orders.append(box)
    case .failed(_, let reason): failure = failure ?? reason
    case .progress(let second):
      progress.latency.merge(second.latency)
      progress.reservations += second.reservations
      errors += second.errors
      heard += 1
    case .finished(_, let result): finished.append(result)
    }
  }

  /// The box holds a million orders, of which two are given.
  private func tell(_ box: Mailbox<WorkerOrder>, _ order: WorkerOrder) {
    let posted = box.post(order)
    invariant(posted, "a worker does not read its orders")
  }

  private func stopThreads() {
    for thread in threads { thread.stopAndJoin() }
    threads.removeAll()
  }
}
