import API
import Basics
import Replication
import Testing

@testable import Server

/// Calls that wait or are under way elsewhere.
@Suite struct HeldCallsTests {
  private static let start = Instant(nanoseconds: 5_000_000_000)
  private let start = HeldCallsTests.start
  private let first = NodeID(1)
  private let second = NodeID(2)

  private func after(_ milliseconds: UInt64) -> Instant { start.advanced(byMilliseconds: milliseconds) }

  private func call(_ item: Int, shard: UInt32 = 1, bytes: Int = 10, patience: UInt64 = 1_500) -> HeldCall {
    HeldCall(
      method: .reserve, message: [UInt8](repeating: 0, count: bytes), origin: .part(item, of: 0, store: 0),
      shard: ShardID(shard), arrived: start, patience: start.advanced(byMilliseconds: patience))
  }

  private func table(_ byteCountMax: Int = 1 << 20) -> HeldCalls {
    HeldCalls(byteCountMax: byteCountMax, firstAttempt: 7)
  }

  /// Holds a call for which there is room.
  private func hold(_ call: HeldCall, _ table: inout HeldCalls) throws -> UInt64 {
    let tag = table.insert(call)
    return try #require(tag)
  }

  private func items(_ tags: [UInt64], _ table: HeldCalls) -> [UInt32] { tags.compactMap { table[$0]?.origin.item } }

  @Test func `what is held is bounded by bytes, and room comes back`() throws {
    var table = table(3 * (10 + 256))
    let tags = try (0..<3).map { try hold(call($0), &table) }
    let fourth = table.insert(call(3))
    let (removed, again) = (table.remove(tags[1]), table.remove(tags[1]))
    #expect(fourth == nil && removed?.origin.item == 1 && again == nil)
    let (larger, equal) = (table.insert(call(4, bytes: 11)), table.insert(call(5)))
    #expect(larger == nil && equal != nil)
    #expect(table.byteCount == 3 * (10 + 256))
  }

  @Test func `what is held is bounded in number`() throws {
    var table = table(.max)
    let first = try hold(call(0), &table)
    for item in 1..<HeldCalls.countMax { _ = try hold(call(item), &table) }
    let beyond = table.insert(call(1))
    table.remove(first)
    let again = table.insert(call(1))
    #expect(beyond == nil && again != nil)
  }

  @Test func `calls that wait come back in their order when another leader is known`() throws {
    var table = table()
    let tags = try (0..<3).map { try hold(call($0), &table) }
    for tag in tags { table.park(tag, seeing: .unknown, now: start) }
    let early = table.takeDue(now: after(5)) { _ in .unknown }
    #expect(early == [])
    let due = table.takeDue(now: after(6)) { _ in .at(NodeID(2)) }
    #expect(items(due, table) == [0, 1, 2])
    let again = table.takeDue(now: after(6)) { _ in .at(NodeID(3)) }
    #expect(again == [], "they are not parked any more")
  }

  @Test func `calls of one shard do not wake those of another`() throws {
    var table = table()
    let one = try hold(call(0, shard: 1), &table)
    let two = try hold(call(1, shard: 2), &table)
    for tag in [one, two] { table.park(tag, seeing: .unknown, now: start) }
    let due = table.takeDue(now: after(1)) { $0 == ShardID(2) ? .here : .unknown }
    #expect(items(due, table) == [1])
  }

  @Test(arguments: [(0, 25), (1, 50), (2, 100), (3, 200), (60, 200)])
  func `a call that was refused waits longer each time`(attempts: Int, milliseconds: UInt64) throws {
    var table = table()
    let tag = try hold(call(0), &table)
    table[tag]?.attempts = attempts
    table.park(tag, seeing: .at(first), now: start)
    #expect(table.nextLook == after(milliseconds))
    let early = table.takeDue(now: after(milliseconds - 1)) { _ in .at(NodeID(1)) }
    let due = table.takeDue(now: after(milliseconds)) { _ in .at(NodeID(1)) }
    #expect(early == [] && due == [tag])
  }

  @Test func `a call is looked at again when its patience ends, however long the pause`() throws {
    var table = table()
    let tag = try hold(call(0, patience: 30), &table)
    table[tag]?.attempts = 5
    table.park(tag, seeing: .unknown, now: start)
    #expect(table.nextLook == after(30))
  }

  @Test func `an answer counts for the attempt that it names, from the node that was asked, and once`() throws {
    var table = table()
    let tag = try hold(call(0), &table)
    let one = table.began(tag, at: first, now: start)
    let wrongNode = table.ended(one, by: second)
    #expect(wrongNode == nil)
    let lost = table.endAttempts(at: first)
    #expect(lost == [tag])
    let two = table.began(tag, at: first, now: start)
    let late = table.ended(one, by: first)
    #expect(late == nil, "the answer to the attempt that was given up")
    let (answered, twice) = (table.ended(two, by: first), table.ended(two, by: first))
    #expect(answered == tag && twice == nil)
  }

  @Test func `attempts at a node that is lost end in the order in which they were sent`() throws {
    var table = table()
    let tags = try (0..<4).map { try hold(call($0), &table) }
    for tag in tags.reversed() { _ = table.began(tag, at: tag == tags[2] ? second : first, now: start) }
    #expect(table.askedNodes == [first, second])
    let lost = table.endAttempts(at: first)
    #expect(items(lost, table) == [3, 1, 0])
    #expect(table.attemptCount == 1)
  }

  @Test func `an attempt that nobody answers ends by itself, a verification's much later`() throws {
    var table = table()
    let reserve = try hold(call(0), &table)
    let verification = try hold(
      HeldCall(
        method: .verifyShard, message: [], origin: .part(1, of: 0, store: 0), shard: ShardID(1), arrived: start,
        patience: after(1_500)), &table)
    _ = table.began(reserve, at: first, now: start)
    _ = table.began(verification, at: first, now: start)
    let early = table.endLateAttempts(now: after(9_999))
    let late = table.endLateAttempts(now: after(10_000))
    #expect(early == [] && late == [reserve])
  }

  @Test func `attempts are looked at twenty times a second`() throws {
    var table = table()
    #expect(table.nextLook == .distantFuture)
    let tag = try hold(call(0), &table)
    _ = table.began(tag, at: first, now: start)
    let looks = (table.shouldLookAtAttempts(now: start), table.shouldLookAtAttempts(now: after(49)))
    #expect(looks == (true, false) && table.nextLook == after(50))
  }

  @Test func `when the Store stops everybody is told`() throws {
    var table = table()
    let tags = try (0..<3).map { try hold(call($0), &table) }
    table.park(tags[0], seeing: .unknown, now: start)
    _ = table.began(tags[1], at: first, now: start)
    let all = table.removeAll()
    #expect(all.map(\.origin.item) == [0, 1, 2])
    #expect(table.isEmpty && table.byteCount == 0 && table.attemptCount == 0 && table.parkedShardCount == 0)
    #expect(table[tags[2]] == nil)
  }
}
