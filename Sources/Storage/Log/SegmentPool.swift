internal import Basics
internal import Synchronization

/// Keeps the next segment and some spares ready, and watches the free space, on a thread of its own, so that the log
/// writer never waits for a file to be made. `takeNext` and `giveBack` are the log writer's; `spaceState` is anyone's.
final class SegmentPool: Sendable {
  private struct State {
    var next: Segment?
    var nextSequence: UInt64
    var spares: [SpareFile]
    var returned: [Segment] = []
    /// The disk was full at the last attempt; the next one is at the next look at the free space.
    var isBlocked = false
    var failure: StorageError?
    /// The log writer is to end: it no longer waits for space.
    var isClosing = false
    var isStopping = false
  }

  private enum Job {
    case stop
    case retire(Segment)
    case prepare(UInt64, SpareFile?)
    case makeSpare
  }

  private let state: Monitor<State>
  private let isLow = Atomic<Bool>(false)
  private let configuration: LogConfiguration
  private let fileSystem: any FileSystem
  private let folder: LogFolder
  private let failed: @Sendable (StorageError) -> Void
  private let thread: Monitor<WorkerThreadBox>

  /// Starts the thread. `nextSequence` is the number of the first segment that will be asked for.
  init(
    maker: SegmentMaker, spares: [SpareFile], nextSequence: UInt64, configuration: LogConfiguration,
    failed: @escaping @Sendable (StorageError) -> Void
  ) {
    state = Monitor(State(nextSequence: nextSequence, spares: spares))
    self.configuration = configuration
    fileSystem = maker.fileSystem
    folder = maker.folder
    self.failed = failed
    thread = Monitor(WorkerThreadBox())
    thread.withLock { box in
      // At the usual priority: on a busy machine, a thread that yields to all others would make the log wait.
      box.start(name: "log-files", background: false) { [self] in run(maker) }
    }
  }

  var spaceState: SpaceState { isLow.load(ordering: .relaxed) ? .low : .ok }

  /// Whether the next segment and all spares are ready, so that the thread has nothing to write.
  var isFull: Bool {
    state.withLock { $0.next != nil && $0.spares.count >= configuration.spareSegmentCount && $0.returned.isEmpty }
  }

  /// The next segment, waiting for it if need be: on a full disk until there is space again.
  func takeNext() throws(StorageError) -> Segment {
    let result: Result<Segment, StorageError>? = state.wait { state in
      if let failure = state.failure { return .failure(failure) }
      guard let segment = state.next else {
        // Nobody waits for space on the way out.
        return state.isClosing && state.isBlocked
          ? .failure(.system(call: "write", path: folder.path, number: ErrorNumber.noSpace)) : nil
      }
      state.next = nil
      state.nextSequence += 1
      return .success(segment)
    }
    guard let result else { invariantViolated("waiting without a limit ended") }
    state.broadcast { _ in }
    return try result.get()
  }

  /// Hands over segments that the log needs no more.
  func giveBack(_ segments: [Segment]) {
    if !segments.isEmpty { state.broadcast { $0.returned.append(contentsOf: segments) } }
  }

  /// From now on, ``takeNext()`` fails rather than wait for space.
  func beginClosing() { state.broadcast { $0.isClosing = true } }

  /// Ends the thread. Segments given back before are retired first, unless the disk is full.
  func stop() {
    state.broadcast { $0.isStopping = true }
    thread.withLock { $0.join() }
  }

  /// Ends the thread and closes what is waiting.
  func close() throws(StorageError) {
    stop()
    let (next, spares, returned) = state.withLock { ($0.next, $0.spares, $0.returned) }
    if let next { try next.file.close() }
    for segment in returned { try segment.file.close() }
    for spare in spares { try spare.file.close() }
  }

  private func run(_ maker: SegmentMaker) {
    var maker = maker
    var nextCheck = Instant.zero
    while true {
      let now = MonotonicClock.now()
      if now >= nextCheck {
        nextCheck = now.advanced(byMilliseconds: configuration.spaceCheckMilliseconds)
        attempt { () throws(StorageError) in try checkSpace(maker) }
      }
      let wait = nextCheck.nanoseconds(since: now) / 1_000_000 + 1
      guard let job = state.wait(timeoutMilliseconds: wait, until: chooseJob) else { continue }
      if case .stop = job { return }
      attempt { () throws(StorageError) in try perform(job, &maker) }
    }
  }

  /// What is most urgent: room for the log first, then the next segment, then spares.
  private func chooseJob(_ state: inout State) -> Job? {
    if state.failure != nil { return state.isStopping ? .stop : nil }
    // On a full disk not even a name may be changed. What keeps its name to the end is found at the next start.
    if !state.returned.isEmpty && !state.isBlocked { return .retire(state.returned.removeFirst()) }
    if state.isStopping { return .stop }
    if state.next == nil {
      if let spare = state.spares.popLast() { return .prepare(state.nextSequence, spare) }
      return state.isBlocked ? nil : .prepare(state.nextSequence, nil)
    }
    let wanted = state.spares.count < configuration.spareSegmentCount
    return wanted && !state.isBlocked && spaceState == .ok ? .makeSpare : nil
  }

  private func perform(_ job: Job, _ maker: inout SegmentMaker) throws(StorageError) {
    switch job {
    case .stop: return
    case .retire(let segment):
      let path: String
      do throws(StorageError) { path = try maker.takeName(of: segment) } catch {
        // If a later one lost its name before it, the log would have a hole at the next start.
        if error.isDiskFull { state.withLock { $0.returned.insert(segment, at: 0) } }
        throw error
      }
      let spare = try maker.spare(segment, at: path)
      state.withLock { $0.spares.append(spare) }
    case .prepare(let sequence, let spare):
      let file: SpareFile
      if let spare { file = spare } else { file = try maker.makeSpare() }
      let segment = try maker.makeSegment(sequence, from: file)
      state.broadcast { $0.next = segment }
    case .makeSpare:
      let spare = try maker.makeSpare()
      state.withLock { $0.spares.append(spare) }
    }
  }

  /// Looks at the free space, and on a nearly full disk gives one spare too many back.
  private func checkSpace(_ maker: SegmentMaker) throws(StorageError) {
    let available = try fileSystem.availableByteCount(folder.path)
    let least = configuration.freeByteCountMin
    let isLow = available < least || (spaceState == .low && available < least + least / 4)
    self.isLow.store(isLow, ordering: .relaxed)
    let surplus = state.withLock { state -> SpareFile? in
      state.isBlocked = false
      return isLow && state.spares.count > configuration.spareSegmentCount ? state.spares.popLast() : nil
    }
    if let surplus { try maker.remove(surplus) }
  }

  /// A full disk passes; anything else ends the log.
  private func attempt(_ body: () throws(StorageError) -> Void) {
    do throws(StorageError) { try body() } catch {
      if error.isDiskFull {
        isLow.store(true, ordering: .relaxed)
        state.broadcast { $0.isBlocked = true }
      } else {
        state.broadcast { $0.failure = error }
        failed(error)
      }
    }
  }
}

/// A place for a thread's handle.
struct WorkerThreadBox: ~Copyable {
  private var thread: WorkerThread?

  init() { thread = nil }

  mutating func start(name: String, background: Bool, _ body: @escaping @Sendable () -> Void) {
    thread = WorkerThread(name: name, background: background, body)
  }

  /// Waits for the thread's end, if it was started.
  mutating func join() {
    if let thread = thread.take() { thread.join() }
  }
}
