package import Basics
package import HTTP2
package import Reactor

/// One HTTP/2 connection to etcd's gRPC API and its callers.
package final class EtcdConnection: LoadMember {
  private struct Caller {
    var sku = 0
    var hold: [UInt8] = []
    var sentAt = Instant.zero
    /// What the stock is after this caller's swap.
    var left: Int64 = 0
    var answer: EtcdAnswer?
  }

  private static let methods = MethodTable([
    MethodTable.Method("/etcdserverpb.KV/Txn", .unary), MethodTable.Method("/etcdserverpb.KV/Range", .unary),
  ])
  private static let transaction = MethodID(rawValue: 0)
  private static let range = MethodID(rawValue: 1)
  /// In place of a caller's number: the call that reads all stock.
  private static let rangeTag = UInt64.max
  private static let callMilliseconds: UInt64 = 15_000

  private let driver: LoadDriver
  private let stock: EtcdStock
  private var session: ClientSession?
  private var connection: Connection?
  private var callers: [Caller]
  private var wasOpened = false

  package init(_ driver: LoadDriver, _ stock: EtcdStock) throws(ReactorError) {
    self.driver = driver
    self.stock = stock
    callers = Array(repeating: Caller(), count: driver.plan.inFlight)
    let address = try SocketAddress("127.0.0.1", port: driver.plan.port)
    session = ClientSession(
      methods: Self.methods, authority: "127.0.0.1:\(driver.plan.port)", delegate: self, now: driver.loop.now)
    connection = try Connection.connect(
      to: address, on: driver.loop, deadline: EventLoop.clock.advanced(byMilliseconds: 10_000), handler: self)
  }

  package func begin() {
    for index in callers.indices { reserve(index) }
  }

  // MARK: calls

  /// Reads all stock, unless another connection does.
  private func greet() {
    guard stock.takeReading() else { return driver.opened() }
    var message = ByteWriter(capacity: 32)
    EtcdRange.encodeAll(to: &message)
    start(Self.range, message, tag: Self.rangeTag)
  }

  private func start(_ method: MethodID, _ message: ByteWriter, tag: UInt64) {
    let deadline = driver.loop.now.advanced(byMilliseconds: Self.callMilliseconds)
    let call = session?.start(method, message: message.bytes.rawSpan, deadline: deadline, tag: tag)
    if call == nil { driver.fail(.connection("etcd takes no more calls")) }
    connection?.setNeedsFlush()
  }

  private func reserve(_ index: Int) {
    callers[index].sku = driver.random.below(driver.plan.skuCount)
    var hold = ByteWriter(capacity: 40)
    hold.append(Array("hold/".utf8).rawSpan)
    appendHexadecimal(driver.random.next(), to: &hold)
    appendHexadecimal(driver.random.next(), to: &hold)
    callers[index].hold = hold.bytes
    callers[index].sentAt = EventLoop.clock
    driver.sent()
    attempt(index)
  }

  /// Compares with the last stock that was seen.
  private func attempt(_ index: Int) {
    let known = stock.stock(of: callers[index].sku)
    callers[index].left = known.left - 1
    callers[index].answer = nil
    var message = ByteWriter(capacity: 512)
    EtcdTransaction.encode(
      stock: Array("stock/\(callers[index].sku)".utf8), hold: callers[index].hold, known: known.revision,
      left: callers[index].left, to: &message)
    start(Self.transaction, message, tag: UInt64(index))
  }

  private func settle(_ index: Int, _ ending: CallEnding) {
    driver.ended(ending, sentAt: callers[index].sentAt)
    if driver.isSending { reserve(index) }
  }

  private func decided(_ index: Int, _ answer: EtcdAnswer) {
    let caller = callers[index]
    if answer.isSwapped {
      stock.learn(caller.sku, revision: answer.revision, left: caller.left)
      return settle(index, CallEnding(granted: 1))
    }
    stock.conflicted()
    stock.learn(caller.sku, revision: answer.stockRevision, left: answer.stockLeft)
    if answer.stockLeft < 1 { return settle(index, CallEnding(refused: 1)) }
    // After the load's end nobody tries again: on one SKU that would take as long as the load.
    if !driver.isSending { return settle(index, CallEnding()) }
    attempt(index)
  }
}

extension EtcdConnection: ClientSessionDelegate {
  package func received(_ message: RawSpan, for call: CallID, tag: UInt64, in session: ClientSession) {
    do throws(DecodeError) {
      if tag == Self.rangeTag { return try stock.learn(EtcdRange.stocks(in: message)) }
      callers[Int(tag)].answer = try EtcdAnswer(decoding: message)
    } catch { driver.fail(.unreadableAnswer("\(error)")) }
  }

  package func finished(_ result: borrowing CallResult, for call: CallID, tag: UInt64, in session: ClientSession) {
    if tag == Self.rangeTag { return rangeEnded(result.status) }
    if result.status == .ok, let answer = callers[Int(tag)].answer { return decided(Int(tag), answer) }
    let message = result.message
    driver.complain(message)
    settle(Int(tag), CallEnding(failed: 1))
  }

  private func rangeEnded(_ status: StatusCode) {
    if status == .ok { driver.opened() } else { driver.fail(.connection("etcd could not read all stock: \(status)")) }
  }

  package func writable(_ call: CallID, tag: UInt64, in session: ClientSession) {}
  package func draining(_ session: ClientSession) { driver.fail(.connection("etcd is shutting down")) }
}

extension EtcdConnection: ConnectionHandler {
  package func connectionOpened(_ connection: Connection) { connection.setNeedsFlush() }

  package func connection(_ connection: Connection, received bytes: RawSpan) {
    guard let session else { return }
    session.receive(bytes, now: driver.loop.now)
    if !wasOpened, session.settingsSeen {
      wasOpened = true
      greet()
    }
    settle(connection, session)
  }

  package func connection(_ connection: Connection, fill output: inout ByteWriter) {
    guard let session else { return }
    session.takeOutput(into: &output, now: driver.loop.now)
    settle(connection, session)
  }

  package func connectionWoke(_ connection: Connection) {
    guard let session else { return }
    session.tick(now: driver.loop.now)
    settle(connection, session)
  }

  private func settle(_ connection: Connection, _ session: ClientSession) {
    if session.isFinished { return connection.closeAfterFlush() }
    if session.hasOutput { connection.setNeedsFlush() }
    connection.wake(at: session.wakeAt)
  }

  package func connectionPeerFinished(_ connection: Connection) { connection.close() }

  package func connectionClosed(_ connection: Connection, _ end: ConnectionEnd) {
    self.connection = nil
    driver.fail(.connection("\(end)"))
  }
}
