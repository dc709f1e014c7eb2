internal import API
internal import Basics
internal import HTTP2
internal import Inventory

/// A call that is answered in parts. Owned by the thread of the Store that has the connection.
enum Gathering {
  case batch(BatchGathering)
  case rows(RowGathering)
  case pages(PagedCall)
  case streamed(StreamedCall)
  case imported(ImportedRow)
  case status(BatchGathering)
  case verification(Verification)
  /// The comparison of a shard's claims, as part of its verification.
  case claims(ClaimCheck)
  /// A change of goals that is on its way through the meta shard.
  case goals(GoalsChange)
  /// Moves of slots that are on their way through the meta shard.
  case moves(MovesOrdered)
  /// Any other change of the cluster that somebody asked for.
  case audited(AuditedChange)
  /// A question to a shard's leader how far it is, and when it left.
  case freshness(ShardID, asked: Instant)
  /// The second read of a call that takes two, which answers it.
  case relayed(CallOrigin)
  /// The same of an order that may have this name, or not.
  case named(OrderName, CallOrigin)
  /// A held call that waits for this Store's copy of the locations to be up to date.
  case locations(held: UInt64)
  /// A location was put, and the shards are told; the response waits until all know it.
  case locationsTold(BatchGathering, PutLocationResponse)
  /// Nobody waits for the answer.
  case unattended
  /// A change feed, each part of which is a shard.
  case follower(Follower)
  /// A change feed that waits for this node's table of the shards to be up to date.
  case feedStart(StreamChangesRequest, FeedToken, CallOrigin)
  /// A watch of stock, of a hold or an order.
  case watcher(Watcher)
  /// A look that waits for the index that its state has at least.
  case pullIndex(ParkedPulls.Parked)
  /// What this Store asked the leader of another shard, under the number that the core gave it.
  case across(UInt64)
  /// The same question about the meta shard, for a Store that waits for its locations.
  case metaIndex(CallOrigin)
}

/// A batch call: one result for each item, in order, sent when the last has come.
final class BatchGathering {
  let origin: CallOrigin
  private(set) var results: [StoreAnswer?]
  private var missing: Int

  init(origin: CallOrigin, count: Int) {
    self.origin = origin
    results = Array(repeating: nil, count: count)
    missing = count
  }

  var isComplete: Bool { missing == 0 }

  /// Each part is answered once.
  func take(_ answer: StoreAnswer, for part: Int) {
    invariant(part < results.count && results[part] == nil, "a part of a batch was answered twice")
    results[part] = answer
    missing -= 1
  }

  /// The response. All batch responses of the contract have one shape: `results = 1`, each with the outcome's message as
  /// field 1 or a `CallError` as field 2.
  func encode(into writer: inout ByteWriter) {
    for result in results {
      let start = writer.beginDelimited(1 << 3 | 2)
      switch result {
      case .message(let bytes): writer.field(1 << 3 | 2, bytes: bytes)
      case .failure(let failure): writer.field(2 << 3 | 2, message: CallError(failure))
      case nil: invariantViolated("a batch was answered before all its parts were")
      }
      writer.endDelimited(start)
    }
  }
}

extension BatchGathering {
  /// The messages of all parts as a repeated field; a part that failed is left out.
  func encodeMessages(as field: UInt32, into writer: inout ByteWriter) {
    for case .message(let bytes) in results { writer.field(field << 3 | 2, bytes: bytes) }
  }
}

/// One request of a `ReserveStream`, answered under the tag that its caller chose.
struct StreamedCall {
  var key: StreamKey
  var tag: UInt64
}

/// A stream of a connection, as a key. For calls that stay open, of which there are few.
struct StreamKey: Hashable {
  var connection: UInt64
  var stream: StreamID
}

/// A streaming call that is open.
struct StreamingCall {
  var method: Method
  /// Of an import, once its first message has come.
  var source: ImportSource?
  /// Requests taken and not answered.
  var pending = 0
  /// The caller has said all.
  var isHalfClosed = false
  /// The node goes down: nothing more is taken, and the stream ends with its last answer.
  var isEnding = false
  /// Reading is paused, because too much is pending or queued.
  var isPaused = false

  /// Requests of one stream that may wait for their answers before reading pauses.
  static let pendingMax = 4_096
}
