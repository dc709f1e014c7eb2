internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Reactor

/// The comparison of one shard's claims with what the other sides say. Each side is read at its own moment, so a
/// difference counts only once it was found unchanged by two looks in a row; what is on its way is looked at again until it
/// has arrived, or is told with its age. Owned by the Store's thread.
final class ClaimCheck {
  /// Claims that one question names.
  static let claimsPerQuestion = 500
  /// Questions that are asked at once, so that a check never fills a Store's queue of reads.
  static let askedMax = 4
  static let roundsMax = 12
  static let pauseMilliseconds: UInt64 = 1_000

  /// One claim, and which side of it this shard is.
  struct Item {
    var isHome: Bool
    /// What this shard says.
    var own: ClaimStatement
    /// The difference that the last look has found.
    var verdict = ClaimVerdict.agrees
    /// What both sides said then.
    var seen: [ClaimStatement] = []
    /// Two looks in a row found the same.
    var isProven = false

    /// The slot whose shard is the other side.
    var otherSlot: SlotNumber { isHome ? own.claim.slot : own.home }
    /// The slot for which this shard speaks.
    var ownSlot: SlotNumber { isHome ? own.home : own.claim.slot }
  }

  let shard: ShardID
  let origin: CallOrigin
  var response: VerifyLedgerResponse
  var open: [Item]
  /// What is asked in this round, and which of the open items each question is about.
  private(set) var questions: [(question: ClaimQuestion, places: [Int])] = []
  /// How many of them were asked, and how many were answered.
  var asked = 0
  var answered = 0
  /// Whether somebody is asking just now: an answer may come at once.
  var isAsking = false
  private(set) var round = 0
  /// When to look again.
  var next = Instant.distantFuture

  init(_ shard: ShardID, _ origin: CallOrigin, _ found: VerifiedShard) {
    self.shard = shard
    self.origin = origin
    response = found.response
    open = found.asSlot.map { Item(isHome: false, own: $0) } + found.asHome.map { Item(isHome: true, own: $0) }
  }

  /// Divides what is open into questions, each to one shard.
  ///
  /// - Parameter owner: the shard of a slot.
  func beginRound(_ owner: (SlotNumber) -> ShardID?) {
    (questions, asked, answered, next) = ([], 0, 0, .distantFuture)
    var current: [UInt64: Int] = [:]
    for (place, item) in open.enumerated() {
      guard let shard = owner(item.otherSlot) else { continue }
      let key = UInt64(shard.rawValue) << 1 | (item.isHome ? 1 : 0)
      if let number = current[key], questions[number].places.count < Self.claimsPerQuestion {
        questions[number].question.claims.append(item.own.claim)
        questions[number].question.slots.append(item.otherSlot)
        questions[number].places.append(place)
      } else {
        current[key] = questions.count
        let question = ClaimQuestion(
          shard: shard, asHome: !item.isHome, claims: [item.own.claim], slots: [item.otherSlot])
        questions.append((question, [place]))
      }
    }
  }

  /// The next question that may be asked now, by its number.
  func nextQuestion() -> Int? {
    guard asked < questions.count, asked - answered < Self.askedMax else { return nil }
    asked += 1
    return asked - 1
  }

  var isRoundOver: Bool { answered == questions.count }

  /// Takes what the other side said of the items of a question. What agrees is done.
  func take(_ statements: [ClaimStatement], for question: Int) {
    for (place, other) in zip(questions[question].places, statements) where other.claim == open[place].own.claim {
      let (own, seen) = (open[place].own, open[place].seen)
      open[place].verdict =
        open[place].isHome ? ClaimVerdict(slot: other, home: own) : ClaimVerdict(slot: own, home: other)
      open[place].isProven = seen == [own, other]
      open[place].seen = [own, other]
    }
  }

  /// Takes what this shard says now of what is open.
  func renew(_ statements: [ClaimStatement]) {
    for (place, statement) in zip(open.indices, statements) {
      let home = open[place].own.home
      open[place].own = statement
      // A claim that is gone does not say any more who its home was, and a home does not say which slot it is.
      if open[place].isHome || !statement.isKnown { open[place].own.home = home }
    }
  }

  /// Leaves out what this shard cannot speak of any more, because its slot has moved: it is verified where that is now.
  func forget(where isGone: (SlotNumber) -> Bool) { open.removeAll { isGone($0.ownSlot) } }

  /// A round is over: what agrees and what is proven to differ need no further look.
  func endRound() {
    round += 1
    var rest: [Item] = []
    for item in open {
      switch item.verdict {
      case .agrees where !item.seen.isEmpty: break
      case .differs where item.isProven: tell(item)
      case .agrees, .differs, .pending: rest.append(item)
      }
    }
    open = rest
  }

  var isDone: Bool { open.isEmpty || round >= Self.roundsMax }

  /// What was never settled while it was watched.
  func giveUp() {
    for item in open { tell(item) }
    open = []
  }

  private func tell(_ item: Item) {
    var finding = LedgerFinding(claim: item.own.claim)
    switch item.verdict {
    case .differs(let text):
      finding.text = "\(item.own.claim) and its home differ: \(text)"
      finding.advice = "holdfast journal --hold shows what moved; keep the nodes' data, and ask for help"
    case .pending(let since, let text):
      finding.text = "\(item.own.claim): \(text)"
      finding.since = WellKnown.Timestamp(since)
      finding.advice = "holdfast cluster check: a shard of the two may have no leader"
    case .agrees:
      finding.text = "\(item.own.claim): the shard of slot \(item.otherSlot) could not be asked"
      finding.advice = "holdfast cluster check: the shard may have no leader"
    }
    response.ok = false
    response.findingCount += 1
    if response.findings.count < LedgerFinding.countMax { response.findings.append(finding) }
  }
}

/// What a reader thread found in one shard.
struct VerifiedShard: Sendable {
  var response: VerifyLedgerResponse
  /// What the shard has of holds and orders whose home is another, and what others have of its own.
  var asSlot: [ClaimStatement] = []
  var asHome: [ClaimStatement] = []
}

extension LedgerFinding {
  static let countMax = 100

  init(claim: ClaimKey) {
    self.init(kind: "CLAIM")
    subjectID = claim.id.description
  }
}
