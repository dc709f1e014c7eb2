internal import Basics
internal import Inventory

/// Tells participants what became of their claims: the rows of one shard's outbox, each until it is acknowledged. A value
/// without a clock, made anew with each leadership: the outbox is in the ledger, and this is only who is being told now.
///
/// Most rows say that what was set aside stays so. Nobody waits for these: they gather until the next tick, and so do the
/// acknowledgements, unless the shard's log gets an entry anyway. One by one they would cost more entries, on more disks,
/// than what they tell of. With the first row that gives something back, all leave at once.
///
/// A slot that does not answer keeps nobody else waiting: what is on its way to it does not count for the window, its other
/// rows wait, and one of them after the other asks whether it is back.
struct OutboxSender {
  private enum State: Equatable {
    /// A call is under way, since this tick.
    case sent(UInt64)
    /// One that the window does not wait for: its slot is silent.
    case overdue
    /// Its turn comes when its slot answers.
    case waiting
    /// The participant has it, and this shard's log is being told so.
    case acknowledged

    var isInWindow: Bool { self != .overdue && self != .waiting }
  }

  /// A slot that has not answered.
  private struct Silence {
    var attempts: UInt64 = 0
    /// When it is asked again; never as long as a call is under way.
    var until = UInt64.max
    var waiting = RingBuffer<ClaimKey>()
  }

  /// Ticks after which a slot that has not answered counts as silent.
  static let patienceTicks: UInt64 = 10

  /// Rows that are told of at a time.
  let flightsMax: Int
  private var flights = SortedMap<ClaimKey, State>()
  private var windowCount = 0
  /// What was sent, in order, with the tick: what is overdue is found at the front.
  private var sent = RingBuffer<(claim: ClaimKey, tick: UInt64)>()
  private var silences = SortedMap<SlotNumber, Silence>()
  /// What waited for slots that have answered again.
  private var ready = RingBuffer<ClaimKey>()
  /// The number of the last row that was looked at; a row that is written again gets a higher one.
  private var seen: UInt64 = 0
  private(set) var acks: [OutboxAck] = []
  /// The window is: what comes behind waits for room in it, and for nothing else.
  private(set) var isFull = false

  init(flightsMax: Int) { self.flightsMax = flightsMax }

  var flightCount: Int { flights.count }

  /// Whether rows leave now, given the last one that must not wait; else they do at the next tick.
  func isDue(lastUrgent: UInt64) -> Bool { isFull || !ready.isEmpty || lastUrgent > seen }

  // MARK: What goes out

  /// Begins to tell of the rows behind those that were looked at, as far as the window goes; before them, of those that
  /// waited for a slot which is back. A row that took the place of one that is being told of goes out when that is over.
  mutating func takeNew(
    at tick: UInt64, _ row: (ClaimKey) -> OutboxRow?, after rows: (_ number: UInt64, _ limit: Int) -> [OutboxRow]
  ) -> [OutboxRow] {
    var new: [OutboxRow] = []
    while windowCount < flightsMax, let claim = ready.popFirst() {
      guard flights[claim] == .waiting else { continue }
      if let row = row(claim) { send(row, at: tick, into: &new) } else { set(claim, nil) }
    }
    isFull = true
    // Of rows that only join those which wait for their slot there may be any number: the rest is for the next turn.
    var looked = 0
    while windowCount < flightsMax, looked < 4 * flightsMax {
      let found = rows(seen, flightsMax - windowCount)
      looked += found.count
      guard let last = found.last else {
        isFull = false
        break
      }
      seen = last.number
      for row in found where flights[row.claim] == nil { send(row, at: tick, into: &new) }
    }
    return new
  }

  /// One row for each silent slot whose pause is over goes out; rows that are gone are forgotten.
  mutating func takeDue(at tick: UInt64, _ row: (ClaimKey) -> OutboxRow?) -> [OutboxRow] {
    noteOverdue(at: tick)
    var due: [SlotNumber] = []
    silences.forEach { slot, silence in
      if silence.until <= tick { due.append(slot) }
      return true
    }
    var again: [OutboxRow] = []
    for slot in due {
      guard var silence = silences.removeValue(forKey: slot) else { continue }
      while let claim = silence.waiting.popFirst() {
        guard flights[claim] == .waiting else { continue }
        guard let row = row(claim) else {
          set(claim, nil)
          continue
        }
        set(claim, .overdue)
        silence.until = .max
        silences[slot] = silence
        again.append(row)
        break
      }
    }
    return again
  }

  private mutating func send(_ row: OutboxRow, at tick: UInt64, into rows: inout [OutboxRow]) {
    guard silences[row.claim.slot] == nil else { return wait(row.claim) }
    set(row.claim, .sent(tick))
    sent.append((row.claim, tick))
    rows.append(row)
  }

  private mutating func wait(_ claim: ClaimKey) {
    set(claim, .waiting)
    silences.update(claim.slot, default: Silence()) { $0.waiting.append(claim) }
  }

  private mutating func set(_ claim: ClaimKey, _ state: State?) {
    if flights[claim]?.isInWindow == true { windowCount -= 1 }
    if state?.isInWindow == true { windowCount += 1 }
    flights[claim] = state
  }

  private mutating func noteOverdue(at tick: UInt64) {
    while let first = sent.first, first.tick + Self.patienceTicks <= tick {
      sent.popFirst()
      guard flights[first.claim] == .sent(first.tick) else { continue }
      set(first.claim, .overdue)
      silences.update(first.claim.slot, default: Silence()) { _ in }
    }
  }

  // MARK: What comes back

  /// The participant has settled a version, now or before.
  mutating func settled(_ claim: ClaimKey, version: UInt64) {
    heard(from: claim.slot)
    guard flights[claim] != nil else { return }
    set(claim, .acknowledged)
    acks.append(OutboxAck(claim: claim, version: version))
  }

  /// The slot is back: what waited for it goes out as there is room.
  mutating func heard(from slot: SlotNumber) {
    guard var silence = silences.removeValue(forKey: slot) else { return }
    while let claim = silence.waiting.popFirst() { ready.append(claim) }
  }

  /// Nobody answered: its slot is asked again after a pause, which doubles from one tick to 32.
  mutating func unanswered(_ claim: ClaimKey, tick: UInt64) {
    if flights[claim] != nil { wait(claim) }
    // Of several calls to the slot that were under way the first says it.
    guard var silence = silences[claim.slot], silence.until == .max else { return }
    silence.until = tick + 1 << min(silence.attempts, 5)
    silence.attempts += 1
    silences[claim.slot] = silence
  }

  /// The acknowledgements that gathered are on their way to the log, in one command.
  mutating func acksTaken() { acks.removeAll(keepingCapacity: true) }

  /// The log was told, or did not take it. Rows that are still there, because they were written again meanwhile, go out
  /// again.
  mutating func acknowledged(
    _ claims: [ClaimKey], at tick: UInt64, _ row: (ClaimKey) -> OutboxRow?
  ) -> [OutboxRow] {
    var again: [OutboxRow] = []
    for claim in claims {
      set(claim, nil)
      if let row = row(claim) { send(row, at: tick, into: &again) }
    }
    return again
  }
}
