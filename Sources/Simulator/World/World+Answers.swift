internal import Basics
internal import Inventory
internal import Raft
internal import Replication

// Calls of clients at a node, and what the node tells them.
extension World {
  func call(_ operation: OperationNumber, _ attempt: UInt32, _ node: SimulatedNode, _ store: Store) {
    let asked = operations[Int(operation.rawValue)]
    let waiter = Waiter(origin: UInt64(operation.rawValue), call: UInt64(attempt))
    do throws(StoreRefusal) {
      switch asked.request {
      case .command(let command): try propose(command, to: asked.shard, waiter, store)
      case .reserveAcross(let hold): try begin(hold, waiter, store)
      case .createOrder(let order): try begin(order, waiter, store)
      case .amendOrder(let amendment): try begin(amendment, asked.shard, waiter, store)
      case .moveAcross(let move): try begin(move, asked.shard, waiter, store)
      case .readStock, .readHold, .readOrder: try store.read(waiter, from: asked.shard)
      case .ofSlots(let request): try begin(request, operation, waiter, store)
      }
    } catch {
      trace.say(time, "\(node.number) refuses \(operation.rawValue): \(error)")
      coverage.reach(asked.isRead ? .readRefused : .commandRefused)
      reply(.refused, to: waiter, from: node)
    }
  }

  func reply(_ reply: Reply, to waiter: Waiter, from node: SimulatedNode) {
    let operation = OperationNumber(rawValue: UInt32(truncatingIfNeeded: waiter.origin))
    if isFaulty(.loss), clientChance.happens(perMillion: 50_000) { return }
    add(
      .reply(operation, attempt: UInt32(truncatingIfNeeded: waiter.call), from: node.number, reply),
      after: clientChance.span(mean: temper.networkDelay))
  }

  /// Tells the callers of a turn what it came to. What a node says is held against the history at once, whether or not the
  /// client will hear it.
  func answerCallers(_ node: SimulatedNode, _ store: Store) throws(Violation) {
    for completion in store.effects.completions { try complete(completion, node, store) }
    for read in store.effects.reads { try complete(read, node, store) }
    for refused in store.effects.refused {
      coverage.reach(.partRefused)
      reply(.declined, to: refused.waiter, from: node)
    }
    for lost in store.effects.lost {
      if lost.fate == .unknown { coverage.reach(.outcomeUnknown) }
      trace.say(time, "\(node.number) cannot answer \(lost.waiter.origin): \(lost.fate)")
      guard lost.waiter.origin < UInt64(operations.count) else { continue }
      reply(lost.fate == .unknown ? .unknown : .refused, to: lost.waiter, from: node)
    }
  }

  private func complete(_ completion: Completion, _ node: SimulatedNode, _ store: Store) throws(Violation) {
    let operation = Int(completion.waiter.origin)
    let outcome = store.effects.outcomes[completion.outcome]
    guard operation < operations.count, OperationNumber(of: outcome.requestID).rawValue == operation,
      operations[operation].shard == completion.shard || settings.usesSlots
    else {
      throw Violation(
        .answer, "\(node.number) answers operation \(operation) with the outcome of \(outcome.requestID)")
    }
    if settings.usesSlots {
      if isGone(operations[operation], outcome, completion.shard, store) {
        return reply(.refused, to: completion.waiter, from: node)
      }
      told(completion.shard, through: outcomeIndexes[completion.outcome])
    }
    histories[Int(completion.shard.rawValue)].told(through: outcomeIndexes[completion.outcome])
    counts.answers += 1
    let answer = Answer(outcome, lines: store.effects.outcomes.lines)
    note(answer, isReplay: outcome.isReplay)
    trace.say(time, "\(node.number) answers \(operation): \(answer)")
    reply(.answer(answer), to: completion.waiter, from: node)
  }

  private func note(_ answer: Answer, isReplay: Bool) {
    if isReplay { coverage.reach(.requestReplayed) }
    switch answer {
    case .confirmed(let isReacquired, _): if isReacquired { coverage.reach(.holdReacquired) }
    case .refused(.outOfStock): coverage.reach(.outOfStock)
    case .refused(.holdNotActive(_, .expired)), .refused(.holdExpired): coverage.reach(.holdExpired)
    case .skuPut, .stockChanged, .reserved, .extended, .released, .orderChanged, .ticked, .swept, .locationsSet,
      .allocationMoved, .claimPrepared, .claimUnsettled, .claimSettled, .burned, .acknowledged, .slots, .refused:
      return
    }
  }

  private func complete(_ read: ReadCompletion, _ node: SimulatedNode, _ store: Store) throws(Violation) {
    let operation = Int(read.waiter.origin)
    guard operation < operations.count else { return }
    let asked = operations[operation]
    if case .ofSlots(let request) = asked.request { return try complete(read, request, asked, node, store) }
    let shard = Int(read.shard.rawValue)
    let index = LogIndex(store.appliedIndex(of: read.shard))
    try histories[shard].read(at: index, floor: LogIndex(asked.floor))
    counts.reads += 1
    // The specification stands where the first replica is; a replica behind it was held against that one's digest.
    if index == histories[shard].lastIndex { try checkContent(asked, node, store) }
    trace.say(time, "\(node.number) answers read \(operation) as of entry \(index)")
    reply(.read, to: read.waiter, from: node)
  }

  private func checkContent(_ asked: Operation, _ node: SimulatedNode, _ store: Store) throws(Violation) {
    let model = histories[Int(asked.shard.rawValue)].model
    let stamp = max(store.readStamp, model.now)
    switch asked.request {
    case .command, .reserveAcross, .createOrder, .amendOrder, .moveAcross, .ofSlots: return
    case .readStock(let stock):
      let seen = store.stock(stock, in: asked.shard)?.balances
      let row = model.view(of: stock, at: stamp)
      guard seen?[.available] ?? 0 == row.available, seen?[.held] ?? 0 == row.held,
        seen?[.allocated] ?? 0 == row.allocated
      else {
        throw Violation(
          .read,
          "\(node.number) shows \(seen?[.available] ?? 0) available and \(seen?[.held] ?? 0) held of \(stock),"
            + " not \(row.available) and \(row.held)")
      }
    case .readOrder(let id): try check(id, asked.shard, at: stamp, node, store)
    case .readHold(let id):
      let seen: HoldView?
      do throws(StateReadError) { seen = try store.hold(id, in: asked.shard) } catch {
        throw Violation(.read, "\(node.number) cannot read hold \(id): \(error.message)")
      }
      let hold = model.hold(id)
      let state = hold.map { $0.state == .active && $0.expiry <= stamp ? .expired : $0.state }
      guard seen?.state == state, seen?.expiry == hold?.expiry else {
        throw Violation(
          .read,
          "\(node.number) shows hold \(id) as \(String(describing: seen?.state)), not \(String(describing: state))"
        )
      }
    }
  }
}

extension StockModel {
  /// A row as a reader at a stamp sees it: what is due counts as given back.
  func view(of stock: StockKey, at stamp: Stamp) -> Row {
    guard let place = row(stock) else { return Row(stock: stock) }
    var seen = rows[place]
    for number in live where holds[Int(number)].expiry <= stamp {
      for line in holds[Int(number)].lines where line.granted > 0 {
        guard line.sku == stock.sku, line.location == stock.location else { continue }
        seen.held -= line.granted
        seen.available += line.granted
      }
    }
    return seen
  }
}
