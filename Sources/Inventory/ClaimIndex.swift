package import Basics

/// A preparation that home has yet to decide.
package struct PendingRow: Equatable, Sendable {
  package var claim: ClaimKey
  package var home: SlotNumber
  package var version: UInt64
  package var since: Stamp
}

/// A claim, in the order of since when it waits.
private struct Age: Comparable, Sendable {
  var since: Stamp
  var claim: ClaimKey

  static func < (left: Age, right: Age) -> Bool {
    left.since != right.since ? left.since < right.since : left.claim < right.claim
  }
}

/// The preparations that wait for their homes, oldest first: what a participant asks about. All of them are in keyed state
/// as well.
struct PendingClaims: Sendable {
  private struct Asked: Sendable {
    var home: SlotNumber
    var version: UInt64
  }

  private var rows = SortedMap<Age, Asked>()

  var count: Int { rows.count }
  var oldest: Stamp? { rows.first?.key.since }

  mutating func insert(_ row: PendingRow) {
    rows[Age(since: row.since, claim: row.claim)] = Asked(home: row.home, version: row.version)
  }

  mutating func remove(_ claim: ClaimKey, since: Stamp) { rows.removeValue(forKey: Age(since: since, claim: claim)) }

  /// Up to `limit` rows from before a stamp that meet a condition, oldest first.
  func rows(before stamp: Stamp, limit: Int, where isAsked: (ClaimKey) -> Bool) -> [PendingRow] {
    var found: [PendingRow] = []
    rows.forEach { key, asked in
      guard key.since < stamp, found.count < limit else { return false }
      guard isAsked(key.claim) else { return true }
      found.append(PendingRow(claim: key.claim, home: asked.home, version: asked.version, since: key.since))
      return true
    }
    return found
  }
}

/// A row of the outbox, without what it says.
package struct OutboxRow: Equatable, Sendable {
  /// Counts the rows as they are written; local to a replica.
  package var number: UInt64
  package var claim: ClaimKey
  package var version: UInt64
  package var since: Stamp

  package init(number: UInt64, claim: ClaimKey, version: UInt64, since: Stamp) {
    self.number = number
    self.claim = claim
    self.version = version
    self.since = since
  }
}

/// What the slots have not acknowledged yet, in the order in which it was written. All of it is in keyed state as well.
struct OutboxIndex: Sendable {
  private var numbers = SortedMap<ClaimKey, UInt64>()
  private var rows = SortedMap<UInt64, OutboxRow>()
  /// By since when a slot waits to be told, which its newer rows do not change.
  private var ages = SortedMap<Age, Bool>()
  private var nextNumber: UInt64 = 1
  /// The number of the last row that is to be told at once.
  private(set) var lastUrgent: UInt64 = 0

  var count: Int { rows.count }
  var oldest: Stamp? { ages.first?.key.since }

  func row(_ claim: ClaimKey) -> OutboxRow? { numbers[claim].flatMap { rows[$0] } }

  /// Puts a row in place of the one of the same claim, if any, and behind all others.
  mutating func set(_ claim: ClaimKey, version: UInt64, since: Stamp, isUrgent: Bool = true) {
    takeOut(claim)
    if isUrgent { lastUrgent = nextNumber }
    numbers[claim] = nextNumber
    ages[Age(since: since, claim: claim)] = true
    rows[nextNumber] = OutboxRow(number: nextNumber, claim: claim, version: version, since: since)
    nextNumber += 1
  }

  mutating func remove(_ claim: ClaimKey) {
    takeOut(claim)
    // Whoever looks through the outbox anew must not take what comes now for as urgent as what was told long ago.
    if rows.isEmpty { lastUrgent = 0 }
  }

  private mutating func takeOut(_ claim: ClaimKey) {
    guard let number = numbers.removeValue(forKey: claim), let row = rows.removeValue(forKey: number) else { return }
    ages.removeValue(forKey: Age(since: row.since, claim: claim))
  }

  /// The claims of all rows, in the order of their keys: the same on every replica, as that in which they were written is
  /// not, because a replica that was loaded does not know it.
  var claims: [ClaimKey] {
    var found: [ClaimKey] = []
    numbers.forEach { claim, _ in
      found.append(claim)
      return true
    }
    return found
  }

  /// Up to `limit` rows behind a number, in the order in which they were written. For leaders, never for what an entry does.
  func rows(after number: UInt64, limit: Int) -> [OutboxRow] {
    var found: [OutboxRow] = []
    rows.forEach(from: number + 1) { _, row in
      guard found.count < limit else { return false }
      found.append(row)
      return true
    }
    return found
  }
}

/// Units that were held for a hold or order which came to nothing: while they were, nobody could buy them. Counted since
/// the replica was started.
package struct PhantomShortage: Equatable, Sendable {
  /// Preparations that were given back, in whole or in part.
  package var count: UInt64 = 0
  /// Units times the milliseconds for which they were held.
  package var unitMilliseconds: UInt64 = 0
  package var longestMilliseconds: UInt64 = 0

  package init(count: UInt64 = 0, unitMilliseconds: UInt64 = 0, longestMilliseconds: UInt64 = 0) {
    self.count = count
    self.unitMilliseconds = unitMilliseconds
    self.longestMilliseconds = longestMilliseconds
  }

  mutating func add(units: Int64, milliseconds: Int64) {
    let milliseconds = UInt64(max(milliseconds, 0))
    count += 1
    unitMilliseconds &+= UInt64(max(units, 0)) &* milliseconds
    longestMilliseconds = max(longestMilliseconds, milliseconds)
  }
}
