import Basics
import Testing

@testable import Server

@Suite struct JournalCuttingTests {
  @Test("readers who come one after the other hold a journal back for ten minutes, and again only after a pause")
  func isHeldBackForATime() {
    var cutting = JournalCutting()
    let shard = ShardID(1)
    func second(_ number: UInt64) -> Instant { Instant(nanoseconds: number * 1_000_000_000) }
    for moment in stride(from: UInt64(0), through: 900, by: 5) {
      cutting.noteRead(shard, now: second(moment))
      #expect(cutting.isBeingRead(shard, now: second(moment)) == (moment < 600))
    }
    #expect(!cutting.isBeingRead(shard, now: second(909)))
    cutting.noteRead(shard, now: second(911))
    #expect(cutting.isBeingRead(shard, now: second(920)))
    #expect(!cutting.isBeingRead(shard, now: second(921)))
  }
}
