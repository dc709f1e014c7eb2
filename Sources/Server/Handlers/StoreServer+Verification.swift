internal import API
internal import Basics
internal import HTTP2
internal import Inventory
internal import Placement
internal import Replication
internal import Storage

// MARK: - Verification

extension StoreServer {
  /// Verifies shards on reader threads and streams what was found, a message a shard. The call that a client made asks
  /// each shard's Store, as a part; a part verifies one shard.
  func verifyLedger(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    switch origin.kind {
    case .part: try verifyShard(ShardID(origin.item), origin)
    case .stream:
      let request = try RequestFields.decode(VerifyLedgerRequest.self, message)
      let all = node.shardMap.inventoryShards
      let shards = request.shards.isEmpty ? all : request.shards.map { ShardID($0) }
      for (place, shard) in shards.enumerated() where !all.contains(shard) {
        throw .invalidField("shards[\(place)]", found: "\(shard)", allowed: "a shard of this node: 1 to \(all.count)")
      }
      let key = StreamKey(connection: origin.tag, stream: origin.stream)
      let gathering = gatherings.insert(
        .verification(Verification(key: key, missing: shards.count, count: shards.count)))
      for shard in shards {
        let part = CallOrigin.part(Int(shard.rawValue), of: gathering, store: UInt16(index))
        if !passOn(.auditVerifyLedger, message, part, toOwnerOf: shard) { dispatch(.auditVerifyLedger, message, part) }
      }
    }
  }

  /// Verifies one shard as it is in the state after the last turn, on a reader thread and from a snapshot.
  private func verifyShard(_ shard: ShardID, _ origin: CallOrigin) throws(CallFailure) {
    let prefix = ReplicaSpecification(shard: shard, member: StoreServer.member).prefix
    let (node, place) = (node, index)
    let isTaken = state.readers.run { reader in
      let answer = StoreServer.verify(shard, prefix, reader)
      // A Store that takes no messages any more is stopping, and its callers are told so.
      _ = node.post([.verified(origin, answer)], toStore: place)
    }
    if !isTaken { throw CallFailure(StoreRefusal.backlogFull) }
  }

  private static func verify(_ shard: ShardID, _ prefix: [UInt8], _ reader: any StateReader) -> StoreAnswer {
    var verifier = LedgerVerifier(prefix: prefix, reader: reader)
    do throws(StateReadError) {
      var response = VerifyLedgerResponse(try verifier.run())
      response.shard = shard.rawValue
      return .message(response.encoded())
    } catch {
      return .failure(CallFailure(status: .dataLoss, message: "shard \(shard) cannot be read: \(error.message)"))
    }
  }

  /// Sends what was found in one shard; the last one ends the call.
  func deliver(_ answer: StoreAnswer, to verification: Verification, _ tag: UInt64) {
    var verification = verification
    guard let connection = connections[verification.key.connection] else {
      gatherings.remove(tag)
      return
    }
    switch answer {
    case .failure(let failure):
      gatherings.remove(tag)
      connection.session.fail(verification.key.stream, failure)
    case .message(let bytes):
      var output = bytes
      var count = ByteWriter()
      count.field(2 << 3 | 0, varint: UInt64(verification.count))
      output += count.bytes
      connection.session.send(verification.key.stream, bytes: output)
      verification.missing -= 1
      if verification.missing == 0 {
        gatherings.remove(tag)
        connection.session.finish(verification.key.stream)
      } else {
        gatherings[tag] = .verification(verification)
      }
    }
    connection.outputChanged()
  }
}

/// A `VerifyLedger` call under way.
struct Verification {
  var key: StreamKey
  var missing: Int
  let count: Int
}

extension VerifyLedgerResponse {
  init(_ report: VerificationReport) {
    self.init()
    ok = report.isSound
    findings = report.findings.map { LedgerFinding(text: $0.text) }
    findingCount = Int64(report.findingCount)
    revision = Int64(clamping: report.appliedIndex)
    asOfTime = WellKnown.Timestamp(report.stamp)
    balancesChecked = Int64(report.stockRows)
    holdsChecked = Int64(report.liveHolds)
    ordersChecked = Int64(report.orders)
    recordsChecked = Int64(clamping: report.movements)
  }
}
