internal import Basics
internal import Inventory
internal import Placement

/// What a replica does with committed entries. Deterministic: the same entries give the same state, outcomes and changes.
protocol StateMachine: ~Copyable {
  associatedtype Builder: EntryBuilding

  /// A machine with nothing in it. Every key of its state begins with `prefix`; `seed` is for its hash tables.
  static func empty(prefix: [UInt8], seed: UInt64) -> Self

  var appliedIndex: UInt64 { get }
  /// The stamp of the last applied entry.
  var stamp: Stamp { get }
  /// Equal on machines that applied the same entries.
  var stateDigest: UInt64 { get }

  /// Fills an empty machine.
  mutating func load(from reader: any StateReader) throws(StateReadError)

  /// An empty machine begins behind this entry instead of behind entry 0.
  mutating func begin(behind index: UInt64)

  /// Applies one entry; an empty payload only moves the index. The outcomes of its commands, in their order, go to the
  /// effects, in the list for machines of this kind.
  mutating func apply(
    index: UInt64, payload: RawSpan, reader: any StateReader, changes: inout StateChanges, effects: inout TurnEffects
  ) throws(StateReadError)

  /// Adds the changes that are made once a turn.
  mutating func finishTurn(changes: inout StateChanges)
  /// What was collected is in the reader now.
  mutating func changesWritten()

  /// The earliest stamp at which something falls due without anyone asking; `nil` if nothing will.
  var nextDue: Stamp? { get }

  /// How many outcomes of machines of this kind there are in the effects.
  static func outcomeCount(in effects: inout TurnEffects) -> Int
  /// Names who waited for one of these outcomes.
  static func add(_ completion: Completion, to effects: inout TurnEffects)
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

extension EntryBuilding {
  /// Whether there are fewer commands and bytes than these. Mutating only so that it is asked in its place: from outside a
  /// getter would be handed a copy of the builder, for each command.
  @inline(__always)
  mutating func hasRoom(countMax: Int, byteCountMax: Int) -> Bool { count < countMax && byteCount < byteCountMax }
}
