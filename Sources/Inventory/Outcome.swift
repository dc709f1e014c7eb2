package import Basics

/// What one command did. Outcomes of an entry come in the order of its commands.
package struct Outcome: Equatable, Sendable {
  package enum Result: Equatable, Sendable {
    case skuPut(SKUPut)
    case stockChanged(StockChanged)
    case reserved(HoldGrant)
    case extended(hold: UniqueID, expiry: Stamp)
    case released(hold: UniqueID)
    case confirmed(Confirmation)
    case orderChanged(UniqueID)
    case ticked
    case swept
    case locationsSet
    /// What moved is in the hold or the order, which the caller reads.
    case allocationMoved(owner: UniqueID, isOrder: Bool)
    /// Held for a version that home has yet to decide.
    case claimPrepared(ClaimGrant)
    /// Another version of the claim is pending, or another one than the decided was expected: this is the one known.
    case claimUnsettled(ClaimKey, version: UInt64)
    /// The claim has what home decided, up to this version at least.
    case claimSettled(ClaimKey, version: UInt64)
    /// The version of an id, at least the one that was to be spent.
    case burned(UniqueID, version: UInt64)
    case acknowledged
    case slots(SlotOutcome)
    case refused(Refusal)
  }

  package var requestID: UniqueID
  /// The request was carried out before; this is its answer again.
  package var isReplay: Bool
  package var result: Result
  /// Which locations did not give what was asked, in the buffer; only for reservations that were not filled.
  package var refusedLocations: Range<Int> = 0..<0
}

package struct SKUPut: Equatable, Sendable {
  /// Stored; never renumber.
  package enum Change: UInt8, Sendable {
    case created = 0
    case updated = 1
    case unchanged = 2
  }

  package var sku: SKUNumber
  package var revision: UInt32
  package var change: Change

  package init(sku: SKUNumber, revision: UInt32, change: Change) {
    self.sku = sku
    self.revision = revision
    self.change = change
  }
}

package struct StockChanged: Equatable, Sendable {
  package var stock: StockKey
  /// The last movement that it made; 0 for a count that found what the books say.
  package var sequence: UInt64
  package var available: Int64
  package var onHand: Int64
}

package struct HoldGrant: Equatable, Sendable {
  package var hold: UniqueID
  package var home: SlotNumber
  /// Active, unless this is a replay.
  package var state: HoldState
  package var expiry: Stamp
  /// Where its lines are in the buffer.
  package var lines: Range<Int>
}

package struct Confirmation: Equatable, Sendable {
  package var hold: UniqueID
  package var home: SlotNumber
  package var order: UniqueID
  /// The hold was due, and its stock was taken once more.
  package var isReacquired: Bool
  /// Where the lines of the order are in the buffer.
  package var lines: Range<Int>
}

/// What a participant holds for another home.
package struct ClaimGrant: Equatable, Sendable {
  package var claim: ClaimKey
  package var version: UInt64
  /// The participant's own, of what was asked.
  package var fingerprint: UInt64
  /// To be named by the decision; 0 when nothing is held.
  package var token: UInt64
  /// Where its lines are in the buffer, in the order of the request.
  package var lines: Range<Int>
  /// The first line that cannot be filled, when nothing is held.
  package var shortage: Shortage?
}

/// One line of a hold or of an order. A line that comes from several locations has one for each of them, of which the
/// further ones have 0 asked.
package struct GrantedLine: Equatable, Sendable {
  /// 0 for a SKU of another slot.
  package var sku: SKUNumber
  /// Which of the remote items beside the lines it is; -1 for a SKU of this shard.
  package var remote: Int32 = -1
  /// `nil` for a line of which nothing could be held.
  package var location: LocationNumber?
  package var asked: Int64
  package var granted: Int64

  package init(sku: SKUNumber, location: LocationNumber?, asked: Int64, granted: Int64) {
    self.sku = sku
    self.location = location
    self.asked = asked
    self.granted = granted
  }
}

extension GrantedLine {
  /// A line of whatever item; that of another slot goes to `remotes`.
  init(
    _ item: LineItem, _ remotes: inout [RemoteItem], location: LocationNumber?, asked: Int64, granted: Int64
  ) {
    switch item {
    case .local(let sku): self.init(sku: sku, location: location, asked: asked, granted: granted)
    case .remote(let item):
      self.init(sku: SKUNumber(0), location: location, asked: asked, granted: granted)
      remote = Int32(truncatingIfNeeded: remotes.count)
      remotes.append(item)
    }
  }
}

/// The outcomes of the entries applied in a turn; reused from turn to turn.
package struct OutcomeBuffer: Sendable {
  package private(set) var outcomes: [Outcome] = []
  /// The lines of all outcomes, one behind the other.
  package internal(set) var lines: [GrantedLine] = []
  /// The explanations of all outcomes, one behind the other.
  package private(set) var refusedLocations: [LocationRefusal] = []
  /// What the lines of other slots are of.
  package internal(set) var remotes: [RemoteItem] = []

  package init() {}

  package var count: Int { outcomes.count }
  package subscript(index: Int) -> Outcome { outcomes[index] }

  package mutating func removeAll() {
    outcomes.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
    refusedLocations.removeAll(keepingCapacity: true)
    remotes.removeAll(keepingCapacity: true)
  }

  /// Appends a line of whatever item.
  mutating func append(_ item: LineItem, location: LocationNumber?, asked: Int64, granted: Int64) {
    lines.append(GrantedLine(item, &remotes, location: location, asked: asked, granted: granted))
  }

  mutating func append(_ id: UniqueID, _ result: Outcome.Result, isReplay: Bool = false) {
    outcomes.append(Outcome(requestID: id, isReplay: isReplay, result: result))
  }

  mutating func refuse(_ id: UniqueID, _ refusal: Refusal) { append(id, .refused(refusal)) }

  /// Adds to the last outcome which locations did not give what it asked.
  mutating func explain(_ refusals: [LocationRefusal]) {
    if refusals.isEmpty { return }
    let start = refusedLocations.count
    refusedLocations.append(contentsOf: refusals)
    outcomes[outcomes.count - 1].refusedLocations = start..<refusedLocations.count
  }
}
