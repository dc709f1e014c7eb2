package import Basics

/// The state machine of one inventory shard: what a committed command does to stock, holds and orders. It reads no
/// clock and draws no random number; the same entries give the same outcomes, state and digest on every replica.
///
/// In memory: all SKUs and stock rows, all live holds, and which ids were settled lately. In keyed state: everything.
/// So a reservation reads no state at all, and only cold requests (an old id, a closed hold) do.
///
/// Owned by the thread of its replica's Store. After an error was thrown from ``apply(index:payload:reader:changes:outcomes:)``
/// the ledger has half an entry in it: throw it away, and load again.
///
/// It cannot be copied: it is large, and a compiler that may copy it did so for each look at it (measured: a tenth of a
/// Store's time).
package struct Ledger: ~Copyable, Sendable {
  /// Always `nil`. A value with a field that any type can stand in is always passed by its address. Without it the
  /// bytes of the whole ledger were copied to the stack for each call of a method that does not change it (measured with
  /// callgrind: all copying of bytes was 3,700 instructions a reservation on a Store's thread, and is 1,700).
  private let addressed: (any Sendable)? = nil
  let limits: LedgerLimits
  let seed: UInt64
  var applied = AppliedRecord()
  var skus: SKUTable
  var rows: StockRows
  var holds: LiveHolds
  /// The ids that were settled.
  var recent: RecentIDs
  /// The ids of holds and orders that have a claim here.
  var recentClaims: RecentIDs
  var overlay: ColdOverlay
  var unpaid = UnpaidOrders()
  /// Orders with lines that wait for stock of other slots, with their homes.
  var waitingElsewhere = SortedMap<UniqueID, SlotNumber>()
  var cold = KeyedOverlay()
  /// What other homes have yet to decide, and what other slots have yet to acknowledge.
  var pendingClaims = PendingClaims()
  var outbox = OutboxIndex()
  /// The newest part of the journal, while somebody follows it.
  var tail = JournalTail()
  /// Where the journal begins. Every replica cuts it for itself.
  package internal(set) var journalStart = JournalStart()
  var closures = Closures()
  var backorders = Backorders()
  /// SKUs of which something may have come that orders wait for.
  var fillable = FillableSKUs()
  /// How many lines of orders the entry being applied may still fill, and how many stock rows it may look at for that.
  var fillsLeft = 0
  var looksLeft = 0
  /// What became of the slots, the move by which some leave, and those by which some come.
  var slots = SlotStates()
  package internal(set) var leaving: LeavingRecord?
  /// While slots leave, the holds that have anything in them.
  var leavingHolds: LeavingHolds?
  var comings = SortedMap<UInt64, ComingRecord>()
  /// Orders that this entry wrote and that are to become claims, see `straddleWrittenOrders`.
  var ordersToStraddle: [UniqueID] = []

  // Local housekeeping; no outcome depends on it.
  /// Settled ids filed by their own time were forgotten up to this.
  var forgottenThrough: Int64 = 0
  /// Settled ids filed by when they were settled were forgotten up to this.
  var forgottenIndexThrough: Int64 = 0
  /// The last stamp whose effects are in the storage.
  var writtenStamp = Stamp.zero
  var needsAppliedRecord = false

  // Buffers that are reused from command to command.
  var key: KeyBuffer
  var value = ByteWriter()
  var journal = JournalWriter()
  var request = RequestScratch()
  var ahead = CommandsAhead()
  var reason: [UInt8] = []
  var holdLines: [HoldLine] = []
  var decision = DecisionScratch()
  var text: [UInt8] = []
  /// Over all changes of the entry being applied. Stock rows are not in it, because they are written once a turn and
  /// not once an entry; every change of theirs is in the journal, which is.
  var digest = StableHash()

  /// A ledger with nothing in it. `prefix` is put before every key; `seed` should be secret and differ from process to
  /// process.
  package init(prefix: [UInt8], seed: UInt64, limits: LedgerLimits = LedgerLimits()) {
    self.limits = limits
    self.seed = seed
    key = KeyBuffer(prefix: prefix)
    skus = SKUTable(seed: seed)
    rows = StockRows(seed: seed)
    holds = LiveHolds(seed: seed)
    recent = RecentIDs(countMax: limits.recentIDsMax, ageMilliseconds: limits.recentIDsAgeMilliseconds, seed: seed)
    recentClaims = recent
    overlay = ColdOverlay(seed: seed)
  }

  /// Has an empty ledger begin behind an entry of the log that is none of its own.
  package mutating func begin(behind index: UInt64) {
    invariant(applied.index == 0, "only an empty ledger begins")
    applied.index = index
  }

  /// The log index of the last entry applied.
  package var appliedIndex: UInt64 { applied.index }
  /// What the last entry applied is called outside: its index, and what it takes to be ahead of every revision at which a
  /// slot of this shard was another's. So whoever was told a revision of something finds it grow, wherever that goes.
  package var revision: UInt64 { applied.revision }
  /// The stamp of the last entry applied.
  package var stamp: Stamp { applied.stamp }
  /// Equal on replicas that applied the same entries, however these were batched into turns.
  package var stateDigest: UInt64 { applied.digest }
  package var liveHoldCount: Int { holds.count }
  /// How many numbers of SKUs were given, also to SKUs that are not here (any more).
  package var skuCount: Int { skus.count }
  package var presentSKUCount: Int { skus.presentCount }
  package var stockRowCount: Int { rows.count }
  package var orderCount: UInt64 { applied.orders }
  /// The sequence of the last movement; 0 for none.
  package var lastSequence: UInt64 { applied.nextSequence - 1 }
  /// What preparations that came to nothing hid from buyers since this replica was started.
  package internal(set) var phantomShortage = PhantomShortage()
  /// Commands that could not be read or carried out so far. Anything but zero means that a leader wrote what it should not
  /// have.
  package var alarmCount: UInt64 { applied.alarms }

  /// Writes what is written once a turn rather than once a command: the changed stock rows, and what was applied.
  package mutating func finishTurn(changes: inout StateChanges) {
    for row in rows.dirty {
      key.setStock(rows[row].key)
      value.removeAll()
      StockRecord(
        lastSequence: rows[row].lastSequence, drainedThrough: rows[row].drainedThrough,
        onHandRevision: rows[row].onHandRevision, balances: rows[row].balances
      ).encode(to: &value)
      changes.put(key: key.bytes.rawSpan, value: value.bytes.rawSpan)
    }
    rows.markAllClean()
    guard needsAppliedRecord else { return }
    needsAppliedRecord = false
    key.set(.applied)
    value.removeAll()
    applied.encode(to: &value)
    changes.put(key: key.bytes.rawSpan, value: value.bytes.rawSpan)
  }

  /// The batch with all changes so far is in the reader now.
  package mutating func changesWritten() {
    overlay.removeAll()
    cold.removeAll()
    writtenStamp = applied.stamp
  }

  // MARK: Changes that the digest covers

  /// Puts `value` under `key`.
  mutating func put(_ changes: inout StateChanges) {
    changes.put(key: key.bytes.rawSpan, value: value.bytes.rawSpan)
    digest.combine(key.bytes, from: key.prefixByteCount)
    digest.combine(value.bytes, from: 0)
  }

  /// Deletes `key`.
  mutating func delete(_ changes: inout StateChanges) {
    changes.delete(key: key.bytes.rawSpan)
    digest.combine(key.bytes, from: key.prefixByteCount)
  }
}

extension StableHash {
  fileprivate mutating func combine(_ bytes: [UInt8], from start: Int) {
    let span = bytes.rawSpan
    unsafe combine(span.extracting(unchecked: start..<span.byteCount))
  }
}
