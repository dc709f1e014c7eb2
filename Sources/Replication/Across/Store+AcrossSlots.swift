internal import Basics
internal import Inventory

// Where slots that move meet what is said between shards.

extension Store {
  func ownsSlot(_ slot: SlotNumber, in shard: ShardID) -> Bool { true }

  func callAcross(_ address: AcrossCall.Address, _ bytes: [UInt8], slots token: UInt64, from shard: ShardID) {
    let number = across.makeNumber()
    across.calls[number] = OpenCall(use: .slots(token), shard: shard, deadline: tick + limits.acrossCallTicksMax)
    acrossCalls.append(AcrossCall(number: number, to: address, bytes: bytes))
    wantsTurn = true
  }

  func receiveSlotMessage(_ bytes: RawSpan, in shard: ShardID, _ caller: Waiter) -> [UInt8]? { nil }
  func slotsAnswered(_ token: UInt64, _ bytes: RawSpan) {}
  func slotsUnanswered(_ token: UInt64) {}
  func slotsCompleted(_ token: UInt64, _ outcome: Outcome, in shard: ShardID) {}
  func slotsLost(_ token: UInt64, _ fate: LostCall.Fate) {}
}
