internal import Basics
internal import Raft
internal import Replication

// Faults begin and end. One that finds nothing to befall does nothing: what it would have been does not depend on the run.
extension World {
  func isFaulty(_ kind: FaultKind) -> Bool { active.contains { $0.kind == kind } }

  func scheduleNextFault() {
    guard phase == .faulty, let fault = plan.next() else { return }
    queue.add(.fault(fault), at: max(fault.begin, time))
  }

  func begin(_ fault: Fault) throws(Violation) {
    guard phase == .faulty else { return }
    defer { scheduleNextFault() }
    if let only = settings.onlyFaults, !only.contains(fault.number) { return }
    guard !fault.kind.lasts || active.count < plan.concurrencyMax else { return }
    var fault = fault
    let before = active.count
    guard try inflict(&fault) else { return }
    faultCounts[Int(fault.kind.rawValue)] += 1
    happened.append(fault.number)
    trace.note(time, 0x20 | UInt64(fault.kind.rawValue) << 8, UInt64(fault.number))
    trace.say(time, "fault \(fault.number): \(fault.kind.name)\(place(of: active.count > before ? active.last : nil))")
    if active.count > before {
      applyLinkRules()
      add(.faultEnds(fault.number), after: fault.duration)
    }
  }

  private func place(of fault: ActiveFault?) -> String {
    guard let fault, !fault.nodes.isEmpty else { return "" }
    return " of " + fault.nodes.map(\.description).joined(separator: ", ")
  }

  func end(_ number: Int) throws(Violation) {
    guard let place = active.firstIndex(where: { $0.number == number }) else { return }
    let fault = active.remove(at: place)
    trace.say(time, "fault \(number) ends: \(fault.kind.name)")
    applyLinkRules()
    for number in fault.nodes { try relieve(node(number), of: fault.kind) }
  }

  func relieve(_ node: SimulatedNode, of kind: FaultKind) throws(Violation) {
    switch kind {
    case .crash, .crashAll: if !node.isUp { try restart(node) }
    case .pause: try resume(node)
    case .slowDisk: node.diskSlowness = 1
    case .diskFull:
      node.isDiskFull = false
      node.store?.commandRefusal = nil
    case .stall: node.state.isStalled = false
    case .clockDrift: node.clock.setDrift(0, at: time)
    case .lyingDisk: node.log.stopLying()
    case .chase:
      try resume(node)
      if !node.isUp { try restart(node) }
    case .isolate, .oneWay, .split, .bridge, .ring, .loss, .duplication, .reordering, .corruption, .slowNetwork,
      .failedSync, .flush, .rot, .clockJump, .membership, .transfer, .falseAlarm:
      break
    }
  }

  /// Makes the fault real; answers whether it found anything to befall.
  private func inflict(_ fault: inout Fault) throws(Violation) -> Bool {
    switch fault.kind {
    case .crash, .crashAll, .pause: return inflictOnProcess(&fault)
    case .falseAlarm: return raiseFalseAlarm(&fault.chance)
    case .chase: return try beginChase(&fault)
    case .isolate, .oneWay, .split, .bridge, .ring, .loss, .duplication, .reordering, .corruption, .slowNetwork:
      return inflictOnNetwork(&fault)
    case .slowDisk, .failedSync, .diskFull, .stall, .flush, .rot, .lyingDisk: return try inflictOnDisk(&fault)
    case .clockJump, .clockDrift: return inflictOnClock(&fault)
    case .membership: return changeMembers(&fault.chance)
    case .transfer: return transferLeadership(&fault.chance)
    }
  }

  /// One node: half of the time one that leads, because there it hurts.
  private func victim(_ chance: inout Chance, where isFit: (SimulatedNode) -> Bool = { $0.isUp }) -> SimulatedNode? {
    let fit = nodes.filter(isFit)
    guard !fit.isEmpty else { return nil }
    let leaderOf = chance.below(allShardCount)
    let prefersLeader = chance.oneIn(2)
    let other = fit[chance.below(fit.count)]
    guard prefersLeader else { return other }
    return fit.first { leads($0, ShardID(UInt32(leaderOf))) } ?? other
  }

  func leads(_ node: SimulatedNode, _ shard: ShardID) -> Bool { node.store?.status(of: shard)?.role == .leader }

  private func inflictOnProcess(_ fault: inout Fault) -> Bool {
    var entry = ActiveFault(number: fault.number, kind: fault.kind)
    switch fault.kind {
    case .crashAll: entry.nodes = nodes.filter(\.isUp).map(\.number)
    case .pause:
      guard let node = victim(&fault.chance, where: { $0.isUp && !$0.isPaused }) else { return false }
      node.isPaused = true
      entry.nodes = [node.number]
    default:
      // Now and then two at once: a group of five must live through that.
      guard let first = victim(&fault.chance) else { return false }
      entry.nodes = [first.number]
      if fault.chance.oneIn(4), let second = victim(&fault.chance, where: { $0.isUp && $0 !== first }) {
        entry.nodes.append(second.number)
      }
    }
    if fault.kind != .pause {
      for number in entry.nodes { crash(node(number), restartAfter: nil) }
      if nodes.allSatisfy({ !$0.isUp }) { coverage.reach(.allNodesDown) }
    }
    active.append(entry)
    return !entry.nodes.isEmpty
  }

  /// One node, or all others at once, take a node for gone: half of the time one that leads, and then a majority elects
  /// another while it goes on.
  private func raiseFalseAlarm(_ chance: inout Chance) -> Bool {
    guard let node = victim(&chance), nodes.count > 1 else { return false }
    let believer = chance.oneIn(2) ? nil : NodeNumber(chance.below(nodes.count))
    alarm(of: node) { believer == nil || $0.number == believer }
    return true
  }

  private func inflictOnDisk(_ fault: inout Fault) throws(Violation) -> Bool {
    guard let node = victim(&fault.chance) else { return false }
    var entry = ActiveFault(number: fault.number, kind: fault.kind)
    entry.nodes = [node.number]
    switch fault.kind {
    case .slowDisk: node.diskSlowness = fault.chance.within(5...60)
    case .diskFull:
      node.isDiskFull = true
      node.store?.commandRefusal = .diskFull
    case .stall:
      node.state.isStalled = true
      coverage.reach(.stateStalled)
    case .lyingDisk: node.log.isLying = true
    case .failedSync:
      node.failsNextSync = true
      return true
    case .flush:
      if let store = node.store { try flush(node, store) }
      return true
    default: return rot(node, &fault.chance)
    }
    active.append(entry)
    return true
  }

  private func inflictOnClock(_ fault: inout Fault) -> Bool {
    var node = nodes[fault.chance.below(nodes.count)]
    if fault.kind == .clockJump {
      // One wall clock at a time may be far off: the nodes go by the median of theirs. What a node has heard of another's
      // clock counts for some seconds more.
      if let last = clockThatWasOff,
        time.since(last.time) < .seconds(30) || abs(self.node(last.node).clock.wallOffsetMilliseconds) > 30
      {
        node = self.node(last.node)
      }
      clockThatWasOff = (node.number, time)
      let size = Int64(fault.chance.pick([0, 20, 400, 5_000, 3_600_000]))
      // Two clocks that are all that can be heard have no median; the earlier one is taken. So one that is far behind makes
      // stamps lag, and what lags catches up: no promise is made about that.
      node.clock.wallOffsetMilliseconds = size <= 400 && fault.chance.oneIn(2) ? -size : size
      trace.say(time, "\(node.number) has its wall clock set to an offset of \(node.clock.wallOffsetMilliseconds) ms")
      return true
    }
    node.clock.setDrift(Int64(fault.chance.pick([-400, -200, 200, 400])), at: time)
    active.append(ActiveFault(number: fault.number, kind: fault.kind, nodes: [node.number]))
    return true
  }
}

// MARK: - The chase

extension World {
  /// Leaders of one shard are cut off one after the other, each let back when the next one falls: so logs part, and those
  /// that were left behind stand for election. Figure 3.7 of the thesis is such a chase.
  private func beginChase(_ fault: inout Fault) throws(Violation) -> Bool {
    var entry = ActiveFault(number: fault.number, kind: .chase)
    entry.prey = ShardID(UInt32(fault.chance.below(allShardCount)))
    entry.weapon = fault.chance.pick([.link, .link, .oneWayLink, .pause, .pause, .crash])
    entry.period = .milliseconds(fault.chance.pick([100, 400, 900, 1_600]))
    entry.rule.isBlocked = true
    active.append(entry)
    try chase(fault.number)
    return true
  }

  func chase(_ number: Int) throws(Violation) {
    guard let place = active.firstIndex(where: { $0.number == number }) else { return }
    let fault = active[place]
    add(.chase(number), after: disks.span(mean: fault.period))
    guard let victim = leader(of: fault.prey)?.node, victim.number != fault.nodes.first else { return }
    if let last = fault.nodes.first { try relieve(node(last), of: .chase) }
    guard let place = active.firstIndex(where: { $0.number == number }) else { return }
    active[place].nodes = [victim.number]
    active[place].links = []
    switch fault.weapon {
    case .pause: victim.isPaused = victim.isUp
    case .crash: crash(victim, restartAfter: nil)
    case .link, .oneWayLink:
      for other in nodes where other !== victim {
        active[place].links.append((victim.number, other.number))
        if fault.weapon == .link { active[place].links.append((other.number, victim.number)) }
      }
    }
    trace.say(time, "fault \(number) strikes \(victim.number)")
    applyLinkRules()
  }
}

// MARK: - The network

extension World {
  /// Brings the rules of all network faults together.
  func applyLinkRules() {
    network.heal()
    for fault in active {
      for link in fault.links {
        var rule = network[link.from, link.to]
        rule.add(fault.rule)
        network[link.from, link.to] = rule
      }
    }
  }

  private func inflictOnNetwork(_ fault: inout Fault) -> Bool {
    var entry = ActiveFault(number: fault.number, kind: fault.kind)
    var order = (0..<nodes.count).map { NodeNumber($0) }
    for place in order.indices.reversed() where place > 0 { order.swapAt(place, fault.chance.below(place + 1)) }
    entry.rule = rule(of: fault.kind, &fault.chance)
    entry.links = links(fault.kind, order, &fault.chance)
    entry.nodes = fault.kind == .isolate || fault.kind == .oneWay ? [order[0]] : []
    active.append(entry)
    return true
  }

  private func rule(of kind: FaultKind, _ chance: inout Chance) -> LinkRule {
    var rule = LinkRule()
    switch kind {
    case .loss: rule.lossPerMillion = chance.pick([10_000, 100_000, 400_000])
    case .duplication:
      rule.duplicationPerMillion = chance.pick([50_000, 300_000])
      rule.duplicatesLate = chance.oneIn(2)
    case .reordering: rule.reorderingPerMillion = chance.pick([50_000, 500_000])
    case .corruption: rule.corruptionPerMillion = chance.pick([10_000, 200_000])
    case .slowNetwork: rule.slowness = chance.within(5...80)
    default: rule.isBlocked = true
    }
    return rule
  }

  private func links(
    _ kind: FaultKind, _ order: [NodeNumber], _ chance: inout Chance
  ) -> [(from: NodeNumber, to: NodeNumber)] {
    let half = order.count / 2
    let hearsNothing = chance.oneIn(2)
    let all = order.flatMap { from in order.compactMap { $0 == from ? nil : (from: from, to: $0) } }
    func place(_ node: NodeNumber) -> Int { order.firstIndex(of: node) ?? 0 }
    switch kind {
    case .isolate: return all.filter { $0.from == order[0] || $0.to == order[0] }
    case .oneWay: return all.filter { hearsNothing ? $0.to == order[0] : $0.from == order[0] }
    case .split: return all.filter { (place($0.from) < half) != (place($0.to) < half) }
    case .bridge:
      // The node in the middle hears both sides, which do not hear each other.
      return all.filter {
        $0.from != order[half] && $0.to != order[half] && (place($0.from) < half) != (place($0.to) < half)
      }
    case .ring:
      return all.filter {
        let distance = (place($0.from) - place($0.to) + order.count) % order.count
        return distance != 1 && distance != order.count - 1
      }
    default:
      // One link, both ways, or all of them.
      if chance.oneIn(2) { return all }
      return all.filter { [order[0], order[1]].contains($0.from) && [order[0], order[1]].contains($0.to) }
    }
  }
}
