import API
import Basics
import Client
import HTTP2
import Testing

private let hold = Hold(holdID: "h-1", state: .active, lines: [.init(sku: "A", location: "BER1", quantity: 2)])
private let held = ReserveResponse(revision: 7, hold: hold).encoded()
private let noLeader = CallFailure(.noLeader, "no leader now")

private func requestIDs(_ node: RunningNode) throws -> [String] {
  try node.log.now.calls.map { try ReserveRequest(decoding: $0.message).requestID }
}

@Suite("The client, against a scripted node", .timeLimit(.minutes(1)))
struct HoldfastClientTests {
  @Test("a call carries the client's tenant and actor, a request id and the time that its attempt has")
  func carries() async throws {
    let node = try RunningNode([.answer(held)])
    let client = try node.client(timeout: .seconds(3))
    let written = try await client.reserve(
      [.init(sku: "A", quantity: 2)], timeToLive: .milliseconds(1_500), options: .init(reason: "cart"))
    #expect(written.value == hold)
    #expect(written.revision == 7)
    #expect(!written.replayed)
    let seen = try #require(node.log.now.calls.first)
    #expect(seen.method == .holdReserve)
    #expect((500_000_000...1_000_000_000).contains(seen.timeoutNanoseconds))
    let request = try ReserveRequest(decoding: seen.message)
    #expect(request.requestID == written.requestID.description)
    #expect(request.tenant == "shop")
    #expect(request.actor == "test")
    #expect(request.reason == "cart")
    #expect(request.timeToLive?.milliseconds == 1_500)
  }

  @Test("unavailable, then well: one request id in both attempts")
  func unavailable() async throws {
    let node = try RunningNode([.fail(noLeader), .fail(noLeader), .answer(held)])
    _ = try await node.client().reserve([.init(sku: "A", quantity: 2)])
    let ids = try requestIDs(node)
    #expect(ids.count == 3)
    #expect(Set(ids).count == 1)
  }

  @Test("a node's retry delay is waited for")
  func retryDelay() async throws {
    let full = CallFailure(.backlogFull, "full", retryDelayMilliseconds: 120)
    let node = try RunningNode([.fail(full), .answer(held)])
    let clock = ContinuousClock()
    let took = try await clock.measure {
      _ = try await node.client().reserve([.init(sku: "A", quantity: 2)])
    }
    #expect(took >= .milliseconds(120))
    #expect(node.log.now.calls.count == 2)
  }

  @Test("a connection that breaks under a call is replaced, and the call made again with its id")
  func connectionLost() async throws {
    let node = try RunningNode([.drop, .answer(held)])
    _ = try await node.client().reserve([.init(sku: "A", quantity: 2)])
    let seen = node.log.now
    #expect(seen.calls.count == 2)
    #expect(seen.connectionCount == 2)
    #expect(try Set(requestIDs(node)).count == 1)
  }

  @Test("after GOAWAY the next call goes over a new connection")
  func goAway() async throws {
    let node = try RunningNode([.goAwayThenAnswer(held), .answer(held)])
    let client = try node.client()
    _ = try await client.reserve([.init(sku: "A", quantity: 2)])
    _ = try await client.reserve([.init(sku: "A", quantity: 2)])
    #expect(node.log.now.calls.map(\.connection).last == 2)
  }

  @Test("a time-out is an unknown outcome with the request id")
  func timeOut() async throws {
    let node = try RunningNode([.silence])
    let client = try node.client()
    let mine = RequestIDs.next()
    let error = await #expect(throws: HoldfastError.self) {
      try await client.reserve(
        [.init(sku: "A", quantity: 2)], options: .init(requestID: mine, timeout: .milliseconds(80)))
    }
    guard case .outcomeUnknown(let failure, let requestID)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(requestID == mine)
    #expect(failure.status == .deadlineExceeded)
    #expect(node.log.now.calls.count == 1)
  }

  @Test("a lost attempt before the last failure leaves the outcome unknown")
  func unknownSticks() async throws {
    let node = try RunningNode([.drop, .fail(noLeader)])
    let client = try node.client(retries: RetryPolicy(attemptsMax: 3, firstDelay: .milliseconds(2)))
    let error = await #expect(throws: HoldfastError.self) { try await client.reserve([.init(sku: "A", quantity: 2)]) }
    guard case .outcomeUnknown? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(node.log.now.calls.count == 3)
  }

  @Test("a refusal is not retried and carries its facts")
  func refusal() async throws {
    let out = CallFailure(
      .outOfStock, "only 1 of SKU A available, 2 asked",
      metadata: ["sku": "A", "location": "", "account": "AVAILABLE", "asked": "2", "available": "1"])
    let node = try RunningNode([.fail(out)])
    let client = try node.client()
    let error = await #expect(throws: HoldfastError.self) { try await client.reserve([.init(sku: "A", quantity: 2)]) }
    #expect(error == .refused(.outOfStock(.init(sku: "A", location: "", asked: 2, available: 1)), out))
    #expect(node.log.now.calls.count == 1)
  }

  @Test("cancelling the task cancels the call on the wire")
  func cancellation() async throws {
    let node = try RunningNode([.silence])
    let client = try node.client()
    let task = Task { () async -> HoldfastError? in
      do throws(HoldfastError) {
        _ = try await client.reserve([.init(sku: "A", quantity: 2)])
        return nil
      } catch {
        return error
      }
    }
    #expect(await eventually { node.log.now.calls.count == 1 })
    task.cancel()
    guard case .cancelled? = await task.value else {
      Issue.record("not cancelled")
      return
    }
    #expect(await eventually { node.log.now.cancellations == [.reset(.cancel)] })
  }

  @Test("a call of a task that is cancelled already is cancelled")
  func cancelledBefore() async throws {
    let node = try RunningNode([.silence])
    let client = try node.client()
    let task = Task { () async -> Bool in
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      do throws(HoldfastError) {
        _ = try await client.reserve([.init(sku: "A", quantity: 2)])
        return false
      } catch {
        if case .cancelled = error { return true }
        return false
      }
    }
    #expect(await task.value)
  }

  @Test("a node that is not there is unavailable, and said in words")
  func notThere() async throws {
    let node = try RunningNode([.silence])
    let port = node.port
    let client = try HoldfastClient(
      .init(addresses: ["127.0.0.1:\(port == 1 ? 2 : 1)"], retries: RetryPolicy(attemptsMax: 3)))
    let error = await #expect(throws: HoldfastError.self) { try await client.status() }
    guard case .unavailable(let failure)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(failure.message.contains("nothing listens at"))
  }

  @Test("with two nodes named, the one that is there answers")
  func secondNode() async throws {
    let node = try RunningNode([.answer(held)])
    let client = try HoldfastClient(.init(addresses: ["127.0.0.1:1", node.address]))
    _ = try await client.reserve([.init(sku: "A", quantity: 2)])
    #expect(node.log.now.calls.count == 1)
  }

  @Test("a client that is closed ends its calls and takes no more")
  func close() async throws {
    let node = try RunningNode([.silence])
    let client = try node.client()
    async let pending: Void = {
      _ = await #expect(throws: HoldfastError.self) { try await client.status() }
    }()
    #expect(await eventually { node.log.now.calls.count == 1 })
    client.close()
    await pending
    let error = await #expect(throws: HoldfastError.self) { try await client.status() }
    guard case .unavailable? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    client.close()
  }

  @Test("many calls at once share few connections")
  func many() async throws {
    let node = try RunningNode([.answer(held)])
    let client = try node.client()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<500 { group.addTask { _ = try await client.reserve([.init(sku: "A", quantity: 2)]) } }
      try await group.waitForAll()
    }
    #expect(node.log.now.calls.count == 500)
    #expect(node.log.now.connectionCount <= 2)
    #expect(try Set(requestIDs(node)).count == 500)
  }

  @Test("a list is fetched page by page, also over an empty page")
  func pages() async throws {
    let node = try RunningNode([
      .answer(ListSKUsResponse(skus: [SKU(sku: "A"), SKU(sku: "B")], nextPageToken: "t1").encoded()),
      .answer(ListSKUsResponse(nextPageToken: "t2").encoded()),
      .answer(ListSKUsResponse(skus: [SKU(sku: "C")]).encoded()),
    ])
    var found: [String] = []
    for try await sku in try node.client().skus(pageSize: 2) { found.append(sku.sku) }
    #expect(found == ["A", "B", "C"])
    let requests = try node.log.now.calls.map { try ListSKUsRequest(decoding: $0.message) }
    #expect(requests.map(\.pageToken) == ["", "t1", "t2"])
    #expect(requests.allSatisfy { $0.pageSize == 2 && $0.tenant == "shop" })
  }

  @Test("a ledger check collects every shard")
  func verify() async throws {
    let shards = (1...600).map { VerifyLedgerResponse(shard: UInt32($0), shardCount: 600, ok: true) }
    let node = try RunningNode([.answers(shards.map { $0.encoded() })])
    let report = try await node.client().verifyLedger()
    #expect(report.shards == shards)
    #expect(report.isSound)
    #expect(!LedgerReport(shards: Array(shards.dropLast())).isSound)
    #expect(!LedgerReport().isSound)
  }

  @Test("a batch gives each request an id and its own outcome")
  func batch() async throws {
    let refused = CallError(CallFailure(.unknownSKU, "no SKU X", metadata: ["sku": "X"]))
    let answer = BatchReserveResponse(results: [
      .init(outcome: .response(ReserveResponse(revision: 1, hold: hold))), .init(outcome: .error(refused)),
    ])
    let node = try RunningNode([.answer(answer.encoded())])
    let results = try await node.client().reserve(batch: [.init(lines: []), .init(lines: [])])
    #expect(try results[0].get().value == hold)
    guard case .failure(.notFound) = results[1] else {
      Issue.record("\(results[1])")
      return
    }
    let sent = try BatchReserveRequest(decoding: node.log.now.calls[0].message).requests
    #expect(Set(sent.map(\.requestID)).count == 2)
    #expect(sent.allSatisfy { $0.tenant == "shop" })
  }
}

@Suite("A stream of reservations", .timeLimit(.minutes(1)))
struct ReserveStreamTests {
  private static let echo = Step.echo { bytes in
    guard let request = try? ReserveStreamRequest(decoding: bytes) else { return [] }
    let hold = Hold(holdID: request.request?.requestID ?? "")
    return ReserveStreamResponse(tag: request.tag, outcome: .response(ReserveResponse(hold: hold))).encoded()
  }

  @Test("every request is answered under its own id, with a bound on what is ahead")
  func answers() async throws {
    let node = try RunningNode([Self.echo])
    let stream = try node.client().reserveStream(unansweredMax: 8)
    async let sent: [UniqueID] = {
      var ids: [UniqueID] = []
      for _ in 0..<500 { ids.append(try await stream.send(.init(lines: [.init(sku: "A", quantity: 1)]))) }
      stream.finish()
      return ids
    }()
    var answered: [UniqueID] = []
    for try await answer in stream {
      #expect(stream.unanswered.count <= 8)
      #expect(try answer.outcome.get().value.holdID == answer.requestID.description)
      answered.append(answer.requestID)
    }
    #expect(try await sent == answered)
    #expect(stream.unanswered.isEmpty)
  }

  @Test("a stream that breaks tells what was not answered, and its senders")
  func broken() async throws {
    let node = try RunningNode([Self.echo, .drop])
    let stream = try node.client().reserveStream(unansweredMax: 2)
    let first = try await stream.send(.init(lines: [.init(sku: "A", quantity: 1)]))
    var iterator = stream.makeAsyncIterator()
    #expect(try await iterator.next()?.requestID == first)
    let second = try await stream.send(.init(lines: [.init(sku: "A", quantity: 1)]))
    let error = await #expect(throws: HoldfastError.self) { for try await _ in stream {} }
    guard case .outcomeUnknown? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(stream.unanswered.map(\.requestID) == [second.description])
    await #expect(throws: HoldfastError.self) { try await stream.send(.init()) }
  }

  @Test("a sender that waits for room is let go when the stream ends, and when its task is cancelled")
  func waiting() async throws {
    let node = try RunningNode([.silence])
    let stream = try node.client().reserveStream(unansweredMax: 1)
    try await stream.send(.init())
    let cancelled = Task { await #expect(throws: HoldfastError.self) { try await stream.send(.init()) } }
    cancelled.cancel()
    _ = await cancelled.value
    let ended = Task { await #expect(throws: HoldfastError.self) { try await stream.send(.init()) } }
    #expect(await eventually { node.log.now.calls.count == 1 })
    stream.cancel()
    _ = await ended.value
  }
}

@Suite("An import", .timeLimit(.minutes(1)))
struct ImportStreamTests {
  private static let echo = Step.echo { bytes in
    guard let request = try? ImportRowsRequest(decoding: bytes), case .row(let row)? = request.content else {
      return []
    }
    let refusal = CallError(CallFailure(.unknownSKU, "no SKU", metadata: ["sku": "B"]))
    let outcome: ImportRowsResponse.Outcome =
      row.row % 2 == 0 ? .done(ImportDone(replayed: row.row == 4)) : .error(refusal)
    return ImportRowsResponse(row: row.row, outcome: outcome).encoded()
  }

  @Test("every row is answered under its own number, done or refused")
  func answers() async throws {
    let node = try RunningNode([Self.echo])
    let stream = try node.client().importRows(id: RequestIDs.next(), unansweredMax: 4)
    async let sent: Void = {
      for row in 1..<50 as Range<Int64> {
        try await stream.send(ImportRow(row: row, content: .stock(ImportStock(sku: "A", location: "B", quantity: 1))))
      }
      stream.finish()
    }()
    var answered: [Int64] = []
    for try await answer in stream {
      #expect(stream.unanswered.count <= 4)
      answered.append(answer.row.row)
      switch answer.outcome {
      case .success(let replayed): #expect(answer.row.row % 2 == 0 && replayed == (answer.row.row == 4))
      case .failure(let error): #expect(answer.row.row % 2 == 1 && error.failure.reason == .unknownSKU)
      }
    }
    try await sent
    #expect(answered == Array(1..<50))
  }

  @Test("an import that breaks tells which rows were not answered")
  func broken() async throws {
    let node = try RunningNode([.silence])
    let stream = try node.client().importRows(id: RequestIDs.next())
    for row in [7, 9] as [Int64] { try await stream.send(ImportRow(row: row, content: .sku(SKU(sku: "A")))) }
    // Not before both are sent: a stream that is over takes no more.
    node.stop()
    await #expect(throws: HoldfastError.self) { for try await _ in stream {} }
    #expect(stream.unanswered.map(\.row) == [7, 9])
  }
}
