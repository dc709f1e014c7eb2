internal import Raft

/// What is to be done so that every shard that has lost its majority serves again from the best replica that is left. A
/// value that is made once and carried to each surviving node as JSON, so that all of them do the same.
package struct RecoveryPlan: Codable, Equatable, Sendable {
  package static let currentVersion = 2

  /// A replica that becomes the only voter of its shard.
  package struct Kept: Codable, Equatable, Sendable {
    package var shard: UInt32
    package var directory: String
    package var member: MemberName
    /// What it has been in the group: a learner is kept only where no voter is left.
    package var wasVoter: Bool
    /// Its log as it was reported; another one is not the one that was planned for.
    package var lastTerm: UInt64
    package var lastIndex: UInt64
    /// Everything acknowledged with an earlier stamp is kept: milliseconds since 1970-01-01 00:00 UTC.
    package var committedStamp: Int64
    /// The term it will be in.
    package var newTerm: UInt64
  }

  /// Another replica of such a shard: it is emptied, and gets a snapshot of the kept one.
  package struct Emptied: Codable, Equatable, Sendable {
    package var shard: UInt32
    package var directory: String
    package var member: MemberName
  }

  /// How far the new terms are above all that the survivors knew: the lost members may have been in later ones.
  static let termGap: UInt64 = 1_000

  package var version = RecoveryPlan.currentVersion
  package var cluster: String
  package var lost: [UInt32]
  package var kept: [Kept] = []
  package var emptied: [Emptied] = []
  /// Shards that have a majority among the survivors: nothing is done to them.
  package var untouched: [UInt32] = []
  /// Shards of which no survivor has a copy: all of them is lost, and nothing here can make them serve again.
  package var gone: [UInt32] = []

  /// - Parameters:
  ///   - reports: one of each surviving node.
  ///   - lost: the numbers of the nodes that will never come back. Every node that is in a group and has no report must be
  ///     among them.
  package init(_ reports: [NodeReport], lost: Set<UInt32>) throws(RecoveryError) {
    guard let first = reports.first else { throw RecoveryError("no surviving node was reported") }
    cluster = first.cluster
    self.lost = lost.sorted()
    try Self.check(reports, lost)
    let newest = reports.max { $0.tableRevision < $1.tableRevision }?.shards ?? []
    let shards = Set(newest + reports.flatMap { $0.replicas.map(\.shard) }).sorted()
    for shard in shards {
      // A replica without members has joined and received nothing: there is nothing to keep.
      let found = reports.flatMap { report in
        report.replicas.filter { $0.shard == shard && !$0.voters.isEmpty }
          .map { Survivor(directory: report.directory, replica: $0) }
      }
      if found.isEmpty { gone.append(shard) } else { add(shard, found) }
    }
  }

  private static func check(_ reports: [NodeReport], _ lost: Set<UInt32>) throws(RecoveryError) {
    for report in reports where report.version != NodeReport.currentVersion {
      throw RecoveryError(
        "the report of \(report.path) is of version \(report.version), not \(NodeReport.currentVersion)")
    }
    let clusters = Set(reports.map(\.cluster)).sorted()
    guard clusters.count == 1 else {
      throw RecoveryError("the reports are of different clusters: \(clusters.joined(separator: ", "))")
    }
    guard Set(reports.map(\.directory)).count == reports.count else {
      throw RecoveryError("a directory is reported twice")
    }
    let present = Set(reports.map(\.node))
    let both = present.intersection(lost).sorted()
    guard both.isEmpty else { throw RecoveryError("node \(both[0]) is said to be lost, and is reported") }
    var named: Set<UInt32> = []
    for replica in reports.flatMap(\.replicas) {
      for member in replica.voters + replica.votersOutgoing + replica.learners { named.insert(member.node) }
    }
    let unknown = named.subtracting(present).subtracting(lost).sorted()
    guard unknown.isEmpty else {
      let numbers = unknown.map(String.init).joined(separator: ", ")
      throw RecoveryError(
        "there is no report of node \(numbers): report it, or say --lost if it will never come back")
    }
  }

  private mutating func add(_ shard: UInt32, _ found: [Survivor]) {
    // Whoever has the most up-to-date log knows the group best.
    var best = found[0]
    for survivor in found.dropFirst() where !best.replica.isAtLeastAsUpToDate(as: survivor.replica) { best = survivor }
    let members = Set(found.map(\.replica.member))
    if Self.hasMajority(best.replica.voters, members), Self.hasMajority(best.replica.votersOutgoing, members) {
      untouched.append(shard)
      return
    }
    let voters = Set(best.replica.voters + best.replica.votersOutgoing)
    // A voter counts before any learner: what was acknowledged is on voters.
    let candidates = found.filter { voters.contains($0.replica.member) }
    var keeper = candidates.first ?? best
    for survivor in candidates where !keeper.replica.isAtLeastAsUpToDate(as: survivor.replica) { keeper = survivor }
    kept.append(
      keeper.kept(wasVoter: !candidates.isEmpty, newTerm: (found.map(\.replica.term).max() ?? 0) + Self.termGap))
    for survivor in found where survivor.replica.member != keeper.replica.member {
      emptied.append(Emptied(shard: shard, directory: survivor.directory, member: survivor.replica.member))
    }
  }

  /// Nobody's majority is always there.
  private static func hasMajority(_ voters: [MemberName], _ present: Set<MemberName>) -> Bool {
    voters.isEmpty || voters.count(where: present.contains) >= Quorum.majority(of: voters.count)
  }
}

/// A replica that is left, and where.
private struct Survivor {
  var directory: String
  var replica: ReplicaReport

  func kept(wasVoter: Bool, newTerm: UInt64) -> RecoveryPlan.Kept {
    RecoveryPlan.Kept(
      shard: replica.shard, directory: directory, member: replica.member, wasVoter: wasVoter,
      lastTerm: replica.lastTerm, lastIndex: replica.lastIndex, committedStamp: replica.committedStamp,
      newTerm: newTerm)
  }
}
