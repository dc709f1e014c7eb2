internal import Basics
internal import Raft

/// A snapshot on its way to a replica of this Store: its parts are put under the next generation, which nobody reads yet.
/// Owned by the replica.
struct SnapshotReceiving {
  /// Raft's message, which is stepped when everything has arrived.
  var message: Message
  let cut: CutNumber
  let generation: UInt16
  /// The number of the next part, and the last key that arrived.
  var next: UInt64 = 0
  var position: [UInt8] = []
  /// Bytes of pairs that arrived since the process started or the snapshot began.
  var byteCount = 0
  /// About how many bytes it has in all, with those; 0 while that is not known.
  var totalByteCount = 0
  var hasAll = false
  /// The loading of the machine from what arrived.
  var load: MachineLoad?
  /// The group was told, and will install.
  var isStepped = false
  /// The next part is to be asked for when what arrived is written.
  var wantsNext = true
  /// In the Store's ticks.
  var heardTick: UInt64
  var askedTick: UInt64

  init(_ offer: SnapshotOffer, generation: UInt16, tick: UInt64) {
    message = offer.message
    cut = offer.cut
    self.generation = generation
    heardTick = tick
    askedTick = tick
  }

  /// Goes on where a restart found it.
  init(_ record: StagingRecord, tick: UInt64) {
    message = record.message
    cut = record.cut
    generation = record.generation
    next = record.next
    position = record.position
    heardTick = tick
    askedTick = tick
  }

  var record: StagingRecord {
    StagingRecord(generation: generation, cut: cut, next: next, position: position, message: message)
  }

  /// Seen from this side: the head of what is sent back.
  var head: TransferHead { TransferHead(from: message.to, to: message.from, cut: cut) }

  var request: ChunkRequest { ChunkRequest(head: head, number: next, position: position) }

  /// Whether an offer is of the snapshot that is arriving.
  func isOf(_ offer: SnapshotOffer) -> Bool {
    cut == offer.cut && message.from == offer.message.from && message.body == offer.message.body
  }

  /// Whether a part is the one that is missing.
  func expects(_ chunk: borrowing Chunk) -> Bool {
    !hasAll && chunk.head == TransferHead(from: message.from, to: message.to, cut: cut) && chunk.number == next
      && chunk.position == position
  }
}

/// A snapshot whose data is here and which the group has decided to install. The order is the safety argument: the switch
/// to the new generation, with the configuration, is one batch of the state; when that is flushed, the log is told to
/// begin behind the snapshot, together with the hard state; when that is durable the group is told. A crash before the
/// flush leaves the old state with the old log; a crash after it leaves the new state, whose record holds index and term
/// of its last entry, and recovery begins the log there.
struct SnapshotInstall {
  var snapshot: Snapshot
  /// For the log, once the state is durable.
  var records: [LogBatch.Record]
  var receipt: PersistReceipt
  var promises: [Message]
  /// The switch is written; it is durable when this is answered.
  var flush: FlushNumber?
  /// Its records are in a batch for the log.
  var isInBatch = false
}
