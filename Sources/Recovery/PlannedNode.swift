internal import Basics
internal import Raft
internal import Replication
internal import Storage

/// A plan on one of the nodes it is for. Every step can be repeated: one that was carried out is seen to be.
package struct PlannedNode {
  /// How a step stands on this node's disk.
  package enum State: Equatable, Sendable {
    case open
    case done
    /// The disk does not hold what was planned for.
    case unexpected(String)
  }

  package struct Step: Equatable, Sendable {
    package var text: String
    package var state: State
  }

  private let node: OfflineNode
  private let kept: [RecoveryPlan.Kept]
  private let emptied: [RecoveryPlan.Emptied]

  package init(_ node: OfflineNode, _ plan: RecoveryPlan) throws(RecoveryError) {
    guard plan.version == RecoveryPlan.currentVersion else {
      throw RecoveryError("the plan is of version \(plan.version), this program knows \(RecoveryPlan.currentVersion)")
    }
    guard plan.cluster == node.format.cluster.description else {
      throw RecoveryError("the plan is for cluster \(plan.cluster), \(node.path) belongs to \(node.format.cluster)")
    }
    self.node = node
    let directory = node.format.node.description
    kept = plan.kept.filter { $0.directory == directory }
    emptied = plan.emptied.filter { $0.directory == directory }
  }

  /// All steps on this node, as its disk was when it was opened.
  package var steps: [Step] {
    kept.map { Step(text: "shard \($0.shard): \($0.member) becomes the only voter", state: state(of: $0)) }
      + emptied.map { Step(text: "shard \($0.shard): \($0.member) is emptied", state: state(of: $0)) }
  }

  /// Carries out what is open. Nothing is done unless all of it can be.
  package func apply() throws(RecoveryError) {
    for step in steps {
      if case .unexpected(let reason) = step.state { throw RecoveryError("\(step.text): \(reason). Make a new plan") }
    }
    for store in node.stores {
      var changes = StateChanges()
      var records: [LogBatch.Record] = []
      for one in kept where state(of: one) == .open { keep(one, in: store, &changes, &records) }
      if !records.isEmpty { try store.write(changes, records) }
      for one in emptied where state(of: one) == .open { try empty(one, in: store) }
    }
  }

  // MARK: One step

  private func keep(
    _ one: RecoveryPlan.Kept, in store: OfflineStore, _ changes: inout StateChanges, _ records: inout [LogBatch.Record]
  ) {
    let shard = ShardID(one.shard)
    guard let record = store.record(of: shard) else { return }
    ForcedMembership.keepAlone(
      shard, record, store.log(of: shard), term: Term(one.newTerm), into: &changes, &records)
  }

  private func empty(_ one: RecoveryPlan.Emptied, in store: OfflineStore) throws(RecoveryError) {
    let shard = ShardID(one.shard)
    guard let record = store.record(of: shard) else { return }
    var changes = StateChanges()
    var records: [LogBatch.Record] = []
    ForcedMembership.bury(shard, record, into: &changes, &records)
    try store.write(changes, records, emptied: [shard])
    changes.removeAll()
    ForcedMembership.rejoin(shard, record, into: &changes)
    try store.write(changes, [])
  }

  private func state(of one: RecoveryPlan.Kept) -> State {
    let shard = ShardID(one.shard)
    guard let report = node.stores.lazy.compactMap({ $0.report(of: shard) }).first else {
      return .unexpected("there is no replica")
    }
    guard report.member == one.member else { return .unexpected("the replica is \(report.member)") }
    // The term is written last, behind the configuration: with it, all is there.
    if report.voters == [one.member], report.votersOutgoing.isEmpty, report.term >= one.newTerm { return .done }
    guard report.lastIndex == one.lastIndex, report.lastTerm == one.lastTerm else {
      return .unexpected(
        "its log ends at \(report.lastIndex) of term \(report.lastTerm), planned was \(one.lastIndex) of \(one.lastTerm)"
      )
    }
    guard report.term < one.newTerm else { return .unexpected("it is in term \(report.term) already") }
    return .open
  }

  private func state(of one: RecoveryPlan.Emptied) -> State {
    let shard = ShardID(one.shard)
    guard let record = node.stores.lazy.compactMap({ $0.record(of: shard) }).first else {
      return .unexpected("there never was a replica")
    }
    guard MemberName(record.member) == one.member else {
      return .unexpected("the replica is \(MemberName(record.member))")
    }
    guard let report = node.stores.lazy.compactMap({ $0.report(of: shard) }).first else { return .open }
    return report.voters.isEmpty && report.lastIndex == 0 ? .done : .open
  }
}
