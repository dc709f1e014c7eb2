internal import Basics

// Balancing. Each move makes the board better by one step, so there are no more moves than the imbalance is large.

extension PlanBoard {
  /// How many pairs of replicas change places for the load alone.
  private static let swapsMax = 16
  /// How much more than the average a node bears in any case: a hundredth of all that is done.
  private static let excessMin = PlannedShard.weightWhole / 100

  mutating func spreadReplicas() {
    partZones()
    while let (shard, from, to) = bestMove() { move(shard, from: from, to: to) }
    evenOutLoad()
  }

  /// Replicas that share a zone part, when there is a usable node in a zone that has none of the shard's.
  private mutating func partZones() {
    for shard in shards.indices {
      while let crowded = shards[shard].nodes.filter({ neighbours(of: $0, in: shards[shard]) > 0 }).max(by: isLighter),
        let place = bestPlace(for: shards[shard]),
        zoneCount(shards[shard], without: crowded, with: place) > zoneCount(shards[shard])
      {
        move(shard, from: crowded, to: place)
      }
    }
  }

  private func zoneCount(_ shard: PlannedShard, without: Int = -1, with: Int = -1) -> Int {
    var zones: [String] = []
    var count = 0
    for node in shard.nodes + [with] where node >= 0 && node != without {
      let zone = nodes[node].zone
      if zone.isEmpty {
        count += 1
      } else if !zones.contains(zone) {
        zones.append(zone)
        count += 1
      }
    }
    return count
  }

  /// A move from a node that has at least two more than another one to that one, the furthest apart first.
  private func bestMove() -> (shard: Int, from: Int, to: Int)? {
    let ascending = usable.sorted(by: isLighter)
    for from in ascending.reversed() {
      for to in ascending where nodes[to].isTarget && nodes[from].replicaCount - nodes[to].replicaCount > 1 {
        if let shard = bestShard(from: from, to: to) { return (shard, from, to) }
      }
    }
    return nil
  }

  /// The shard whose going evens out the load of two nodes best, of those that lose no zone by it.
  private func bestShard(from: Int, to: Int) -> Int? {
    let half = nodes[from].weight > nodes[to].weight ? (nodes[from].weight - nodes[to].weight) / 2 : 0
    var best: (shard: Int, distance: UInt64)?
    for (place, shard) in shards.enumerated() where shard.has(from) && !shard.has(to) {
      guard zoneCount(shard, without: from, with: to) >= zoneCount(shard) else { continue }
      let distance = shard.weight > half ? shard.weight - half : half - shard.weight
      if distance < best?.distance ?? .max { best = (place, distance) }
    }
    return best?.shard
  }

  private mutating func move(_ shard: Int, from: Int, to: Int) {
    let led = shards[shard].leader == from
    remove(from, from: shard, "move from \(name(from)) to \(name(to))")
    count(to, shard)
    if led { setLeader(to, of: shard) }
  }

  private mutating func count(_ node: Int, _ shard: Int) {
    nodes[node].replicaCount += 1
    nodes[node].weight += shards[shard].weight
    shards[shard].nodes.append(node)
    shards[shard].nodes.sort()
  }

  // MARK: Load

  /// While a node has an eighth more to do than the average, and that is worth the copying, it gives a busy shard for a quiet
  /// one.
  private mutating func evenOutLoad() {
    for _ in 0..<Self.swapsMax {
      guard let busy = targets.max(by: { nodes[$0].weight < nodes[$1].weight }),
        let quiet = targets.min(by: { nodes[$0].weight < nodes[$1].weight })
      else { return }
      let average = usable.reduce(0) { $0 + nodes[$1].weight } / UInt64(usable.count)
      let bearable = average + max(average / 8, Self.excessMin)
      guard nodes[busy].weight > bearable, let (given, taken) = bestSwap(busy, quiet) else { return }
      move(given, from: busy, to: quiet)
      move(taken, from: quiet, to: busy)
    }
  }

  private func bestSwap(_ busy: Int, _ quiet: Int) -> (given: Int, taken: Int)? {
    let gap = nodes[busy].weight - nodes[quiet].weight
    let givable = movable(from: busy, to: quiet)
    let takable = movable(from: quiet, to: busy).sorted {
      (shards[$0].weight, $0) < (shards[$1].weight, $1)
    }
    var best: (given: Int, taken: Int, rest: UInt64)?
    for given in givable {
      let weight = shards[given].weight
      // What is given less what is taken should be half of the gap.
      let wanted = weight > gap / 2 ? weight - gap / 2 : 0
      let place = takable.firstPlace { shards[$0].weight < wanted }
      guard place < takable.count else { continue }
      let taken = takable[place]
      guard shards[taken].weight < weight else { continue }
      let moved = weight - shards[taken].weight
      guard moved < gap else { continue }
      let rest = moved > gap / 2 ? moved - gap / 2 : gap / 2 - moved
      if rest < best?.rest ?? gap / 2 { best = (given, taken, rest) }
    }
    return best.map { ($0.given, $0.taken) }
  }

  private func movable(from: Int, to: Int) -> [Int] {
    shards.indices.filter { place in
      shards[place].has(from) && !shards[place].has(to)
        && zoneCount(shards[place], without: from, with: to) >= zoneCount(shards[place])
    }
  }

  // MARK: Leaders

  /// Preferred leaders spread over the nodes that hold their shards, as evenly as these allow: as long as a node leads two
  /// shards more than another that can be reached by passing leaderships on from node to node, they are passed on.
  mutating func spreadLeaders() {
    for shard in shards.indices {
      let able = shards[shard].nodes.filter { nodes[$0].isUsable }
      if let leader = shards[shard].leader, able.contains(leader) { continue }
      if let first = leastLeading(of: able.filter { nodes[$0].isTarget }, favouring: nil) {
        setLeader(first, of: shard, "lead from \(name(first))")
      }
    }
    while let path = leadershipPath() {
      for step in path { setLeader(step.to, of: step.shard, "lead from \(name(step.to))") }
    }
  }

  /// A way from a node that leads much to one that leads at least two fewer.
  private func leadershipPath() -> [(shard: Int, to: Int)]? {
    for from in usable.sorted(by: { (nodes[$0].leaderCount, $1) > (nodes[$1].leaderCount, $0) }) {
      if let path = leadershipPath(from: from) { return path }
    }
    return nil
  }

  private func leadershipPath(from start: Int) -> [(shard: Int, to: Int)]? {
    var cameBy: [(shard: Int, from: Int)?] = Array(repeating: nil, count: nodes.count)
    var queue = [start]
    var next = 0
    while next < queue.count {
      let from = queue[next]
      next += 1
      for (place, shard) in shards.enumerated() where shard.leader == from {
        for to in shard.nodes where nodes[to].isTarget && to != start && cameBy[to] == nil {
          cameBy[to] = (place, from)
          if nodes[to].leaderCount <= nodes[start].leaderCount - 2 { return path(to: to, from: start, cameBy) }
          queue.append(to)
        }
      }
    }
    return nil
  }

  private func path(to end: Int, from start: Int, _ cameBy: [(shard: Int, from: Int)?]) -> [(shard: Int, to: Int)] {
    var path: [(shard: Int, to: Int)] = []
    var node = end
    while node != start, let step = cameBy[node] {
      path.append((step.shard, node))
      node = step.from
    }
    return path.reversed()
  }
}
