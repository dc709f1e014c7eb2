internal import Basics
internal import Raft

/// A replica's state machine, and the commands that wait for its next entry. Owned by the Store and its thread.
final class MachineHost<Machine: StateMachine & ~Copyable> {
  private var place: FixedPlace<Machine>
  private let seed: UInt64

  private var commands = Machine.Builder()
  /// Who waits for each command. Invariant: as many as there are commands.
  private var waiters: [Waiter] = []
  /// The reservations among the commands.
  private var reservations: [UInt64] = []
  private var underWay = ReservationsUnderWay()
  private(set) var checkpoint: StateCheckpoint?

  /// Takes over a machine that was loaded, by ``load(from:seed:beginning:)`` for a machine of this kind.
  init(_ load: MachineLoad, seed: UInt64) throws(StateReadError) {
    self.seed = seed
    place = try Self.place(of: load)
  }

  /// The loading of the machine of the state under a prefix. If there is none, it begins behind the entry `beginning`.
  static func load(from prefix: PartitionPrefix, seed: UInt64, beginning: LogIndex) -> MachineLoad {
    MachineLoad { reader throws(StateReadError) in
      let place = FixedPlace(Machine.empty(prefix: prefix.bytes, seed: seed))
      try place.value.load(from: reader)
      if place.value.appliedIndex == 0 { place.value.begin(behind: beginning.rawValue) }
      return (place, LogIndex(place.value.appliedIndex))
    }
  }

  private static func place(of load: MachineLoad) throws(StateReadError) -> FixedPlace<Machine> {
    guard let result = load.result, let place = try result.get().place as? FixedPlace<Machine> else {
      invariantViolated("a machine was taken over that is not loaded, or of another kind")
    }
    return place
  }

  var machine: Machine {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(place.address) }
    @inline(__always) unsafeMutableAddress { unsafe place.address }
  }

  /// Adds one command to the next entry. `encode` appends exactly one command.
  @inline(__always)
  func add(_ waiter: Waiter, _ limits: StoreLimits, _ encode: (inout Machine.Builder) -> Void) throws(StoreRefusal) {
    guard commands.hasRoom(countMax: limits.pendingCommandsMax, byteCountMax: limits.pendingBytesMax) else {
      throw .backlogFull
    }
    encode(&commands)
    waiters.append(waiter)
  }

  /// The command that was added last is a reservation of this id.
  @inline(__always)
  func noteReservation(_ id: UniqueID) {
    reservations.append(id.low)
    underWay.insert(id.low)
  }

  /// Whether a reservation of this id may have been taken and not be applied yet; `false` is certain.
  @inline(__always)
  func mayBeUnderWay(_ id: UniqueID) -> Bool { underWay.mayContain(id.low) }
}

extension MachineHost: HostedMachine where Machine: ~Copyable {
  var appliedIndex: LogIndex { LogIndex(machine.appliedIndex) }
  var stamp: Stamp { machine.stamp }
  var stateDigest: UInt64 { machine.stateDigest }
  var nextDue: Stamp? { machine.nextDue }

  var commandCount: Int { commands.count }
  var commandByteCount: Int { commands.byteCount }

  func addTick() {
    commands.appendTick()
    waiters.append(.none)
  }

  func takeCommands(stamp: Stamp) -> TakenCommands {
    invariant(commands.count == waiters.count, "each waiter has exactly one command")
    let taken = TakenCommands(payload: commands.take(stamp: stamp), waiters: waiters, reservations: reservations)
    waiters = []
    waiters.reserveCapacity(taken.waiters.count)
    reservations = []
    reservations.reserveCapacity(taken.reservations.count)
    return taken
  }

  func reservationsApplied(_ ids: [UInt64]) { underWay.remove(ids) }

  func dropCommands() -> [Waiter] {
    commands = Machine.Builder()
    reservations = []
    underWay.removeAll()
    defer { waiters = [] }
    return waiters
  }

  func apply(
    _ entry: Entry, reader: any StateReader, changes: inout StateChanges, effects: inout TurnEffects
  ) throws(StateReadError) -> Range<Int> {
    let first = Machine.outcomeCount(in: &effects)
    switch entry.kind {
    case .normal:
      try machine.apply(
        index: entry.index.rawValue, payload: entry.payload.rawSpan, reader: reader, changes: &changes,
        effects: &effects)
    case .configuration:
      // A change of the members is the group's affair; the machine only counts the entry.
      try machine.apply(
        index: entry.index.rawValue, payload: RawSpan(), reader: reader, changes: &changes, effects: &effects)
    }
    if entry.index.rawValue % StateCheckpoint.interval == 0 {
      checkpoint = StateCheckpoint(index: entry.index, digest: machine.stateDigest)
    }
    return first..<Machine.outcomeCount(in: &effects)
  }

  func complete(_ waiters: [Waiter], of shard: ShardID, from first: Int, effects: inout TurnEffects) -> Bool {
    let stamp = machine.stamp
    var hasTick = false
    for (offset, waiter) in waiters.enumerated() {
      let completion = Completion(waiter: waiter, shard: shard, outcome: first + offset, stamp: stamp)
      if !waiter.isInternal {
        Machine.add(completion, to: &effects)
      } else if waiter.isOwn {
        effects.own.append(completion)
      } else {
        hasTick = true
      }
    }
    return hasTick
  }

  func finishTurn(changes: inout StateChanges) { machine.finishTurn(changes: &changes) }
  func changesWritten() { machine.changesWritten() }

  func makeLoad(from prefix: PartitionPrefix, beginning: LogIndex) -> MachineLoad {
    Self.load(from: prefix, seed: seed, beginning: beginning)
  }

  func adopt(_ load: MachineLoad) {
    guard case .success(let loaded)? = load.result, let place = loaded.place as? FixedPlace<Machine> else {
      invariantViolated("a machine was adopted that is not loaded")
    }
    self.place = place
    checkpoint = nil
  }
}
