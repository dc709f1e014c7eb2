internal import Basics
internal import Inventory
internal import Raft
internal import Replication

// Clients: what they ask for, whom they ask, and what they make of the answers.
extension World {
  /// The client of a shard's stocking; it works like any other, but along a list.
  func isStocking(_ client: Int32) -> Bool { Int(client) < temper.shardCount }

  func makeClients() {
    for number in 0..<(temper.shardCount + temper.workload.clientCount) {
      let guesses = (0..<allShardCount).map { _ in NodeNumber(clientChance.below(temper.nodeCount)) }
      clients.append(Client(number: Int32(number), leaders: guesses))
    }
    for shard in 0..<temper.shardCount { add(.clientStep(Int32(shard)), after: .milliseconds(100)) }
  }

  /// A client that waits for nothing asks for the next thing.
  func step(_ number: Int32) {
    guard clients[Int(number)].current == nil, !clients[Int(number)].isDone else { return }
    if isStocking(number) { return stock(number) }
    guard phase == .faulty else { return }
    let operation = OperationNumber(rawValue: UInt32(operations.count))
    let id = operation.requestID(at: NodeClock.epochMilliseconds + Int64(time.nanoseconds / 1_000_000))
    if settings.usesSlots { return ask(operation, number, slotMaker.request(heldSlot(number), id: id, &clientChance)) }
    let (shard, request) = maker.request(clients[Int(number)], known, id: id, &clientChance)
    if case .createOrder(let order) = request { known.asked(order) }
    invoke(operation, number, shard, request)
  }

  private func stock(_ number: Int32) {
    let shard = ShardID(UInt32(number + 1))
    let done = operations.count { $0.client == number }
    let operation = OperationNumber(rawValue: UInt32(operations.count))
    let id = operation.requestID(at: NodeClock.epochMilliseconds)
    if settings.usesSlots {
      let count = temper.shardCount
      if let request = slotMaker.stocking(done, of: Int(number), shardCount: count, id: id) {
        return ask(operation, number, request)
      }
    } else if let command = maker.stocking(done, of: shard, id: id) {
      return invoke(operation, number, shard, .command(command))
    }
    clients[Int(number)].isDone = true
    if phase == .stocking, clients[..<temper.shardCount].allSatisfy(\.isDone) { beginFaults() }
  }

  private func beginFaults() {
    phase = .faulty
    for client in clients where !isStocking(client.number) {
      add(.clientStep(client.number), after: clientChance.span(mean: temper.workload.thinkTime))
    }
    scheduleNextFault()
    if let span = settings.faultyTime { add(.heal, after: span) }
  }

  func invoke(
    _ operation: OperationNumber, _ client: Int32, _ shard: ShardID, _ request: Operation.Request
  ) {
    operations.append(
      Operation(
        client: client, shard: shard, request: request, invoked: time,
        floor: histories[Int(shard.rawValue)].knownThrough.rawValue))
    openOperations += 1
    counts.operations += 1
    clients[Int(client)].current = operation
    trace.say(time, "c\(client) asks \(operation.rawValue) of shard \(shard): \(describe(request))")
    attempt(operation)
  }

  /// Sends the operation to whom the client takes for the leader, now and then to another node as well.
  private func attempt(_ operation: OperationNumber) {
    let place = Int(operation.rawValue)
    operations[place].attempts += 1
    let client = Int(operations[place].client)
    let target = clients[client].leaders[Int(operations[place].shard.rawValue)]
    send(operation, to: target)
    if clientChance.happens(perMillion: temper.workload.doublesPerMillion) {
      send(operation, to: NodeNumber(clientChance.below(temper.nodeCount)))
    }
    add(
      .attemptTimeout(operation, attempt: operations[place].attempts),
      after: clientChance.span(mean: temper.workload.attemptTimeout))
  }

  private func send(_ operation: OperationNumber, to node: NodeNumber) {
    operations[Int(operation.rawValue)].sends += 1
    if isLostOnTheWay() { return }
    add(
      .call(node, operation, attempt: operations[Int(operation.rawValue)].attempts),
      after: clientChance.span(mean: temper.networkDelay))
  }

  private func isLostOnTheWay() -> Bool { isFaulty(.loss) && clientChance.happens(perMillion: 50_000) }

  private func tryElsewhere(_ operation: OperationNumber) {
    let client = Int(operations[Int(operation.rawValue)].client)
    let shard = Int(operations[Int(operation.rawValue)].shard.rawValue)
    clients[client].leaders[shard] = NodeNumber(clientChance.below(temper.nodeCount))
    attempt(operation)
  }

  func attemptTimedOut(_ operation: OperationNumber, _ attempt: UInt32) {
    let place = Int(operation.rawValue)
    guard operations[place].state == .pending, operations[place].attempts == attempt else { return }
    let isPatient = phase != .faulty || isStocking(operations[place].client)
    guard isPatient || time.since(operations[place].invoked) < temper.workload.patience else {
      trace.say(time, "c\(operations[place].client) gives \(operation.rawValue) up")
      coverage.reach(.requestAbandoned)
      return finish(operation, .abandoned)
    }
    tryElsewhere(operation)
  }

  /// A node's word reaches a client.
  func take(_ reply: Reply, to operation: OperationNumber, _ attempt: UInt32, from node: NodeNumber) {
    let place = Int(operation.rawValue)
    guard operations[place].state == .pending else { return }
    switch reply {
    case .answer(let answer):
      learn(from: answer, operation)
      finish(operation, .answered(time))
    case .declined: finish(operation, .answered(time))
    case .read: finish(operation, .answered(time))
    case .refused, .unknown:
      // An old answer says nothing about the attempt under way.
      guard operations[place].attempts == attempt else { return }
      if case .refused = reply, mayBelieveRefusal(operation) {
        operations[place].isSurelyWithoutEffect = true
        return finish(operation, .abandoned)
      }
      clients[Int(operations[place].client)].leaders[Int(operations[place].shard.rawValue)] =
        NodeNumber((node.index + 1) % temper.nodeCount)
      operations[place].attempts += 1
      add(
        .retry(operation, attempt: operations[place].attempts), after: clientChance.span(mean: .milliseconds(20)))
    }
  }

  /// A client that sent its request once and was told that it is surely without effect may leave it at that; then it must
  /// be true.
  private func mayBelieveRefusal(_ operation: OperationNumber) -> Bool {
    let asked = operations[Int(operation.rawValue)]
    // What a gate refuses whose slot has gone may have been proposed elsewhere.
    if settings.usesSlots { return false }
    return phase == .faulty && !isStocking(asked.client) && asked.sends == 1 && clientChance.oneIn(6)
  }

  func retry(_ operation: OperationNumber, _ attempt: UInt32) {
    let place = Int(operation.rawValue)
    guard operations[place].state == .pending, operations[place].attempts == attempt else { return }
    self.attempt(operation)
  }

  private func learn(from answer: Answer, _ operation: OperationNumber) {
    let asked = operations[Int(operation.rawValue)]
    switch (answer, asked.request) {
    case (.reserved, .command(.reserve(let header, _))): learn(header.id, asked)
    case (.reserved, .reserveAcross(let hold)): learn(hold.header.id, asked)
    case (.reserved, .ofSlots(let request)): learn(request.header.id, asked)
    case (.confirmed, .command(.confirmHold(let header, _, _))): learn(order: header.id, asked.shard)
    case (.orderChanged(let order), .command(.confirmHold)), (.orderChanged(let order), .createOrder):
      learn(order: order, asked.shard)
    default: return
    }
  }

  private func learn(_ hold: UniqueID, _ asked: Operation) {
    var known = Client.KnownHold(id: hold, shard: asked.shard)
    if settings.usesAcross, let told = histories[Int(asked.shard.rawValue)].model.hold(hold) {
      known.stock = told.items.compactMap { self.stock(of: $0.item, at: $0.location, asked.shard) }
    }
    clients[Int(asked.client)].learn(known)
  }

  /// Whose stock a line is of.
  private func stock(of item: LineItem, at location: LocationNumber?, _ home: ShardID) -> ShardStock? {
    guard let location else { return nil }
    switch item {
    case .local(let sku): return ShardStock(shard: home, sku: sku, location: location)
    case .remote(let item):
      let sku = SKUNumber(UInt32(item.slot.rawValue) % RequestMaker.slotsPerShard)
      return ShardStock(shard: RequestMaker.shard(of: item.slot), sku: sku, location: location)
    }
  }

  /// The answer says which home an order has.
  private func learn(order: UniqueID, _ shard: ShardID) {
    guard settings.usesAcross, let told = histories[Int(shard.rawValue)].model.order(order) else { return }
    let stock = told.lines.compactMap { self.stock(of: $0.item, at: $0.location, shard) }
    known.learn(.init(id: order, home: told.home, stock: stock))
  }

  private func finish(_ operation: OperationNumber, _ state: Operation.State) {
    let place = Int(operation.rawValue)
    operations[place].state = state
    openOperations -= 1
    let client = operations[place].client
    clients[Int(client)].current = nil
    let pause = isStocking(client) ? .milliseconds(1) : clientChance.span(mean: temper.workload.thinkTime)
    add(.clientStep(client), after: pause)
  }

  private func describe(_ request: Operation.Request) -> String {
    switch request {
    case .command(let command): "\(command)"
    case .reserveAcross(let hold): "\(hold)"
    case .createOrder(let order): "\(order)"
    case .amendOrder(let amendment): "\(amendment)"
    case .moveAcross(let move): "\(move)"
    case .readOrder(let order): "reads order \(order)"
    case .readStock(let stock): "reads \(stock)"
    case .readHold(let hold): "reads hold \(hold)"
    case .ofSlots(let request): "\(request.content) of slot \(request.home)"
    }
  }
}
