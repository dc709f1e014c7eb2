package import Basics

/// The state machine of the meta shard: what every node must agree on to route a call and to place a replica.
/// Deterministic; owned by the replica's Store thread, which hands copies of ``locations`` and ``table`` to others.
package struct ClusterState {
  let prefix: [UInt8]
  package internal(set) var locations = LocationTable()
  package internal(set) var table = ClusterTable()
  package internal(set) var appliedIndex: UInt64 = 0
  package internal(set) var stamp = Stamp.zero
  /// Equal on replicas that applied the same entries.
  package internal(set) var stateDigest: UInt64 = 0

  package init(prefix: [UInt8]) { self.prefix = prefix }

  /// Has an empty state begin behind an entry of the log that is none of its own.
  package mutating func begin(behind index: UInt64) {
    invariant(appliedIndex == 0, "only an empty state begins")
    appliedIndex = index
  }

  /// Applies one committed entry. `payload` was made by a leader of this group; one that cannot be read is a bug.
  package mutating func apply(
    index: UInt64, payload: RawSpan, changes: inout StateChanges, outcomes: inout [ClusterOutcome]
  ) {
    invariant(index == appliedIndex + 1, "entry \(index) was applied out of order")
    appliedIndex = index
    do throws(DecodeError) {
      if payload.byteCount > 0 { try applyCommands(payload, &changes, &outcomes) }
    } catch {
      invariantViolated("the meta shard's entry \(index) is unreadable: \(error)")
    }
    if payload.byteCount > 0 {
      var digest = StableHash(seed: stateDigest)
      digest.combine(index)
      digest.combine(payload)
      stateDigest = digest.value
    }
    putApplied(&changes)
  }

  private mutating func applyCommands(
    _ payload: RawSpan, _ changes: inout StateChanges, _ outcomes: inout [ClusterOutcome]
  ) throws(DecodeError) {
    var reader = ByteReader(payload)
    let version = try reader.uint8()
    guard version == ClusterEntryBuilder.version else { throw .unknownTag(UInt64(version)) }
    stamp = max(stamp, Stamp(milliseconds: try reader.int64()))
    for _ in 0..<(try reader.uint32()) {
      outcomes.append(apply(try ClusterCommand.decode(&reader), &changes))
    }
    try reader.finish()
  }

  private mutating func apply(_ command: ClusterCommand, _ changes: inout StateChanges) -> ClusterOutcome {
    if case .putLocation(let location) = command { return put(location, &changes) }
    if case .found(let founding) = command { return found(founding, &changes) }
    guard table.isFounded else { return .refused(.notFounded) }
    switch command {
    case .putLocation, .found: invariantViolated("a command was not applied where it belongs")
    case .addNode(let description): return addNode(description, &changes)
    case .updateNode(let number, let description, let replacing):
      return updateNode(number, description, replacing: replacing, &changes)
    case .setNodeState(let number, let state, let isForced, let losesData):
      return setNodeState(number, state, isForced: isForced, losesData: losesData, &changes)
    case .setGoals(let goals): return setGoals(goals, &changes)
    case .reportPlaced(let report): return reportPlaced(report, &changes)
    case .putSettings(let settings): return put(settings, &changes)
    case .raiseFeature(let level): return raiseFeature(to: level, &changes)
    case .beginMoves(let order): return beginMoves(order, &changes)
    case .assignSlots(let move, let slots): return assignSlots(move, slots, &changes)
    case .setMoveState(let move, let state): return setMoveState(move, state, &changes)
    case .reportMove(let report): return reportMove(report, &changes)
    case .finishMove(let move): return finishMove(move, &changes)
    case .renewMember(let shard, let node, let life): return renewMember(of: shard, on: node, life, &changes)
    }
  }

  private mutating func put(_ location: Location, _ changes: inout StateChanges) -> ClusterOutcome {
    var location = location
    location.revision = appliedIndex
    let isNew =
      locations.number(tenant: Array(location.tenant.utf8).rawSpan, id: Array(location.id.utf8).rawSpan) == nil
    guard let number = locations.put(location) else { return .tooManyLocations }
    changes.put(ClusterKey.location(prefix, number)) { value in
      value.uint64(location.revision)
      location.encode(into: &value)
    }
    return .location(number, location, isNew: isNew)
  }

  private mutating func put(_ settings: ClusterSettings, _ changes: inout StateChanges) -> ClusterOutcome {
    guard settings.isValid else { return .refused(.settingsOutOfRange) }
    var wanted = settings
    wanted.featureLevel = table.settings.featureLevel
    wanted.revision = table.settings.revision
    if wanted != table.settings { store(wanted, &changes) }
    return .done
  }

  private mutating func raiseFeature(to level: UInt32, _ changes: inout StateChanges) -> ClusterOutcome {
    for node in table.nodes where node.state != .removed && node.featureLevel < level {
      return .refused(.featureLevelTooLow(node.number, needed: level))
    }
    guard level > table.settings.featureLevel else { return .done }
    var settings = table.settings
    settings.featureLevel = level
    store(settings, &changes)
    return .done
  }
}
