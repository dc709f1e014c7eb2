internal import Basics
internal import HTTP2
internal import Placement
internal import Reactor
internal import Replication
internal import Storage

extension StoreServer: TurnHook {
  /// The Store's turn: everything that was ready has been stepped, nothing has been written yet.
  func endOfTurn(_ loop: EventLoop) -> NextTurn {
    // As it was when the turn began, for it goes with that moment: taking in what the sockets had may have taken long, and
    // the clock would seem to be ahead of the other nodes' by as much.
    let sinceBegan = Int64(clamping: EventLoop.clock.nanoseconds(since: loop.now) / 1_000_000)
    let wall = Stamp(milliseconds: EventLoop.wallClockMilliseconds - sinceBegan)
    goOnDraining()
    takeRefusals()
    beginWaiting()
    // What this Store's shards ask of one another joins the entries of this turn.
    carryAcross()
    // The log writer gets its batch first, so that its fsync runs while the rest of the turn does.
    while let batch = store.collectAppends(now: loop.now, wall: wall) {
      guard persistNow(batch) else {
        log.submit(batch)
        break
      }
      // What is durable may ask for more: a candidate whose vote is, opens its term.
      store.persisted(batch.token)
    }
    // What other nodes wait for leaves before what is committed is applied: they go on meanwhile.
    sendToPeersNow()
    var looks = Instant.distantFuture
    do throws(StateReadError) {
      if try store.applyCommitted() {
        looks = min(looks, answerMetaWaits())
        if !store.effects.completions.isEmpty || !store.effects.reads.isEmpty { answeredAt = loop.now }
        answerEffects()
        if !confirmedReads.isEmpty { looks = loop.now }
      }
    } catch {
      node.tell(.storeFailed(index, error.message))
    }
    looks = min(looks, lookAtHeldCalls(), lookAtClaimChecks(), offerUnsentAnswers())
    carryAcross()
    looks = min(looks, lookAtPulls(), serveFollowers(), serveWatchers(), cutJournals())
    sendOutgoing()
    shareCluster()
    updateServingState()
    sendClusterCommands()
    let report = reportIfDue()
    let post = postOutboxes()
    looks = min(looks, admitAnew())
    lookWhetherDrained()
    loop.spinning.nanosecondsMax = spinNanoseconds
    let deadline = min(post, store.nextDeadline(now: loop.now), giveMemoryBack(), nextDrainStep, looks, report)
    return deadline == .distantFuture ? .whenSomethingHappens : .at(deadline)
  }

  /// Writes a batch on this thread, where that is better than to hand it over. What the followers are to write at the same
  /// time leaves first, else this disk's time would come before theirs and not beside it.
  private func persistNow(_ batch: LogBatch) -> Bool {
    guard log.isForThisThread(batch) else { return false }
    sendToPeersNow()
    return log.persistNow(batch)
  }

  private func sendToPeersNow() {
    guard store.hasPeers else { return }
    sendOutgoing()
    links?.flushNow()
  }

  /// How long the loop may stay awake: long only for a caller of its own, who waits or was just answered. What others wait for
  /// comes from nodes that may share this one's processors, and want them for it.
  private var spinNanoseconds: UInt64 {
    let nanoseconds = UInt64(node.configuration.spinMicrosecondsMax) * 1_000
    if store.hasCallersWaiting || !store.hasPeers || loop.now.nanoseconds(since: answeredAt) < nanoseconds {
      return nanoseconds
    }
    return min(nanoseconds, Self.followingSpinNanosecondsMax)
  }

  private static let followingSpinNanosecondsMax: UInt64 = 60_000

  /// Answers when to look again although nothing happens.
  private func giveMemoryBack() -> Instant {
    let (held, sessions) = (sessionBudget.bytes, sessionBudget.sessionCount)
    if releasedMemory.isDue(held: held, sessions: sessions, now: loop.now) {
      let began = EventLoop.clock
      EventLoop.trimMemory()
      releasedMemory.gaveBack(from: began, to: EventLoop.clock)
    }
    return releasedMemory.nextLook(held: held, sessions: sessions)
  }

  private func takeRefusals() {
    if isDraining && !store.hasPeers {
      store.commandRefusal = .shuttingDown
    } else if log.spaceState == .ok {
      store.commandRefusal = nil
    } else {
      store.commandRefusal = .diskFull
    }
  }

  private func updateServingState() {
    guard !isServing, store.isServing, cluster.isFounded else { return }
    isServing = true
    // What the log had to say about locations is applied by now.
    shareLocations()
    node.tell(.storeServes(index, true))
  }

  /// - Returns: when to try again what is for a Store that is still being opened.
  private func postOutboxes() -> Instant {
    var next = Instant.distantFuture
    for place in outboxes.indices where !outboxes[place].isEmpty {
      guard node.isOpen(store: place) else {
        next = loop.now.advanced(byMilliseconds: 1)
        continue
      }
      let messages = outboxes[place]
      outboxes[place] = []
      if !node.post(messages, toStore: place) {
        node.tell(.storeFailed(index, "store \(place) does not take messages any more"))
      }
    }
    return next
  }

  /// What other threads sent; runs before the sockets of the turn.
  func receive(_ messages: inout [StoreMessage]) {
    for message in messages {
      switch message {
      case .persisted(let token): store.persisted(token)
      case .slice(let slice): store.received(slice)
      case .loaded(let load): store.loaded(load)
      case .flushed(let number): flushed(number)
      case .fetched(let request, let answer): store.fetched(request, answer)
      case .peerConnection(let handover): links?.take(handover)
      case .call(let method, let bytes, let origin): take(method, bytes.rawSpan, origin, of: .store(origin.store))
      case .across(let bytes, let origin): receiveAcross(bytes.rawSpan, origin)
      case .answered(let origin, let answer):
        callsPassedOn -= 1
        deliver(answer, to: origin)
      case .bringLocationsUpToDate(let origin): bringLocationsUpToDate(for: origin)
      case .locations(let table): locations = table
      case .setLocations(let shard, let bytes, let origin): tellLocations(bytes, to: shard, origin)
      case .cluster(let table): take(table)
      case .clusterCommands(let commands): send(commands)
      case .report(let place, let report): duties.reports[place] = report
      case .view(let view): take(view)
      case .verified(let found, let shard, let origin): verified(found, shard, origin)
      case .claimQuestion(let bytes, let origin): answerClaimQuestion(bytes.rawSpan, origin)
      case .answeredByReader(let origin, let answer): deliver(answer, to: origin)
      case .pull(let bytes, let origin): answerPull(bytes.rawSpan, origin)
      case .dropPulls(let gathering, let asker): dropPulls(of: gathering, from: asker)
      case .feedRead(let origin, let answer): feedRead(answer, origin)
      case .journalFolded(let shard, let result): journalFolded(result, of: shard)
      case .listen(let address): listen(on: address)
      case .addressIsKnown: duties.nextReport = min(duties.nextReport, loop.now)
      case .servingStateChanged: tellHealthWatches()
      case .drain: drain()
      case .abandon: abandon()
      }
    }
  }

  private func flushed(_ number: FlushNumber) {
    do throws(StateReadError) { try store.flushed(number) } catch { node.tell(.storeFailed(index, error.message)) }
  }
}
