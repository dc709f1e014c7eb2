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
  func probe(sending passage: AcrossPassage, _ node: SimulatedNode) {
    guard let claim = ClaimKey(ofAcross: passage.bytes.rawSpan) else { return probeSlotMessage(node) }
    let isOrder = self.isOrder(claim.id)
    // By the kind of the message.
    switch passage.bytes[1] {
    case 1: crash(node, perhapsAt: isOrder ? .crashAtOrderPrepareSent : .crashAtPrepareSent)
    case 2: crash(node, perhapsAt: isOrder ? .crashAtOrderSettleSent : .crashAtSettleSent)
    default:
      coverage.reach(.claimAskedAbout)
      crash(node, perhapsAt: isOrder ? .crashAtOrderInquirySent : .crashAtInquirySent)
    }
  }

  /// Whether a claim is that of an order, or of what is to be one.
  private func isOrder(_ claim: UniqueID) -> Bool {
    let number = Int(OperationNumber(of: claim).rawValue)
    guard operations.indices.contains(number) else { return false }
    if case .createOrder = operations[number].request { return true }
    return histories[Int(operations[number].shard.rawValue)].model.orders.contains { $0.claim == claim }
  }

  private func crash(_ node: SimulatedNode, perhapsAt branch: Branch) {
    if isProbed(oneIn: Self.probedOneIn) { crash(node, at: branch) }
  }

  func crash(_ node: SimulatedNode, at branch: Branch) {
    coverage.reach(branch)
    trace.say(time, "\(node.number): \(branch.name)")
    crash(node, restartAfter: acrossChance.span(mean: .milliseconds(acrossChance.oneIn(2) ? 100 : 1_500)))
  }

  func isProbed(oneIn count: Int) -> Bool {
    phase == .faulty && settings.faults.contains(.crash) && acrossChance.oneIn(count)
  }

  /// A leader has begun to write entries that decide: they may reach a disk, or not. Answers whether its process ended.
  func probe(writing batch: LogBatch, _ node: SimulatedNode, _ store: Store) -> Bool {
    for record in batch.records {
      guard case .entry(let shard, let entry) = record, shard != .meta, entry.kind == .normal, store.leads(shard),
        isProbed(oneIn: Self.probedOneIn), let branch = decision(in: entry)
      else { continue }
      crash(node, at: branch)
      return true
    }
    return false
  }

  private func decision(in entry: Entry) -> Branch? {
    let commands: [Command]
    do throws(DecodeError) { (_, commands) = try Command.decodeEntry(entry.payload.rawSpan) } catch { return nil }
    for command in commands {
      switch command {
      case .decideOrder: return .crashBeforeOrderDecided
      case .decideAmend: return .crashBeforeAmended
      case .decideMove: return .crashBeforeMoved
      case .decideConfirm: return .crashBeforeConfirmed
      case .decideHold: return .crashBeforeDecided
      default: continue
      }
    }
    return nil
  }

  /// A leader has applied an entry that nobody had applied before.
  func probe(_ shard: ShardID, _ node: SimulatedNode) {
    if settings.usesSlots { return }
    let history = histories[Int(shard.rawValue)]
    if history.expiredAcross > 0 { note(.expiredAcross, .crashAtExpired, node) }
    if history.model.expiredOrdersAcross > 0 { note(.orderExpiredAcross, .crashAtOrderExpired, node) }
    for (command, expected) in history.last {
      if expected.isReplay { noteReplay(command) } else { probe(command, expected.answer, history.model, node) }
    }
  }

  private func noteReplay(_ command: Command) {
    switch command {
    case .changeOrder(_, _, .ship): coverage.reach(.shipmentReplayed)
    case .createOrder(_, let create) where create.terms.name != nil: coverage.reach(.numberReplayed)
    default: return
    }
  }

  private func probe(_ command: Command, _ answer: Answer, _ model: StockModel, _ node: SimulatedNode) {
    switch (command, answer) {
    case (.prepareClaim(_, let prepare), .claimPrepared):
      note(nil, isOrder(prepare.claim.id) ? .crashAtOrderPrepared : .crashAtPrepared, node)
    case (.settleClaim(let settle), .claimSettled):
      note(nil, isOrder(settle.claim.id) ? .crashAtOrderSettled : .crashAtSettled, node)
    case (.ackOutbox(let acks), _):
      let isAny = acks.contains { isOrder($0.claim.id) }
      note(nil, isAny ? .crashAtOrderAcknowledged : .crashAtAcknowledged, node)
    case (.burnClaim(let burn), _):
      note(.versionBurned, isOrder(burn.id) ? .crashAtOrderBurned : .crashAtBurned, node)
    case (_, .claimUnsettled): coverage.reach(.claimUnsettled)
    case (.decideHold, .reserved): note(.holdDecidedAcross, .crashAtDecided, node)
    case (.decideHold, .refused), (.decideConfirm, .refused): note(nil, .crashAtRefused, node)
    case (.decideOrder, .refused), (.decideAmend, .refused): note(nil, .crashAtOrderRefused, node)
    case (.decideMove, .refused): coverage.reach(.moveRefused)
    case (.decideMove, .allocationMoved): note(.allocationMovedAcross, .crashAtMoved, node)
    case (.decideConfirm, .confirmed(isReacquired: true, _)): note(.confirmedAcross, .crashAtConfirmedAgain, node)
    case (.confirmHold, .confirmed(_, let lines)), (.decideConfirm, .confirmed(_, let lines)):
      if lines.contains(where: { $0.sku.rawValue == 0 }) { note(.confirmedAcross, .crashAtConfirmed, node) }
    case (.releaseHold, .released): note(nil, .crashAtReleased, node)
    case (.decideAmend, .orderChanged): note(.orderAmendedAcross, .crashAtAmended, node)
    case (.changeOrder(_, let target, let step), .orderChanged):
      guard model.order(target.order)?.slots.isEmpty == false else { return }
      if case .ship = step {
        note(.orderChangedAcross, .crashAtShipped, node)
      } else {
        note(.orderChangedAcross, .crashAtOrderChanged, node)
      }
    case (.decideOrder(_, let decide), .orderChanged):
      if decide.create.replaces != nil { coverage.reach(.orderReplaced) }
      note(.orderDecidedAcross, .crashAtOrderDecided, node)
    case (_, .refused(.externalNumberTaken(let taken))):
      coverage.reach(taken.isSame ? .numberReplayed : .numberRefused)
    default: return
    }
  }

  private func note(_ branch: Branch?, _ crash: Branch, _ node: SimulatedNode) {
    if let branch { coverage.reach(branch) }
    if node.crashesAt == nil, isProbed(oneIn: Self.probedOneIn) { node.crashesAt = crash }
  }
}
