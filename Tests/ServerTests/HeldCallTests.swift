import API
import Basics
import Replication
import Testing

@testable import Server

/// What may be done a second time, and what a caller may be told afterwards.
@Suite struct HeldCallTests {
  private let start = Instant(nanoseconds: 5_000_000_000)
  private let refused = CallFailure(StoreRefusal.noLeader)
  private let outOfStock = CallFailure(.outOfStock, "none left")

  private func call(_ method: RoutedMethod, _ message: [UInt8]) -> HeldCall {
    HeldCall(
      method: method, message: message, origin: .part(0, of: 0, store: 0), shard: ShardID(1), arrived: start,
      patience: start.advanced(byMilliseconds: 1_500))
  }

  private func receive(id: String) -> HeldCall {
    var request = ReceiveRequest()
    request.tenant = "t"
    request.requestID = id
    request.sku = "A"
    return call(.receiveStock, request.encoded())
  }

  private let named = "01890a5d-ac96-774b-bcce-b302099a8057"

  @Test func `a refusal that surely had no effect is tried again until patience ends`() {
    var call = receive(id: "")
    let early = call.failed(refused, now: start.advanced(byMilliseconds: 1_499))
    let late = call.failed(refused, now: start.advanced(byMilliseconds: 1_500))
    #expect(early == .again && late == .over(refused))
  }

  @Test func `a write without an id is never sent twice when its answer is lost`() {
    var call = receive(id: "")
    let verdict = call.lost()
    #expect(verdict == .over(.outcomeUnknown))
    #expect(CallFailure.outcomeUnknown.status == .deadlineExceeded)
  }

  @Test func `a write with an id is sent again when its answer is lost`() {
    var call = receive(id: named)
    let verdict = call.lost()
    #expect(verdict == .again && call.isDoubtful)
  }

  @Test func `a put of a location is never sent twice, because the meta shard keeps no ids`() {
    var request = PutLocationRequest()
    request.requestID = named
    var call = call(.putLocation, request.encoded())
    let verdict = call.lost()
    #expect(verdict == .over(.outcomeUnknown))
  }

  @Test func `after a lost answer only a success is certain`() {
    var call = receive(id: named)
    _ = call.lost()
    let business = call.failed(outOfStock, now: start)
    #expect(business == .over(.outcomeUnknown), "the first copy may yet arrive, and find stock")
    let backlog = call.failed(CallFailure(StoreRefusal.backlogFull), now: start)
    #expect(backlog == .over(.outcomeUnknown))
    let late = call.failed(refused, now: start.advanced(byMilliseconds: 2_000))
    #expect(late == .over(.outcomeUnknown))
    #expect(call.gaveUp(knowing: NodeID(2)) == .over(.outcomeUnknown))
  }

  @Test func `without a lost answer a refusal is the caller's`() {
    var call = receive(id: named)
    let verdict = call.failed(outOfStock, now: start)
    #expect(verdict == .over(outOfStock))
  }

  @Test func `a read is asked again whatever happened, and is never in doubt`() {
    var call = call(.getStock, [])
    let verdict = call.lost()
    #expect(verdict == .again && !call.isDoubtful)
    let late = call.failed(refused, now: start.advanced(byMilliseconds: 2_000))
    #expect(late == .over(refused))
  }

  @Test func `an answer that the outcome is unknown is a lost answer`() {
    let unknown = CallFailure(.deadline, "the leader changed")
    var (named, nameless) = (receive(id: named), receive(id: ""))
    let verdicts = (named.failed(unknown, now: start), nameless.failed(unknown, now: start))
    #expect(verdicts == (.again, .over(unknown)))
  }

  @Test func `who is refused for want of a leader is told of one that the node knows`() {
    let failure = receive(id: "").gaveUp(knowing: NodeID(7))
    guard case .over(let told) = failure else {
      Issue.record("it is over")
      return
    }
    #expect(told.reason == .noLeader && told.metadata["leader_node_id"] == "7" && told.status == .unavailable)
  }

  // MARK: Methods

  @Test func `every method that is routed comes back as itself`() {
    for method in Method.allCases {
      for isRow in [false, true] {
        guard let routed = RoutedMethod(method, isRow: isRow) else { continue }
        #expect(routed.method == method && RoutedMethod(rawValue: routed.rawValue) == routed)
        #expect(!routed.isRow || isRow)
      }
    }
    #expect(RoutedMethod(.holdReserve, isRow: true) == .reserve, "a row of a batch has the whole answer")
  }

  @Test func `a request id is found wherever the encoder put it`() {
    func hasID(_ message: [UInt8]) -> Bool { RoutedMethod.reserve.mayBeRepeated(message.rawSpan) }
    #expect(hasID([2 << 3 | 2, 1, 65]))
    #expect(hasID([1 << 3 | 2, 1, 65, 2 << 3 | 2, 1, 65]))
    #expect(!hasID([1 << 3 | 2, 1, 65]))
    #expect(!hasID([2 << 3 | 2, 1, 65, 2 << 3 | 2, 0]), "the last one counts")
    #expect(!hasID([2 << 3 | 2, 9, 65]), "cut short")
  }
}
