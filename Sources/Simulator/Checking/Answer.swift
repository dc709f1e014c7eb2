package import Basics
package import Inventory

/// What a command comes to, as a client is told it: an outcome with its lines in one value.
package enum Answer: Equatable, Sendable {
  case skuPut(SKUNumber, revision: UInt32)
  case stockChanged(available: Int64, onHand: Int64)
  case reserved(HoldState, expiry: Stamp, lines: [GrantedLine])
  case extended(expiry: Stamp)
  case released
  case confirmed(isReacquired: Bool, lines: [GrantedLine])
  case orderChanged(UniqueID)
  case ticked
  case swept
  case locationsSet
  case allocationMoved
  case claimPrepared(lines: [GrantedLine], shortage: Shortage?)
  case claimUnsettled(version: UInt64)
  case claimSettled(version: UInt64)
  case burned(version: UInt64)
  case acknowledged
  case slots(SlotOutcome)
  case refused(Refusal)

  package init(_ outcome: Outcome, lines: [GrantedLine]) {
    switch outcome.result {
    case .skuPut(let put): self = .skuPut(put.sku, revision: put.revision)
    case .stockChanged(let changed): self = .stockChanged(available: changed.available, onHand: changed.onHand)
    case .reserved(let grant):
      self = .reserved(grant.state, expiry: grant.expiry, lines: lines[grant.lines].map(\.unplaced))
    case .extended(_, let expiry): self = .extended(expiry: expiry)
    case .released: self = .released
    case .confirmed(let done):
      self = .confirmed(isReacquired: done.isReacquired, lines: lines[done.lines].map(\.unplaced))
    case .orderChanged(let order): self = .orderChanged(order)
    case .ticked: self = .ticked
    case .swept: self = .swept
    case .locationsSet: self = .locationsSet
    case .allocationMoved: self = .allocationMoved
    case .claimPrepared(let grant):
      self = .claimPrepared(lines: Array(lines[grant.lines]), shortage: grant.shortage)
    case .claimUnsettled(_, let version): self = .claimUnsettled(version: version)
    case .claimSettled(_, let version): self = .claimSettled(version: version)
    case .burned(_, let version): self = .burned(version: version)
    case .acknowledged: self = .acknowledged
    case .slots(let outcome): self = .slots(outcome)
    case .refused(let refusal): self = .refused(refusal)
    }
  }

  /// Whether an outcome says the same; for most without making a value of it.
  func matches(_ outcome: Outcome, lines: [GrantedLine]) -> Bool {
    switch outcome.result {
    case .stockChanged(let changed):
      if case .stockChanged(let available, let onHand) = self {
        return available == changed.available && onHand == changed.onHand
      }
      return false
    case .reserved(let grant):
      guard case .reserved(let state, let expiry, let expected) = self else { return false }
      return state == grant.state && expiry == grant.expiry && expected == lines[grant.lines].map(\.unplaced)
    case .confirmed(let done):
      guard case .confirmed(let isReacquired, let expected) = self else { return false }
      // Answered again, the lines are the order's as it is by then.
      return isReacquired == done.isReacquired
        && (outcome.isReplay || expected == lines[done.lines].map(\.unplaced))
    case .skuPut, .extended, .released, .orderChanged, .ticked, .swept, .locationsSet, .allocationMoved,
      .claimPrepared, .claimUnsettled, .claimSettled, .burned, .acknowledged, .slots, .refused:
      return self == Answer(outcome, lines: lines)
    }
  }
}

extension GrantedLine {
  /// Without the place of its text among those of a turn.
  fileprivate var unplaced: GrantedLine {
    var line = self
    line.remote = -1
    return line
  }
}

/// What the specification says a command must come to.
package struct ExpectedAnswer: Equatable, Sendable {
  package var id: UniqueID
  package var answer: Answer
  /// The request was carried out by an earlier entry.
  package var isReplay: Bool
}
