import Basics
import Testing

@testable import Simulator

@Suite struct PartTests {
  @Test func `events come in the order of time, and of being added where times are equal`() {
    var chance = Chance(seed: 3, concern: 1)
    var queue = EventQueue<Int>()
    var twin: [(time: UInt64, number: Int)] = []
    for number in 0..<3_000 {
      if chance.oneIn(3), let popped = queue.popFirst() {
        let least = twin.indices.min { (twin[$0].time, twin[$0].number) < (twin[$1].time, twin[$1].number) }
        let expected = twin.remove(at: least!)
        #expect(popped.time.nanoseconds == expected.time && popped.event == expected.number)
      }
      let time = chance.below(UInt64(50))
      queue.add(number, at: WorldTime(nanoseconds: time))
      twin.append((time, number))
    }
    #expect(queue.count == twin.count)
  }

  @Test func `concerns of one seed draw apart, and the same each time`() {
    func draws(_ seed: UInt64, _ concern: UInt64) -> [UInt64] {
      var chance = Chance(seed: seed, concern: concern)
      return (0..<4).map { _ in chance.word() }
    }
    #expect(draws(1, 1) == draws(1, 1))
    #expect(draws(1, 1) != draws(1, 2))
    #expect(draws(1, 1) != draws(2, 1))
  }

  @Test func `a fault is the same whether or not others are left out`() {
    var plan = FaultPlan(seed: 9, allowed: FaultKind.survivable, beginning: .zero)
    var again = FaultPlan(seed: 9, allowed: FaultKind.survivable, beginning: .zero)
    for number in 0..<50 {
      var (first, second) = (plan.next(), again.next())
      #expect(first?.number == number && first?.kind == second?.kind && first?.begin == second?.begin)
      if number % 2 == 0 { _ = first?.chance.word() }
      _ = second?.chance.word()
    }
  }

  @Test func `frames keep their order on a link until a fault reorders them`() {
    var network = Network(nodeCount: 2, meanDelay: .milliseconds(1), seed: 4)
    let (from, to) = (NodeNumber(0), NodeNumber(1))
    var last = WorldTime.zero
    for step in 0..<500 {
      let passage = network.send(from: from, to: to, at: .zero + .microseconds(UInt64(step)))
      #expect(passage.arrival! >= last && passage.secondArrival == nil && !passage.isCorrupted)
      last = passage.arrival!
    }
    network[from, to] = LinkRule(reorderingPerMillion: 500_000)
    var overtaken = 0
    let start = last
    for step in 0..<100 {
      let arrival = network.send(from: from, to: to, at: start + .milliseconds(UInt64(step))).arrival!
      if arrival < last { overtaken += 1 }
      last = max(last, arrival)
    }
    #expect(overtaken > 0 && network.counts.reordered > 0)
  }

  @Test func `a blocked link carries nothing, one way only, until it heals`() {
    var network = Network(nodeCount: 2, meanDelay: .milliseconds(1), seed: 4)
    network[NodeNumber(0), NodeNumber(1)] = LinkRule(isBlocked: true)
    #expect(network.send(from: NodeNumber(0), to: NodeNumber(1), at: .zero).arrival == nil)
    #expect(network.send(from: NodeNumber(1), to: NodeNumber(0), at: .zero).arrival != nil)
    network.heal()
    #expect(network.send(from: NodeNumber(0), to: NodeNumber(1), at: .zero).arrival != nil)
    #expect(network.counts.blocked == 1)
  }

  @Test(arguments: [-100_000, -500, 0, 500, 100_000] as [Int64])
  func `a drifting clock is read back to the time at which it shows an instant`(drift: Int64) {
    let start = WorldTime.zero + .seconds(5)
    var clock = NodeClock(
      base: Instant(nanoseconds: 77), at: start, driftPartsPerMillion: drift, wallOffsetMilliseconds: 0)
    for step in 1..<200 {
      let wanted = clock.now(at: start).advanced(byMilliseconds: UInt64(step * step))
      let time = clock.time(of: wanted, from: start)
      let shown = clock.now(at: time)
      #expect(shown.advanced(byNanoseconds: UInt64(step * step) * 30_000 + 2_000) >= wanted)
      #expect(time.since(start).nanoseconds < UInt64(step * step) * 1_300_000 + 2_000)
    }
    let before = clock.now(at: start + .seconds(9))
    clock.setDrift(-drift, at: start + .seconds(9))
    #expect(clock.now(at: start + .seconds(9)) == before)
  }

  @Test func `a minimised list still fails and has nothing to spare`() {
    let minimiser = Minimiser(runsMax: 500)
    for guilty in [[3], [3, 17], [0, 9, 63], []] {
      var runs = 0
      let found = minimiser.minimise(Array(0..<64)) { faults in
        runs += 1
        return guilty.allSatisfy { faults.contains($0) }
      }
      #expect(found == guilty)
      #expect(runs < 200)
    }
  }
}
