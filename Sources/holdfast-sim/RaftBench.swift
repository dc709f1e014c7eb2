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

  private var groups: [RaftGroup] = []
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
      groups.append(
        RaftGroup(
          member: MemberID(UInt64(number)), configuration: configuration, hardState: HardState(),
          start: LogStart(index: LogIndex(1), term: Term(1)), entries: [], applied: LogIndex(1), options: options))
    }
    groups[0].campaign()
    settle()
    invariant(groups[0].knowsCommitted, "the first member leads")
  }

  /// Proposes `entries` entries of `byteCount` bytes, `depth` at a time, and runs each batch to its end.
  mutating func run(entries: Int, byteCount: Int, depth: Int) -> Result {
    let payload = [UInt8](repeating: 7, count: byteCount)
    propose(entries / 10, payload, depth)
    let allocations = callocations_count()
    let start = Self.now()
    propose(entries, payload, depth)
    let end = Self.now()
    for group in groups { invariant(group.appliedIndex == group.lastIndex, "everything is applied everywhere") }
    return Result(
      entries: entries, nanoseconds: end - start, allocations: callocations_count() - allocations)
  }

  private mutating func propose(_ entries: Int, _ payload: [UInt8], _ depth: Int) {
    var left = entries
    while left > 0 {
      for _ in 0..<min(depth, left) { groups[0].propose(payload) }
      left -= min(depth, left)
      settle()
    }
  }

  /// Runs disks, state machines and messages until nothing is left.
  private mutating func settle() {
    var isBusy = true
    while isBusy {
      isBusy = false
      for place in groups.indices where work(place) { isBusy = true }
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
    if groups[place].hasOutgoing {
      groups[place].takeOutgoing(into: &outgoing)
      letters.append(contentsOf: outgoing.messages)
      didWork = true
    }
    if groups[place].hasReady {
      groups[place].ready(into: &ready)
      letters.append(contentsOf: ready.promises)
      groups[place].persisted(ready.receipt)
      didWork = true
    }
    if groups[place].hasCommitted {
      let range = groups[place].takeCommitted()
      groups[place].applied(through: range.upperBound.previous)
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
        try groups[place].step(Message(decoding: writer.bytes.rawSpan, limits: limits))
      } else {
        try groups[place].step(message)
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
