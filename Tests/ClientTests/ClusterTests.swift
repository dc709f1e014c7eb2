import API
import Basics
import Client
import Testing

private let held = ReserveResponse(revision: 7, hold: Hold(holdID: "h-1", state: .active)).encoded()
private let noLeader = CallFailure(.noLeader, "no leader now")

/// Scripted nodes that know each other.
private struct FakeCluster {
  let nodes: [RunningNode]

  /// Every node leads the shards as given, the meta shard first, by number from 1.
  init(leaders: [UInt64] = [1, 1, 1], _ scripts: [Step]...) throws {
    nodes = try scripts.map { try RunningNode($0) }
    tell(leaders: leaders)
  }

  func tell(epoch: UInt64 = 1, leaders: [UInt64]) {
    let members = nodes.enumerated().map { (UInt64($0.offset) + 1, $0.element.address) }
    let map = clusterMap(epoch: epoch, leaders: leaders, nodes: members)
    for node in nodes { node.log.update { $0.map = map } }
  }

  func client(timeout: Duration = .seconds(10), attemptTimeout: Duration = .seconds(3)) throws -> HoldfastClient {
    try HoldfastClient(
      .init(
        addresses: nodes.map(\.address), tenant: "shop", timeout: timeout,
        retries: RetryPolicy(firstDelay: .milliseconds(2), attemptTimeout: attemptTimeout)))
  }

  /// A client that has learned the map.
  func settledClient(
    timeout: Duration = .seconds(10), attemptTimeout: Duration = .seconds(3)
  ) async throws -> HoldfastClient {
    let client = try client(timeout: timeout, attemptTimeout: attemptTimeout)
    // Its own question went out before the first of these; whichever node was asked has answered it before the last.
    for _ in 0..<2 * nodes.count { _ = try await client.shardMap() }
    return client
  }

  var calls: [Int] { nodes.map { $0.log.now.calls.count } }

  func requestIDs() throws -> [String] {
    try nodes.flatMap { try $0.log.now.calls.map { try ReserveRequest(decoding: $0.message).requestID } }
  }
}

private func reserve(_ client: HoldfastClient) async throws {
  _ = try await client.reserve([.init(sku: "A", quantity: 1)])
}

@Suite("The client, against several scripted nodes", .timeLimit(.minutes(1)))
struct ClusterTests {
  @Test func `one named node is enough to find the leader`() async throws {
    let cluster = try FakeCluster(leaders: [3, 3, 3], [.answer(held)], [.answer(held)], [.answer(held)])
    let client = try cluster.nodes[0].client()
    // The first call does not wait for the map.
    try await reserve(client)
    #expect(await eventually { cluster.nodes[0].log.now.mapCalls == 1 })
    for _ in 0..<20 { try await reserve(client) }
    #expect(await eventually { cluster.calls.reduce(0, +) == 21 })
    #expect(cluster.calls[2] >= 19)
    #expect(cluster.nodes.map { $0.log.now.mapCalls }.reduce(0, +) == 1)
  }

  @Test func `a client that shall not learn calls the named nodes only`() async throws {
    let cluster = try FakeCluster(leaders: [2, 2, 2], [.answer(held)], [.answer(held)])
    let client = try HoldfastClient(.init(addresses: [cluster.nodes[0].address], learnsNodes: false))
    for _ in 0..<5 { try await reserve(client) }
    #expect(cluster.calls == [5, 0])
    #expect(cluster.nodes[0].log.now.mapCalls == 0)
  }

  @Test func `what is about a node is asked of the named one`() async throws {
    let status = GetStatusResponse(nodeID: 2).encoded()
    let cluster = try FakeCluster([.answer(status)], [.answer(status)], [.answer(status)])
    let client = try cluster.nodes[1].client()
    for _ in 0..<10 { _ = try await client.status() }
    #expect(cluster.calls == [0, 10, 0])
  }

  @Test func `a leader that has moved is followed by its successor's number, and stays followed`() async throws {
    var moved = noLeader
    moved.metadata["leader_node_id"] = "2"
    let cluster = try FakeCluster(leaders: [1, 1, 1], [.fail(moved)], [.answer(held)], [.fail(noLeader)])
    let client = try await cluster.settledClient()
    try await reserve(client)
    cluster.tell(epoch: 2, leaders: [2, 2, 2])
    for _ in 0..<10 { try await reserve(client) }
    #expect(cluster.calls == [1, 11, 0])
    #expect(try Set(cluster.requestIDs()).count == 11)
  }

  @Test func `a leader that has too much to do is asked again, and nobody else`() async throws {
    let full = CallFailure(.backlogFull, "full", retryDelayMilliseconds: 5)
    let cluster = try FakeCluster(
      leaders: [1, 1, 1], [.fail(full), .fail(full), .answer(held)], [.answer(held)], [.answer(held)])
    try await reserve(try await cluster.settledClient())
    #expect(cluster.calls == [3, 0, 0])
    #expect(try Set(cluster.requestIDs()).count == 1)
  }

  @Test func `a leader that has moved is found in the map`() async throws {
    let cluster = try FakeCluster(leaders: [1, 1, 1], [.fail(noLeader)], [.answer(held)], [.answer(held)])
    let client = try await cluster.settledClient()
    cluster.tell(epoch: 2, leaders: [3, 3, 3])
    try await reserve(client)
    // The map is asked for at most ten times a second, and the old leader is asked once.
    let limit = ContinuousClock.now + .seconds(10)
    var inARow = 0
    while inARow < 50, ContinuousClock.now < limit {
      let before = cluster.calls[2]
      try await reserve(client)
      inARow = cluster.calls[2] > before ? inARow + 1 : 0
    }
    #expect(inARow == 50)
    #expect(cluster.calls[0] == 1)
  }

  @Test func `a dead node is passed over, and costs later calls nothing`() async throws {
    let cluster = try FakeCluster(leaders: [1, 1, 1], [.drop], [.answer(held)], [.answer(held)])
    let client = try await cluster.settledClient()
    cluster.nodes[0].stop()
    for _ in 0..<50 { try await reserve(client) }
    #expect(cluster.calls[1] + cluster.calls[2] == 50)
    #expect(try Set(cluster.requestIDs()).count == 50)
  }

  @Test func `a node that takes connections and says nothing is left within its attempt's time`() async throws {
    let cluster = try FakeCluster(leaders: [1, 1, 1], [.answer(held)], [.answer(held)], [.answer(held)])
    cluster.nodes[0].log.update { $0.isStopped = true }
    let client = try HoldfastClient(
      .init(
        addresses: cluster.nodes.map(\.address),
        retries: RetryPolicy(firstDelay: .milliseconds(2), attemptTimeout: .milliseconds(200))))
    let took = try await ContinuousClock().measure {
      for _ in 0..<20 { try await reserve(client) }
    }
    #expect(took < .seconds(3))
    #expect(cluster.calls[0] == 0)
  }

  @Test func `a node that answers none of its calls is passed over, with the same ids`() async throws {
    let cluster = try FakeCluster(leaders: [1, 1, 1], [.silence], [.answer(held)], [.answer(held)])
    let client = try await cluster.settledClient(attemptTimeout: .milliseconds(100))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<30 { group.addTask { try await reserve(client) } }
      try await group.waitForAll()
    }
    #expect(try Set(cluster.requestIDs()).count == 30)
    #expect(cluster.calls[1] + cluster.calls[2] == 30)
    // It was told that nobody waits any more.
    #expect(await eventually { cluster.nodes[0].log.now.cancellations.count == cluster.calls[0] })
  }

  @Test func `a node that drains loses no call`() async throws {
    let cluster = try FakeCluster(leaders: [1, 1, 1], [.goAwayThenAnswer(held)], [.answer(held)], [.answer(held)])
    let client = try await cluster.settledClient()
    for _ in 0..<20 { try await reserve(client) }
    #expect(try Set(cluster.requestIDs()).count == 20)
  }

  @Test func `a node that joins is called, and one that leaves is not`() async throws {
    let cluster = try FakeCluster([.answer(held)], [.answer(held)], [.fail(noLeader), .answer(held)])
    let members = cluster.nodes.enumerated().map { (UInt64($0.offset) + 1, $0.element.address) }
    func tell(epoch: UInt64, leader: UInt64, without left: UInt64) {
      let map = clusterMap(
        epoch: epoch, leaders: [leader, leader, leader], nodes: members.filter { $0.0 != left })
      for node in cluster.nodes { node.log.update { $0.map = map } }
    }
    tell(epoch: 1, leader: 1, without: 3)
    let client = try cluster.nodes[1].client()
    for _ in 0..<4 { _ = try await client.shardMap() }
    for _ in 0..<10 { try await reserve(client) }
    #expect(cluster.calls == [10, 0, 0])
    tell(epoch: 2, leader: 3, without: 1)
    // The client hears of it when a call fails.
    cluster.nodes[0].stop()
    let limit = ContinuousClock.now + .seconds(10)
    while cluster.calls[2] < 20, ContinuousClock.now < limit { try await reserve(client) }
    #expect(cluster.calls[2] >= 20)
    #expect(cluster.calls[0] == 10)
  }

  @Test func `calls that fail together ask for the map once`() async throws {
    let scripts = [Step.fail(noLeader), .fail(noLeader), .answer(held)]
    let cluster = try FakeCluster(leaders: [1, 1, 1], scripts, scripts, scripts)
    let client = try await cluster.settledClient()
    let before = cluster.nodes.map { $0.log.now.mapCalls }.reduce(0, +)
    let took = try await ContinuousClock().measure {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<300 { group.addTask { try await reserve(client) } }
        try await group.waitForAll()
      }
    }
    let asked = cluster.nodes.map { $0.log.now.mapCalls }.reduce(0, +) - before
    #expect(asked <= 2 + Int(took / .milliseconds(100)))
  }

  @Test func `a write without a request id is not sent again once it may have had its effect`() async throws {
    let cluster = try FakeCluster(leaders: [1, 1, 1], [.drop], [.answer(held)], [.answer(held)])
    let client = try await cluster.settledClient()
    let request = ReserveRequest(tenant: "shop", lines: [.init(sku: "A", quantity: 1)])
    await #expect(throws: HoldfastError.self) { try await client.call(HoldService.reserve, request) }
    #expect(cluster.calls == [1, 0, 0])
  }

  @Test func `of a batch only what failed for the moment is asked for again`() async throws {
    let good = BatchReserveResult(outcome: .response(ReserveResponse(revision: 1, hold: Hold(holdID: "h"))))
    let bad = BatchReserveResult(outcome: .error(CallError(noLeader)))
    let out = BatchReserveResult(outcome: .error(CallError(CallFailure(.outOfStock, "none left"))))
    let node = try RunningNode([
      .answer(BatchReserveResponse(results: [good, bad, out]).encoded()),
      .answer(BatchReserveResponse(results: [good]).encoded()),
    ])
    let client = try node.client()
    let results = try await client.reserve(batch: (0..<3).map { _ in .init(lines: [.init(sku: "A", quantity: 1)]) })
    #expect(results.map { (try? $0.get()) != nil } == [true, true, false])
    let asked = try node.log.now.calls.map { try BatchReserveRequest(decoding: $0.message).requests.map(\.requestID) }
    #expect(asked.count == 2)
    #expect(asked[1] == [asked[0][1]])
  }
}
