internal import Basics
internal import Inventory
internal import Placement

/// What the leader of a shard that gives slots away knows beside its ledger. All of it can be lost: whoever leads next asks
/// the target how far it is, and goes on. Owned by the Store and its thread.
struct SlotMover {
  /// A part of the state as it was, read bit by bit on a reader's thread.
  struct Scan {
    enum Purpose: Equatable {
      /// What was settled for slots that leave.
      case copying(move: UInt64)
      /// What is left of slots that are not here.
      case tidying([ClosedRange<SlotNumber>])
    }

    var purpose: Purpose
    /// `nil` until the state is frozen.
    var cut: CutNumber?
    /// The next pairs are those behind this key.
    var position: [UInt8]
    var isReading = false
    /// All has been read.
    var isOver = false
  }

  /// A chunk of history or of the queue.
  struct Piece {
    var chunk: [UInt8]
    /// Where the source goes on behind it.
    var cursor: MoveCursor
    /// Of the last one of what was taken out of the queue: the target has the queue up to here.
    var queuedThrough: UInt64?
  }

  let shard: ShardID
  /// The move that this is about; 0 for none.
  var move: UInt64 = 0
  /// Differs from that of any other mover of the shard: the target says whose piece it took.
  var sender: UInt64
  /// What the target said last; `nil` when it is to be asked.
  var target: SlotAnswer?
  /// Slots for which this leader takes no more commands, so that nobody waits for an answer about them when they go. It is
  /// the gate's affair alone: whoever leads next begins anew.
  var closing: ClosedRange<SlotNumber>?
  /// All that was taken before has been answered.
  var isClosed = false
  /// When the slots are open again, in the Store's ticks, whatever became of handing them over.
  var openTick: UInt64 = 0
  /// What is under way: a question to the target, or a command of the shard's own.
  var waiting: UInt64?
  var scan: Scan?
  /// What was read and is to be sent, in order.
  var pieces = RingBuffer<Piece>()
  /// The part of the parcel that was sent last: the same one again waits a moment.
  var sentPart: UInt32?
  /// What is under way is a piece.
  var isSendingHistory = false
  /// See ``SlotView/isCatchingUp``.
  var isCatchingUp = false
  /// When to look again, in the Store's ticks.
  var dueTick: UInt64 = 0
  /// When the meta shard may be told again.
  var metaTick: UInt64 = 0
  var reportTick: UInt64 = 0
  var reported: MoveReport?
  /// Slices that were read in this tick.
  var slicesInTick = 0

  init(shard: ShardID, sender: UInt64) {
    self.shard = shard
    self.sender = sender
  }

  /// Takes commands for all slots again. Of those that go all the same the ledger says so.
  mutating func open() { (closing, isClosed) = (nil, false) }
}

/// What a cursor says: where the source goes on.
enum MoveCursor {
  /// Behind this key of the state, without the prefix.
  case scanning([UInt8])
  /// All of the state has been read; what changed since is in the queue.
  case queue

  init(_ bytes: [UInt8]) {
    switch bytes.first {
    case 0: self = .scanning(Array(bytes.dropFirst()))
    case nil: self = .scanning(Ledger.historyKeys.start)
    default: self = .queue
    }
  }

  var bytes: [UInt8] {
    switch self {
    case .scanning(let key): [0] + key
    case .queue: [1]
    }
  }
}

/// What comes next for a source. A function of the table, of the ledger, and of what the target said; of nothing else that is
/// remembered: so whoever leads next goes on where this one was.
///
/// The order is what keeps each slot with one owner. The source's `handOver` comes first: from it on the source refuses. Then
/// the target takes in what the slots have, then the map says so to everybody, and only then the source forgets.
enum SlotStep: Equatable {
  case wait
  case ask
  case begin
  case scan
  case sendQueue
  case handOver
  case pack
  case sendPart(UInt32)
  case assign(ClosedRange<SlotNumber>)
  case forget(ClosedRange<SlotNumber>)
  case stop
  case cancel
  case forgetQueue(through: UInt64)
  case endImport
  case end
  case finish
}

/// What a step is chosen from.
struct SlotView {
  var move: SlotMove
  var map: ShardMap
  var leaving: LeavingRecord?
  var target: SlotAnswer?
  /// Slots of the move are still here.
  var hasSlotsLeft: Bool
  /// Entries of the queue that go with a batch.
  var queueMax: UInt64
  /// The queue has become long: it is sent before anything else, and while ops want the move to rest.
  var isCatchingUp = false

  var step: SlotStep {
    guard let leaving, leaving.move == move.id else {
      // Another move of the shard goes first.
      if leaving != nil { return .wait }
      if move.state == .cancelled || !map.ownsAny(of: move.slots, move.from) { return .finish }
      return move.state == .running ? .begin : .wait
    }
    if leaving.isPacking { return .pack }
    if let batch = leaving.batch { return step(of: batch) }
    if move.state == .cancelled, hasSlotsLeft, !leaving.isStopping { return .stop }
    guard hasSlotsLeft, !leaving.isStopping else { return ending(leaving) }
    if move.state == .paused, !isCatchingUp { return .wait }
    guard let target else { return .ask }
    if isCatchingUp { return .sendQueue }
    guard case .queue = MoveCursor(target.record?.cursor ?? []) else { return .scan }
    return leaving.queueCount > queueMax ? .sendQueue : .handOver
  }

  /// Nothing is here any more, or nothing more goes. That is true of every leader's ledger, however old: so the target may be
  /// told, whoever says it.
  private func ending(_ leaving: LeavingRecord) -> SlotStep {
    if hasSlotsLeft, move.state != .cancelled { return .cancel }
    if leaving.queueCount > Ledger.queueForgottenMax {
      return .forgetQueue(through: leaving.queueFirst + Ledger.queueForgottenMax - 1)
    }
    return target?.hasEnded == true ? .end : .endImport
  }

  /// A batch that was handed over goes its way whatever ops want meanwhile.
  private func step(of batch: SlotBatch) -> SlotStep {
    let slots = batch.slots
    if isMutated(.forgetsParcels) { return .forget(slots) }
    if map.owns(slots.numbers, move.to) { return .forget(slots) }
    guard let target else { return .ask }
    if target.isHere { return .assign(slots) }
    return .sendPart(target.record?.batch == batch ? target.record?.partsReceived ?? 0 : 0)
  }
}
