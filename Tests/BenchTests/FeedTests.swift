import API
import Basics
import Client
import Testing

@testable import Bench

@Suite struct FeedTests {
  private let names = SKUNames(prefix: "run-1")

  private func answer() -> StreamChangesResponse {
    func record(_ sequence: Int64, _ sku: String, _ to: Account) -> JournalRecord {
      JournalRecord(
        sequence: sequence, time: .init(Stamp(milliseconds: 5)), sku: sku, location: "L", fromAccount: .available,
        toAccount: to, quantity: 3, fromBalance: 7, toBalance: 3, requestID: UniqueID(high: 7, low: 9).description)
    }
    return StreamChangesResponse(
      shards: [
        ShardChanges(
          shard: 2, records: [record(11, "run-1-00000004", .held), record(12, "run-1-00000004", .allocated)]),
        ShardChanges(shard: 5, records: [record(1, "run-2-00000004", .held)]),
      ], token: "abc", caughtUp: true)
  }

  @Test func `the feed is read as the codec writes it`() throws {
    var records: [FeedRecord] = []
    let (token, isCaughtUp) = try FeedAnswer.read(answer().encoded().rawSpan, names) { records.append($0) }
    #expect(token == Array("abc".utf8))
    #expect(isCaughtUp)
    #expect(records.map(\.shard) == [2, 2, 5])
    #expect(records.map(\.sequence) == [11, 12, 1])
    #expect(records.map(\.isHeld) == [true, false, true])
    #expect(records.map(\.isOurs) == [true, true, false])
    #expect(records.allSatisfy { $0.quantity == 3 && $0.requestID == UniqueID(high: 7, low: 9) })
  }

  @Test func `a part of the feed cut at any byte never traps`() {
    let bytes = answer().encoded()
    for length in bytes.indices {
      do { _ = try FeedAnswer.read(Array(bytes[..<length]).rawSpan, names) { _ in } } catch { continue }
    }
  }

  @Test(arguments: [0, 1, 999_999, 1_000_000, 123_456_789_123] as [UInt64])
  func `an id tells when it was made`(nanoseconds: UInt64) throws {
    var ids = UniqueIDSequence(seed: 1)
    let offset: Int64 = 1_767_225_700_000
    var id = ids.next(atMilliseconds: Int64(nanoseconds / 1_000_000) + offset)
    SentTime.stamp(&id, nanoseconds: nanoseconds)
    #expect(id.version7Milliseconds == Int64(nanoseconds / 1_000_000) + offset)
    let told = try #require(SentTime.nanoseconds(of: id, wallOffsetMilliseconds: offset))
    #expect(told <= nanoseconds && nanoseconds - told < 245)
    #expect(SentTime.nanoseconds(of: UniqueID(high: 0, low: 0), wallOffsetMilliseconds: offset) == nil)
  }
}
