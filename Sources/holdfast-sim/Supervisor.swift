internal import Glibc
internal import Simulator

/// Runs seeds in worker processes: a broken invariant of the program ends a worker, and is a finding like any other.
/// Everything about a finding is learned by running its seed again.
struct Supervisor {
  var options: RunOptions
  private(set) var summary = Summary()
  private(set) var failure: RunResult?

  init(_ options: RunOptions) { self.options = options }

  /// Seeds that one worker runs before the next one is started.
  private static let seedsPerWorker: UInt64 = 200

  /// One worker's part of the work.
  private final class Lane {
    var child: ChildProcess?
    var isReadable = false
    /// The seed that is being run.
    var current: UInt64?
    /// What it said that is no result: a broken invariant's message.
    var lastWords: [String] = []

    init(_ child: consuming ChildProcess) { self.child = consume child }
  }

  /// Runs until the seeds or the time are used up, or something is found.
  mutating func run() {
    let deadline = options.minutes.map { Clock.seconds + $0 * 60 }
    var lanes: [Lane] = []
    var nextSeed = options.seed
    let end = options.seed + options.seeds
    func isOver() -> Bool { deadline.map { Clock.seconds >= $0 } ?? false }
    while failure == nil {
      while lanes.count < options.jobs, nextSeed < end, !isOver() {
        let part = min(Self.seedsPerWorker, end - nextSeed)
        guard
          let child = ChildProcess(
            ["worker"] + options.arguments(seed: nextSeed, seeds: part, only: options.onlyFaults, showsTrace: false))
        else { return }
        nextSeed += part
        lanes.append(Lane(child))
      }
      guard !lanes.isEmpty else { return }
      wait(for: lanes)
      lanes.removeAll { lane in !advance(lane, isOver: isOver()) }
    }
    for lane in lanes { stop(lane) }
  }

  private func wait(for lanes: [Lane]) {
    var descriptors = lanes.map { pollfd(fd: $0.child?.descriptor ?? -1, events: Int16(POLLIN), revents: 0) }
    unsafe poll(&descriptors, nfds_t(descriptors.count), 1_000)
    for (lane, descriptor) in zip(lanes, descriptors) { lane.isReadable = descriptor.revents != 0 }
  }

  private func stop(_ lane: Lane) {
    if let child = lane.child.take() { _ = child.end(kill: true) }
  }

  /// Takes what a worker says. Answers whether it has more to do.
  private mutating func advance(_ lane: Lane, isOver: Bool) -> Bool {
    if isOver {
      stop(lane)
      return false
    }
    guard lane.isReadable else { return true }
    var results: [RunResult] = []
    let isOpen = lane.child?.readLines { line in
      if line.hasPrefix("begin\t") {
        lane.current = UInt64(line.dropFirst(6))
        lane.lastWords.removeAll()
      } else if let result = RunResult(line: line) {
        lane.current = nil
        results.append(result)
      } else {
        lane.lastWords.append(line)
      }
    }
    for result in results { take(result) }
    if isOpen == true { return true }
    guard let child = lane.child.take() else { return false }
    let ending = child.end(kill: false)
    if let seed = lane.current { take(Self.crash(seed, ending, lane.lastWords)) }
    return false
  }

  private mutating func take(_ result: RunResult) {
    summary.add(result)
    if result.violation != nil, failure == nil { failure = result }
  }

  /// A worker that ended inside a run: an invariant of the program was broken, or worse.
  private static func crash(_ seed: UInt64, _ ending: ChildProcess.Ending, _ words: [String]) -> RunResult {
    var result = RunResult(seed: seed)
    let said = words.last { $0.contains("invariant violated") } ?? words.last { !$0.isEmpty } ?? "\(ending)"
    result.violation = Violation(.stop, said)
    return result
  }

  /// Runs one seed once more, with some of its faults.
  ///
  /// - Parameter trace: takes the lines of its trace.
  func rerun(_ seed: UInt64, only: [Int]?, trace: ((String) -> Void)? = nil) -> RunResult? {
    guard
      var child = ChildProcess(
        ["worker"] + options.arguments(seed: seed, seeds: 1, only: only, showsTrace: trace != nil))
    else { return nil }
    var result: RunResult?
    var words: [String] = []
    var isOpen = true
    while isOpen {
      isOpen = child.readLines { line in
        if line.hasPrefix("trace\t") {
          trace?(String(line.dropFirst(6)))
        } else if let found = RunResult(line: line) {
          result = found
        } else if !line.hasPrefix("begin\t") {
          words.append(line)
        }
      }
    }
    let ending = child.end(kill: false)
    return result ?? Self.crash(seed, ending, words)
  }
}

/// Real time, in seconds since an arbitrary moment.
enum Clock {
  static var seconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
