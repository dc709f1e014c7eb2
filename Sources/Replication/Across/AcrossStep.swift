internal import Basics
internal import Inventory

/// One request over several shards on its way to its one entry at home. It lives in the memory of the home's leader and
/// nowhere else: what is lost with it is what participants will ask for. Owned by the Store and its thread.
///
/// The order of its phases is its safety: nothing is decided before *every* participant has set aside, in its own log,
/// what it was asked for; and only the entry at home decides, under a version that nobody else has used.
final class AcrossStep {
  enum Phase: Equatable {
    /// Participants were asked.
    case preparing
    /// The entry that decides is on its way through the home's log.
    case deciding
    /// Its version is being given up.
    case burning
    /// It is tried again at this tick, under another version.
    case resting(until: UInt64)
  }

  /// What a participant said.
  enum Word: Equatable {
    case granted(AcrossGrant)
    case refused(AcrossRefusal)
    /// Another version of the claim waits there.
    case unsettled(UInt64)
    /// Nobody answered, or the slot is elsewhere.
    case silent
  }

  /// What follows from the words.
  enum Conclusion: Equatable {
    case decide([AcrossGrant])
    case refuse(AcrossRefusal, part: Int)
    /// The version is of no use: a later one than this must be taken.
    case outrun(UInt64)
    case giveUp
  }

  let number: UInt64
  let shard: ShardID
  let request: AcrossRequest
  let caller: Waiter
  /// Until this tick participants are waited for.
  let deadline: UInt64
  var phase = Phase.preparing
  var version: UInt64 = 0
  /// How many versions it has tried.
  var attempts = 0
  /// By part; `nil` for one that has not answered.
  var words: [Word?]
  /// The calls that were made for this version.
  var calls: [UInt64] = []
  /// Whether the caller was told already.
  var isAnswered = false
  /// Others that ask for the same claim, in the order in which they came.
  var queue: [AcrossStep] = []

  init(_ number: UInt64, _ request: AcrossRequest, in shard: ShardID, for caller: Waiter, deadline: UInt64) {
    self.number = number
    self.request = request
    self.shard = shard
    self.caller = caller
    self.deadline = deadline
    words = Array(repeating: nil, count: request.parts.count)
  }

  var slots: [SlotNumber] { request.parts.map(\.slot) }

  var hasAllWords: Bool {
    if isMutated(.commitsBeforePrepared), words.contains(where: { $0 != nil }) { return true }
    return words.allSatisfy { $0 != nil }
  }

  /// Begins to ask, under another version.
  func prepare(_ version: UInt64) {
    self.version = version
    attempts += 1
    phase = .preparing
    words = Array(repeating: nil, count: request.parts.count)
  }

  /// Tells what is asked of a participant from what another request asks.
  func fingerprint(of part: Int) -> UInt64 {
    request.parts[part].fingerprint(request.request, request.mode, request.sourcing)
  }

  func message(to part: Int) -> AcrossMessage {
    let asked = request.parts[part]
    return .prepare(
      PrepareMessage(
        key: ClaimKey(id: request.claim, slot: asked.slot), version: version,
        fingerprint: fingerprint(of: part), home: request.home,
        mode: request.mode, sourcing: request.sourcing, tenant: request.tenant,
        actor: request.actor, ranked: request.ranked, name: asked.name, lines: asked.lines))
  }

  /// What follows from what the participants said. All of them have, or it is too late for the others.
  func conclusion() -> Conclusion {
    var grants: [AcrossGrant] = []
    var refusal: (refusal: AcrossRefusal, part: Int)?
    var outrun: UInt64?
    for (part, word) in words.enumerated() {
      switch word {
      case .granted(let grant): grants.append(grant)
      case .refused(let new): if refusal == nil { refusal = (new, part) }
      case .unsettled(let version): outrun = max(outrun ?? 0, version)
      case .silent, nil:
        if !isMutated(.commitsBeforePrepared) { return .giveUp }
        grants.append(.taken(for: request.parts[part]))
      }
    }
    if let outrun { return .outrun(outrun) }
    if let refusal { return .refuse(refusal.refusal, part: refusal.part) }
    return .decide(grants)
  }
}

extension AcrossGrant {
  /// What a coordinator that does not wait would take for granted.
  fileprivate static func taken(for part: AcrossPart) -> AcrossGrant {
    AcrossGrant(
      slot: part.slot, token: 0,
      lines: part.lines.enumerated().map { place, line in
        AcrossGrantedLine(line: place, location: line.location, asked: line.quantity, granted: line.quantity)
      })
  }
}
