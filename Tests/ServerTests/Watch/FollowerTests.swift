import API
import Basics
import HTTP2
import Placement
import Testing

@testable import Server

/// A stream of the change feed, told what comes of its questions.
@Suite struct FollowerTests {
  private let shards = (1...3).map { ShardID($0) }
  private let start = Instant(nanoseconds: 1_000_000_000)

  private func follower(_ position: FeedPosition = .next(1), isSelection: Bool = false) -> Follower {
    var positions = SortedMap<ShardID, FeedPosition>()
    for shard in shards { positions[shard] = position }
    return Follower(
      key: StreamKey(connection: 1, stream: StreamID(rawValue: 1)), address: "", now: start,
      heartbeatMilliseconds: 5_000,
      token: FeedToken(cluster: .zero, isSelection: isSelection, positions: positions))
  }

  private func page(_ sequence: UInt64, _ count: Int, last: UInt64, bytes: Int = 10) -> FeedPage {
    FeedPage(
      last: last, stamp: .zero, count: count, next: .next(sequence + UInt64(count)),
      changes: [UInt8](repeating: 1, count: bytes))
  }

  private func position(_ pull: Pull) -> UInt64 {
    guard case .records(.next(let sequence)) = pull.subject else { return 0 }
    return sequence
  }

  /// Answers what is asked of where the leaders' journals end.
  private func tellEnds(_ follower: Follower, last: UInt64) {
    for pull in follower.takeQuestions(now: start) where pull.subject == .records(.now) {
      #expect(pull.waitMilliseconds > 0, "the leader is asked, not the replica")
      follower.take(FeedPage(last: last, stamp: .zero, next: .next(last + 1)), of: pull.shard, now: start)
    }
  }

  @Test func `each shard is asked once at a time`() {
    let follower = follower()
    #expect(follower.takeQuestions(now: start).map(\.shard) == shards)
    #expect(follower.takeQuestions(now: start).isEmpty)
    follower.take(page(1, 2, last: 9), of: shards[1], now: start)
    #expect(follower.takeQuestions(now: start).isEmpty, "not before what came was sent")
    #expect(follower.takeHeld(byteCountMax: .max).map(\.shard) == [shards[1]])
    #expect(follower.takeQuestions(now: start).map { [UInt64($0.shard.rawValue), position($0)] } == [[2, 3]])
  }

  @Test func `of many shards that have more some are asked at a time, and the others wait for an answer and no time`() {
    var positions = SortedMap<ShardID, FeedPosition>()
    for shard in 1...UInt32(Follower.catchingUpMax + 2) { positions[ShardID(shard)] = .beginning }
    let follower = Follower(
      key: StreamKey(connection: 1, stream: StreamID(rawValue: 1)), address: "", now: start,
      heartbeatMilliseconds: 5_000,
      token: FeedToken(cluster: .zero, isSelection: false, positions: positions))
    #expect(follower.takeQuestions(now: start).count == Follower.catchingUpMax)
    #expect(follower.nextQuestion == .distantFuture)
    follower.take(page(1, 2, last: 2), of: ShardID(1), now: start)
    _ = follower.takeHeld(byteCountMax: .max)
    #expect(follower.nextQuestion <= start)
    tellEnds(follower, last: 2)
    #expect(follower.takeQuestions(now: start).count == 2, "the one that has all waits for news, and the next is asked")
    #expect(follower.nextQuestion == .distantFuture)
  }

  @Test func `a token names what was sent, not what has come`() throws {
    let follower = follower()
    _ = follower.takeQuestions(now: start)
    follower.take(page(1, 5, last: 5), of: shards[0], now: start)
    #expect(follower.token.positions[shards[0]] == .next(1))
    _ = follower.takeHeld(byteCountMax: .max)
    #expect(follower.token.positions[shards[0]] == .next(6))
    #expect(follower.recordsSent == 5)
  }

  @Test func `a page for which there is no room is asked for again`() {
    let follower = follower()
    _ = follower.takeQuestions(now: start)
    let large = Follower.heldByteCountMax - 5
    follower.take(page(1, 5, last: 9, bytes: large), of: shards[0], now: start)
    follower.take(page(1, 7, last: 9), of: shards[1], now: start)
    #expect(follower.held.map(\.shard) == [shards[0]])
    #expect(follower.takeQuestions(now: start).map { [UInt64($0.shard.rawValue), position($0)] } == [[2, 1]])
  }

  @Test func `what is held goes in parts, and a token covers what has gone`() {
    let follower = follower()
    _ = follower.takeQuestions(now: start)
    for shard in shards { follower.take(page(1, 3, last: 3, bytes: 1_000), of: shard, now: start) }
    #expect(follower.takeHeld(byteCountMax: 2_500).map(\.shard) == Array(shards[..<2]))
    #expect(follower.token.positions[shards[1]] == .next(4) && follower.token.positions[shards[2]] == .next(1))
    #expect(follower.takeHeld(byteCountMax: 10).map(\.shard) == [shards[2]], "one goes whatever its size")
    #expect(follower.held.isEmpty && !follower.isCaughtUp)
    tellEnds(follower, last: 3)
    #expect(follower.isCaughtUp)
  }

  @Test func `a stream that takes nothing is not asked for`() {
    let follower = follower()
    follower.isCongested = true
    #expect(follower.takeQuestions(now: start).isEmpty && follower.nextQuestion == .distantFuture)
  }

  @Test func `it is caught up when each shard had nothing further`() {
    let follower = follower()
    _ = follower.takeQuestions(now: start)
    for shard in shards.dropLast() {
      follower.take(FeedPage(last: 0, stamp: .zero, next: .next(1)), of: shard, now: start)
    }
    #expect(!follower.isCaughtUp)
    follower.take(page(1, 4, last: 4), of: shards[2], now: start)
    #expect(!follower.isCaughtUp)
    _ = follower.takeHeld(byteCountMax: .max)
    #expect(!follower.isCaughtUp)
    tellEnds(follower, last: 0)
    #expect(follower.isCaughtUp)
  }

  @Test func `of a replica that is behind its leader it is caught up when it has what the leader had`() {
    let follower = follower()
    _ = follower.takeQuestions(now: start)
    for shard in shards { follower.take(page(1, 4, last: 4), of: shard, now: start) }
    _ = follower.takeHeld(byteCountMax: .max)
    tellEnds(follower, last: 6)
    #expect(!follower.isCaughtUp, "the leaders have two more")
    for pull in follower.takeQuestions(now: start) {
      #expect(position(pull) == 5 && pull.waitMilliseconds == Follower.waitMilliseconds, "they wait for them")
      follower.take(page(5, 2, last: 6), of: pull.shard, now: start)
    }
    _ = follower.takeHeld(byteCountMax: .max)
    #expect(follower.isCaughtUp)
  }

  @Test func `where it begins is known when each shard has said so`() {
    let follower = follower(.now)
    _ = follower.takeQuestions(now: start)
    for (place, shard) in shards.enumerated() {
      #expect(!follower.knowsBeginning)
      follower.take(FeedPage(last: 40, stamp: .zero, next: .next(41 + UInt64(place))), of: shard, now: start)
    }
    #expect(follower.knowsBeginning && follower.token.positions[shards[2]] == .next(43))
  }

  @Test func `a new shard is followed from its beginning, unless shards were chosen`() {
    let (all, chosen) = (follower(), follower(isSelection: true))
    for follower in [all, chosen] { follower.follow(shards + [ShardID(9)]) }
    #expect(all.token.positions[ShardID(9)] == .beginning && chosen.token.positions[ShardID(9)] == nil)
  }

  @Test func `a shard that cannot be read is asked again after a pause, and for too long ends the stream`() {
    let follower = follower()
    _ = follower.takeQuestions(now: start)
    #expect(!follower.failed(shards[0], pauseMilliseconds: 100, now: start))
    #expect(follower.takeQuestions(now: start).isEmpty)
    #expect(follower.nextQuestion == start.advanced(byMilliseconds: 100))
    let later = start.advanced(byMilliseconds: 100)
    #expect(follower.takeQuestions(now: later).map(\.shard) == [shards[0]])
    let end = start.advanced(byMilliseconds: Follower.failingMillisecondsMax)
    #expect(follower.failed(shards[0], pauseMilliseconds: 100, now: end))
  }

  @Test func `a leader that cannot be asked for its end keeps nobody from what the replica has`() {
    let follower = follower()
    _ = follower.takeQuestions(now: start)
    follower.take(page(1, 2, last: 2), of: shards[0], now: start)
    _ = follower.takeHeld(byteCountMax: .max)
    #expect(follower.takeQuestions(now: start).map(\.subject) == [.records(.now)])
    #expect(!follower.failed(shards[0], pauseMilliseconds: 0, now: start))
    #expect(follower.takeQuestions(now: start).map(position) == [3])
    follower.take(page(3, 1, last: 3), of: shards[0], now: start)
    #expect(follower.takeHeld(byteCountMax: .max).count == 1)
    #expect(follower.takeQuestions(now: start).map(\.subject) == [.records(.now)] && !follower.isCaughtUp)
  }

  @Test func `an answer ends what a shard was failing for`() {
    let follower = follower()
    #expect(!follower.failed(shards[0], pauseMilliseconds: 0, now: start))
    _ = follower.takeQuestions(now: start)
    follower.take(page(1, 1, last: 1), of: shards[0], now: start)
    _ = follower.takeHeld(byteCountMax: .max)
    let end = start.advanced(byMilliseconds: Follower.failingMillisecondsMax)
    #expect(!follower.failed(shards[0], pauseMilliseconds: 0, now: end))
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `whatever becomes of questions, what is sent of a shard is every record once and in order`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let follower = follower()
    var (asked, sent, now): ([Pull], [ShardID: UInt64], Instant) = ([], [:], start)
    var last: UInt64 = 40
    for _ in 0..<2_000 {
      now = now.advanced(byMilliseconds: 10)
      if Int.random(in: 0..<10, using: &random) == 0 { last += 5 }
      asked += follower.takeQuestions(now: now)
      asked.shuffle(using: &random)
      if let pull = asked.popLast() {
        let sequence = position(pull)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: _ = follower.failed(pull.shard, pauseMilliseconds: 20, now: now)
        case _ where pull.subject == .records(.now):
          follower.take(FeedPage(last: last, stamp: .zero, next: .next(last + 1)), of: pull.shard, now: now)
        case _ where sequence > last:
          follower.take(FeedPage(last: last, stamp: .zero, next: .next(sequence)), of: pull.shard, now: now)
        default:
          let count = Int.random(in: 1...min(9, Int(last + 1 - sequence)), using: &random)
          follower.take(page(sequence, count, last: last, bytes: 200_000), of: pull.shard, now: now)
        }
      }
      guard Bool.random(using: &random) else { continue }
      for one in follower.takeHeld(byteCountMax: 300_000) {
        guard case .next(let next) = one.page.next else { continue }
        #expect(next - UInt64(one.page.count) == (sent[one.shard] ?? 0) + 1)
        sent[one.shard] = next - 1
      }
    }
    #expect(sent.values.allSatisfy { $0 > 40 } && sent.count == 3)
  }
}
