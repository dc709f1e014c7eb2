import Raft
import Testing

/// Followers that need what is not in memory any more: from disk, or a snapshot (thesis §5).
@Suite struct CatchUpTests {
  /// A leader of 1, 2 and 3 whose memory begins behind entry 6, with 3 still at entry 1.
  private func leading(_ change: (inout RaftOptions) -> Void = { _ in }) throws -> Rig {
    var options = Rig.plain
    options.keptBytesMax = 0
    change(&options)
    var rig = Rig(options: options)
    try rig.lead()
    for _ in 0..<4 { rig.group.propose([1]) }
    rig.persist()
    try rig.accept(from: 2)
    rig.applyAll()
    _ = rig.takeSent()
    #expect(rig.group.firstIndex == LogIndex(7) && rig.group.lastIndex == LogIndex(6))
    return rig
  }

  /// 3 is heard from: it lacks everything behind entry 1.
  private func lag(_ rig: inout Rig) throws {
    try rig.step(from: 3, term: 2, .heartbeatResponse(HeartbeatResponse(round: 0)))
  }

  @Test func `entries that are not in memory are asked for, once, and sent when they come`() throws {
    var rig = try leading()
    try lag(&rig)
    #expect(rig.fetches.map(\.from) == [LogIndex(2)])
    try rig.step(from: 3, term: 2, .heartbeatResponse(HeartbeatResponse(round: 0)))
    #expect(rig.fetches.count == 1)
    _ = rig.takeSent()
    rig.group.fetched(rig.fetches[0], previous: position(1, 1), entries: [entry(2, 2), entry(2, 3)])
    rig.collect()
    let sent = rig.takeSent()
    #expect(sent.appends.map(\.previous) == [position(1, 1)] && sent.appends[0].entries.count == 2)
  }

  @Test func `entries that were cut away meanwhile become a snapshot`() throws {
    var rig = try leading()
    try lag(&rig)
    rig.group.fetchFailed(rig.fetches[0])
    rig.collect()
    #expect(rig.snapshots == [SnapshotRequest(to: MemberID(3), term: Term(2), minimum: LogIndex(6))])
  }

  @Test func `an answer to a fetch of an earlier term is nothing`() throws {
    var rig = try leading()
    try lag(&rig)
    let fetch = rig.fetches[0]
    try rig.step(from: 2, term: 5, .staleTerm)
    rig.group.fetched(fetch, previous: position(1, 1), entries: [entry(2, 2)])
    rig.group.fetchFailed(fetch)
    rig.collect()
    #expect(rig.takeSent() == [] && rig.snapshots.isEmpty)
  }

  @Test func `what the disk has forgotten is a snapshot at once, and nothing else is sent meanwhile`() throws {
    var rig = try leading()
    rig.group.compacted(through: LogIndex(4))
    try lag(&rig)
    #expect(rig.fetches.isEmpty && rig.snapshots.count == 1)
    #expect(rig.group.memberProgress[2].state == .snapshot)
    _ = rig.takeSent()
    rig.group.propose([1])
    rig.collect()
    #expect(!rig.takeSent().contains { $0.to == MemberID(3) })
  }

  @Test func `the log goes on behind whichever snapshot the follower installed`() throws {
    var rig = try leading()
    rig.group.compacted(through: LogIndex(4))
    try lag(&rig)
    rig.group.propose([1])
    rig.persist()
    try rig.accept(from: 3, through: 6)
    let progress = rig.group.memberProgress[2]
    #expect(progress.state == .replicate && progress.match == LogIndex(6))
    #expect(rig.takeSent().contains { $0.to == MemberID(3) && [$0].appends.contains { !$0.entries.isEmpty } })
  }

  @Test func `a snapshot that failed, or of which nothing is heard, is tried again`() throws {
    var rig = try leading { $0.snapshotTicksMax = 5 }
    rig.group.compacted(through: LogIndex(6))
    try lag(&rig)
    rig.group.reportSnapshot(to: MemberID(3), .failed)
    #expect(rig.group.memberProgress[2].state == .probe && rig.group.memberProgress[2].isPaused)
    try rig.step(from: 3, term: 2, .heartbeatResponse(HeartbeatResponse(round: 0)))
    #expect(rig.snapshots.count == 2)
    // Nor while whoever sends it says that it goes on, however long that takes.
    for _ in 0..<2 {
      for _ in 0..<4 { rig.group.tick() }
      rig.group.snapshotGoesOn(to: MemberID(3))
    }
    rig.collect()
    try rig.step(from: 3, term: 2, .heartbeatResponse(HeartbeatResponse(round: 0)))
    #expect(rig.snapshots.count == 2)
    for _ in 0..<5 { rig.group.tick() }
    rig.collect()
    try rig.step(from: 3, term: 2, .heartbeatResponse(HeartbeatResponse(round: 0)))
    #expect(rig.snapshots.count == 3)
  }

  @Test func `no snapshot is sent to a member that is silent`() throws {
    var rig = Rig(term: 2, terms: [1, 1, 1, 1, 1], applied: 6)
    rig.group.compacted(through: LogIndex(6))
    try rig.lead()
    #expect(rig.snapshots.isEmpty)
    try rig.step(from: 3, term: 3, .appendResponse(.rejected(index: LogIndex(6), hint: position(1, 1))))
    #expect(rig.snapshots.count == 1)
  }

  @Test func `a late refusal of a member that knew nobody then is not taken for a new one`() throws {
    var rig = try leading()
    try rig.accept(from: 3)
    rig.group.reportUnreachable(MemberID(3))
    rig.group.propose([1])
    rig.persist()
    try rig.step(from: 3, term: 2, .appendResponse(.rejected(index: .zero, hint: position(0, 0))))
    #expect(rig.snapshots.isEmpty && rig.group.memberProgress[2].match == LogIndex(6))
  }

  @Test func `a fetch that fails when the member has got further by itself needs no snapshot`() throws {
    var rig = try leading()
    try lag(&rig)
    try rig.accept(from: 3)
    rig.group.fetchFailed(rig.fetches[0])
    rig.collect()
    #expect(rig.snapshots.isEmpty)
  }

  // MARK: Receiving

  private static let snapshot = Snapshot(
    position: position(2, 9), configuration: Configuration(voters: [MemberID(1), MemberID(2), MemberID(4)]))

  @Test func `a snapshot replaces log, state and configuration as one, and is answered when it is durable`() throws {
    var rig = Rig(2, terms: [1, 1])
    #expect(rig.group.wouldInstall(Self.snapshot) == true)
    try rig.group.step(Message(from: MemberID(1), to: MemberID(2), term: Term(2), body: .snapshot(Self.snapshot)))
    var ready = Ready()
    rig.group.ready(into: &ready)
    #expect(ready.install == Self.snapshot && ready.append.isEmpty)
    #expect(ready.hardState == HardState(term: Term(2), vote: .none, commit: LogIndex(9)))
    #expect(ready.promises.appendResponses == [.accepted(through: LogIndex(9))])
    #expect(rig.group.appliedIndex == LogIndex(1) && rig.group.configuration == Self.snapshot.configuration)
    rig.group.persisted(ready.receipt)
    #expect(rig.group.appliedIndex == LogIndex(9) && rig.group.lastPosition == position(2, 9))
  }

  @Test func `nothing is applied, and nobody campaigns, while a snapshot is being installed`() throws {
    var rig = Rig(2, terms: [1, 1])
    try rig.step(from: 1, term: 2, .snapshot(Self.snapshot))
    try rig.step(from: 1, term: 2, append(position(2, 9), commit: 10, [entry(2, 10)]))
    #expect(rig.group.takeCommitted().isEmpty)
    rig.group.campaign()
    #expect(rig.group.role == .follower)
    rig.persist()
    #expect(rig.group.takeCommitted() == LogIndex(10)..<LogIndex(11))
  }

  @Test func `an old snapshot is ignored, one that agrees with the log keeps what is behind it`() throws {
    var rig = Rig(2, term: 2, terms: [2, 2, 2, 2, 2, 2, 2, 2, 2])
    #expect(rig.group.wouldInstall(Self.snapshot) == false)
    try rig.step(from: 1, term: 2, .snapshot(Self.snapshot))
    #expect(rig.group.lastIndex == LogIndex(10) && rig.group.commitIndex == LogIndex(9))
    let old = Snapshot(position: position(1, 4), configuration: Self.snapshot.configuration)
    try rig.step(from: 1, term: 2, .snapshot(old))
    #expect(rig.group.commitIndex == LogIndex(9))
    rig.persist()
    #expect(rig.takeSent().appendResponses == [.accepted(through: LogIndex(9)), .accepted(through: LogIndex(9))])
  }

  @Test func `a snapshot of a group without this member is not installed`() throws {
    var rig = Rig(3)
    try rig.step(from: 1, term: 2, .snapshot(Self.snapshot))
    #expect(rig.group.lastIndex == LogIndex(1))
  }

  @Test func `a member that knows nobody takes no entries, and the leader sends it a snapshot`() throws {
    var stranger = RaftGroup(
      member: MemberID(4), configuration: Configuration(), hardState: HardState(), start: LogStart(), entries: [],
      applied: .zero)
    let body = append(position(0, 0), commit: 0, [entry(1, 1)])
    try stranger.step(Message(from: MemberID(1), to: MemberID(4), term: Term(2), body: body))
    var outgoing = Outgoing()
    stranger.takeOutgoing(into: &outgoing)
    #expect(outgoing.messages.appendResponses == [.rejected(index: .zero, hint: position(0, 0))])
    // The leader's log begins at entry 1, and that is what it sends first.
    var rig = Rig(startsAtZero: true)
    try rig.lead()
    try rig.accept(from: 2)
    rig.applyAll()
    #expect(rig.takeSent().appends.map(\.previous).contains(position(0, 0)))
    try rig.step(from: 3, term: 2, .appendResponse(.rejected(index: .zero, hint: position(0, 0))))
    #expect(rig.snapshots.count == 1)
  }
}
