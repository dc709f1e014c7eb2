internal import Basics
internal import Reactor

/// All followers of a run, on the nodes in turn. They live on the main thread's loop, so that the load's threads have
/// nothing to do with them.
final class FeedFan {
  private static let startMilliseconds: UInt64 = 10_000
  private static let settleMilliseconds: UInt64 = 10_000

  private let loop: EventLoop
  private let followers: [FeedFollower]

  /// Waits until every follower misses nothing from here on.
  init(
    count: Int, _ targets: [Target], _ names: SKUNames, wallOffsetMilliseconds: Int64, on loop: EventLoop
  ) throws(BenchError) {
    self.loop = loop
    followers = (0..<count).map {
      FeedFollower(targets, turn: $0, names, wallOffsetMilliseconds: wallOffsetMilliseconds, on: loop)
    }
    let followers = followers
    guard turn(for: Self.startMilliseconds, until: { followers.allSatisfy(\.isFollowing) }) else {
      let reason = followers.compactMap(\.failure).first ?? "no answer in time"
      throw .system("the change feed cannot be followed: \(reason)")
    }
  }

  /// Reservations sent before are not measured.
  func measure(from nanoseconds: UInt64) { for follower in followers { follower.measuresFrom = nanoseconds } }

  /// Waits until every follower has been told of so many units, and answers what they were told.
  func settle(units: Int64) -> [FeedTold] {
    let followers = followers
    _ = turn(for: Self.settleMilliseconds) { followers.allSatisfy { $0.told.units >= units } }
    for follower in followers { follower.close() }
    return followers.map(\.told)
  }

  private func turn(for milliseconds: UInt64, until isDone: () -> Bool) -> Bool {
    let end = EventLoop.clock.advanced(byMilliseconds: milliseconds)
    while !isDone() {
      loop.turn(until: end)
      if EventLoop.clock >= end { return isDone() }
    }
    return true
  }
}
