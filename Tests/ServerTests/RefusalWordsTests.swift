import API
import Basics
import Inventory
import Testing

@testable import Replication
@testable import Server

/// Refusals and failures that no client brings about in a test, in the words of the contract.
@Suite struct RefusalWordsTests {
  @Test func `what has no room is told with the time after which to ask again`() {
    let (full, disk) = (CallFailure(StoreRefusal.backlogFull), CallFailure(StoreRefusal.diskFull))
    #expect(full.reason == .backlogFull && full.status == .resourceExhausted && full.retryDelayMilliseconds == 50)
    #expect(disk.reason == .diskFull && disk.status == .resourceExhausted && disk.retryDelayMilliseconds == 1_000)
  }

  @Test func `an unknown outcome is a deadline's, and says nothing of when to ask again`() {
    let unknown = CallFailure.outcomeUnknown
    #expect(unknown.reason == .deadline && unknown.status == .deadlineExceeded)
    #expect(unknown.retryDelayMilliseconds == nil)
  }

  @Test func `a number of which is not decided yet whose it is names no order, and when to ask again`() {
    let name = OrderName(tenant: "t", channel: "shop", number: "305-1", slot: SlotNumber(9))
    var taken = NameTaken(
      name: name, order: UniqueID(high: 1, low: 2), home: SlotNumber(0x1f3a), isSame: false, isPending: true)
    let pending = StoreServer.describe(taken)
    #expect(pending.reason == .externalNumberPending && pending.status == .unavailable)
    #expect(
      pending.metadata == ["channel": "shop", "external_number": "305-1"] && pending.retryDelayMilliseconds == 50)
    taken.isPending = false
    let known = StoreServer.describe(taken)
    #expect(known.reason == .externalNumberTaken && known.metadata["order_id"]?.hasSuffix("-1f3a") == true)
    #expect(known.retryDelayMilliseconds == nil)
  }
}
