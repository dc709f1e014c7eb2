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
  /// each shard's leader, as a part; a part verifies one shard. Only a few parts of a call run at once, over all Stores.
  func verifyLedger(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(VerifyLedgerRequest.self, message)
    switch origin.kind {
    case .part, .peer, .held:
      guard let shard = request.shards.first else { throw .invalidField("shards", found: "empty", allowed: "a shard") }
      if passOn(.auditVerifyLedger, message, origin, toOwnerOf: ShardID(shard)) { return }
      try verifyShard(ShardID(shard), origin)
    case .stream:
      let shards = try shardsToVerify(request)
      let key = StreamKey(connection: origin.tag, stream: origin.stream)
      startVerifications(gatherings.insert(.verification(Verification(key: key, shards: shards))))
    }
  }

  private func shardsToVerify(_ request: VerifyLedgerRequest) throws(CallFailure) -> [ShardID] {
    let all = inventoryShards
    if request.shards.isEmpty { return Array(all) }
    var seen: Set<UInt32> = []
    for (place, shard) in request.shards.enumerated() {
      guard all.contains(ShardID(shard)) else {
        throw .invalidField("shards[\(place)]", found: "\(shard)", allowed: "a shard: 1 to \(all.count)")
      }
      guard seen.insert(shard).inserted else {
        throw .invalidField("shards[\(place)]", found: "\(shard) once more", allowed: "each shard once")
      }
    }
    return request.shards.map { ShardID($0) }
  }

  /// Starts the next parts of a call. A part may fail before this returns, so the call is looked up for each.
  private func startVerifications(_ tag: UInt64) {
    while case .verification(var verification) = gatherings[tag], let shard = verification.start() {
      gatherings[tag] = .verification(verification)
      let part = CallOrigin.part(Int(shard.rawValue), of: tag, store: UInt16(index))
      var request = VerifyLedgerRequest()
      request.shards = [shard.rawValue]
      let bytes = request.encoded()
      dispatch(.auditVerifyLedger, bytes.rawSpan, part)
    }
  }

  /// Verifies one shard as it is in the state after the last turn, on a reader thread and from a snapshot.
  private func verifyShard(_ shard: ShardID, _ origin: CallOrigin) throws(CallFailure) {
    guard let prefix = store.statePrefix(of: shard) else { throw CallFailure(StoreRefusal.notHere) }
    let (node, place) = (node, index)
    let isTaken = state.readers.run { reader in
      let answer = StoreServer.verify(shard, prefix, reader)
      // A Store that takes no messages any more is stopping, and its callers are told so.
      _ = node.post([.verified(origin, answer)], toStore: place)
    }
    if !isTaken {
      throw CallFailure(
        .backlogFull, "too many verifications are running; retry later", retryDelayMilliseconds: 1_000)
    }
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

  /// Sends what was found in one shard; the last one ends the call. Once the caller is gone no further part is started.
  func deliver(_ answer: StoreAnswer, of shard: ShardID, to verification: Verification, _ tag: UInt64) {
    var verification = verification
    guard let connection = connections[verification.key.connection] else {
      gatherings.remove(tag)
      return
    }
    switch answer {
    case .failure(let failure):
      if failure.reason == .backlogFull && verification.putBack(shard) {
        gatherings[tag] = .verification(verification)
        return
      }
      gatherings.remove(tag)
      connection.session.fail(verification.key.stream, failure)
    case .message(let bytes):
      verification.end()
      var output = bytes
      var count = ByteWriter()
      count.field(2 << 3 | 0, varint: UInt64(verification.count))
      output += count.bytes
      if connection.session.send(verification.key.stream, bytes: output) == nil {
        gatherings.remove(tag)
      } else if verification.isComplete {
        gatherings.remove(tag)
        connection.session.finish(verification.key.stream)
      } else {
        gatherings[tag] = .verification(verification)
        startVerifications(tag)
      }
    }
    connection.outputChanged()
  }
}

/// A `VerifyLedger` call under way: the shards that are still to do and how many are being done. Owned by the thread of
/// the Store that has the connection.
struct Verification {
  /// Parts of one call at once, so that one call never fills a Store's queue of reads.
  static let runningMax = 4

  let key: StreamKey
  let count: Int
  private var waiting: [ShardID]
  private var running = 0
  /// A Store took no more; the next part waits until one has ended.
  private var isHeldBack = false

  init(key: StreamKey, shards: [ShardID]) {
    self.key = key
    count = shards.count
    waiting = shards.reversed()
  }

  var isComplete: Bool { waiting.isEmpty && running == 0 }

  /// The shard whose part starts now, if one may.
  mutating func start() -> ShardID? {
    guard running < Self.runningMax, !isHeldBack, let shard = waiting.popLast() else { return nil }
    running += 1
    return shard
  }

  /// A part is done.
  mutating func end() {
    invariant(running > 0, "a part of a verification was answered twice")
    running -= 1
    isHeldBack = false
  }

  /// A part was not taken; it is started again when another one ends.
  ///
  /// - Returns: `false` if no other one is running.
  mutating func putBack(_ shard: ShardID) -> Bool {
    end()
    guard running > 0 else { return false }
    waiting.append(shard)
    isHeldBack = true
    return true
  }
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
    recordsChecked = Int64(clamping: report.movements - min(report.movements, report.movementsCut))
  }
}
