import API
import Basics
import Client
import HTTP2
import Reactor
import Synchronization

/// A node that keeps its stock in dictionaries and its word, unless told how to break it: what the load and the
/// verification are tested against. It serves on a loop and a port of its own.
final class FakeServer: Sendable {
  /// How it breaks its word.
  enum Fault: Sendable {
    case none
    /// Grants what is not there.
    case oversells
    /// Acknowledges, and forgets every tenth hold.
    case loses
    /// Every tenth hold keeps its stock twice.
    case holdsTwice
    /// Every tenth hold is of another SKU than asked for.
    case mixesUp
    /// Every tenth hold is released at once, without being asked to.
    case releases
    /// A repeated request makes another hold.
    case forgetsRequests
    case unsoundLedger
    /// Makes every tenth hold twice under its request's id, as a node does that passes a call on again.
    case repeatsWithin
    /// Refuses the first attempt of each reservation as UNAVAILABLE.
    case unavailableFirst
    /// Refuses the first attempt of each reservation as RESOURCE_EXHAUSTED.
    case crowdedFirst
    /// Closes every connection when so many reservations came.
    case closesAfter(Int)
    /// Never answers a reservation.
    case isSilent
    /// The leading node carries so many reservations out and is gone before it has answered the last one; for a moment
    /// there is no leader, then the next node is.
    case leaderDies(after: Int)
    /// The same, but its connections stay and nobody looks after them.
    case leaderStops(after: Int)
    /// Does not tell the change feed of every tenth hold.
    case feedForgets
    /// Acknowledges, and forgets every tenth order.
    case losesOrders
    /// Tells reads of other SKUs than were asked for.
    case misreads
  }

  /// Of the first node.
  var port: UInt16 { ports[0] }
  let ports: [UInt16]
  private let thread: LoopThread

  /// - Parameter nodes: how many nodes it plays; they share what they know.
  init(_ fault: Fault = .none, nodes: Int = 1) throws {
    let ports = Mutex<[UInt16]>([])
    thread = try LoopThread(name: "fake-node") { loop in
      let ledger = FakeLedger(fault)
      for _ in 0..<nodes {
        let listener = try Listener(on: loop, address: SocketAddress("127.0.0.1", port: 0), handler: ledger)
        ledger.listeners.append(listener)
        ports.withLock { $0.append(listener.address.port) }
      }
      return ledger
    }
    self.ports = ports.withLock { $0 }
  }

  deinit { thread.stopAndJoin() }
}

/// Lives on the fake's loop.
private final class FakeLedger: ListenerHandler, ServerSessionDelegate {
  struct Stock {
    var received: Int64 = 0
    var held: Int64 = 0
    var allocated: Int64 = 0
  }

  private static let leaderlessMilliseconds: UInt64 = 150

  /// One for each node.
  var listeners: [Listener] = []
  private let fault: FakeServer.Fault
  private var connections: [Connection] = []
  /// The node of each session, by its tag, and which leads all shards.
  private var nodes: [FakeConnection] = []
  private var leader = 0
  private var leaderlessUntil = Instant.zero
  private var stocks: [String: Stock] = [:]
  private var holds: [String: API.Hold] = [:]
  private var requests: [String: String] = [:]
  private var refusedOnce: Set<String> = []
  private var reserveCount = 0
  private var orders: [String: API.Order] = [:]
  /// Streams of the change feed.
  private var followers: [(connection: FakeConnection, call: ServerCall)] = []
  private var journal: [JournalRecord] = []

  init(_ fault: FakeServer.Fault) { self.fault = fault }

  func listener(_ listener: Listener, accepted connection: Connection) {
    connections.append(connection)
    let session = ServerSession(methods: ClientConnection.methods, delegate: self, now: connection.loop.now)
    session.tag = UInt64(nodes.count)
    let node = listeners.firstIndex { $0 === listener } ?? 0
    nodes.append(FakeConnection(session, connection, node: node))
    connection.handler = nodes.last
  }

  /// The leading node goes away; what its calls asked for is done all the same.
  private func fail(stops: Bool) {
    for node in nodes where node.node == leader {
      if stops { node.isStopped = true } else { node.connection.close() }
    }
    if !stops { listeners[leader].close() }
    leader += 1
    leaderlessUntil = EventLoop.clock.advanced(byMilliseconds: Self.leaderlessMilliseconds)
  }

  private var isLeaderless: Bool { EventLoop.clock < leaderlessUntil }

  private func shardMap() throws -> [UInt8] {
    if listeners.count == 1 { throw CallFailure(status: .unimplemented, message: "not in the fake") }
    let number = UInt64(leader) + 1
    return GetShardMapResponse(
      epoch: number, slotCount: 16_384,
      ranges: [
        SlotRange(slotFirst: 0, slotLast: 9_999, shard: 1), SlotRange(slotFirst: 10_000, slotLast: 16_383, shard: 2),
      ],
      shards: (0...2).map {
        ShardPlacement(shard: $0, leaderNodeID: isLeaderless ? 0 : number, replicaNodeIDs: [1, 2, 3])
      },
      nodes: listeners.enumerated().map { NodeAddress(nodeID: UInt64($0.offset) + 1, address: "\($0.element.address)") }
    ).encoded()
  }

  func called(_ call: ServerCall, message: RawSpan, in session: ServerSession) {
    do {
      if nodes[Int(session.tag)].isStopped { return }
      if Method.allCases[Int(call.method.rawValue)] == .watchStreamChanges {
        followers.append((nodes[Int(session.tag)], call))
        return tell(followers.count - 1, [])
      }
      if let answer = try answer(Method.allCases[Int(call.method.rawValue)], message) {
        if call.kind == .unary {
          _ = session.respond(call.stream, message: answer.rawSpan)
        } else {
          _ = session.send(call.stream, message: answer.rawSpan)
          _ = session.finish(call.stream)
        }
      }
    } catch let failure as CallFailure {
      let code = StatusCode(rawValue: UInt8(failure.status.rawValue)) ?? .unknown
      _ = session.fail(call.stream, code, message: failure.message, details: failure.statusDetails())
    } catch {
      _ = session.fail(call.stream, .invalidArgument, message: "\(error)")
    }
  }

  func opened(_ call: ServerCall, in session: ServerSession) {}
  func received(_ message: RawSpan, for call: ServerCall, in session: ServerSession) {}
  func halfClosed(_ call: ServerCall, in session: ServerSession) {}
  func cancelled(_ call: ServerCall, _ reason: Cancellation, in session: ServerSession) {}
  func writable(_ call: ServerCall, in session: ServerSession) {}

  private var now: Stamp { Stamp(milliseconds: EventLoop.wallClockMilliseconds) }

  private func answer(_ method: Method, _ message: RawSpan) throws -> [UInt8]? {
    switch method {
    case .clusterGetStatus: return GetStatusResponse(version: "fake").encoded()
    case .clusterGetShardMap: return try shardMap()
    case .catalogPutLocation: return PutLocationResponse(revision: 1).encoded()
    case .catalogPutSKUs:
      let request = try PutSKUsRequest(decoding: message)
      for sku in request.skus { stocks[sku.sku, default: Stock()].received += 0 }
      return PutSKUsResponse(results: request.skus.map { PutSKUsResult(outcome: .sku($0)) }).encoded()
    case .inventoryReceive:
      let request = try ReceiveRequest(decoding: message)
      stocks[request.sku, default: Stock()].received += request.quantity
      return ReceiveResponse(revision: 1).encoded()
    case .inventoryBatchGetStock:
      let request = try BatchGetStockRequest(decoding: message)
      let (now, due) = (now, dueUnits)
      return BatchGetStockResponse(results: request.skus.map { stock($0, now, due) }).encoded()
    case .holdReserve: return try reserve(ReserveRequest(decoding: message))?.encoded()
    case .holdBatchReserve:
      let results = try BatchReserveRequest(decoding: message).requests.map { request in
        do {
          return try BatchReserveResult(outcome: reserve(request).map { .response($0) })
        } catch let failure as CallFailure {
          return BatchReserveResult(outcome: .error(CallError(failure)))
        }
      }
      return BatchReserveResponse(results: results).encoded()
    case .holdGetHold:
      let id = try GetHoldRequest(decoding: message).holdID
      guard var hold = holds[id] else { throw CallFailure(.unknownHold, "there is no hold \(id)") }
      if hold.state == .active, let expiry = hold.expireTime?.stamp, expiry <= now { hold.state = .expired }
      return GetHoldResponse(revision: 1, hold: hold).encoded()
    case .holdExtendHold:
      let request = try ExtendHoldRequest(decoding: message)
      guard var hold = holds[request.holdID] else { throw CallFailure(.unknownHold, "there is no hold") }
      guard let expiry = hold.expireTime?.stamp, expiry > now else { throw CallFailure(.holdExpired, "it is over") }
      hold.expireTime = .init(now.advanced(byMilliseconds: request.timeToLive?.milliseconds ?? 0))
      holds[request.holdID] = hold
      return ExtendHoldResponse(revision: 1, hold: hold).encoded()
    case .orderCreateOrder: return try order(CreateOrderRequest(decoding: message)).encoded()
    case .orderGetOrder:
      let id = try GetOrderRequest(decoding: message).orderID
      guard let order = orders[id] else { throw CallFailure(.unknownOrder, "there is no order \(id)") }
      return GetOrderResponse(revision: 1, order: order).encoded()
    case .inventoryGetStock:
      var sku = try GetStockRequest(decoding: message).sku
      if case .misreads = fault { sku = String(sku.dropLast(8)) + "00000000" }
      guard case .stock(let stock)? = stock(sku, now, dueUnits).outcome else {
        throw CallFailure(.unknownSKU, "no SKU \(sku)")
      }
      return GetStockResponse(stock: stock).encoded()
    case .holdConfirmHold:
      let request = try ConfirmHoldRequest(decoding: message)
      try resolve(request.holdID, .confirmed, request.requestID)
      return ConfirmHoldResponse(revision: 1).encoded()
    case .holdReleaseHold:
      let request = try ReleaseHoldRequest(decoding: message)
      try resolve(request.holdID, .released, request.requestID)
      return ReleaseHoldResponse(revision: 1).encoded()
    case .auditVerifyLedger:
      if case .unsoundLedger = fault {
        return VerifyLedgerResponse(
          shard: 1, shardCount: 1, ok: false, findings: [LedgerFinding(text: "a gap")], findingCount: 1
        ).encoded()
      }
      return VerifyLedgerResponse(shard: 1, shardCount: 1, ok: true).encoded()
    default: throw CallFailure(status: .unimplemented, message: "not in the fake")
    }
  }

  private func reserve(_ request: ReserveRequest) throws -> ReserveResponse? {
    reserveCount += 1
    switch fault {
    case .closesAfter(let count) where reserveCount >= count:
      for connection in connections { connection.close() }
      return nil
    case .isSilent: return nil
    case .crowdedFirst where refusedOnce.insert(request.requestID).inserted:
      throw CallFailure(.backlogFull, "too much", retryDelayMilliseconds: 10)
    case .unavailableFirst where refusedOnce.insert(request.requestID).inserted:
      throw CallFailure(.noLeader, "wait a moment")
    default: break
    }
    if isLeaderless { throw CallFailure(.noLeader, "wait a moment") }
    let isTenth = reserveCount % 10 == 0
    if let known = requests[request.requestID], let hold = holds[known] {
      if case .forgetsRequests = fault {
        var other = hold
        other.holdID = String(hold.holdID.dropLast(4)) + "ffff"
        return ReserveResponse(revision: 1, hold: other)
      }
      return ReserveResponse(revision: 1, replayed: true, hold: hold)
    }
    let line = request.lines[0]
    guard var stock = stocks[line.sku] else { throw CallFailure(.unknownSKU, "no SKU \(line.sku)") }
    let free = stock.received - stock.held - stock.allocated
    var grants = free >= line.quantity
    if case .oversells = fault { grants = true }
    guard grants else { throw CallFailure(.outOfStock, "only \(free) left", metadata: ["sku": line.sku]) }
    var hold = API.Hold(
      holdID: request.requestID + "-0a0b", tenant: "default", state: .active,
      lines: [HoldLine(sku: line.sku, location: "L", quantity: line.quantity)], createTime: .init(now),
      expireTime: .init(now.advanced(byMilliseconds: request.timeToLive?.milliseconds ?? 900_000)))
    if case .mixesUp = fault, isTenth { hold.lines[0].sku = String(line.sku.dropLast(2)) + "77" }
    stock.held += line.quantity
    if case .holdsTwice = fault, isTenth { stock.held += line.quantity }
    requests[request.requestID] = hold.holdID
    var answer = ReserveResponse(revision: 1, hold: hold)
    if case .repeatsWithin = fault { answer.replayed = isTenth }
    if case .loses = fault, isTenth { return answer }
    if case .releases = fault, isTenth {
      hold.state = .released
      stock.held -= line.quantity
    }
    stocks[line.sku] = stock
    holds[hold.holdID] = hold
    note(request.requestID, line.sku, line.quantity)
    switch fault {
    case .leaderDies(let count) where reserveCount == count: fail(stops: false)
    case .leaderStops(let count) where reserveCount == count: fail(stops: true)
    default: return answer
    }
    return nil
  }

  private func order(_ request: CreateOrderRequest) throws -> CreateOrderResponse {
    if isLeaderless { throw CallFailure(.noLeader, "wait a moment") }
    let id = request.requestID + "-0a0b"
    if requests[request.requestID] != nil {
      return CreateOrderResponse(revision: 1, replayed: true, order: orders[id])
    }
    for line in request.lines {
      guard let stock = stocks[line.sku] else { throw CallFailure(.unknownSKU, "no SKU \(line.sku)") }
      guard stock.received - stock.held - stock.allocated >= line.quantity else {
        throw CallFailure(.outOfStock, "too little left", metadata: ["sku": line.sku])
      }
    }
    for line in request.lines { stocks[line.sku]?.allocated += line.quantity }
    requests[request.requestID] = id
    let order = API.Order(
      orderID: id, tenant: "default", status: .ready,
      lines: request.lines.map {
        OrderLine(sku: $0.sku, location: "L", ordered: $0.quantity, allocated: $0.quantity)
      })
    reserveCount += 1
    if case .losesOrders = fault, reserveCount % 10 == 0 {
    } else {
      orders[id] = order
    }
    return CreateOrderResponse(revision: 1, order: order)
  }

  // MARK: the change feed

  private func note(_ requestID: String, _ sku: String, _ quantity: Int64) {
    let record = JournalRecord(
      sequence: Int64(journal.count) + 1, sku: sku, location: "L", fromAccount: .available, toAccount: .held,
      quantity: quantity, requestID: requestID)
    journal.append(record)
    if case .feedForgets = fault, journal.count % 10 == 0 { return }
    for number in followers.indices { tell(number, [record]) }
  }

  private func tell(_ number: Int, _ records: [JournalRecord]) {
    let answer = StreamChangesResponse(
      shards: records.isEmpty ? [] : [ShardChanges(shard: 1, records: records)], token: "\(journal.count)",
      caughtUp: true)
    let (connection, call) = followers[number]
    _ = connection.session.send(call.stream, message: answer.encoded().rawSpan)
    connection.connection.setNeedsFlush()
  }

  private func resolve(_ id: String, _ state: HoldState, _ requestID: String) throws {
    if requests[requestID] == id { return }
    requests[requestID] = id
    guard let hold = holds[id] else { throw CallFailure(.unknownHold, "there is no hold \(id)") }
    guard hold.state == .active else { throw CallFailure(.holdReleased, "it is \(hold.state)") }
    holds[id]?.state = state
    stocks[hold.lines[0].sku]?.held -= hold.lines[0].quantity
    if state == .confirmed { stocks[hold.lines[0].sku]?.allocated += hold.lines[0].quantity }
  }

  /// How many held units are due by now, by SKU. In one look at all holds: with one for each SKU of a call the fake could
  /// be silent for longer than a routed call waits for a node.
  private var dueUnits: [String: Int64] {
    let now = now
    var due: [String: Int64] = [:]
    for hold in holds.values where hold.state == .active {
      guard let expiry = hold.expireTime?.stamp, expiry <= now else { continue }
      due[hold.lines[0].sku, default: 0] += hold.lines[0].quantity
    }
    return due
  }

  private func stock(_ sku: String, _ now: Stamp, _ due: [String: Int64]) -> BatchGetStockResult {
    guard let stock = stocks[sku] else {
      return BatchGetStockResult(outcome: .error(CallError(CallFailure(.unknownSKU, "no SKU \(sku)"))))
    }
    let held = stock.held - due[sku, default: 0]
    let balances = StockBalances(
      onHand: stock.received, available: stock.received - held - stock.allocated, held: held,
      allocated: stock.allocated, supplier: -stock.received)
    return BatchGetStockResult(
      outcome: .stock(
        SKUStock(
          sku: sku, total: balances, locations: [LocationStock(location: "L", balances: balances)],
          asOfTime: .init(now))))
  }
}

/// A connection of the fake's.
private final class FakeConnection: ConnectionHandler {
  let session: ServerSession
  let connection: Connection
  let node: Int
  var isStopped = false

  init(_ session: ServerSession, _ connection: Connection, node: Int) {
    self.session = session
    self.connection = connection
    self.node = node
  }

  func connectionOpened(_ connection: Connection) {}

  func connection(_ connection: Connection, received bytes: RawSpan) {
    if isStopped { return }
    session.receive(bytes, now: connection.loop.now)
    connection.setNeedsFlush()
  }

  func connection(_ connection: Connection, fill output: inout ByteWriter) {
    if isStopped { return }
    session.takeOutput(into: &output, now: connection.loop.now)
    if session.isFinished { connection.closeAfterFlush() } else { connection.wake(at: session.wakeAt) }
  }

  func connectionWoke(_ connection: Connection) {
    if isStopped { return }
    session.tick(now: connection.loop.now)
    connection.setNeedsFlush()
  }

  func connectionPeerFinished(_ connection: Connection) { connection.close() }
  func connectionClosed(_ connection: Connection, _ end: ConnectionEnd) {
    // Closing from inside a call is told from inside it, where the session may not be told.
    connection.loop.requestTurn()
  }
}
