package import Basics
internal import Inventory
internal import Raft

/// The place of an operation in the list of all operations of a run.
package struct OperationNumber: RawRepresentable, Hashable, Comparable, Sendable {
  package var rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package static func < (left: OperationNumber, right: OperationNumber) -> Bool { left.rawValue < right.rawValue }

  /// The id that a client gives the request: of version 7, so that it carries its time, and the number for its random part,
  /// so that whoever sees the id knows the operation.
  package func requestID(at milliseconds: Int64) -> UniqueID {
    UniqueID(version7At: UInt64(milliseconds), randomHigh: 0, randomLow: UInt64(rawValue))
  }

  package init(of id: UniqueID) { rawValue = UInt32(truncatingIfNeeded: id.low) }
}

/// One thing that one client asks for, however often it has to repeat it.
struct Operation: Sendable {
  enum Request: Sendable {
    case command(Command)
    /// A hold over several shards, at the home of its lowest slot.
    case reserveAcross(AcrossHold)
    /// An order, at its home.
    case createOrder(AcrossOrder)
    case amendOrder(AcrossAmendment)
    case moveAcross(AcrossMove)
    case readStock(StockKey)
    case readHold(UniqueID)
    case readOrder(UniqueID)
    /// In a world whose slots move.
    case ofSlots(SlotRequest)
  }

  enum State: Equatable, Sendable {
    case pending
    /// Told at this time.
    case answered(WorldTime)
    /// The client gave up: whether it had an effect is unknown to it.
    case abandoned
  }

  var client: Int32
  var shard: ShardID
  var request: Request
  var invoked: WorldTime
  /// What everybody could know of the shard when the operation was invoked: a read must show at least that.
  var floor: UInt64
  /// The same of every shard, where it may be any that answers.
  var floors: [LogIndex] = []
  var attempts: UInt32 = 0
  /// How often the request was put on its way.
  var sends: UInt32 = 0
  /// Its one and only sending was refused: no replica may ever apply it.
  var isSurelyWithoutEffect = false
  var state = State.pending

  var isRead: Bool {
    switch request {
    case .command, .reserveAcross, .createOrder, .amendOrder, .moveAcross: false
    case .readStock, .readHold, .readOrder: true
    case .ofSlots(let request): request.isRead
    }
  }
}

/// What a node tells a client.
enum Reply: Sendable {
  case answer(Answer)
  /// Another shard had too little: no effect.
  case declined
  /// What the client asked to see, as of an index of the shard.
  case read
  /// Not taken: surely without effect.
  case refused
  /// The node cannot say what became of it.
  case unknown
}
