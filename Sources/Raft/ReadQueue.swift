internal import Basics

/// The reads of a leader that wait for a majority to confirm that it still leads (thesis §6.4). Owned by the
/// ``RaftGroup``.
///
/// Heartbeats go out in numbered rounds. A read waits for a round that was sent after it was asked for; one round serves
/// all reads that were asked for before it.
struct ReadQueue {
  private struct Pending {
    var ticket: ReadTicket
    /// `nil` until the leader knows what is committed.
    var index: LogIndex?
    /// The first round that confirms it.
    var round: UInt64
  }

  private struct SentRound {
    var round: UInt64
    /// The leader's count of ticks when it was sent.
    var tick: UInt64
  }

  private var pending = RingBuffer<Pending>()
  private var nextTicket: UInt64 = 1
  /// The last round that was sent.
  private(set) var round: UInt64 = 0
  /// The last round that a majority has answered.
  private(set) var confirmedRound: UInt64 = 0
  /// Whether a read waits for a round that nobody has sent yet.
  private(set) var wantsRound = false

  // The lease (thesis §6.4.1).
  private var tick: UInt64 = 0
  private var sentRounds = RingBuffer<SentRound>()
  /// When the last confirmed round was sent.
  private var leaseStart: UInt64?
  /// A member was told to campaign although it hears from this leader: no lease any more in this term, however the
  /// transfer ends, for that message may be delayed.
  private var leaseIsGivenUp = false

  var count: Int { pending.count }
  var isEmpty: Bool { pending.isEmpty }

  mutating func issueTicket() -> ReadTicket {
    defer { nextTicket += 1 }
    return ReadTicket(rawValue: nextTicket)
  }

  /// - Parameter index: what was committed when the read was asked for, if that is known.
  mutating func add(_ ticket: ReadTicket, index: LogIndex?) {
    pending.append(Pending(ticket: ticket, index: index, round: round + 1))
    wantsRound = true
  }

  /// The first entry of the term is committed: so far at least the reads that came earlier must see.
  mutating func learned(_ commit: LogIndex) {
    for place in 0..<pending.count where pending[place].index == nil { pending[place].index = commit }
  }

  mutating func beginRound() {
    round += 1
    wantsRound = false
    sentRounds.append(SentRound(round: round, tick: tick))
    // A round that nobody answers is no use to the lease once it is old.
    if sentRounds.count > 1_024 { sentRounds.popFirst() }
  }

  /// A majority has answered `round`.
  mutating func confirmed(_ round: UInt64, into outcomes: inout [ReadOutcome]) {
    if round > confirmedRound { confirmedRound = round }
    while let sent = sentRounds.first, sent.round <= confirmedRound {
      leaseStart = sent.tick
      sentRounds.popFirst()
    }
    while let first = pending.first, first.round <= confirmedRound, let index = first.index {
      outcomes.append(ReadOutcome(ticket: first.ticket, index: index))
      pending.popFirst()
    }
  }

  mutating func advanceTick() { tick += 1 }

  func hasLease(ticksMax: UInt64) -> Bool {
    guard let leaseStart, !leaseIsGivenUp else { return false }
    return tick - leaseStart <= ticksMax
  }

  mutating func giveUpLease() { leaseIsGivenUp = true }
  /// While the leader sleeps its ticks do not count, so a lease would not end.
  mutating func endLease() {
    leaseStart = nil
    sentRounds.removeAll()
  }

  /// The leadership is lost, or begins: nobody waits, and the rounds start anew. Tickets go on.
  mutating func restart(into outcomes: inout [ReadOutcome]) {
    while let first = pending.popFirst() { outcomes.append(ReadOutcome(ticket: first.ticket, index: nil)) }
    var fresh = ReadQueue()
    fresh.nextTicket = nextTicket
    self = fresh
  }
}
