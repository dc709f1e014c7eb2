internal import Basics
internal import Inventory

/// Tells participants what became of their claims: the rows of one shard's outbox, each until it is acknowledged. A value
/// without a clock, made anew with each leadership: the outbox is in the ledger, and this is only who is being told now.
///
/// Most rows say that what was set aside stays so. Nobody waits for these: they gather until the next tick, and so do the
/// acknowledgements, unless the shard's log gets an entry anyway. One by one they would cost more entries, on more disks,
/// than what they tell of. With the first row that gives something back, all leave at once.
struct OutboxSender {
  private enum State: Equatable {
    /// A call is under way.
    case sent
    /// Nobody answered: sent again at this tick.
    case resting(until: UInt64)
    /// The participant has it, and this shard's log is being told so.
    case acknowledged
  }

  private struct Flight {
    var attempts: UInt64 = 0
    var state = State.sent
  }

  /// Rows that are told of at a time.
  let flightsMax: Int
  private var flights = SortedMap<ClaimKey, Flight>()
  /// The number of the last row that was looked at; a row that is written again gets a higher one.
  private var seen: UInt64 = 0
  private(set) var acks: [OutboxAck] = []
  /// The window is: what comes behind waits for room in it, and for nothing else.
  private(set) var isFull = false

  init(flightsMax: Int) { self.flightsMax = flightsMax }

  var flightCount: Int { flights.count }

  /// Whether rows leave now, given the last one that must not wait; else they do at the next tick.
  func isDue(lastUrgent: UInt64) -> Bool { isFull || lastUrgent > seen }

  /// Begins to tell of the rows behind those that were looked at, as far as the window goes. A row that took the place of
  /// one that is being told of goes out when that is over.
  mutating func takeNew(_ rows: (_ number: UInt64, _ limit: Int) -> [OutboxRow]) -> [OutboxRow] {
    var new: [OutboxRow] = []
    isFull = true
    while flights.count < flightsMax {
      let found = rows(seen, flightsMax - flights.count)
      guard let last = found.last else {
        isFull = false
        break
      }
      seen = last.number
      for row in found where flights[row.claim] == nil {
        flights[row.claim] = Flight()
        new.append(row)
      }
    }
    return new
  }

  /// The participant has settled a version, now or before.
  mutating func settled(_ claim: ClaimKey, version: UInt64) {
    guard flights[claim] != nil else { return }
    flights.update(claim, default: Flight()) { $0.state = .acknowledged }
    acks.append(OutboxAck(claim: claim, version: version))
  }

  /// Nobody answered: the pause doubles, from one tick to 32.
  mutating func unanswered(_ claim: ClaimKey, tick: UInt64) {
    guard flights[claim] != nil else { return }
    flights.update(claim, default: Flight()) { flight in
      flight.state = .resting(until: tick + 1 << min(flight.attempts, 5))
      flight.attempts += 1
    }
  }

  /// The acknowledgements that gathered are on their way to the log, in one command.
  mutating func acksTaken() { acks.removeAll(keepingCapacity: true) }

  /// The log was told, or did not take it. Rows that are still there, because they were written again meanwhile, go out
  /// again.
  mutating func acknowledged(_ claims: [ClaimKey], _ row: (ClaimKey) -> OutboxRow?) -> [OutboxRow] {
    var again: [OutboxRow] = []
    for claim in claims {
      flights.removeValue(forKey: claim)
      guard let row = row(claim) else { continue }
      flights[claim] = Flight()
      again.append(row)
    }
    return again
  }

  /// The rows whose pause is over go out again; one that is gone is forgotten.
  mutating func takeDue(at tick: UInt64, _ row: (ClaimKey) -> OutboxRow?) -> [OutboxRow] {
    var due: [ClaimKey] = []
    flights.forEach { claim, flight in
      if case .resting(let until) = flight.state, until <= tick { due.append(claim) }
      return true
    }
    var again: [OutboxRow] = []
    for claim in due {
      if let row = row(claim) {
        flights.update(claim, default: Flight()) { $0.state = .sent }
        again.append(row)
      } else {
        flights.removeValue(forKey: claim)
      }
    }
    return again
  }
}
