package import Basics
package import Inventory

/// An external number, as the shard of its slot keeps it.
package struct ModelName: Equatable, Sendable {
  package var name: OrderName
  package var order: UniqueID
  var home: SlotNumber
  var fingerprint: UInt64
  /// The claim that took it, until home has decided.
  package var pending: UniqueID?
}

extension StockModel {
  /// What is known of a request for an order whose name this shard keeps.
  func known(_ terms: OrderTerms, _ fingerprint: UInt64, _ parts: [ClaimPart]) -> Change? {
    guard let name = terms.name, !parts.contains(where: { $0.slot == name.slot }),
      let known = names.first(where: { $0.name == name })
    else { return nil }
    let isThere = known.pending == nil && known.fingerprint == fingerprint
    if isThere, orders.contains(where: { $0.id == known.order }) { return .again(.orderChanged(known.order)) }
    return .refused(Self.taken(known, fingerprint))
  }

  private static func taken(_ known: ModelName, _ fingerprint: UInt64) -> Refusal {
    .externalNumberTaken(
      NameTaken(
        name: known.name, order: known.order, home: known.home, isSame: known.fingerprint == fingerprint,
        isPending: known.pending != nil))
  }

  /// A name is taken with a claim.
  mutating func takeName(_ bytes: [UInt8], for claim: ClaimKey, _ known: ModelClaim) -> Refusal? {
    guard let wanted = ClaimedName(bytes), wanted.name.slot == claim.slot else { return .invalidName }
    // A claim keeps the name that it has.
    if known.keepsName, let kept = names.first(where: { $0.name == ClaimedName(known.name)?.name }),
      kept.name != wanted.name
    {
      return Self.taken(kept, wanted.fingerprint)
    }
    guard let place = names.firstIndex(where: { $0.name == wanted.name }) else {
      names.append(
        ModelName(
          name: wanted.name, order: wanted.order, home: wanted.home, fingerprint: wanted.fingerprint, pending: claim.id)
      )
      return nil
    }
    guard names[place].order == wanted.order, names[place].home == wanted.home,
      names[place].pending == nil || names[place].pending == claim.id
    else { return Self.taken(names[place], wanted.fingerprint) }
    if names[place].pending != nil { names[place].pending = claim.id }
    return nil
  }

  /// Home has decided about a name that a claim took.
  mutating func settleName(_ claim: inout ModelClaim, _ settle: SettleClaim, isDecided: Bool) {
    guard !claim.name.isEmpty, !claim.keepsName, claim.pending == nil else { return }
    claim.keepsName = settle.keepsName && isDecided
    if let wanted = ClaimedName(claim.name),
      let place = names.firstIndex(where: { $0.name == wanted.name && $0.pending == settle.claim.id }),
      names[place].order == wanted.order
    {
      if claim.keepsName { names[place].pending = nil } else { names.remove(at: place) }
    }
    if !claim.keepsName { claim.name = [] }
  }
}
