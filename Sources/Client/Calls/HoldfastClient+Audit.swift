public import API

/// What a check of a node's ledger found.
public struct LedgerReport: Equatable, Sendable {
  /// One for each shard that was checked, as they were done.
  public var shards: [VerifyLedgerResponse]

  public init(shards: [VerifyLedgerResponse] = []) { self.shards = shards }

  /// Every shard was checked and nothing was wrong with any.
  public var isSound: Bool {
    guard let expected = shards.first?.shardCount else { return false }
    return shards.count == Int(expected) && shards.allSatisfy { $0.ok && $0.findingCount == 0 }
  }
}

extension HoldfastClient {
  /// Checks a node's ledger while it serves. It reads everything: allow minutes.
  ///
  /// - Parameters:
  ///   - shards: only these; empty for all that the node has.
  ///   - onShard: is told of each shard as it is done.
  /// - Throws: `.unavailable` when a shard cannot be read; `.outcomeUnknown` when the time was too short.
  public func verifyLedger(
    shards: [UInt32] = [], timeout: Duration = .seconds(600), onShard: (VerifyLedgerResponse) -> Void = { _ in }
  ) async throws(HoldfastError) -> LedgerReport {
    let answers = stream(AuditService.verifyLedger, VerifyLedgerRequest(shards: shards), timeout: timeout)
    var iterator = answers.makeAsyncIterator()
    var report = LedgerReport()
    while let answer = try await iterator.next() {
      report.shards.append(answer)
      onShard(answer)
    }
    return report
  }
}
