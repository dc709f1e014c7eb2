internal import Basics
internal import Client
internal import Reactor

/// What a worker's workload works with: what it was told, its sources of ids and chance, and where it notes what it
/// learned. Belongs to the worker's thread.
final class LoadContext {
  let plan: WorkerPlan
  var picker: SKUPicker
  var generator: SeededGenerator
  var recorder: HoldRecorder
  var orders = OrderBook()
  var tally = Tally()
  var failures = FailureSamples()
  /// The call that is just told of counts as measured.
  var isMeasured = false
  /// Reservations that were decided, the warm-up's included.
  private(set) var reservationCount = 0
  /// Replayed answers that no attempt of ours explains.
  private(set) var repeatedByNodes = 0
  private let loop: EventLoop
  private var ids: UniqueIDSequence

  init(_ plan: WorkerPlan, on loop: EventLoop) {
    self.plan = plan
    self.loop = loop
    picker = plan.picker
    generator = SeededGenerator(seed: plan.seed)
    recorder = HoldRecorder(plan.record)
    ids = UniqueIDSequence(seed: plan.identitySeed)
  }

  var placeCount: Int { plan.targets.count * plan.inFlight }

  func freshID() -> UniqueID {
    let now = loop.now.nanoseconds
    var id = ids.next(atMilliseconds: Int64(now / 1_000_000) &+ plan.wallOffsetMilliseconds)
    if plan.tellsSentTime { SentTime.stamp(&id, nanoseconds: now) }
    return id
  }

  /// The slot of a SKU, where calls follow leaders.
  func keySlot(ofSKU index: Int) -> UInt16? { plan.cluster?.slotOfSKU[index] }

  /// A reservation was decided so; those inside batches count one by one.
  func count(_ outcome: Outcome) {
    reservationCount &+= 1
    if isMeasured { tally.count(outcome) }
  }

  /// Whether a replayed answer to a call is right. It is where an attempt of ours may have had its effect; and among several
  /// nodes also where one of them has asked another one twice, for the first to be asked was lost on the way. That is no
  /// fault, and counted.
  func mayBeReplayed(_ call: LoadCall) -> Bool {
    if call.isUncertain { return true }
    guard let cluster = plan.cluster, cluster.router.nodes.count > 1 else { return false }
    repeatedByNodes += 1
    return true
  }

  /// Whether this time something happens that happens with a probability.
  func draws(_ share: Double) -> Bool { share > 0 && generator.unit() < share }
}
