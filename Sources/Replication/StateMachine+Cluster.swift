internal import Basics
internal import Placement

extension ClusterState: StateMachine {
  mutating func apply(
    index: UInt64, payload: RawSpan, reader: any StateReader, changes: inout StateChanges,
    outcomes: inout [ClusterOutcome]
  ) throws(StateReadError) {
    apply(index: index, payload: payload, changes: &changes, outcomes: &outcomes)
  }

  typealias Builder = ClusterEntryBuilder

  func finishTurn(changes: inout StateChanges) {}
  func changesWritten() {}
  var nextDue: Stamp? { nil }
  static func count(_ outcomes: [ClusterOutcome]) -> Int { outcomes.count }
}

extension ClusterEntryBuilder: EntryBuilding {
  mutating func appendTick() { invariantViolated("nothing in the meta shard falls due") }
}
