internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Reactor
internal import Replication

/// From what a turn applied to the answers of those who asked.
extension StoreServer {
  func answerEffects() {
    for completion in store.effects.completions {
      guard let call = PendingCall(completion.waiter) else { invariantViolated("an outcome has no caller") }
      answer(call, completion)
    }
    for completion in store.effects.clusterCompletions {
      guard let call = PendingCall(completion.waiter) else { invariantViolated("an outcome has no caller") }
      answerCluster(call, store.effects.clusterOutcomes[completion.outcome])
    }
    for read in store.effects.reads { confirmedReads.append(read) }
    answerConfirmedReads()
    for lost in store.effects.lost { answer(lost) }
    for refused in store.effects.refused {
      guard let call = PendingCall(refused.waiter) else { invariantViolated("a refusal has no caller") }
      answer(call, refused)
    }
  }

  /// Another shard refused its part. An order that is there already under its external number is the answer to whoever asks
  /// for it again.
  private func answer(_ call: PendingCall, _ refused: AcrossRefused) {
    do throws(CallFailure) {
      guard case .nameTaken(let taken) = refused.refusal, taken.isSame, !taken.isPending,
        let order = try order(taken.order, in: refused.shard)
      else { throw describe(refused) }
      answerOrder(call, order, in: refused.shard, isReplay: true)
    } catch {
      fail(call.origin, error)
    }
  }

  /// How long reads may be answered in one turn. A page of a journal takes milliseconds: hundreds of them in one turn would
  /// keep the Store's heartbeats back until others take its leaderships.
  private static let readNanosecondsMax: UInt64 = 2_000_000
  /// For how many turns, as the last one was, confirmed reads may wait before nothing new is begun: a tenth of a second.
  private static let readTurnsMax = 50

  /// Whether more reads may be begun: what was confirmed and waits is done soon, by what the last turn did.
  var hasRoomForReads: Bool {
    confirmedReads.isEmpty || confirmedReads.count <= confirmedReadsPerTurn * Self.readTurnsMax
  }

  /// Answers reads in the order in which they were confirmed, for as long as a turn may; the others are for the next turns.
  /// A read that waits is answered from a later state than it asked for, which is as good: its call is still open. One whose
  /// caller has gone meanwhile is not carried out: else those who gave up would be served before those who wait, and when
  /// reads come faster than they are answered all would give up in the end.
  private func answerConfirmedReads() {
    guard !confirmedReads.isEmpty else { return }
    let began = EventLoop.clock
    confirmedReadsPerTurn = 0
    while let read = confirmedReads.popFirst() {
      guard let call = PendingCall(read.waiter) else { invariantViolated("a read has no caller") }
      guard isWaitedFor(call.origin) else {
        if call.context != PendingCall.noContext { _ = contexts.take(call.context) }
        continue
      }
      confirmedReadsPerTurn += 1
      if !store.hasReplica(of: read.shard) {
        // The replica left meanwhile, and its state with it.
        readAgain(call, of: read.shard)
      } else {
        answerRead(call, read.shard)
      }
      if EventLoop.clock.nanoseconds(since: began) >= Self.readNanosecondsMax { return }
    }
  }

  private func answer(_ lost: LostCall) {
    guard let call = PendingCall(lost.waiter) else { invariantViolated("a lost call has no caller") }
    switch lost.fate {
    case .notApplied: fail(call.origin, StoreRefusal.noLeader)
    case .unread: readAgain(call, of: lost.shard)
    case .unknown:
      fail(
        call.origin,
        CallFailure(
          .deadline, "the leader changed before the outcome was known; ask again with the same request id"))
    }
  }

  /// A read that this replica cannot answer any more is held for another leader, if its request is here.
  private func readAgain(_ call: PendingCall, of shard: ShardID) {
    guard call.context != PendingCall.noContext else { return fail(call.origin, StoreRefusal.noLeader) }
    let context = contexts.take(call.context)
    // A held call's request is held as well.
    guard call.origin.kind != .held, let method = RoutedMethod(call.method, isRow: call.origin.isRow),
      let tag = hold(method, context.request, call.origin, shard, arrived: context.arrived)
    else { return fail(call.origin, StoreRefusal.noLeader) }
    sendOnItsWay(tag)
  }

  private func answer(_ call: PendingCall, _ completion: Completion) {
    let outcome = store.effects.outcomes[completion.outcome]
    do throws(CallFailure) {
      switch outcome.result {
      case .reserved(let grant): try answerReserved(call, completion, grant, isReplay: outcome.isReplay)
      case .extended(let hold, _), .released(let hold):
        try answerHold(call, completion, hold, isReplay: outcome.isReplay)
      case .confirmed(let confirmation):
        try answerConfirmed(call, completion, confirmation, isReplay: outcome.isReplay)
      case .orderChanged(let id):
        guard let order = try order(id, in: completion.shard) else {
          invariantViolated("order \(id) was changed, and is not there")
        }
        answerOrder(call, order, in: completion.shard, isReplay: outcome.isReplay)
      case .skuPut(let put): try answerSKU(call, completion, put, isReplay: outcome.isReplay)
      case .stockChanged(let changed): answerStock(call, completion, changed, isReplay: outcome.isReplay)
      case .allocationMoved(let owner, let isOrder):
        try answerMoved(call, completion, owner, isOrder: isOrder, isReplay: outcome.isReplay)
      case .locationsSet: answer(call.origin) { _ in }
      case .ticked, .swept: invariantViolated("nobody waits for the passing of time")
      case .claimPrepared, .claimUnsettled, .claimSettled, .burned, .acknowledged:
        invariantViolated("no caller waits for a step between shards")
      // The slot went away with an entry before this one.
      case .slots: throw CallFailure(StoreRefusal.noLeader)
      case .refused(let refusal):
        if isMoved(refusal, call, in: completion.shard) { throw CallFailure(StoreRefusal.noLeader) }
        var failure = describe(refusal, of: call, requestID: outcome.requestID, in: completion.shard)
        explain(store.effects.outcomes.refusedLocations[outcome.refusedLocations], in: &failure)
        throw failure
      }
    } catch {
      // It was carried out, and what it is about went away with its slot in the same turn: the other shard has the answer.
      fail(call.origin, isGone(error, outcome, in: completion.shard) ? .outcomeUnknown : error)
    }
  }

  /// The meta shard's locations go to every Store of the node.
  func shareLocations() {
    guard let table = store.locations else { return }
    locations = table
    for place in outboxes.indices where place != index { outboxes[place].append(.locations(table)) }
  }

  /// The state that an answer speaks of: every answer of a turn sees at least the effects of its own call.
  func revision(of shard: ShardID) -> Int64 { Int64(clamping: store.revision(of: shard)) }
}
