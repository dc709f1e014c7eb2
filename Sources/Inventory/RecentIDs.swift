internal import Basics

/// Ids that are filed in keyed state (those of closed holds and of recorded requests; or those that have claims), as far as
/// their version 7 time is not before a watermark, exactly: an id at or behind the watermark that is not here was never
/// filed, so a fresh id costs no read of state.
///
/// It is only a cache. For an id before the watermark the ledger asks the keyed state, which holds every id that counts, and
/// this set is a copy of a part of that: whoever files an id puts it into both, always. So the answer to "is this id filed,
/// and with what?" never depends on where the watermark is, and replicas may have it anywhere. It only rises; it rises when
/// there are more ids than the limit, or by age.
struct RecentIDs: Sendable {
  /// Ids are kept and dropped by spans of 4.096 seconds of their time.
  private static let generationBits: Int64 = 12

  private struct Generation: Sendable {
    var number: Int64
    var ids: IdentifierTable<Void>
  }

  /// Ascending by number.
  private var generations: [Generation] = []
  private var firstNumber: Int64 = 0
  private let countMax: Int
  private let ageGenerations: Int64
  private let seed: UInt64
  private(set) var count = 0

  init(countMax: Int, ageMilliseconds: Int64, seed: UInt64) {
    self.countMax = max(countMax, 1)
    ageGenerations = max(ageMilliseconds, 0) >> Self.generationBits
    self.seed = seed
  }

  /// Whether the set knows everything about ids of this time.
  func covers(_ milliseconds: Int64) -> Bool { milliseconds >> Self.generationBits >= firstNumber }

  /// The lowest time that is covered.
  var watermark: Int64 { firstNumber << Self.generationBits }

  /// Forgets everything; nothing before `milliseconds` is covered from now on.
  mutating func start(at milliseconds: Int64) {
    generations.removeAll()
    count = 0
    firstNumber = (milliseconds >> Self.generationBits) + (milliseconds & (1 << Self.generationBits - 1) == 0 ? 0 : 1)
  }

  /// Requires a time that is covered.
  func contains(_ id: UniqueID, _ milliseconds: Int64) -> Bool {
    let (index, found) = place(of: milliseconds >> Self.generationBits)
    return found && generations[index].ids.contains(id)
  }

  /// Whether an id is surely not filed: its time is covered, and it is not here.
  func isFresh(_ id: UniqueID) -> Bool {
    guard let time = id.version7Milliseconds else { return false }
    return covers(time) && !contains(id, time)
  }

  /// One that carries no time is not kept.
  mutating func insert(_ id: UniqueID) {
    if let time = id.version7Milliseconds { insert(id, time) }
  }

  mutating func insert(_ id: UniqueID, _ milliseconds: Int64) {
    guard covers(milliseconds) else { return }
    let number = milliseconds >> Self.generationBits
    let (index, found) = place(of: number)
    if !found {
      generations.insert(Generation(number: number, ids: IdentifierTable(seed: seed)), at: index)
    }
    if generations[index].ids.insert(id, ()) { count += 1 }
  }

  /// Raises the watermark as age and count ask for.
  mutating func trim(at stamp: Stamp) {
    raise(to: (stamp.milliseconds >> Self.generationBits) - ageGenerations)
    while count > countMax, let first = generations.first { raise(to: first.number + 1) }
  }

  private mutating func raise(to number: Int64) {
    guard number > firstNumber else { return }
    firstNumber = number
    var dropped = 0
    while dropped < generations.count, generations[dropped].number < number {
      count -= generations[dropped].ids.count
      dropped += 1
    }
    generations.removeFirst(dropped)
  }

  /// Where a generation is or would go; it is nearly always one of the last.
  private func place(of number: Int64) -> (index: Int, found: Bool) {
    var index = generations.count
    var steps = 0
    while index > 0, generations[index - 1].number > number, steps < 4 {
      index -= 1
      steps += 1
    }
    if index == 0 || generations[index - 1].number < number { return (index, false) }
    if generations[index - 1].number == number { return (index - 1, true) }
    var (low, high) = (0, index)
    while low < high {
      let middle = (low + high) / 2
      if generations[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return (low, low < generations.count && generations[low].number == number)
  }
}
