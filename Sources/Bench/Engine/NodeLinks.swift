internal import API
internal import Basics
internal import Client
internal import HTTP2
internal import Reactor

/// One loop's connections to every node of a cluster: made at once, made again when they broke, and chosen by who leads
/// a slot. Belongs to the loop's thread. Its owner is the connections' delegate and hands on what they tell.
final class NodeLinks {
  private struct Node {
    let name: NodeName
    let number: UInt64
    let address: SocketAddress
    /// By position; `nil` while there is none.
    var connections: [ClientConnection?]
    /// Those that take calls.
    var open: [ClientConnection] = []
    /// The last open one was lost, and none has come since.
    var isDown = false
    var failureCount = 0
    var retryAt = Instant.zero
    var lastSuccessAt: UInt64 = 0
  }

  /// What the call for the shard map is tagged with.
  static let mapTag = UInt64.max
  private static let tickMilliseconds: UInt64 = 50
  private static let recentNanoseconds: UInt64 = 3_000_000_000
  private static let connectMilliseconds: UInt64 = 3_000
  private static let mapMilliseconds: UInt64 = 1_000
  private static let backoff = Backoff(firstNanoseconds: 20_000_000, longestNanoseconds: 1_000_000_000)

  private let loop: EventLoop
  private unowned let owner: any ClientConnectionDelegate
  private let connectionsPerNode: Int
  private(set) var router: Router
  private var refresh = MapRefresh()
  private var nodes: [Node?] = []
  private var random: SeededGenerator
  /// From the router, as of its `tableVersion`.
  private var leaders: [UInt16] = []
  /// The last leader that was known of each slot, and the one before until when.
  private var lastLeaders: [UInt16] = []
  private var formerLeaders: [UInt16] = []
  private var formerUntil: [Instant] = []
  private var tableVersion = UInt64.max
  private var isClosed = false
  private(set) var watch = OutageWatch()
  /// The start of the load; losses before it are not outages.
  var startedAt: UInt64?

  init(
    _ router: Router, connectionsPerNode: Int, on loop: EventLoop, seed: UInt64,
    owner: any ClientConnectionDelegate
  ) {
    self.router = router
    self.connectionsPerNode = connectionsPerNode
    self.loop = loop
    self.owner = owner
    random = SeededGenerator(seed: seed)
    follow()
    tick()
  }

  func close() {
    isClosed = true
    for node in nodes { for connection in node?.connections ?? [] { connection?.shutdown() } }
  }

  /// Whether any node takes calls.
  var isAnyOpen: Bool { nodes.contains { $0.map { !$0.open.isEmpty } ?? false } }
  /// Whether every node has all its connections.
  var areAllOpen: Bool { !nodes.contains { $0.map { $0.open.count < connectionsPerNode } ?? false } }

  // MARK: choosing

  /// A connection to the leader of the slot, or to another node when that one cannot be had.
  ///
  /// - Parameters:
  ///   - lane: callers of one lane keep to one connection of a node.
  ///   - last: the place of the node where the call has just failed.
  func connection(slot: UInt16?, lane: Int, attempt: Int, avoiding last: Int?) -> ClientConnection? {
    if tableVersion != router.version { readTable() }
    if attempt == 1, let slot, Int(slot) < leaders.count {
      let place = Int(leaders[Int(slot)])
      if place < nodes.count, let open = nodes[place]?.open, !open.isEmpty { return open[lane % open.count] }
    }
    let target = slot.map { CallTarget(slotNumber: $0) } ?? .anyNode
    for place in router.places(for: target, turn: lane &+ attempt, avoiding: last) {
      guard let open = nodes[place]?.open, !open.isEmpty else { continue }
      return open[lane % open.count]
    }
    return nil
  }

  private func readTable() {
    leaders = router.leadersBySlot
    tableVersion = router.version
    if lastLeaders.count != leaders.count {
      lastLeaders = leaders
      formerLeaders = Array(repeating: .max, count: leaders.count)
      formerUntil = Array(repeating: .zero, count: leaders.count)
    }
    for slot in leaders.indices where leaders[slot] != .max && leaders[slot] != lastLeaders[slot] {
      formerLeaders[slot] = lastLeaders[slot]
      formerUntil[slot] = loop.now
      lastLeaders[slot] = leaders[slot]
    }
  }

  /// The slots that a node led until not long ago: that it is gone is often noticed after it was replaced, and after
  /// its calls had cast doubt on it.
  private func slotsLed(by place: Int) -> [Int] {
    let recent = Instant(nanoseconds: loop.now.nanoseconds - min(loop.now.nanoseconds, Self.recentNanoseconds))
    return lastLeaders.indices.filter {
      Int(lastLeaders[$0]) == place || Int(formerLeaders[$0]) == place && formerUntil[$0] > recent
    }
  }

  /// The place of a connection's node.
  static func place(_ tag: UInt64) -> Int { Int(tag >> 16) }

  // MARK: what calls tell

  func succeeded(slot: UInt16?, at place: Int) {
    let now = loop.now.nanoseconds
    nodes[place]?.lastSuccessAt = now
    if watch.isOpen, let slot { watch.succeeded(slot, router.shardOfSlot, at: now) }
  }

  /// A call for a slot failed at a node in a way that says something of who leads.
  func failed(slot: UInt16?, at place: Int, leaderHint: String?) {
    refresh.want()
    guard let slot else { return }
    let target = CallTarget(slotNumber: slot)
    router.doubt(place, for: target, at: loop.now)
    if let leader = leaderHint.flatMap({ UInt64($0) }) { router.learn(leader: leader, of: target) }
  }

  // MARK: the shard map

  private func askForMap() {
    guard isAnyOpen, refresh.begins(at: loop.now) else { return }
    let request: [UInt8] = []
    let connection = connection(slot: nil, lane: random.below(1 << 16), attempt: 1, avoiding: nil)
    let call = connection?.start(
      .clusterGetShardMap, message: request.rawSpan, deadline: loop.now.advanced(byMilliseconds: Self.mapMilliseconds),
      tag: Self.mapTag)
    if call == nil { mapEnded() }
  }

  /// The answer to the call tagged ``mapTag``. One that cannot be read changes nothing.
  func mapReceived(_ message: RawSpan) {
    do throws(DecodeError) {
      if router.learn(try GetShardMapResponse(decoding: message), at: loop.now) { follow() }
    } catch {
      refresh.want()
    }
  }

  func mapEnded() { refresh.ended(isSettled: router.isSettled, at: loop.now) }

  /// Has the connections follow the router's nodes.
  private func follow() {
    let hasMembers = router.nodes.contains { ($0?.number ?? 0) != 0 }
    for (place, known) in router.nodes.enumerated() {
      if place == nodes.count { nodes.append(nil) }
      // A server that was named otherwise than in the map is most likely one of those in it.
      let node = hasMembers && known?.number == 0 ? nil : known
      if let node, nodes[place]?.name == node.name, nodes[place]?.number == node.number { continue }
      for connection in nodes[place]?.connections ?? [] { connection?.shutdown() }
      nodes[place] = node.flatMap { makeNode($0) }
    }
    tableVersion = .max
  }

  /// A node of a map is looked up by the loop itself, which waits for it: maps with addresses cost nothing here.
  private func makeNode(_ node: Router.Node) -> Node? {
    do throws(ReactorError) {
      guard let address = try node.name.resolve().first else { return nil }
      return Node(
        name: node.name, number: node.number, address: address,
        connections: Array(repeating: nil, count: connectionsPerNode))
    } catch {
      return nil
    }
  }

  // MARK: connections

  private func tick() {
    if isClosed { return }
    for place in nodes.indices { connect(place) }
    askForMap()
    _ = loop.schedule(at: loop.now.advanced(byMilliseconds: Self.tickMilliseconds), self, token: 0)
  }

  /// Makes the connections that a node lacks: one only, while it is not known to answer.
  private func connect(_ place: Int) {
    guard let node = nodes[place], loop.now >= node.retryAt else { return }
    let isSuspect = node.failureCount > 0
    if isSuspect, node.connections.contains(where: { $0 != nil }) { return }
    for position in node.connections.indices where node.connections[position] == nil {
      do throws(ReactorError) {
        let connection = try ClientConnection(
          to: node.address, authority: node.name.description, on: loop,
          deadline: loop.now.advanced(byMilliseconds: Self.connectMilliseconds), limits: .forRoutedCalls,
          delegate: owner)
        connection.tag = UInt64(place) << 16 | UInt64(position)
        nodes[place]?.connections[position] = connection
      } catch {
        return suspect(place)
      }
      if isSuspect { return }
    }
  }

  private func suspect(_ place: Int) {
    guard let count = nodes[place]?.failureCount else { return }
    nodes[place]?.failureCount = count + 1
    let delay = Self.backoff.delayNanoseconds(failureCount: count + 1, jitter: random.unit())
    nodes[place]?.retryAt = loop.now.advanced(byNanoseconds: delay)
  }

  func opened(_ connection: ClientConnection) {
    let place = Self.place(connection.tag)
    guard has(connection) else { return }
    nodes[place]?.open.append(connection)
    nodes[place]?.isDown = false
    nodes[place]?.failureCount = 0
    nodes[place]?.retryAt = .zero
    refresh.want()
  }

  /// The node takes no new calls on a connection.
  func draining(_ tag: UInt64) {
    nodes[Self.place(tag)]?.open.removeAll { $0.tag == tag }
    refresh.want()
  }

  func closed(_ connection: ClientConnection, _ end: ConnectionEnd) {
    let place = Self.place(connection.tag)
    guard has(connection) else { return }
    nodes[place]?.connections[Int(connection.tag & 0xFFFF)] = nil
    nodes[place]?.open.removeAll { $0 === connection }
    if connection.failedToAnswer(end), nodes[place]?.open.isEmpty ?? false { suspect(place) }
    // Others may just be made anew, in vain: what counts is that none is open.
    if connection.wasOpened, let node = nodes[place], node.open.isEmpty, !node.isDown {
      nodes[place]?.isDown = true
      lost(place)
    }
  }

  /// Whether it is still one of ours: its node may have left the map.
  private func has(_ connection: ClientConnection) -> Bool {
    let place = Self.place(connection.tag)
    guard place < nodes.count, let node = nodes[place] else { return false }
    return node.connections[Int(connection.tag & 0xFFFF)] === connection
  }

  /// The last connection to a node is gone.
  private func lost(_ place: Int) {
    refresh.want()
    guard let node = nodes[place], let startedAt, !isClosed else { return }
    if tableVersion != router.version { readTable() }
    let slots = slotsLed(by: place)
    let shards = Set(slots.map { router.shardOfSlot[$0] })
    let now = loop.now.nanoseconds
    watch.begin(
      Outage(node: node.number, address: node.name.description, lostAt: now - startedAt, shardCount: shards.count),
      slots: slots, silentSince: node.lastSuccessAt == 0 ? now : node.lastSuccessAt)
  }
}

extension NodeLinks: TimerHandler {
  func timerFired(_ id: TimerID, token: UInt64) { tick() }
}
