package import Basics
package import Inventory

// What orders ask of other shards. The edge and the simulator make their requests here, so that the one is what the other
// checks.

extension AcrossRequest {
  /// A new order whose lines, or whose name, are of other shards too: `parts` is what is asked of those.
  package static func creating(
    _ create: CreateOrder, _ header: RequestHeader, _ split: SplitReserve, _ parts: [AcrossPart]
  ) -> AcrossRequest {
    var request = AcrossRequest(
      claim: header.id, header, home: create.home, tenant: split.tenant, parts: parts
    ) { version, grants in
      .decideOrder(
        header,
        DecideOrder(version: version, create: create, remote: split.decidedLines(grants), parts: grants.claimParts))
    }
    request.sourcing = create.sourcing.withoutBackorders
    return request
  }

  /// An amendment that wants more of other shards: `split` has what more is wanted of the order's lines, and then what is
  /// added.
  package static func amending(
    _ order: OrderRecord, _ amend: AmendOrder, _ header: RequestHeader, _ split: SplitReserve
  ) -> AcrossRequest {
    AcrossRequest(
      claim: order.claim(of: amend.target.order), header, home: order.home, tenant: split.tenant, parts: split.parts
    ) { version, grants in
      .decideAmend(
        header,
        DecideAmend(version: version, amend: amend, remote: split.decidedLines(grants), parts: grants.claimParts))
    }
  }

  /// A confirmation for which other shards have to be asked: for lines of a hold that has expired, or for the order's name.
  package static func confirming(
    _ hold: UniqueID, home: SlotNumber, _ terms: OrderTerms, _ header: RequestHeader, tenant: [UInt8],
    _ parts: [AcrossPart]
  ) -> AcrossRequest {
    AcrossRequest(claim: hold, header, home: home, tenant: tenant, parts: parts) { version, grants in
      .decideConfirm(
        header,
        DecideConfirm(hold: hold, version: version, home: home, terms: terms, parts: grants.claimParts))
    }
  }
}

extension AcrossRequest {
  /// What a hold or an order has of a SKU of another slot moves to another location; `there` is what it has of it where it
  /// was. For more than that nothing is asked of the slot: the entry then says why not.
  package static func moving(
    _ move: MoveAllocation, of item: RemoteItem, claim: UniqueID, home: SlotNumber, there: Int64,
    _ header: RequestHeader
  ) -> AcrossRequest {
    let quantity = move.quantity(of: there)
    var split = SplitReserve(tenant: Array(item.tenant.utf8))
    split.add(AcrossLine(sku: Array(item.sku.utf8), location: move.to, quantity: quantity), in: item.slot)
    let isThere = quantity > 0 && quantity <= there
    return AcrossRequest(claim: claim, header, home: home, tenant: split.tenant, parts: isThere ? split.parts : []) {
      version, grants in
      .decideMove(
        header,
        DecideMove(
          version: version, home: home, line: split.decidedLines(grants)[0], parts: grants.claimParts, move: move))
    }
  }
}

extension [AcrossPart] {
  /// Of a hold that has expired all lines of other shards once more, just as they were; of any other nothing.
  package init(confirming hold: HoldView) {
    self = []
    for line in hold.lines where hold.state == .expired && line.granted > 0 {
      guard case .remote(let item) = hold.item(of: line) else { continue }
      let asked = AcrossLine(sku: [UInt8](item.sku.utf8), location: line.location, quantity: line.granted)
      self[place(of: item.slot)].lines.append(asked)
    }
  }

  /// Adds the name of an order, which another shard keeps.
  package mutating func add(_ name: OrderName, of order: UniqueID, home: SlotNumber, fingerprint: UInt64) {
    self[place(of: name.slot)].name = name.claimed(by: order, home: home, fingerprint: fingerprint)
  }

  /// The place of a slot's part, which is added if there is none.
  mutating func place(of slot: SlotNumber) -> Int {
    if let known = firstIndex(where: { $0.slot == slot }) { return known }
    append(AcrossPart(slot: slot))
    return count - 1
  }
}

extension SplitReserve {
  /// Adds what more is wanted of an order's lines in other shards.
  package mutating func addGrowth(of order: OrderRecord, _ changes: [LineQuantity]) {
    for change in changes where order.lines.indices.contains(change.line) {
      let line = order.lines[change.line]
      guard case .remote(let item) = line.item, change.quantity > line.wanted else { continue }
      let more = AcrossLine(
        sku: Array(item.sku.utf8), location: line.location, quantity: change.quantity - line.wanted)
      add(more, in: item.slot)
    }
  }
}

extension [AcrossGrant] {
  /// What the participants know their parts by.
  package var claimParts: [ClaimPart] {
    map { ClaimPart(slot: $0.slot, token: $0.token) }.filter { $0.token != 0 }
  }
}
