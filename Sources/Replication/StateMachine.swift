internal import Basics
internal import Inventory
internal import Placement

/// What a replica does with committed entries. Deterministic: the same entries give the same state, outcomes and changes.
protocol StateMachine: ~Copyable {
  /// The outcomes of a turn's commands, one for each command in order, gathered over all replicas of the kind.
  associatedtype Outcomes
  associatedtype Builder: EntryBuilding

  var appliedIndex: UInt64 { get }
  /// The stamp of the last applied entry.
  var stamp: Stamp { get }

  mutating func load(from reader: any StateReader) throws(StateReadError)

  mutating func apply(
    index: UInt64, payload: RawSpan, reader: any StateReader, changes: inout StateChanges, outcomes: inout Outcomes
  ) throws(StateReadError)

  /// Adds the changes that are made once a turn.
  mutating func finishTurn(changes: inout StateChanges)
  /// What was collected is in the reader now.
  mutating func changesWritten()

  /// The earliest stamp at which something falls due without anyone asking; `nil` if nothing will.
  var nextDue: Stamp? { get }

  static func count(_ outcomes: Outcomes) -> Int
}

/// Collects the commands of a shard's next entry.
protocol EntryBuilding {
  init()
  /// The number of commands so far.
  var count: Int { get }
  var byteCount: Int { get }
  /// Appends the command that makes the state machine look at the time.
  mutating func appendTick()
  /// The entry's payload under the leader's stamp; the builder is empty afterwards.
  mutating func take(stamp: Stamp) -> [UInt8]
}
