internal import Basics
internal import CAllocations
internal import Glibc
internal import Raft

/// Three members in one thread, with disks that are done at once and no network: what consensus alone costs.
struct RaftBench {
  struct Result {
    var entries: Int
    var nanoseconds: UInt64
    var allocations: UInt64

    var entriesPerSecond: Double { Double(entries) * 1e9 / Double(nanoseconds) }
    var allocationsPerEntry: Double { Double(allocations) / Double(entries) }
  }

  /// A place for each group, which cannot be copied.
  private final class Member {
    var group: RaftGroup
    init(_ group: consuming RaftGroup) { self.group = group }
  }

  private var members: [Member] = []
  private var outgoing = Outgoing()
  private var ready = Ready()
  /// Messages under way, and the buffer for those that follow from them.
  private var letters: [Message] = []
  private var arriving: [Message] = []
  private var writer = ByteWriter(capacity: 1 << 16)
  /// Whether every message goes through its bytes.
  private let encodes: Bool
  private let limits: MessageLimits

  init(encodes: Bool) {
    self.encodes = encodes
    let configuration = Configuration(voters: [MemberID(1), MemberID(2), MemberID(3)])
    var options = RaftOptions()
    options.keptBytesMax = 1 << 20
    limits = MessageLimits(options)
    for number in 1...3 {
      options.seed = UInt64(number)
      members.append(
        Member(
          RaftGroup(
            member: MemberID(UInt64(number)), configuration: configuration, hardState: HardState(),
            start: LogStart(index: LogIndex(1), term: Term(1)), entries: [], applied: LogIndex(1), options: options)))
    }
    members[0].group.campaign()
    settle()
    invariant(members[0].group.knowsCommitted, "the first member leads")
  }

  /// Proposes `entries` entries of `byteCount` bytes, `depth` at a time, and runs each batch to its end.
  mutating func run(entries: Int, byteCount: Int, depth: Int) -> Result {
    let payload = [UInt8](repeating: 7, count: byteCount)
    propose(entries / 10, payload, depth)
    let allocations = callocations_count()
    let start = Self.now()
    propose(entries, payload, depth)
    let end = Self.now()
    for member in members {
      invariant(member.group.appliedIndex == member.group.lastIndex, "everything is applied everywhere")
    }
    return Result(
      entries: entries, nanoseconds: end - start, allocations: callocations_count() - allocations)
  }

  private mutating func propose(_ entries: Int, _ payload: [UInt8], _ depth: Int) {
    var left = entries
    while left > 0 {
      for _ in 0..<min(depth, left) { members[0].group.propose(payload) }
      left -= min(depth, left)
      settle()
    }
  }

  /// Runs disks, state machines and messages until nothing is left.
  private mutating func settle() {
    var isBusy = true
    while isBusy {
      isBusy = false
      for place in members.indices where work(place) { isBusy = true }
      swap(&letters, &arriving)
      for message in arriving {
        isBusy = true
        deliver(message)
      }
      arriving.removeAll(keepingCapacity: true)
    }
  }

  private mutating func work(_ place: Int) -> Bool {
    var didWork = false
    if members[place].group.hasOutgoing {
      members[place].group.takeOutgoing(into: &outgoing)
      letters.append(contentsOf: outgoing.messages)
      didWork = true
    }
    if members[place].group.hasReady {
      members[place].group.ready(into: &ready)
      letters.append(contentsOf: ready.promises)
      members[place].group.persisted(ready.receipt)
      didWork = true
    }
    if members[place].group.hasCommitted {
      let range = members[place].group.takeCommitted()
      members[place].group.applied(through: range.upperBound.previous)
      didWork = true
    }
    return didWork
  }

  private mutating func deliver(_ message: Message) {
    let place = Int(message.to.rawValue) - 1
    do {
      if encodes {
        writer.removeAll()
        message.encode(into: &writer)
        try members[place].group.step(Message(decoding: writer.bytes.rawSpan, limits: limits))
      } else {
        try members[place].group.step(message)
      }
    } catch {
      invariantViolated("a message was not taken: \(error)")
    }
  }

  private static func now() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
