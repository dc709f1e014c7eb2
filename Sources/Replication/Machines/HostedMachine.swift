internal import Basics
internal import Raft

/// What a replica needs of its state machine, of whatever kind: called for each dirty replica and turn, never for each
/// command. Owned by the Store's thread.
protocol HostedMachine: AnyObject {
  var appliedIndex: LogIndex { get }
  var stamp: Stamp { get }
  var stateDigest: UInt64 { get }
  var nextDue: Stamp? { get }
  /// The last one that was passed since the machine was opened.
  var checkpoint: StateCheckpoint? { get }

  /// The commands that wait for the next entry.
  var commandCount: Int { get }
  var commandByteCount: Int { get }
  /// Adds the command that lets time pass; nobody waits for it.
  func addTick()
  /// Takes the waiting commands as the payload of an entry.
  func takeCommands(stamp: Stamp) -> TakenCommands
  /// An entry with these reservations was applied.
  func reservationsApplied(_ ids: [UInt64])
  /// The leadership is lost: forgets the waiting commands, and what is under way; answers who waited for them.
  func dropCommands() -> [Waiter]

  /// Applies an entry; answers which of the turn's outcomes are those of its commands.
  func apply(
    _ entry: Entry, reader: any StateReader, changes: inout StateChanges, effects: inout TurnEffects
  ) throws(StateReadError) -> Range<Int>
  /// Names who waited for the commands of an entry, whose outcomes begin at `first`; answers whether a tick was one.
  func complete(_ waiters: [Waiter], of shard: ShardID, from first: Int, effects: inout TurnEffects) -> Bool
  func finishTurn(changes: inout StateChanges)
  func changesWritten()

  /// The loading of another machine of this kind from what is under a prefix. If nothing is there, the machine begins
  /// behind the entry `beginning`.
  func makeLoad(from prefix: PartitionPrefix, beginning: LogIndex) -> MachineLoad
  /// Puts a loaded machine in the place of the present one.
  func adopt(_ load: MachineLoad)
}

/// The commands that waited for an entry.
struct TakenCommands {
  var payload: [UInt8]
  /// Who waits for each.
  var waiters: [Waiter]
  /// The lower halves of the ids of the reservations that came through the gate.
  var reservations: [UInt64]
}
