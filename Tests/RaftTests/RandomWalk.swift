import Basics
import Raft

@testable import RaftTranscripts

/// Does whatever comes to a cluster, by chance from one seed: messages are lost, doubled and reordered, disks are slow,
/// nodes crash, members change. The world checks what must hold after each step.
struct RandomWalk {
  var world = StoryWorld()
  private var generator: SeededGenerator
  private let steps: Int
  /// Campaigns and crashes come thick and fast.
  private let isStormy: Bool
  private var word: UInt64 = 0
  private var lastTermLed = Term.zero
  /// How often each thing was reached that a walk is worth for.
  private(set) var reached = Reached()

  struct Reached {
    var leaders = 0
    var applied: UInt64 = 0
    var changes = 0
    var joint = 0
    var snapshots = 0
    var reads = 0
    var crashes = 0
  }

  init(seed: UInt64, steps: Int) {
    generator = SeededGenerator(seed: seed)
    self.steps = steps
    isStormy = generator.below(3) == 0
    world.isTracing = false
    var options = RaftOptions()
    options.electionTicks = 4
    options.usesPreVote = generator.below(4) > 0
    options.checksQuorum = generator.below(4) > 0
    options.usesLeaseReads = options.checksQuorum && generator.below(4) == 0
    options.stepsDownOnRemoval = generator.below(4) > 0
    options.messageEntriesMax = 1 + generator.below(4)
    options.inflightMessagesMax = 1 + generator.below(4)
    options.keptBytesMax = generator.below(3) * 200
    options.committedBytesMax = 40 + generator.below(200)
    options.snapshotTicksMax = 20
    options.seed = seed
    let voters = 1 + generator.below(5)
    let configuration = Configuration(
      voters: (1...voters).map { MemberID(UInt64($0)) }, learners: generator.below(2) == 0 ? [] : [MemberID(7)])
    for number in 1...7 {
      let isFounder = number <= voters || (number == 7 && !configuration.learners.isEmpty)
      world.addNode(
        configuration: isFounder ? configuration : Configuration(),
        start: isFounder ? LogPosition(index: LogIndex(1), term: Term(1)) : LogPosition(), options: options)
    }
  }

  mutating func run() {
    for _ in 0..<steps where world.violations.isEmpty { step() }
  }

  /// After the faults: everybody up, nothing lost, time passes. Then the group must get work done again.
  mutating func heal() -> Bool {
    world.cuts = []
    for place in world.nodes.indices {
      world.nodes[place].diskIsHeld = false
      if !world.nodes[place].isUp { world.nodes[place].restart() }
    }
    for _ in 0..<200 {
      for place in world.nodes.indices { world.act(place) { $0.tick() } }
      stopRemovedLeaders()
      if !world.stabilize(Array(world.nodes.indices)) { return false }
      if !world.violations.isEmpty { return false }
      if let leader = world.nodes.indices.first(where: { isCaughtUp(leader: $0) }) {
        return proposeAndSettle(leader)
      }
    }
    return false
  }

  /// Where a leader that is no voter any more does not step down by itself, its owner stops it.
  private mutating func stopRemovedLeaders() {
    for place in world.nodes.indices {
      let node = world.nodes[place]
      let isRemoved = !node.group.configuration.isVoter(node.group.member)
      if node.group.isLeader, isRemoved, node.group.commitIndex == node.group.lastIndex {
        world.nodes[place].crash()
        world.nodes[place].restart()
      }
    }
  }

  private func isCaughtUp(leader place: Int) -> Bool {
    let node = world.nodes[place]
    guard node.group.isLeader, node.group.knowsCommitted, node.group.configuration.contains(node.group.member),
      node.group.transferTarget == .none, !node.group.configuration.leavesAutomatically
    else { return false }
    return node.group.configuration.members.allSatisfy { member in
      world.place(of: member).map { world.nodes[$0].applied.position == node.group.lastPosition } ?? false
    }
  }

  private mutating func proposeAndSettle(_ place: Int) -> Bool {
    var index = LogIndex.zero
    world.act(place) { index = $0.propose([1, 2, 3]) }
    guard world.stabilize(Array(world.nodes.indices)) else { return false }
    let members = world.nodes[place].group.configuration.members
    return members.allSatisfy { member in
      world.place(of: member).map { world.nodes[$0].applied.position.index >= index } ?? false
    }
  }

  private mutating func step() {
    let place = generator.below(world.nodes.count)
    if isStormy && generator.below(12) == 0 { return storm(place) }
    switch generator.below(101) {
    case 0..<14: tick()
    case 14..<44: deliver()
    case 44..<64: for other in world.nodes.indices { work(other) }
    case 64..<76: if world.nodes[place].isUp { propose(place) }
    case 76..<79: if !world.letters.isEmpty { world.letters.remove(at: generator.below(world.letters.count)) }
    case 79..<81: if let letter = world.letters.randomElement(using: &generator) { world.letters.append(letter) }
    case 81..<84: world.nodes[place].diskIsHeld.toggle()
    case 84..<86: if generator.below(3) == 0 { crash(place) }
    case 86..<88: cutOrHeal()
    case 88..<91: changeMembers(place)
    case 91..<93: transfer(place)
    case 93..<95: read(place)
    case 95..<97: compact(place)
    case 97: if world.nodes[place].isUp { world.act(place) { $0.campaign() } }
    case 98: if world.nodes[place].isUp { tellPersisted(place) }
    case 99: _ = world.stabilize(Array(world.nodes.indices))
    default: disturb(place)
    }
  }

  /// Time passes; who is down comes back before long, and broken links mend.
  private mutating func tick() {
    for place in world.nodes.indices {
      if world.nodes[place].isUp {
        world.act(place) { $0.tick() }
      } else if generator.below(6) == 0 {
        world.nodes[place].restart()
      }
    }
    if generator.below(12) == 0 { world.cuts = [] }
  }

  private mutating func work(_ place: Int) {
    guard world.nodes[place].isUp else { return }
    world.sendOutgoing(place)
    world.collect(place)
    if !world.nodes[place].diskIsHeld, generator.below(3) > 0 { world.persist(place) }
    world.apply(place)
    let node = world.nodes[place]
    if node.group.isLeader && node.group.term > lastTermLed {
      lastTermLed = node.group.term
      reached.leaders += 1
    }
    if world.nodes[place].group.configuration.isJoint { reached.joint += 1 }
    reached.applied = max(reached.applied, world.nodes[place].applied.position.index.rawValue)
  }

  private mutating func deliver() {
    for _ in 0..<min(world.letters.count, 1 + generator.below(16)) {
      // Mostly in order, sometimes not.
      let place = generator.below(8) > 0 ? 0 : generator.below(world.letters.count)
      let letter = world.letters.remove(at: place)
      if case .snapshot = letter.message.body { reached.snapshots += 1 }
      world.deliver(letter)
    }
    if world.letters.count > 200 { world.letters.removeFirst(100) }
  }

  /// A leader tells somebody how far its own log is durable.
  private mutating func tellPersisted(_ place: Int) {
    let members = world.nodes[place].group.configuration.members
    guard world.nodes[place].group.isLeader, let member = members.randomElement(using: &generator) else { return }
    world.act(place) { _ = $0.tellPersisted(to: member) }
  }

  private mutating func propose(_ place: Int) {
    word += 1
    let payload = (0..<UInt64(1 + generator.below(8))).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
    if world.nodes[place].group.canPropose(byteCount: payload.count) { world.act(place) { $0.propose(payload) } }
  }

  /// Somebody wants to lead, or loses what its disk did not have yet and is back at once.
  private mutating func storm(_ place: Int) {
    guard world.nodes[place].isUp else { return }
    if generator.below(2) == 0 {
      world.act(place) { $0.campaign() }
      work(place)
    } else {
      crash(place)
      world.nodes[place].restart()
    }
  }

  private mutating func crash(_ place: Int) {
    guard world.nodes[place].isUp else { return }
    world.nodes[place].crash()
    reached.crashes += 1
  }

  private mutating func cutOrHeal() {
    if generator.below(2) == 0 {
      world.cuts = []
      return
    }
    let from = MemberID(UInt64(1 + generator.below(world.nodes.count)))
    let to = MemberID(UInt64(1 + generator.below(world.nodes.count)))
    if from != to { world.cuts.append((from, to)) }
  }

  private mutating func changeMembers(_ place: Int) {
    guard world.nodes[place].group.isLeader, world.nodes[place].isUp else { return }
    var operations: [ConfigurationChange.Operation] = []
    for _ in 0..<(1 + generator.below(3)) {
      let member = MemberID(UInt64(1 + generator.below(world.nodes.count)))
      switch generator.below(4) {
      case 0, 1: operations.append(.addVoter(member))
      case 2: operations.append(.addLearner(member))
      default: operations.append(.remove(member))
      }
    }
    var change = ConfigurationChange(operations)
    if generator.below(4) == 0 { change.transition = .jointImplicit }
    if world.nodes[place].group.configuration.isJoint && generator.below(2) == 0 { change = .leaveJoint }
    var isTaken = false
    world.act(place) { group in
      do {
        try group.propose(change)
        isTaken = true
      } catch {
        isTaken = false
      }
    }
    if isTaken { reached.changes += 1 }
  }

  private mutating func transfer(_ place: Int) {
    guard world.nodes[place].isUp else { return }
    let target = MemberID(UInt64(1 + generator.below(world.nodes.count)))
    world.act(place) { group in do { try group.transferLeadership(to: target) } catch {} }
  }

  private mutating func read(_ place: Int) {
    guard world.nodes[place].isUp else { return }
    do {
      _ = try world.requestRead(place)
      reached.reads += 1
    } catch {}
  }

  private mutating func compact(_ place: Int) {
    guard world.nodes[place].isUp else { return }
    let index = min(world.nodes[place].group.appliedIndex, world.nodes[place].stored.lastIndex)
    guard index > world.nodes[place].stored.firstIndex else { return }
    world.nodes[place].stored.compact(through: index)
    world.act(place) { $0.compacted(through: index) }
  }

  private mutating func disturb(_ place: Int) {
    guard world.nodes[place].isUp else { return }
    let other = MemberID(UInt64(1 + generator.below(world.nodes.count)))
    switch generator.below(4) {
    case 0: world.act(place) { $0.reportUnreachable(other) }
    case 1: world.act(place) { $0.reportSnapshot(to: other, .failed) }
    case 2: world.act(place) { $0.forgetLeader() }
    default:
      if world.nodes[place].group.maySleep {
        world.act(place) { $0.sleep() }
      } else {
        world.act(place) { $0.wake() }
      }
    }
  }
}
