internal import Basics

/// What a Store knows of another node, and what it has to tell it. Owned by the Store.
struct Peer {
  let node: NodeID
  var urgent = FrameWriter()
  var bulk = FrameWriter()
  /// Whether groups of this Store have members there: then it is sent heartbeats, and missed when it is silent.
  var isNeighbour = false
  /// In the Store's ticks.
  var heardTick: UInt64
  var sentTick: UInt64 = 0
  /// Nothing was heard of it for too long.
  var isSilent = false
  /// The life of the process that was last heard.
  var incarnation: UInt64 = 0
  var clock = PeerClock()

  init(node: NodeID, tick: UInt64) {
    self.node = node
    heardTick = tick
  }
}

/// The other nodes, ascending. Owned by the Store.
struct PeerTable {
  private(set) var peers: [Peer] = []

  /// The place of a node, which is new to the table if it has none.
  mutating func place(of node: NodeID, tick: UInt64) -> Int {
    var place = 0
    while place < peers.count, peers[place].node < node { place += 1 }
    if place == peers.count || peers[place].node != node { peers.insert(Peer(node: node, tick: tick), at: place) }
    return place
  }

  subscript(place: Int) -> Peer {
    get { peers[place] }
    _modify { yield &peers[place] }
  }

  func find(_ node: NodeID) -> Peer? { peers.first { $0.node == node } }

  /// Sets which nodes have members of this Store's groups.
  mutating func setNeighbours(_ nodes: [NodeID], tick: UInt64) {
    for node in nodes { _ = place(of: node, tick: tick) }
    for place in peers.indices {
      let isNeighbour = nodes.contains(peers[place].node)
      // Who becomes one has until now had no reason to say anything.
      if isNeighbour, !peers[place].isNeighbour { peers[place].heardTick = tick }
      peers[place].isNeighbour = isNeighbour
    }
  }

  var hasNeighbours: Bool { peers.contains { $0.isNeighbour } }

  /// The wall clock that the nodes agree on: the median of this node's and those told within the last `ageMax`
  /// milliseconds. Of an even number the lower of the two in the middle: a hold that expires late is a smaller harm than
  /// one that expires early.
  func medianWall(
    _ own: Stamp, now: Instant, ageMaxMilliseconds: UInt64
  ) -> (wall: Stamp, clockCount: Int) {
    guard !peers.isEmpty else { return (own, 1) }
    var walls = [own]
    for peer in peers where peer.isNeighbour {
      if let wall = peer.clock.wall(at: now, ageMaxMilliseconds: ageMaxMilliseconds) { walls.append(wall) }
    }
    guard walls.count > 1 else { return (own, 1) }
    walls.sort()
    return (walls[(walls.count - 1) / 2], walls.count)
  }
}
