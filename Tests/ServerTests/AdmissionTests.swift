import API
import Basics
import Testing

@testable import Replication
@testable import Server

/// Which calls a Store begins at once, which wait, and which are refused. The clock is the test's.
@Suite struct AdmissionTests {
  @Test func `a call is begun at once while its turn has room, and the one that uses the room up is still begun`() {
    let gate = Gate()
    #expect(gate.calls(Gate.callsPerTurn, from: .connection(1)) == [.begun: Gate.callsPerTurn])
    #expect(gate.calls(1, from: .connection(1)) == [.waits: 1])
    gate.endTurn()
    #expect(gate.call(bytes: 4 << 20, from: .connection(2)) == .waits, "somebody came before")
  }

  @Test func `a single call is begun however large it is`() {
    let gate = Gate()
    for _ in 0..<3 {
      #expect(gate.call(bytes: 4 << 20, from: .connection(1)) == .begun)
      gate.endTurn()
    }
  }

  @Test func `who waits is begun in the turns that follow, first come first served, before whoever comes then`() {
    let gate = Gate()
    #expect(
      gate.calls(2 * Gate.callsPerTurn, from: .connection(1))
        == [.begun: Gate.callsPerTurn, .waits: Gate.callsPerTurn])
    gate.endTurn()
    #expect(gate.calls(2, from: .connection(2)) == [.waits: 2])
    #expect(gate.begin() == Array(repeating: .connection(1), count: Gate.callsPerTurn))
    gate.endTurn()
    #expect(gate.begin() == [.connection(2), .connection(2)])
    gate.endTurn()
    #expect(gate.calls(1, from: .connection(1)) == [.begun: 1])
  }

  @Test func `what a turn has begun at once counts against what it may begin of those who wait`() {
    let gate = Gate()
    _ = gate.calls(Gate.callsPerTurn + 5, from: .connection(1))
    #expect(gate.begin() == [])
  }

  @Test func `a caller that is alone may have all wait that its window lets it send`() {
    let gate = Gate.full()
    let most = Gate.limits.waitingWeightMaxAlone / (Gate.callBytes + Gate.limits.callWeight)
    #expect(gate.calls(most + 5, from: .connection(1)) == [.waits: most, .refused: 5])
    #expect(gate.calls(2, from: .connection(2)) == [.waits: 1, .refused: 1], "whoever comes then may have one wait")
  }

  @Test func `of several nobody may have more wait than a quarter of what is left`() {
    let gate = Gate.full()
    _ = gate.calls(1, from: .connection(9))
    #expect(
      gate.calls(2 * Gate.waitingCalls, from: .connection(1))
        == [.waits: Gate.waitingCalls / 5, .refused: 2 * Gate.waitingCalls - Gate.waitingCalls / 5])
  }

  @Test func `whoever asks for much leaves room for whoever asks for little`() {
    let gate = Gate.full()
    _ = gate.calls(1, from: .connection(100))
    for greedy in 1...8 { _ = gate.calls(Gate.waitingCalls, from: .connection(UInt64(greedy))) }
    for modest in 11...20 { #expect(gate.calls(1, from: .connection(UInt64(modest))) == [.waits: 1]) }
    #expect(gate.calls(1, from: .node(NodeID(2))) == [.waits: 1])
    #expect(gate.calls(1, from: .store(1)) == [.waits: 1])
  }

  @Test func `a first call waits however large it is, and with many of them there is an end`() {
    let gate = Gate.full()
    for caller in 1...4 as ClosedRange<UInt64> {
      #expect(gate.call(bytes: Gate.limits.waitingWeightMaxAlone / 2, from: .connection(caller)) == .waits)
      #expect(gate.call(bytes: Gate.limits.waitingWeightMaxAlone / 2, from: .connection(caller)) == .refused)
    }
    #expect(gate.call(bytes: 1, from: .connection(5)) == .refused, "there is no room at all")
  }

  @Test func `what is begun makes room again`() {
    let gate = Gate.full()
    _ = gate.calls(1, from: .connection(2))
    _ = gate.calls(Gate.waitingCalls, from: .connection(1))
    #expect(gate.calls(1, from: .connection(1)) == [.refused: 1])
    gate.endTurn()
    _ = gate.begin()
    #expect(gate.calls(1, from: .connection(1)) == [.waits: 1])
  }

  @Test func `work that goes on has room where new work has none, and is begun before it`() {
    let gate = Gate.full()
    _ = gate.calls(Gate.waitingCalls, from: .connection(1))
    _ = gate.calls(Gate.waitingCalls, from: .connection(2))
    #expect(gate.calls(3, .holdConfirmHold, from: .connection(1)) == [.waits: 3])
    gate.endTurn()
    let begun = gate.beginMethods()
    #expect(
      begun.count == Gate.callsPerTurn
        && begun.prefix(4) == [.holdConfirmHold, .holdConfirmHold, .holdConfirmHold, .holdReserve])
  }

  @Test func `what people mend the cluster with neither waits nor is refused`() {
    let gate = Gate.full()
    _ = gate.calls(Gate.waitingCalls, .holdConfirmHold, from: .connection(1))
    #expect(gate.calls(100, .healthCheck, from: .connection(1)) == [.begun: 100])
    #expect(gate.calls(100, .clusterDrainNode, from: .connection(1)) == [.begun: 100])
  }

  @Test func `nothing but that is begun while the shards have all that they can do under way`() {
    let gate = Gate()
    gate.endTurn(hasRoom: false)
    #expect(gate.calls(2, from: .connection(1)) == [.waits: 2])
    #expect(gate.calls(2, .holdConfirmHold, from: .connection(1)) == [.waits: 2])
    #expect(gate.calls(1, .clusterGetStatus, from: .connection(1)) == [.begun: 1])
    #expect(gate.begin() == [])
    gate.endTurn()
    #expect(gate.begin().count == 4)
  }

  @Test func `while reads wait only what completes something is begun`() {
    let gate = Gate()
    gate.endTurn(hasRoomForReads: false)
    #expect(gate.calls(2, from: .connection(1)) == [.waits: 2])
    #expect(gate.calls(2, .holdConfirmHold, from: .connection(1)) == [.begun: 2])
    #expect(gate.calls(Gate.callsPerTurn, .holdConfirmHold, from: .connection(2))[.waits] == 2, "the turn is full")
    #expect(gate.begin() == [])
    gate.endTurn(hasRoomForReads: false)
    #expect(gate.nextLook == gate.now && gate.beginMethods() == [.holdConfirmHold, .holdConfirmHold])
    gate.endTurn()
    #expect(gate.beginMethods() == [.holdReserve, .holdReserve])
  }

  @Test func `whoever has waited too long is refused, and nobody before`() {
    let gate = Gate()
    gate.endTurn(hasRoom: false)
    _ = gate.calls(1, from: .connection(1))
    _ = gate.calls(1, .holdConfirmHold, from: .connection(2))
    gate.pass(milliseconds: 100)
    _ = gate.calls(1, from: .connection(3))
    gate.pass(milliseconds: Gate.limits.waitMillisecondsMax - 101)
    #expect(gate.late() == [])
    gate.pass(milliseconds: 1)
    #expect(gate.late() == [.connection(2), .connection(1)])
    gate.pass(milliseconds: 100)
    #expect(gate.late() == [.connection(3)])
    #expect(gate.admission.refusedCount == 3 && !gate.admission.isAnyWaiting)
  }

  @Test func `the Store looks again at once when it may begin something, and else when the first has waited too long`()
  {
    let gate = Gate()
    #expect(gate.nextLook == .distantFuture)
    gate.endTurn(hasRoom: false)
    _ = gate.calls(1, from: .connection(1))
    let limit = gate.now.advanced(byMilliseconds: Gate.limits.waitMillisecondsMax)
    gate.pass(milliseconds: 10)
    #expect(gate.nextLook == limit)
    gate.endTurn()
    #expect(gate.nextLook == gate.now)
    _ = gate.begin()
    #expect(gate.nextLook == .distantFuture)
  }

  @Test func `all who wait are told when the Store stops`() {
    let gate = Gate.full()
    _ = gate.calls(2, from: .connection(1))
    _ = gate.calls(1, .holdConfirmHold, from: .connection(2))
    #expect(gate.abandon() == [.connection(2), .connection(1), .connection(1)])
    #expect(!gate.admission.isAnyWaiting)
  }

  @Test func `what ends work that was begun comes before new work, and health before all`() {
    #expect(CallPriority(Method.holdReserve) == .beginning && CallPriority(Method.orderCreateOrder) == .beginning)
    for method in [Method.holdConfirmHold, .holdReleaseHold, .orderShipOrder, .orderPayOrder] {
      #expect(CallPriority(method) == .completing)
    }
    #expect(CallPriority(Method.healthCheck) == .vital && CallPriority(Method.clusterDrainNode) == .vital)
    #expect(CallPriority(RoutedMethod.across) == .vital && CallPriority(RoutedMethod.reserve) == .beginning)
  }

  @Test func `refusals are told once when they begin, and once when there were none for a while`() {
    var watch = RefusalWatch()
    var now = Instant(nanoseconds: 1_000_000_000)
    func noted(_ count: UInt64, after milliseconds: UInt64) -> RefusalWatch.Change? {
      now = now.advanced(byMilliseconds: milliseconds)
      return watch.noted(count, now: now)
    }
    #expect(noted(0, after: 1) == nil)
    #expect(noted(3, after: 1) == .begin)
    #expect(noted(9, after: RefusalWatch.calmMilliseconds) == nil)
    #expect(noted(9, after: RefusalWatch.calmMilliseconds - 1) == nil)
    #expect(noted(9, after: 1) == .end)
    #expect(noted(9, after: 5_000) == nil)
    #expect(noted(10, after: 1) == .begin)
  }
}

/// An admission with a clock, and callers whose calls are all of one size.
private final class Gate {
  enum Fate: Hashable { case begun, waits, refused }

  static let limits = Admission.Limits(
    turnWeight: 1_000, waitingWeightMax: 10_000, waitingWeightMaxAlone: 30_000, waitMillisecondsMax: 500, callWeight: 20
  )
  static let callBytes = 80
  static let callsPerTurn = limits.turnWeight / (callBytes + limits.callWeight)
  static let waitingCalls = limits.waitingWeightMax / (callBytes + limits.callWeight)

  private(set) var admission = Admission(limits: limits)
  private(set) var now = Instant(nanoseconds: 1_000_000_000)

  /// Whose turn has nothing left.
  static func full() -> Gate {
    let gate = Gate()
    _ = gate.calls(callsPerTurn, from: .connection(0))
    return gate
  }

  var nextLook: Instant { admission.nextLook(now: now) }

  func call(_ method: API.Method = .holdReserve, bytes: Int = callBytes, from caller: WaitingCall.Caller) -> Fate {
    if admission.isBegunAtOnce(bytes) { return .begun }
    let work = WaitingCall.Work.method(method)
    switch admission.decide(work.priority, bytes, of: caller) {
    case .begin: return .begun
    case .refuse: return .refused
    case .wait:
      let origin = CallOrigin(kind: .stream, store: 0, tag: 0, item: 1)
      admission.append(
        WaitingCall(
          work: work, message: Array(repeating: 0, count: bytes), origin: origin, caller: caller, arrived: now))
      return .waits
    }
  }

  func calls(_ count: Int, _ method: API.Method = .holdReserve, from caller: WaitingCall.Caller) -> [Fate: Int] {
    var fates: [Fate: Int] = [:]
    for _ in 0..<count { fates[call(method, from: caller), default: 0] += 1 }
    return fates
  }

  func pass(milliseconds: UInt64) { now = now.advanced(byMilliseconds: milliseconds) }

  func endTurn(hasRoom: Bool = true, hasRoomForReads: Bool = true) {
    admission.turnEnded(hasRoom: hasRoom, hasRoomForReads: hasRoomForReads)
  }

  /// Begins what the turn may, and tells whose it was.
  func begin() -> [WaitingCall.Caller] { all { admission.next() }.map(\.caller) }

  func beginMethods() -> [API.Method] {
    all { admission.next() }.compactMap { if case .method(let method) = $0.work { method } else { nil } }
  }

  func late() -> [WaitingCall.Caller] { all { admission.nextLate(now: now) }.map(\.caller) }

  func abandon() -> [WaitingCall.Caller] { admission.removeAll().map(\.caller) }

  private func all(_ next: () -> WaitingCall?) -> [WaitingCall] {
    var calls: [WaitingCall] = []
    while let call = next() { calls.append(call) }
    return calls
  }
}
