internal import Basics
package import Inventory

/// What a shard holds, or owes, for holds and orders of other homes: the sequential specification of claims.
package struct ModelClaim: Equatable, Sendable {
  package struct Line: Equatable, Sendable {
    package var stock: StockKey
    package var portion: Portion
  }

  package struct Pending: Equatable, Sendable {
    var version: UInt64
    var fingerprint: UInt64
    /// What the participant chose; known when the first replica has said it.
    var token: UInt64?
    package var lines: [GrantedLine]
    var shortage: Shortage?
  }

  var home: SlotNumber
  package var version: UInt64 = 0
  package var lines: [Line] = []
  package var pending: Pending?
  /// The external number that was taken with it.
  var name: [UInt8] = []
  package internal(set) var keepsName = false

  init(home: SlotNumber) { self.home = home }
}

extension StockModel {
  // MARK: The participant

  mutating func prepare(_ prepare: PrepareClaim) -> ExpectedAnswer {
    func answer(_ answer: Answer, isReplay: Bool = false) -> ExpectedAnswer {
      ExpectedAnswer(id: .zero, answer: answer, isReplay: isReplay)
    }
    var claim = claims[prepare.claim] ?? ModelClaim(home: prepare.home)
    // Two homes that use one id have nothing to do with each other.
    let homeHere = home(ofClaims: prepare.claim.id)
    if ClaimVersion.home(of: prepare.version) != nil,
      claim.home != prepare.home || homeHere ?? prepare.home != prepare.home
    {
      return answer(.refused(.requestIDReused))
    }
    guard prepare.version > claim.version else { return answer(.claimSettled(version: claim.version)) }
    if let pending = claim.pending {
      guard pending.version == prepare.version, pending.fingerprint == prepare.fingerprint else {
        return answer(.claimUnsettled(version: pending.version))
      }
      return answer(.claimPrepared(lines: pending.lines, shortage: pending.shortage), isReplay: true)
    }
    switch prepare.lines.lines.isEmpty ? .granted([]) : decide(prepare.lines) {
    case .refused(let refusal): return answer(.refused(refusal))
    case .nothing(let lines, let refusal):
      guard case .outOfStock(let shortage)? = refusal else {
        return answer(.claimPrepared(lines: lines, shortage: nil))
      }
      return answer(.claimPrepared(lines: lines, shortage: shortage))
    case .granted(let lines):
      if !prepare.name.isEmpty {
        if let refusal = takeName(prepare.name, for: prepare.claim, claim) { return answer(.refused(refusal)) }
        claim.name = prepare.name
      }
      hold(lines)
      claim.pending = ModelClaim.Pending(
        version: prepare.version, fingerprint: prepare.fingerprint, token: nil, lines: lines, shortage: nil)
      claims[prepare.claim] = claim
      return answer(.claimPrepared(lines: lines, shortage: nil))
    }
  }

  /// The first replica has said under which token it keeps a preparation.
  mutating func learn(_ grant: ClaimGrant) {
    guard let pending = claims[grant.claim]?.pending, pending.version == grant.version, pending.token == nil else {
      return
    }
    claims[grant.claim]?.pending?.token = grant.token
  }

  mutating func settle(_ settle: SettleClaim) -> ExpectedAnswer {
    let done = ExpectedAnswer(id: .zero, answer: .claimSettled(version: settle.version), isReplay: false)
    guard var claim = claims[settle.claim], settle.version > claim.version else { return done }
    if let home = ClaimVersion.home(of: settle.version), home != claim.home { return done }
    // A claim begins with a preparation, and what it comes to names it. Another settlement is about a claim that was
    // forgotten; only that all is over, by a version not below it, is also about what is prepared.
    let isHeard = claim.pending.map { $0.version <= settle.version } ?? false
    let isNamed = isHeard && claim.pending?.token == settle.token
    var settle = settle
    if claim.version == 0, !isNamed, !settle.lines.isEmpty {
      guard isHeard, settle.isOver else { return done }
      settle.lines = []
    }
    var have = claim.lines
    if let pending = claim.pending, pending.version <= settle.version {
      if pending.token == settle.token {
        for line in pending.lines where line.granted > 0 { have.add(line) }
      } else {
        giveBack(pending.lines)
      }
      claim.pending = nil
    }
    guard !settle.leavesOpen, move(from: have, to: settle.lines) else {
      overdrawn = settle.claim
      return ExpectedAnswer(id: .zero, answer: .refused(.claimOverdrawn(settle.claim)), isReplay: false)
    }
    claim.version = settle.version
    claim.lines = settle.lines.filter { !$0.portion.isZero }
      .map { ModelClaim.Line(stock: $0.stock, portion: $0.portion) }
    settleName(&claim, settle, isDecided: isNamed)
    let isForgotten = claim.pending == nil && (settle.isOver || (claim.lines.isEmpty && !claim.keepsName))
    claims[settle.claim] = isForgotten ? nil : claim
    return done
  }

  /// Moves what a claim has to what it is to have; answers whether it has enough.
  private mutating func move(from have: [ModelClaim.Line], to wanted: [SettleClaim.Line]) -> Bool {
    var rest = have
    var changes: [(stock: StockKey, old: Portion, new: Portion)] = []
    for line in wanted { changes.append((line.stock, rest.take(line.stock), line.portion)) }
    for line in rest { changes.append((line.stock, line.portion, Portion())) }
    for (_, old, new) in changes {
      guard new.held <= old.held, new.shipped >= old.shipped,
        new.held + new.allocated + new.shipped <= old.held + old.allocated + old.shipped
      else { return false }
    }
    for (stock, old, new) in changes {
      guard let place = row(stock) else { continue }
      rows[place].held += new.held - old.held
      rows[place].allocated += new.allocated - old.allocated
      rows[place].shipped += new.shipped - old.shipped
      rows[place].available += old.held + old.allocated + old.shipped - new.held - new.allocated - new.shipped
    }
    return true
  }

  // MARK: The home

  mutating func decideHold(_ id: UniqueID, _ decide: DecideHold) -> ExpectedAnswer {
    if let before = replay(id, isReserve: true) {
      if !decide.parts.isEmpty { raise(id, to: decide.version) }
      return before
    }
    let version = versions[id] ?? 0
    guard ClaimVersion.follows(decide.version, version, of: decide.home) else {
      return ExpectedAnswer(id: id, answer: .claimUnsettled(version: version), isReplay: false)
    }
    var own = decide.reserve
    own.lines.removeAll { $0.sku.rawValue == 0 }
    let isAnyGranted = decide.remote.contains { !$0.grants.isEmpty }
    var granted: [GrantedLine]
    switch self.decide(own) {
    case .granted(let lines): granted = lines
    case .nothing(let lines, _) where isAnyGranted: granted = lines
    case .refused(let refusal), .nothing(_, .some(let refusal)):
      // With nothing set aside anywhere there is nothing to give back, and no version to spend.
      if !decide.parts.isEmpty { raise(id, to: decide.version) }
      return ExpectedAnswer(id: id, answer: .refused(refusal.counted(in: decide.reserve)), isReplay: false)
    case .nothing(_, nil): return ExpectedAnswer(id: id, answer: .refused(.malformed), isReplay: false)
    }
    if isClaimed(id, by: decide.home, granted.map(\.sku)) {
      if !decide.parts.isEmpty { raise(id, to: decide.version) }
      return ExpectedAnswer(id: id, answer: .refused(.requestIDReused), isReplay: false)
    }
    hold(granted)
    raise(id, to: decide.version)
    let answer = grant(
      id, merge(&granted, decide), expiry(after: decide.reserve.timeToLiveMilliseconds), remotes: decide.remote,
      home: decide.home)
    return ExpectedAnswer(id: id, answer: answer, isReplay: false)
  }

  /// All lines in the order of the request; those of other shards are without a number.
  private func merge(_ own: inout [GrantedLine], _ decide: DecideHold) -> [GrantedLine] {
    var remote = decide.remote[...]
    return decide.reserve.lines.map { line in
      if line.sku.rawValue != 0 { return own.removeFirst() }
      let grant = remote.popFirst()?.grants.first
      return GrantedLine(
        sku: SKUNumber(0), location: grant?.location, asked: line.quantity, granted: grant?.granted ?? 0)
    }
  }

  mutating func burn(_ burn: BurnClaim) -> ExpectedAnswer {
    raise(burn.id, to: burn.version)
    return ExpectedAnswer(
      id: .zero, answer: .burned(version: max(burn.version, versions[burn.id] ?? 0)), isReplay: false)
  }

  /// The id of another request has no versions: nothing can be decided under it.
  mutating func raise(_ id: UniqueID, to version: UInt64) {
    if case .request? = uses[id], !orders.contains(where: { $0.claim == id }) { return }
    // Nor those of another home, whose id is the same.
    if let home = ClaimVersion.home(of: version), self.home(ofClaims: id) ?? home != home { return }
    if versions[id] ?? 0 < version { versions.set(id, version) }
  }

  /// Raises the version by one, or to that which the command at hand decides.
  mutating func raise(_ id: UniqueID) {
    let decided = deciding?.claim == id ? deciding?.version ?? 0 : 0
    let home = home(ofClaims: id) ?? SlotNumber(0)
    raise(id, to: ClaimVersion.next(after: versions[id] ?? 0, home: home, decided: decided))
  }

  /// The home of the hold or order that has the claims of an id; `nil` for none.
  private func home(ofClaims id: UniqueID) -> SlotNumber? {
    number(ofHold: id).map { holds[$0].home } ?? orders.first { $0.claim == id }?.home
  }

  /// Whether a slot of these SKUs has a claim of another home under an id.
  func isClaimed(_ id: UniqueID, by home: SlotNumber, _ skus: [SKUNumber]) -> Bool {
    skus.contains { sku in
      guard let claim = claims[ClaimKey(id: id, slot: slot(of: sku))] else { return false }
      return ClaimVersion.home(of: claim.pending?.version ?? claim.version) != nil && claim.home != home
    }
  }
}

extension Refusal {
  /// A shortage that counts the lines of one shard, counted in all of them.
  fileprivate func counted(in reserve: Reserve) -> Refusal {
    guard case .outOfStock(var shortage) = self else { return self }
    let own = reserve.lines.indices.filter { reserve.lines[$0].sku.rawValue != 0 }
    shortage.line = own[shortage.line]
    return .outOfStock(shortage)
  }
}

extension SettleClaim {
  /// It forgets a claim that still has something.
  fileprivate var leavesOpen: Bool { isOver && lines.contains { $0.portion.held + $0.portion.allocated > 0 } }
}

extension [ModelClaim.Line] {
  fileprivate mutating func add(_ line: GrantedLine) {
    guard let location = line.location else { return }
    let stock = StockKey(sku: line.sku, location: location)
    if let place = firstIndex(where: { $0.stock == stock }) {
      self[place].portion.held += line.granted
    } else {
      append(ModelClaim.Line(stock: stock, portion: Portion(held: line.granted)))
    }
  }

  fileprivate mutating func take(_ stock: StockKey) -> Portion {
    guard let place = firstIndex(where: { $0.stock == stock }) else { return Portion() }
    return remove(at: place).portion
  }
}
