import API
import Basics
import Client
import Placement
import Testing

private func second(_ count: UInt64) -> Instant { Instant(nanoseconds: count * 1_000_000_000) }

/// A map of two shards with half of the slots each, and the meta shard.
func clusterMap(
  epoch: UInt64 = 1, leaders: [UInt64] = [1, 1, 2], nodes: [(UInt64, String)]
) -> GetShardMapResponse {
  let half = UInt32(Slot.count / 2)
  return GetShardMapResponse(
    epoch: epoch, slotCount: UInt32(Slot.count),
    ranges: [
      SlotRange(slotFirst: 0, slotLast: half - 1, shard: 1),
      SlotRange(slotFirst: half, slotLast: 2 * half - 1, shard: 2),
    ],
    shards: leaders.enumerated().map {
      ShardPlacement(shard: UInt32($0.offset), leaderNodeID: $0.element, replicaNodeIDs: nodes.map(\.0))
    },
    nodes: nodes.map { NodeAddress(nodeID: $0.0, address: $0.1) })
}

private let three: [(UInt64, String)] = [(1, "10.0.0.1:1"), (2, "10.0.0.2:1"), (3, "10.0.0.3:1")]

@Suite struct RouterTests {
  private let low = CallTarget(slotNumber: 7)
  private let high = CallTarget(slotNumber: 16_000)

  private func router(_ seeds: String...) -> Router { Router(named: seeds.compactMap { NodeName($0) }) }

  private func name(_ router: Router, _ place: Int?) -> String? {
    place.flatMap { router.nodes[$0]?.name.description }
  }

  @Test func `without a map the named nodes take turns`() {
    let router = router("a:1", "b:1")
    #expect(router.places(for: low, turn: 0) == [0, 1])
    #expect(router.places(for: .anyNode, turn: 1) == [1, 0])
    #expect(router.places(for: .namedNode, turn: 0, avoiding: 0) == [1, 0])
    #expect(router.leader(of: low) == nil)
    #expect(!router.isSettled)
  }

  @Test func `a call goes to its shard's leader, then to other replicas, and last where it has just failed`() {
    var router = router("10.0.0.3:1")
    #expect(router.learn(clusterMap(nodes: three), at: .zero) == true)
    #expect(router.isSettled)
    #expect(name(router, router.places(for: low, turn: 5).first) == "10.0.0.1:1")
    #expect(name(router, router.places(for: high, turn: 5).first) == "10.0.0.2:1")
    #expect(name(router, router.places(for: .metaShard, turn: 5).first) == "10.0.0.1:1")
    for turn in 0..<6 {
      let places = router.places(for: low, turn: turn, avoiding: router.leader(of: low))
      #expect(places.sorted() == [0, 1, 2])
      #expect(name(router, places.last) == "10.0.0.1:1")
    }
    #expect(Set((0..<3).map { router.places(for: .anyNode, turn: $0)[0] }) == [0, 1, 2])
    #expect(name(router, router.places(for: .namedNode, turn: 4).first) == "10.0.0.3:1")
  }

  @Test func `nodes come and go with the map, and those named stay`() {
    var router = router("seed:7400")
    #expect(router.learn(clusterMap(nodes: three), at: .zero) == true)
    #expect(router.nodes.count == 4)
    let kept = router.nodes.firstIndex { $0?.number == 2 }
    let later = clusterMap(epoch: 2, leaders: [2, 2, 4], nodes: [three[1], (4, "10.0.0.4:1")])
    #expect(router.learn(later, at: .zero) == true)
    #expect(router.nodes.compactMap { $0?.name.description } == ["seed:7400", "10.0.0.4:1", "10.0.0.2:1"])
    #expect(router.nodes.firstIndex { $0?.number == 2 } == kept)
    #expect(name(router, router.leader(of: high)) == "10.0.0.4:1")
    // A named node that is no member is only the last resort.
    #expect(name(router, router.places(for: .anyNode, turn: 1).last) == "seed:7400")
  }

  @Test func `an address that nobody can call is left out, and the cluster is still called`() {
    var router = router("10.1.1.1:7400")
    let map = clusterMap(leaders: [1, 1, 1], nodes: [(1, "0.0.0.0:7400"), (2, "nonsense::")])
    #expect(router.learn(map, at: .zero) == true)
    #expect(router.leader(of: low) == nil)
    #expect(router.places(for: low, turn: 3) == [0])
    #expect(router.isSettled)
  }

  @Test func `a leader that failed is passed over for a second, whatever an old map says`() throws {
    var router = router("seed:7400")
    let map = clusterMap(nodes: three)
    #expect(router.learn(map, at: .zero) == true)
    let place = try #require(router.leader(of: low))
    router.doubt(place, for: low, at: second(1))
    #expect(router.leader(of: low) == nil)
    #expect(router.leader(of: .metaShard) != nil)
    #expect(!router.isSettled)
    for turn in 0..<3 { #expect(Array(router.places(for: low, turn: turn).prefix(2)).contains(place) == false) }
    #expect(router.learn(map, at: Instant(nanoseconds: 1_500_000_000)) == true)
    #expect(router.leader(of: low) == nil)
    // What a node told since is kept.
    var told = router
    told.learn(leader: 3, of: low)
    #expect(told.learn(map, at: Instant(nanoseconds: 1_600_000_000)) == true)
    #expect(name(told, told.leader(of: low)) == "10.0.0.3:1")
    #expect(router.learn(map, at: second(2)) == true)
    #expect(router.leader(of: low) == place)
    // Another one is believed at once.
    router.doubt(place, for: low, at: second(3))
    #expect(router.learn(clusterMap(leaders: [1, 3, 2], nodes: three), at: second(3)) == true)
    #expect(name(router, router.leader(of: low)) == "10.0.0.3:1")
  }

  @Test func `a node that tells who leads is believed`() {
    var router = router("seed:7400")
    #expect(router.learn(clusterMap(leaders: [1, 0, 2], nodes: three), at: .zero) == true)
    #expect(!router.isSettled)
    router.learn(leader: 3, of: low)
    #expect(name(router, router.leader(of: low)) == "10.0.0.3:1")
    #expect(router.isSettled)
    router.learn(leader: 99, of: low)
    #expect(name(router, router.leader(of: low)) == "10.0.0.3:1")
  }

  @Test func `an older map is taken only when the newer one has had its time`() {
    var router = router("seed:7400")
    #expect(router.learn(clusterMap(epoch: 5, nodes: three), at: second(100)) == true)
    #expect(router.learn(clusterMap(epoch: 4, nodes: three), at: second(129)) == false)
    #expect(router.learn(clusterMap(epoch: 5, nodes: three), at: second(100)) == true)
    #expect(router.learn(clusterMap(epoch: 1, nodes: three), at: second(130)) == true)
  }

  @Test func `a map that makes no sense changes nothing`() {
    var router = router("seed:7400")
    let before = router
    var gap = clusterMap(nodes: three)
    gap.ranges[1].slotFirst += 1
    var overlap = clusterMap(nodes: three)
    overlap.ranges[1].slotFirst -= 1
    var beyond = clusterMap(nodes: three)
    beyond.ranges[1].slotLast += 1
    var short = clusterMap(nodes: three)
    short.ranges.removeLast()
    var unknown = clusterMap(nodes: three)
    unknown.ranges[0].shard = 9
    var backwards = clusterMap(nodes: three)
    backwards.ranges[0].slotLast = 0
    backwards.ranges[1].slotFirst = 1
    backwards.ranges[1].slotLast = 0
    for map in [gap, overlap, beyond, short, unknown, backwards, GetShardMapResponse()] {
      #expect(router.learn(map, at: .zero) == false)
    }
    #expect(router == before)
  }

  @Test func `the table of leaders says the same as the router`() {
    var router = router("seed:7400")
    #expect(router.leadersBySlot.isEmpty)
    #expect(router.learn(clusterMap(leaders: [1, 0, 2], nodes: three), at: .zero) == true)
    let table = router.leadersBySlot
    #expect(table.count == Slot.count)
    #expect(table[7] == .max)
    #expect(Int(table[16_000]) == router.leader(of: high))
  }
}

@Suite struct CallTargetTests {
  @Test func `a SKU's slot is the server's, with the tenant that the server takes`() {
    let (tenant, sku) = (Array("default".utf8), Array("TSHIRT".utf8))
    let slot = Slot(tenant: tenant.rawSpan, sku: sku.rawSpan)
    #expect(CallTarget(sku: "TSHIRT", tenant: "") == .slot(slot))
    #expect(CallTarget(sku: "TSHIRT", tenant: "default") == .slot(slot))
    #expect(CallTarget(sku: "TSHIRT", tenant: "other") != .slot(slot))
  }

  @Test func `the id of a hold or an order carries its slot`() {
    let id = ResourceID(id: UniqueID(high: 5, low: 6), homeSlot: 4_711)
    #expect(CallTarget(resource: id.description) == CallTarget(slotNumber: 4_711))
    #expect(CallTarget(resource: "no id") == .anyNode)
    #expect(CallTarget(resource: ResourceID(id: .zero, homeSlot: 16_384).description) == .anyNode)
  }

  @Test func `of several lines the least slot counts`() {
    let slots = ["A", "B", "C"].compactMap { CallTarget(sku: $0, tenant: "t").slotNumber }
    #expect(CallTarget(skus: ["A", "B", "C"], tenant: "t").slotNumber == slots.min())
    #expect(CallTarget(skus: [], tenant: "t") == .anyNode)
  }
}

@Suite struct MapRefreshTests {
  private func at(_ milliseconds: UInt64) -> Instant { second(50).advanced(byMilliseconds: milliseconds) }

  @Test func `the first one is asked for at once, and no second one meanwhile`() {
    var refresh = MapRefresh()
    #expect(refresh.begins(at: at(0)) == true)
    refresh.want()
    #expect(refresh.begins(at: at(5_000)) == false)
  }

  @Test func `a settled map is asked for again when it is old, or contradicted, a tenth of a second apart`() {
    var refresh = MapRefresh()
    #expect(refresh.begins(at: at(0)) == true)
    refresh.ended(isSettled: true, at: at(1))
    #expect(refresh.begins(at: at(29_000)) == false)
    #expect(refresh.begins(at: at(30_001)) == true)
    refresh.ended(isSettled: true, at: at(30_002))
    for _ in 0..<1_000 { refresh.want() }
    #expect(refresh.begins(at: at(30_090)) == false)
    #expect(refresh.begins(at: at(30_101)) == true)
    refresh.ended(isSettled: true, at: at(30_102))
    #expect(refresh.begins(at: at(30_500)) == false)
  }

  @Test func `an unsettled map is asked for again, less and less often`() {
    var refresh = MapRefresh()
    var asked: [UInt64] = []
    for time in stride(from: UInt64(0), to: 5_000, by: 10) where refresh.begins(at: at(time)) {
      asked.append(time)
      refresh.ended(isSettled: false, at: at(time))
    }
    #expect(asked == [0, 100, 300, 700, 1_500, 2_500, 3_500, 4_500])
  }
}
