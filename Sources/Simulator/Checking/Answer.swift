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
  case ticked
  case swept
  /// A step between shards; the specification of one shard does not know it.
  case acrossShards
  case refused(Refusal)

  package init(_ outcome: Outcome, lines: [GrantedLine]) {
    switch outcome.result {
    case .skuPut(let put): self = .skuPut(put.sku, revision: put.revision)
    case .stockChanged(let changed): self = .stockChanged(available: changed.available, onHand: changed.onHand)
    case .reserved(let grant):
      self = .reserved(grant.state, expiry: grant.expiry, lines: Array(lines[grant.lines]))
    case .extended(_, let expiry): self = .extended(expiry: expiry)
    case .released: self = .released
    case .confirmed(let done):
      self = .confirmed(isReacquired: done.isReacquired, lines: Array(lines[done.lines]))
    case .ticked: self = .ticked
    case .swept: self = .swept
    case .claimPrepared, .claimUnsettled, .claimSettled, .burned, .acknowledged: self = .acrossShards
    case .refused(let refusal): self = .refused(refusal)
    }
  }

  /// Whether an outcome says the same; without making a value of it.
  func matches(_ outcome: Outcome, lines: [GrantedLine]) -> Bool {
    switch (self, outcome.result) {
    case (.skuPut(let sku, let revision), .skuPut(let put)): sku == put.sku && revision == put.revision
    case (.stockChanged(let available, let onHand), .stockChanged(let changed)):
      available == changed.available && onHand == changed.onHand
    case (.reserved(let state, let expiry, let expected), .reserved(let grant)):
      state == grant.state && expiry == grant.expiry && expected[...] == lines[grant.lines]
    case (.extended(let expected), .extended(_, let expiry)): expected == expiry
    case (.released, .released), (.ticked, .ticked), (.swept, .swept): true
    case (.acrossShards, .claimPrepared), (.acrossShards, .claimUnsettled), (.acrossShards, .claimSettled),
      (.acrossShards, .burned), (.acrossShards, .acknowledged):
      true
    case (.confirmed(let isReacquired, let expected), .confirmed(let done)):
      isReacquired == done.isReacquired && expected[...] == lines[done.lines]
    case (.refused(let expected), .refused(let refusal)): expected == refusal
    case (.skuPut, _), (.stockChanged, _), (.reserved, _), (.extended, _), (.released, _), (.ticked, _), (.swept, _),
      (.confirmed, _), (.acrossShards, _), (.refused, _):
      false
    }
  }
}

/// What the specification says a command must come to.
package struct ExpectedAnswer: Equatable, Sendable {
  package var id: UniqueID
  package var answer: Answer
  /// The request was carried out by an earlier entry.
  package var isReplay: Bool
}
