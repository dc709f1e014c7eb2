internal import Basics
internal import Inventory
internal import Raft
internal import Replication

// Crash probes: at each step of what goes over several shards a process ends now and then just there, with the step in its
// log or on its way, and nobody told.
extension World {
  /// One step in so many is a process's last.
  private static let probedOneIn = 120

  /// A node is about to ask another shard something.
  func probe(sending passage: AcrossPassage, _ node: SimulatedNode) throws(Violation) {
    guard passage.bytes.count > 1 else { return }
    // By the kind of the message.
    switch passage.bytes[1] {
    case 1: crash(node, perhapsAt: .crashAtPrepareSent)
    case 2: crash(node, perhapsAt: .crashAtSettleSent)
    default:
      coverage.reach(.claimAskedAbout)
      crash(node, perhapsAt: .crashAtInquirySent)
    }
  }

  private func crash(_ node: SimulatedNode, perhapsAt branch: Branch) {
    if isProbed { crash(node, at: branch) }
  }

  func crash(_ node: SimulatedNode, at branch: Branch) {
    coverage.reach(branch)
    trace.say(time, "\(node.number): \(branch.name)")
    crash(node, restartAfter: acrossChance.span(mean: .milliseconds(acrossChance.oneIn(2) ? 100 : 1_500)))
  }

  private var isProbed: Bool {
    phase == .faulty && settings.faults.contains(.crash) && acrossChance.oneIn(Self.probedOneIn)
  }

  /// A leader has applied an entry that nobody had applied before.
  func probe(_ index: LogIndex, of shard: ShardID, _ node: SimulatedNode) {
    let history = histories[Int(shard.rawValue)]
    guard let entry = history.entry(at: index) else { return }
    if history.expiredAcross > 0 { note(.expiredAcross, .crashAtExpired, node) }
    for place in entry.answers { probe(history.expected[place].answer, node) }
  }

  private func probe(_ answer: Answer, _ node: SimulatedNode) {
    switch answer {
    case .claimPrepared: note(nil, .crashAtPrepared, node)
    case .claimSettled: note(nil, .crashAtSettled, node)
    case .claimUnsettled: coverage.reach(.claimUnsettled)
    case .acknowledged: note(nil, .crashAtAcknowledged, node)
    case .burned: note(.versionBurned, .crashAtBurned, node)
    case .reserved(_, _, let lines):
      if lines.contains(where: { $0.sku.rawValue == 0 }) { note(.holdDecidedAcross, .crashAtDecided, node) }
    case .confirmed(let isReacquired, let lines):
      guard lines.contains(where: { $0.sku.rawValue == 0 }) else { return }
      note(.confirmedAcross, isReacquired ? .crashAtConfirmedAgain : .crashAtConfirmed, node)
    case .released: note(nil, .crashAtReleased, node)
    case .refused(.outOfStock), .refused(.holdExpired): note(nil, .crashAtRefused, node)
    case .skuPut, .stockChanged, .extended, .orderChanged, .ticked, .swept, .locationsSet, .allocationMoved, .slots,
      .refused:
      return
    }
  }

  private func note(_ branch: Branch?, _ crash: Branch, _ node: SimulatedNode) {
    if let branch { coverage.reach(branch) }
    if node.crashesAt == nil, isProbed { node.crashesAt = crash }
  }
}
