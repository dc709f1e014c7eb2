internal import Basics
internal import Placement

extension ClusterState: StateMachine {
  typealias Builder = ClusterEntryBuilder

  static func empty(prefix: [UInt8], seed: UInt64) -> ClusterState { ClusterState(prefix: prefix) }

  mutating func apply(
    index: UInt64, payload: RawSpan, reader: any StateReader, changes: inout StateChanges, effects: inout TurnEffects
  ) throws(StateReadError) {
    apply(index: index, payload: payload, changes: &changes, outcomes: &effects.clusterOutcomes)
  }

  func finishTurn(changes: inout StateChanges) {}
  func changesWritten() {}
  var nextDue: Stamp? { nil }
  static func outcomeCount(in effects: inout TurnEffects) -> Int { effects.clusterOutcomes.count }
  static func add(_ completion: Completion, to effects: inout TurnEffects) {
    effects.clusterCompletions.append(completion)
  }
}

extension ClusterEntryBuilder: EntryBuilding {
  mutating func appendTick() { invariantViolated("nothing in the meta shard falls due") }
}
