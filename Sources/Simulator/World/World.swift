internal import Basics
internal import Inventory
internal import Raft
internal import Replication

/// A made-up world: nodes that run the real Store, the network between them, their disks and clocks, clients, and the
/// faults that befall all of it. One seed gives one run, in any process. Owned by one thread.
///
/// Phases: the shards are stocked; the clients work while faults happen, and only safety is asked for; then everything
/// heals, and all of it must come to rest, equal everywhere, within a bound.
package final class World {
  enum Phase: Equatable {
    case stocking
    case faulty
    case healing(since: WorldTime)
    case done
  }

  let settings: WorldSettings
  let temper: WorldTemper
  let limits: StoreLimits
  package internal(set) var time = WorldTime.zero
  package private(set) var eventCount = 0
  var queue = EventQueue<WorldEvent>()
  var phase = Phase.stocking

  var nodes: [SimulatedNode] = []
  var network: Network
  var turns: Chance
  var disks: Chance
  var setup: Chance
  var alarms: Chance
  var acrossChance: Chance
  /// Every question that a node was asked across shards, by the number that the node knows it by.
  var passages: [AcrossPassage] = []

  /// In a world whose slots move: the history of every SKU, what clients ask for, and what ops order.
  var slots: SlotHistory
  var slotMaker: SlotRequestMaker
  var slotChance: Chance

  var maker: RequestMaker
  var clients: [Client] = []
  var clientChance: Chance
  var known = KnownOrders()
  var operations: [Operation] = []
  var openOperations = 0

  var plan: FaultPlan
  var active: [ActiveFault] = []
  package internal(set) var faultCounts: [Int] = Array(repeating: 0, count: FaultKind.allCases.count)
  /// The numbers of the faults that happened.
  package internal(set) var happened: [Int] = []
  /// The number of the next life of each shard's replica on each node, by shard and node.
  var lives: [[UInt32]] = []
  /// The node whose wall clock was set last, and when.
  var clockThatWasOff: (node: NodeNumber, time: WorldTime)?
  var firstMembers: [[MemberID]] = []
  /// The node whose disk was replaced and is to get its replicas back.
  var repairing: NodeNumber?
  /// By shard number: the members of the group, as the changes that are committed made them, oldest first.
  var configurations: [[Configuration]] = []
  /// By shard number: where the last change of the members stands.
  var lastChange: [LogIndex] = []
  /// By shard number: the term in which a joint configuration was entered.
  var jointTerms: [Term] = []
  /// By shard number: since when it was seen after the healing to have something to tell another, or to wait to be told.
  var doubtSince: [WorldTime?] = []
  var splitsOrdered = 0
  /// The last commands of a healed world were asked for.
  var hasProbed = false

  var histories: [ShardHistory] = []
  var leaders = TermLeaders()
  var brokenPromise: String?
  /// The entry that each outcome of the turn at hand belongs to.
  var outcomeIndexes: [LogIndex] = []
  package internal(set) var trace: Trace
  package internal(set) var coverage = Coverage()
  package internal(set) var counts = WorldCounts()

  package init(_ settings: WorldSettings, trace: Trace = Trace()) {
    self.settings = settings
    self.trace = trace
    let seed = settings.seed
    let temper = WorldTemper(settings)
    self.temper = temper
    network = Network(nodeCount: temper.nodeCount, meanDelay: temper.networkDelay, seed: seed)
    turns = Chance(seed: seed, concern: Concern.turns)
    disks = Chance(seed: seed, concern: Concern.disks)
    setup = Chance(seed: seed, concern: Concern.setup ^ 0x100)
    alarms = Chance(seed: seed, concern: Concern.alarms)
    acrossChance = Chance(seed: seed, concern: Concern.across)
    clientChance = Chance(seed: seed, concern: Concern.clients)
    let shardsMax = temper.shardCount + settings.splitsMax
    lastChange = Array(repeating: .zero, count: shardsMax + 1)
    jointTerms = Array(repeating: .zero, count: shardsMax + 1)
    doubtSince = Array(repeating: nil, count: shardsMax + 1)
    let catalogue =
      settings.usesSlots
      ? SlotCatalogue(shardCount: temper.shardCount, skusPerShard: temper.workload.skusPerShard)
      : SlotCatalogue(slots: [])
    slots = SlotHistory(
      catalogue: catalogue, shardCount: settings.usesSlots ? temper.shardCount : 1, shardsMax: shardsMax)
    slotMaker = SlotRequestMaker(settings: temper.workload, catalogue: catalogue)
    slotChance = Chance(seed: seed, concern: Concern.slots)
    limits = Self.limits(&setup, usesSlots: settings.usesSlots)
    maker = RequestMaker(
      settings: temper.workload, shardCount: temper.shardCount, isAcross: settings.usesAcross,
      movesAllocations: settings.usesMoves)
    // A disk that is lost is another node in such a world, and nobody is there to make one.
    let faults = settings.usesGoals ? settings.faults.filter { $0 != .rot } : settings.faults
    plan = FaultPlan(seed: seed, allowed: faults, beginning: .zero + .seconds(2))
  }

  /// Shards including the meta shard, and those that may be made.
  var allShardCount: Int { temper.shardCount + settings.splitsMax + 1 }

  func node(_ number: NodeNumber) -> SimulatedNode { nodes[number.index] }

  /// Adds an event; nothing happens before now.
  func add(_ event: WorldEvent, after span: WorldTime.Span) { queue.add(event, at: time + span) }

  // MARK: Running

  /// Runs to the end, or to the first violation.
  package func run() throws(Violation) {
    try begin()
    while phase != .done {
      try step()
      if isFaultyPhaseOver { try heal() }
    }
  }

  /// Lets the next thing happen.
  func step() throws(Violation) {
    guard let (next, event) = queue.popFirst() else { throw Violation(.liveness, "nothing will ever happen again") }
    time = max(time, next)
    eventCount += 1
    try handle(event)
  }

  private var isFaultyPhaseOver: Bool {
    guard settings.faultyTime == nil, eventCount >= settings.eventsMax else { return false }
    return phase == .faulty || phase == .stocking
  }

  private func handle(_ event: WorldEvent) throws(Violation) {
    switch event {
    case .frame(_, let to, _), .call(let to, _, _), .commands(let to, _), .across(let to, _):
      try deliver(event, to: to)
    case .acrossAnswer(let number, let life, _, _):
      if node(number).life == life { try deliver(event, to: number) }
    case .turn(let number, let life), .wake(let number, let life), .synced(let number, let life),
      .flushed(let number, let life, _), .slice(let number, let life, _), .fetched(let number, let life, _),
      .idleFlush(let number, let life), .peerGone(let number, let life, _):
      if node(number).life == life { try deliver(event, to: number) }
    case .restart(let number, let life):
      if node(number).life == life { try restart(node(number)) }
    case .resume(let number, let life):
      if node(number).life == life { try resume(node(number)) }
    case .reply(let number, let attempt, let from, let reply): take(reply, to: number, attempt, from: from)
    case .attemptTimeout(let number, let attempt): attemptTimedOut(number, attempt)
    case .retry(let number, let attempt): retry(number, attempt)
    case .clientStep(let client): step(client)
    case .fault(let fault): try begin(fault)
    case .faultEnds(let number): try end(number)
    case .chase(let number): try chase(number)
    case .operatorStep: operate()
    case .plannerStep: try planGoals()
    case .heal: try heal()
    case .convergenceCheck: try checkConvergence()
    }
  }

  /// An event reaches a node, if its process runs; one that is paused looks at it later.
  private func deliver(_ event: WorldEvent, to number: NodeNumber) throws(Violation) {
    let node = node(number)
    guard node.isUp else { return }
    if node.isPaused { return node.waiting.append(event) }
    try happen(event, to: node)
  }
}

/// What a run counted.
package struct WorldCounts: Equatable, Sendable {
  package var frames: UInt64 = 0
  package var frameBytes: UInt64 = 0
  package var turns: UInt64 = 0
  package var entriesCommitted: UInt64 = 0
  package var operations: UInt64 = 0
  package var answers: UInt64 = 0
  package var reads: UInt64 = 0

  package init() {}

  package mutating func add(_ other: WorldCounts) {
    frames += other.frames
    frameBytes += other.frameBytes
    turns += other.turns
    entriesCommitted += other.entriesCommitted
    operations += other.operations
    answers += other.answers
    reads += other.reads
  }
}
