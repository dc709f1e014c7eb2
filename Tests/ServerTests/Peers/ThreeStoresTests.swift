import API
import Basics
import Client
import Foundation
import Placement
import Raft
import Reactor
import Replication
import Synchronization
import Testing

@testable import Server
@testable import Storage

/// A node of one Store, with real disks and sockets, whose groups were founded with two others.
final class FoundedNode {
  /// The node's own thread: gathers what the Store tells.
  private final class Events: Sendable {
    let told = Mutex<[NodeEvent]>([])
    let mailbox = Mutex<Mailbox<NodeEvent>?>(nil)
  }

  let number: UInt32
  let path: String
  private let events: Events
  private let eventThread: LoopThread
  private let context: NodeContext
  private var storage: StorageEngine?
  private var thread: StoreThread?

  /// Without the number 1, whose node would make a cluster of its own settings from the empty meta shard.
  static let numbers: ClosedRange<UInt32> = 2...4

  init(_ number: UInt32, path: String, seeds: [Storage.ClusterSeed]) throws {
    self.number = number
    self.path = path
    let events = Events()
    eventThread = try LoopThread(name: "events-\(number)") { loop in
      let mailbox = loop.makeMailbox(of: NodeEvent.self) { batch in events.told.withLock { $0 += batch } }
      events.mailbox.withLock { $0 = mailbox }
      return events
    }
    self.events = events
    var configuration = NodeConfiguration()
    configuration.dataDirectory = path
    configuration.listen.port = 0
    configuration.logSegmentBytes = 1 << 20
    configuration.diskReserveBytes = 0
    let storageConfiguration = StorageConfiguration(configuration, storeCount: 1)
    if !FileManager.default.fileExists(atPath: path) {
      try StorageEngine.finishJoining(
        try StorageEngine.beginJoining(path),
        as: DirectoryIdentity(
          number: NodeID(number), cluster: PeerSamples.cluster, storeCount: 1, shardCount: 1,
          secret: PeerSamples.secret), log: storageConfiguration.log)
    }
    let storage = try StorageEngine(path: path, configuration: storageConfiguration)
    self.storage = storage
    context = NodeContext(
      configuration: configuration, logger: Logger(level: .error, format: .text),
      identity: NodeIdentity(format: storage.directory.format, secret: PeerSamples.secret, seeds: seeds),
      shardMap: ShardMap(dividedAmong: 1), started: EventLoop.clock, events: events.mailbox.withLock { $0 }!)
    let founders = Self.numbers.map { MemberID(node: NodeID($0)) }
    thread = try StoreThread(
      index: 0, node: context, storage: storage.stores[0],
      replicas: [ShardID.meta, ShardID(1)].map {
        ReplicaSpecification(shard: $0, member: MemberID(node: NodeID(number)), beginning: .founding(founders))
      }, hashSeed: UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
    try #require(context.post([.listen(ListenAddress(host: "127.0.0.1", port: 0))], toStore: 0))
  }

  var seed: Storage.ClusterSeed { Storage.ClusterSeed(node: NodeID(number), peerAddress: context.peerAddress) }

  /// Where clients reach it.
  func address() async throws -> String {
    var address: String?
    #expect(
      await eventually {
        address = has { if case .listens(_, let address) = $0 { address.description } else { nil } }
        return address != nil
      })
    return try #require(address)
  }

  /// Takes leave as for SIGTERM, and answers how long the Store took for it.
  func drain() async throws -> UInt64 {
    let began = EventLoop.clock
    try #require(context.post([.drain], toStore: 0))
    #expect(await eventually { has { if case .storeIsIdle(_, true) = $0 { true } else { nil } } != nil })
    return EventLoop.clock.nanoseconds(since: began) / 1_000_000
  }

  /// Stops without a word; its sockets are closed with the thread's loop.
  func stop() throws {
    guard let thread else { return }
    try #require(context.post([.abandon], toStore: 0))
    thread.thread.stopAndJoin()
    try thread.closeStorage()
    context.resolver.close()
    eventThread.stopAndJoin()
    (self.thread, storage) = (nil, nil)
  }

  private func has<Value>(_ find: (NodeEvent) -> Value?) -> Value? {
    let told = events.told.withLock { $0 }
    return told.lazy.compactMap(find).first
  }
}

/// Waits for something that other threads do, at most ten seconds.
func eventually(_ condition: () async throws -> Bool) async rethrows -> Bool {
  let limit = EventLoop.clock.advanced(byMilliseconds: 10_000)
  while try await !condition() {
    if EventLoop.clock >= limit { return false }
    await Task.yield()
  }
  return true
}

@Suite(.serialized) final class ThreeStoresTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "holdfast-three-\(UInt64.random(in: .min ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: folder) } catch { Issue.record("the folder stays: \(error)") }
  }

  private func start() throws -> [FoundedNode] {
    var nodes: [FoundedNode] = []
    for number in FoundedNode.numbers {
      nodes.append(try FoundedNode(number, path: folder + "/\(number)", seeds: nodes.map(\.seed)))
    }
    return nodes
  }

  private func client(_ nodes: [FoundedNode]) async throws -> HoldfastClient {
    var addresses: [String] = []
    for node in nodes { addresses.append(try await node.address()) }
    return try HoldfastClient(.init(addresses: addresses, tenant: "shop", actor: "test", timeout: .seconds(10)))
  }

  private func status(_ node: FoundedNode) async throws -> [ShardStatus] {
    let client = try await client([node])
    defer { client.close() }
    return try await client.status().stores.flatMap(\.shards)
  }

  /// The node that leads a shard, once exactly one of these does and all have applied the same.
  private func settledLeader(of shard: UInt32, _ nodes: [FoundedNode]) async throws -> (node: FoundedNode, term: UInt64)
  {
    var leader: (FoundedNode, UInt64)?
    let isSettled = try await eventually {
      var found: [(FoundedNode, UInt64)] = []
      var applied: Set<UInt64> = []
      for node in nodes {
        guard let status = try await status(node).first(where: { $0.shard == shard }) else { return false }
        if status.role == .leader { found.append((node, status.term)) }
        applied.insert(status.appliedIndex)
      }
      leader = found.first
      return found.count == 1 && applied.count == 1
    }
    #expect(isSettled)
    return try #require(leader)
  }

  private func stock(_ client: HoldfastClient) async throws {
    var location = Location()
    location.location = "main"
    location.state = .active
    _ = try await client.putLocation(location)
    var sku = SKU()
    sku.sku = "A"
    _ = try await client.putSKU(sku)
    // The node that leads the SKU's shard hears of the location a moment later.
    let isStocked = try await eventually {
      do throws(HoldfastError) {
        _ = try await client.receive(1_000_000, of: "A", at: "main")
        return true
      } catch {
        guard case .notFound = error else { throw error }
        return false
      }
    }
    try #require(isStocked)
  }

  private func reserve(_ count: Int, _ node: FoundedNode) async throws {
    let client = try await client([node])
    defer { client.close() }
    for _ in 0..<count { _ = try await client.reserve([.init(sku: "A", quantity: 1)]) }
  }

  @Test func `three nodes elect a leader, and what is written there is applied everywhere`() async throws {
    let nodes = try start()
    let client = try await client(nodes)
    try await stock(client)
    _ = try await settledLeader(of: 0, nodes)
    try await reserve(50, try await settledLeader(of: 1, nodes).node)
    _ = try await settledLeader(of: 1, nodes)
    for node in nodes {
      let status = try await status(node).first { $0.shard == 1 }
      #expect(status?.liveHoldCount == 50)
    }
    client.close()
    for node in nodes { try node.stop() }
  }

  @Test func `a node that stops in an orderly way hands its leaderships over first`() async throws {
    let nodes = try start()
    var client = try await client(nodes)
    try await stock(client)
    let before = try await settledLeader(of: 1, nodes)
    let others = nodes.filter { $0 !== before.node }
    client.close()
    let milliseconds = try await before.node.drain()
    #expect(milliseconds < 1_500, "it does not wait until the time for it is over")
    let after = try await settledLeader(of: 1, others)
    #expect(after.term == before.term + 1)
    client = try await self.client(others)
    _ = try await client.reserve([.init(sku: "A", quantity: 1)])
    client.close()
    for node in nodes { try node.stop() }
  }

  @Test func `after a leader is gone the others go on, and it catches up when it comes back`() async throws {
    var nodes = try start()
    let client = try await client(nodes)
    try await stock(client)
    let first = try await settledLeader(of: 1, nodes).node
    client.close()
    try first.stop()
    let others = nodes.filter { $0 !== first }
    try await reserve(2_000, try await settledLeader(of: 1, others).node)
    // This process holds the lock of the folder until it ends.
    let path = first.path + "-later"
    try FileManager.default.copyItem(atPath: first.path, toPath: path)
    nodes = others + [try FoundedNode(first.number, path: path, seeds: others.map(\.seed))]
    _ = try await settledLeader(of: 1, nodes)
    let status = try await status(nodes[2]).first { $0.shard == 1 }
    #expect(status?.liveHoldCount == 2_000)
    for node in nodes { try node.stop() }
  }
}
