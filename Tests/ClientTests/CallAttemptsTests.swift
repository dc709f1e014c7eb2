import API
import Basics
import Client
import Testing

@Suite("Retry decisions")
struct CallAttemptsTests {
  private static let second: UInt64 = 1_000_000_000

  struct Row: Sendable, CustomTestStringConvertible {
    var failure: CallAttempts.Failure
    var isRetried: Bool
    var mayHaveTakenEffect: Bool
    var testDescription: String { "\(failure)" }
  }

  private static let table: [Row] = [
    Row(failure: .answered(.unavailable, retryDelayMilliseconds: nil), isRetried: true, mayHaveTakenEffect: false),
    Row(failure: .answered(.unavailable, retryDelayMilliseconds: 5), isRetried: true, mayHaveTakenEffect: false),
    Row(
      failure: .answered(.resourceExhausted, retryDelayMilliseconds: 5), isRetried: true, mayHaveTakenEffect: false),
    Row(
      failure: .answered(.resourceExhausted, retryDelayMilliseconds: nil), isRetried: false,
      mayHaveTakenEffect: false),
    Row(failure: .answered(.deadlineExceeded, retryDelayMilliseconds: nil), isRetried: true, mayHaveTakenEffect: true),
    Row(
      failure: .answered(.failedPrecondition, retryDelayMilliseconds: nil), isRetried: false,
      mayHaveTakenEffect: false),
    Row(failure: .answered(.notFound, retryDelayMilliseconds: nil), isRetried: false, mayHaveTakenEffect: false),
    Row(failure: .answered(.aborted, retryDelayMilliseconds: nil), isRetried: false, mayHaveTakenEffect: false),
    Row(failure: .answered(.internal, retryDelayMilliseconds: nil), isRetried: false, mayHaveTakenEffect: false),
    Row(failure: .notDelivered, isRetried: true, mayHaveTakenEffect: false),
    Row(failure: .lost(.unavailable), isRetried: true, mayHaveTakenEffect: true),
    Row(failure: .lost(.internal), isRetried: false, mayHaveTakenEffect: true),
    Row(failure: .timedOut(wasSent: true), isRetried: true, mayHaveTakenEffect: true),
    Row(failure: .timedOut(wasSent: false), isRetried: true, mayHaveTakenEffect: false),
  ]

  @Test("each kind of failure is retried or not", arguments: table)
  func kinds(_ row: Row) {
    var attempts = CallAttempts(
      RetryPolicy(), deadline: Instant(nanoseconds: 100 * Self.second), seed: 1)
    let verdict = attempts.failed(row.failure, at: Instant(nanoseconds: Self.second))
    switch verdict {
    case .retry(let at):
      #expect(row.isRetried)
      #expect(at >= Instant(nanoseconds: Self.second))
    case .giveUp(let mayHave):
      #expect(!row.isRetried)
      #expect(mayHave == row.mayHaveTakenEffect)
    }
    #expect(attempts.mayHaveTakenEffect == row.mayHaveTakenEffect)
  }

  @Test("attempts end at their number")
  func bounded() {
    var attempts = CallAttempts(RetryPolicy(attemptsMax: 3), deadline: .distantFuture, seed: 2)
    #expect(attempts.failed(.notDelivered, at: .zero) != .giveUp(mayHaveTakenEffect: false))
    #expect(attempts.failed(.notDelivered, at: .zero) != .giveUp(mayHaveTakenEffect: false))
    #expect(attempts.failed(.notDelivered, at: .zero) == .giveUp(mayHaveTakenEffect: false))
  }

  @Test("an attempt that could not begin before the deadline is not made")
  func deadline() {
    let deadline = Instant(nanoseconds: 5_000_000)
    var attempts = CallAttempts(RetryPolicy(firstDelay: .milliseconds(20)), deadline: deadline, seed: 3)
    #expect(attempts.failed(.notDelivered, at: .zero) == .giveUp(mayHaveTakenEffect: false))
  }

  @Test("with little time left there is one more attempt, in the middle of it")
  func lastAttempt() {
    let deadline = Instant(nanoseconds: 100_000_000)
    var attempts = CallAttempts(RetryPolicy(firstDelay: .milliseconds(20)), deadline: deadline, seed: 3)
    for _ in 0..<6 { _ = attempts.failed(.notDelivered, at: .zero) }
    #expect(attempts.failed(.notDelivered, at: .zero) == .retry(at: Instant(nanoseconds: 50_000_000)))
    let late = Instant(nanoseconds: 70_000_000)
    #expect(attempts.failed(.notDelivered, at: late) == .giveUp(mayHaveTakenEffect: false))
  }

  @Test("what cannot be sent twice is tried again only while it surely had no effect")
  func notRepeatable() {
    for failure in [CallAttempts.Failure.lost(.unavailable), .timedOut(wasSent: true)] {
      var attempts = CallAttempts(RetryPolicy(), deadline: .distantFuture, seed: 3, isRepeatable: false)
      #expect(attempts.failed(.notDelivered, at: .zero) != .giveUp(mayHaveTakenEffect: false))
      #expect(attempts.failed(failure, at: .zero) == .giveUp(mayHaveTakenEffect: true))
    }
  }

  @Test("attempts without an answer are given up after one second, two, and half of what is left")
  func attemptTime() {
    func second(_ count: Double) -> Instant { Instant(nanoseconds: UInt64(count * 1e9)) }
    var attempts = CallAttempts(RetryPolicy(), deadline: second(5), seed: 3)
    #expect(attempts.attemptDeadline(at: .zero) == second(1))
    #expect(attempts.failed(.timedOut(wasSent: true), at: second(1)) == .retry(at: second(1)))
    #expect(attempts.attemptDeadline(at: second(1)) == second(3))
    _ = attempts.failed(.timedOut(wasSent: true), at: second(3))
    #expect(attempts.attemptDeadline(at: second(3)) == second(4))
    _ = attempts.failed(.timedOut(wasSent: true), at: second(4))
    #expect(attempts.attemptDeadline(at: second(4.6)) == second(5))
    #expect(attempts.failed(.timedOut(wasSent: true), at: second(5)) == .giveUp(mayHaveTakenEffect: true))
    #expect(CallAttempts(.never, deadline: second(5), seed: 1).attemptDeadline(at: .zero) == second(5))
    let once = CallAttempts(RetryPolicy(), deadline: second(5), seed: 1, isRepeatable: false)
    #expect(once.attemptDeadline(at: .zero) == second(5))
  }

  @Test("an earlier unknown outcome is not forgotten")
  func unknownSticks() {
    var attempts = CallAttempts(RetryPolicy(attemptsMax: 2), deadline: .distantFuture, seed: 4)
    _ = attempts.failed(.lost(.unavailable), at: .zero)
    let last = attempts.failed(.answered(.unavailable, retryDelayMilliseconds: nil), at: .zero)
    #expect(last == .giveUp(mayHaveTakenEffect: true))
  }

  @Test(
    "a node's retry delay is the least wait, and at most a quarter more", arguments: [1, 50, 400, 3_000] as [Int64])
  func demandedDelay(_ milliseconds: Int64) {
    for seed in UInt64(0)..<50 {
      var attempts = CallAttempts(
        RetryPolicy(firstDelay: .nanoseconds(2)), deadline: .distantFuture, seed: seed)
      let verdict = attempts.failed(
        .answered(.resourceExhausted, retryDelayMilliseconds: milliseconds), at: .zero)
      guard case .retry(let at) = verdict else {
        Issue.record("not retried")
        return
      }
      let asked = UInt64(milliseconds) * 1_000_000
      #expect((asked...asked + asked / 4).contains(at.nanoseconds))
    }
  }

  @Test("the same seed makes the same decisions")
  func deterministic() {
    func run(_ seed: UInt64) -> [CallAttempts.Verdict] {
      var attempts = CallAttempts(RetryPolicy(), deadline: .distantFuture, seed: seed)
      return (0..<9).map { _ in attempts.failed(.notDelivered, at: .zero) }
    }
    #expect(run(7) == run(7))
    #expect(run(7) != run(8))
  }

  @Test("back-off doubles up to its longest, its upper half at random")
  func backoff() {
    let backoff = Backoff(firstNanoseconds: 100, longestNanoseconds: 1_000)
    #expect(backoff.delayNanoseconds(failureCount: 1, jitter: 0) == 50)
    #expect(backoff.delayNanoseconds(failureCount: 2, jitter: 0.5) == 150)
    #expect(backoff.delayNanoseconds(failureCount: 4, jitter: 0) == 400)
    #expect(backoff.delayNanoseconds(failureCount: 5, jitter: 0) == 500)
    #expect(backoff.delayNanoseconds(failureCount: 1_000, jitter: 0.999) <= 1_000)
  }
}

@Suite("Request ids")
struct UniqueIDSequenceTests {
  @Test("ids grow, also within a millisecond and when the clock goes back")
  func grows() {
    var sequence = UniqueIDSequence(seed: 1)
    var last = UniqueID.zero
    for time in [5, 5, 5, 6, 3, 1, 6, 900, 2] as [Int64] {
      for _ in 0..<2_000 {
        let id = sequence.next(atMilliseconds: time)
        #expect(id > last)
        #expect(id.version7Milliseconds != nil)
        last = id
      }
    }
  }

  @Test("an id carries its time")
  func carriesTime() {
    var sequence = UniqueIDSequence(seed: 2)
    #expect(sequence.next(atMilliseconds: 1_700_000_000_123).version7Milliseconds == 1_700_000_000_123)
    #expect(sequence.next(atMilliseconds: -5).version7Milliseconds == 1_700_000_000_123)
  }

  @Test("ids made by several tasks at once are all different")
  func unique() async {
    let ids = await withTaskGroup(of: [UniqueID].self) { group in
      for _ in 0..<8 { group.addTask { (0..<1_000).map { _ in RequestIDs.next() } } }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(Set(ids).count == 8_000)
  }
}
