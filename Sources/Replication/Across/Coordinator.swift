internal import Basics
internal import Inventory

/// What a Store has under way over several shards, for all shards that it leads. Volatile: of what is lost here the logs
/// know enough. Owned by the Store and its thread.
struct Coordinator {
  /// Of all kinds, never used twice.
  private var nextNumber: UInt64 = 1
  private var steps = SortedMap<UInt64, AcrossStep>()
  /// The step of each claim that has one: one at a time.
  private var byClaim: IdentifierTable<UInt64>
  private(set) var byteCount = 0
  var calls = SortedMap<UInt64, OpenCall>()
  var waits = SortedMap<UInt64, OwnWait>()
  /// Commands that the log had no room for.
  var unproposed: [(shard: ShardID, wait: OwnWait, command: Command)] = []
  var senders = SortedMap<ShardID, OutboxSender>()
  var inquirers = SortedMap<ShardID, Inquirer>()
  /// The state could not be read: the next turn says so.
  var failure: StateReadError?

  init(seed: UInt64) { byClaim = IdentifierTable(seed: seed) }

  var stepCount: Int { steps.count }

  /// Whether time alone may bring something to do.
  var needsTicks: Bool {
    steps.count > 0 || calls.count > 0 || !unproposed.isEmpty || senders.count > 0 || inquirers.count > 0
  }

  mutating func makeNumber() -> UInt64 {
    nextNumber += 1
    return nextNumber
  }

  /// Changes the sender of a shard that is led. One that went with its leadership is told nothing any more.
  mutating func updateSender(of shard: ShardID, _ body: (inout OutboxSender) -> Void) {
    guard var sender = senders[shard] else { return }
    body(&sender)
    senders[shard] = sender
  }

  // MARK: Steps

  func step(_ number: UInt64) -> AcrossStep? { steps[number] }

  func step(of claim: UniqueID) -> AcrossStep? { byClaim[claim].flatMap { steps[$0] } }

  mutating func insert(_ step: AcrossStep) {
    steps[step.number] = step
    let isNew = byClaim.insert(step.request.claim, step.number)
    invariant(isNew, "a claim has two steps")
    byteCount += step.request.byteCount
  }

  mutating func remove(_ step: AcrossStep) {
    steps.removeValue(forKey: step.number)
    byClaim.removeValue(forKey: step.request.claim)
    byteCount -= step.request.byteCount
  }

  mutating func enqueue(_ step: AcrossStep, behind first: AcrossStep) {
    first.queue.append(step)
    byteCount += step.request.byteCount
  }

  /// Takes the next one out of a queue, with those behind it.
  mutating func popQueue(of step: AcrossStep) -> AcrossStep? {
    guard !step.queue.isEmpty else { return nil }
    let next = step.queue.removeFirst()
    swap(&next.queue, &step.queue)
    byteCount -= next.request.byteCount
    return next
  }

  /// The steps that a condition holds for, oldest first.
  func steps(where condition: (AcrossStep) -> Bool) -> [AcrossStep] {
    var found: [AcrossStep] = []
    steps.forEach { _, step in
      if condition(step) { found.append(step) }
      return true
    }
    return found
  }

  /// Whether anything is under way for holds or orders of some slots.
  func hasStep(ofHomes slots: ClosedRange<SlotNumber>, in shard: ShardID) -> Bool {
    var isFound = false
    steps.forEach { _, step in
      isFound = step.shard == shard && slots.contains(step.request.home)
      return !isFound
    }
    return isFound
  }

  /// Takes the callers of all steps that nothing was told of yet.
  mutating func takeCallers() -> [Waiter] {
    var callers: [Waiter] = []
    for step in steps(where: { _ in true }) {
      if !step.isAnswered, step.phase != .deciding { callers.append(step.caller) }
      callers += step.queue.map(\.caller)
      remove(step)
    }
    return callers
  }

  /// The calls that nobody will answer any more.
  mutating func takeLateCalls(at tick: UInt64) -> [OpenCall] {
    var late: [(number: UInt64, call: OpenCall)] = []
    calls.forEach { number, call in
      if call.deadline <= tick { late.append((number, call)) }
      return true
    }
    for (number, _) in late { calls.removeValue(forKey: number) }
    return late.map(\.call)
  }
}
