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
    let run = VerificationRun(shard, prefix)
    let isTaken = state.readers.runInSlices { reader in
      guard let found = run.step(reader) else { return true }
      // A Store that takes no messages any more is stopping, and its callers are told so.
      _ = node.post([.verified(found, shard, origin)], toStore: place)
      return false
    }
    if !isTaken { throw .readersBusy }
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

/// The verification of one shard, a slice at a time. Reader threads run it, one after the other, never two at once: the
/// pool hands it on as a job.
final class VerificationRun: @unchecked Sendable {
  /// Records of a slice: some 50 ms of a reader thread.
  private static let recordsPerSlice = 20_000

  private let shard: ShardID
  private let prefix: [UInt8]
  private var verifier: LedgerVerifier?
  private var found: VerifiedShard?
  private var cursor = ClaimCursor()

  init(_ shard: ShardID, _ prefix: [UInt8]) {
    self.shard = shard
    self.prefix = prefix
  }

  /// Looks at some more records.
  ///
  /// - Returns: what was found, once it is done.
  func step(_ reader: any StateReader) -> Result<VerifiedShard, CallFailure>? {
    do throws(StateReadError) {
      return try found == nil ? verify(reader) : collect(reader)
    } catch {
      return .failure(CallFailure(status: .dataLoss, message: "shard \(shard) cannot be read: \(error.message)"))
    }
  }

  private func verify(_ reader: any StateReader) throws(StateReadError) -> Result<VerifiedShard, CallFailure>? {
    var verifier = verifier ?? LedgerVerifier(prefix: prefix, reader: reader)
    self.verifier = nil
    try verifier.step(recordsMax: Self.recordsPerSlice)
    guard verifier.isDone else {
      self.verifier = verifier
      return nil
    }
    var response = VerifyLedgerResponse(verifier.report)
    response.shard = shard.rawValue
    found = VerifiedShard(response: response)
    return nil
  }

  /// Then what the shard says to others' slots and homes, from the same state.
  private func collect(_ reader: any StateReader) throws(StateReadError) -> Result<VerifiedShard, CallFailure>? {
    guard var found else { return nil }
    var ledger = LedgerReader(prefix: prefix, reader: reader)
    let (slots, homes) = try ledger.statements(&cursor, limit: Self.recordsPerSlice)
    self.found = nil
    found.asSlot += slots
    found.asHome += homes
    found.response.claimsChecked = Int64(found.asSlot.count + found.asHome.count)
    if cursor.isDone { return .success(found) }
    self.found = found
    return nil
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
    findings = report.findings.map { LedgerFinding($0) }
    findingCount = Int64(report.findingCount)
    revision = Int64(clamping: report.revision)
    asOfTime = WellKnown.Timestamp(report.stamp)
    balancesChecked = Int64(report.stockRows)
    holdsChecked = Int64(report.liveHolds)
    ordersChecked = Int64(report.orders)
    recordsChecked = Int64(clamping: report.movements - min(report.movements, report.movementsCut))
  }
}

extension LedgerFinding {
  init(_ finding: Finding) {
    self.init(text: finding.text)
    let (name, advice) = Self.meaning(of: finding.kind)
    (kind, self.advice) = (name, advice)
  }

  private static func meaning(of kind: Finding.Kind) -> (name: String, advice: String) {
    let replace =
      "compare with another replica: move leadership (holdfast cluster transfer) and verify again; if only one"
      + " replica says so, replace it (holdfast cluster move)"
    return switch kind {
    case .unreadable: ("UNREADABLE", replace)
    case .counter: ("COUNTER", replace)
    case .journal: ("JOURNAL", replace)
    case .balance: ("BALANCE", "holdfast journal SKU shows the movements; " + replace)
    case .doubleEntry: ("DOUBLE_ENTRY", "holdfast journal SKU shows the movements; " + replace)
    case .negative: ("NEGATIVE", "holdfast journal SKU shows the movements; " + replace)
    case .held: ("HELD", "holdfast hold list --sku SKU shows the live holds; " + replace)
    case .allocated: ("ALLOCATED", "holdfast order list --sku SKU shows the orders; " + replace)
    case .hold: ("HOLD", "holdfast hold show HOLD; " + replace)
    case .order: ("ORDER", "holdfast order show ORDER; " + replace)
    case .catalogue: ("CATALOGUE", replace)
    case .claim: ("CLAIM", "holdfast journal --hold HOLD shows what moved; " + replace)
    }
  }
}
