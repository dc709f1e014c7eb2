package import Basics
package import Reactor

/// One connection to Redis and its callers.
///
/// With copies to wait for, the calls that are ready go out together and are followed by one `WAIT`: Redis answers it
/// when that many replicas have acknowledged all that this connection wrote before it, and reads nothing more of the
/// connection until then. A `WAIT` after each call would have every caller wait for all callers before it in turn.
package final class RedisConnection: LoadMember {
  private enum Expected {
    case call(sentAt: Instant)
    case wait
  }

  private struct Unacknowledged {
    var ending: CallEnding
    var sentAt: Instant
  }

  private let driver: LoadDriver
  private let script: ReserveScript
  private let copies: Int
  private var connection: Connection?
  private var reader = RESPReader()
  private var expected = RingBuffer<Expected>(minimumCapacity: 64)
  /// Calls that the primary has decided and whose copies are waited for.
  private var unacknowledged: [Unacknowledged] = []
  /// Callers that send with the next output.
  private var readyCount = 0

  package init(_ driver: LoadDriver, digest: String, copies: Int) throws(ReactorError) {
    self.driver = driver
    self.copies = copies
    script = ReserveScript(digest: digest, batch: driver.plan.batch, copies: copies)
    let address = try SocketAddress("127.0.0.1", port: driver.plan.port)
    let deadline = EventLoop.clock.advanced(byMilliseconds: 10_000)
    connection = try Connection.connect(to: address, on: driver.loop, deadline: deadline, handler: self)
  }

  package func begin() {
    readyCount = driver.plan.inFlight
    connection?.setNeedsFlush()
  }

  // MARK: answers

  private func take(_ value: RESPValue) throws(DecodeError) {
    switch expected.popFirst() {
    case .call(let sentAt):
      let ending = ending(of: value)
      if copies > 0 { return unacknowledged.append(Unacknowledged(ending: ending, sentAt: sentAt)) }
      settle(ending, sentAt)
    case .wait:
      let isCopied = value.isAtLeast(copies)
      if !isCopied { driver.complain("WAIT \(copies) answered \(value)") }
      for call in unacknowledged {
        settle(isCopied ? call.ending : CallEnding(failed: driver.plan.batch), call.sentAt)
      }
      unacknowledged.removeAll(keepingCapacity: true)
    case nil: throw .invalid("an answer to nothing")
    }
  }

  /// The script answers how many of the call's reservations it granted.
  private func ending(of value: RESPValue) -> CallEnding {
    let batch = driver.plan.batch
    guard case .integer(let granted) = value, granted >= 0, granted <= Int64(batch) else {
      driver.complain("\(value)")
      return CallEnding(failed: batch)
    }
    return CallEnding(granted: Int(granted), refused: batch - Int(granted))
  }

  private func settle(_ ending: CallEnding, _ sentAt: Instant) {
    driver.ended(ending, sentAt: sentAt)
    readyCount += 1
  }
}

extension RedisConnection: ConnectionHandler {
  package func connectionOpened(_ connection: Connection) { driver.opened() }

  package func connection(_ connection: Connection, received bytes: RawSpan) {
    reader.append(bytes)
    do throws(DecodeError) {
      while let value = try reader.next() { try take(value) }
    } catch { return driver.fail(.unreadableAnswer("\(error)")) }
    if readyCount > 0, driver.isSending { connection.setNeedsFlush() }
  }

  package func connection(_ connection: Connection, fill output: inout ByteWriter) {
    guard driver.isSending, readyCount > 0 else { return }
    let sentAt = EventLoop.clock
    for _ in 0..<readyCount {
      script.appendCall(driver.plan.skuCount, &driver.random, to: &output)
      expected.append(.call(sentAt: sentAt))
      driver.sent()
    }
    readyCount = 0
    if copies > 0 {
      script.appendWait(to: &output)
      expected.append(.wait)
    }
  }

  package func connectionPeerFinished(_ connection: Connection) { connection.close() }
  package func connectionWoke(_ connection: Connection) {}

  package func connectionClosed(_ connection: Connection, _ end: ConnectionEnd) {
    self.connection = nil
    driver.fail(.connection("\(end)"))
  }
}

extension RESPValue {
  fileprivate func isAtLeast(_ count: Int) -> Bool {
    if case .integer(let value) = self { return value >= Int64(count) }
    return false
  }
}
