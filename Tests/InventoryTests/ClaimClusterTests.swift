import Basics
import Foundation
import Inventory
import Testing

private let commandCount = Int(ProcessInfo.processInfo.environment["INVENTORY_COMMANDS"] ?? "") ?? 80_000

@Suite struct ClaimClusterTests {
  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `whatever is lost, repeated or forgotten, a hold is whole or not at all`(seed: UInt64) throws {
    var history: UInt64 = 0
    var done = 0
    var reached: Set<String> = []
    while done < commandCount / 4 {
      history += 1
      let cluster = try ClaimCluster(seed: seed * 1_000_000 + history)
      for action in 0..<400 {
        try cluster.act()
        if action % 40 == 0 { try verify(cluster) }
      }
      try cluster.rest()
      try verify(cluster)
      try compare(cluster, "seed \(seed), history \(history)")
      done += cluster.commands
      reached.formUnion(cluster.reached)
    }
    #expect(
      reached == [
        "burned when asked", "coordinator forgot", "decided too late", "gave up", "not prepared", "prepared again",
        "reacquired", "refused", "replay", "another home's", "id used before",
      ])
  }

  /// Each ledger by itself, at any time.
  private func verify(_ cluster: ClaimCluster) throws {
    for world in cluster.worlds {
      var verifier = LedgerVerifier(prefix: World.prefix, reader: world.state)
      let report = try verifier.run()
      if !report.isSound { try #require(report.isSound, "\(report.findings)") }
    }
  }

  private struct Place: Hashable {
    var sku: String
    var location: LocationNumber
  }

  /// All ledgers at rest: what is held and allocated is what the homes say, to the unit, and nothing else is.
  private func compare(_ cluster: ClaimCluster, _ which: String) throws {
    var (held, allocated): ([Place: Int64], [Place: Int64]) = ([:], [:])
    let stamp = Stamp(milliseconds: cluster.now)
    let homes = cluster.asks.map { ClaimCluster.HoldKey(id: $0.header.id, home: $0.ask.lines.map(\.slot).min()!) }
    for hold in Set(homes) {
      let world = cluster.worlds[ClaimCluster.shard(hold.home)]
      let view = try world.ledger.hold(hold.id, at: stamp, world.state).flatMap { $0.home == hold.home ? $0 : nil }
      try #require((view != nil) == (cluster.granted[hold] != nil), "\(which): hold \(hold)")
      guard let view else { continue }
      try #require(view.lines.map(\.granted) == cluster.granted[hold], "\(which)")
      for line in view.lines where line.granted > 0 {
        let place = Place(sku: text(view.item(of: line), world), location: line.location!)
        if view.state == .active { held[place, default: 0] += line.granted }
        if view.state == .confirmed { allocated[place, default: 0] += line.granted }
      }
      let isConfirmed = cluster.orders.count { $0.hold == hold }
      try #require(isConfirmed == (view.state == .confirmed ? 1 : 0), "\(which): \(isConfirmed) orders of a hold")
    }
    for slot in 0..<ClaimCluster.slotCount {
      let world = cluster.worlds[ClaimCluster.shard(SlotNumber(slot))]
      let sku = world.ledger.findSKU(tenant: "t", sku: "S\(slot)")!
      for location in 1...2 as ClosedRange<UInt16> {
        let balances = world.balances(stock(sku, location))
        let place = Place(sku: "S\(slot)", location: LocationNumber(location))
        try #require(balances[.held] == held[place] ?? 0, "\(which): held of S\(slot) at \(location)")
        try #require(balances[.allocated] == allocated[place] ?? 0, "\(which): allocated of S\(slot) at \(location)")
      }
    }
    for world in cluster.worlds {
      try #require(world.ledger.outboxCount == 0 && world.ledger.pendingClaimCount == 0 && world.ledger.alarmCount == 0)
    }
  }

  private func text(_ item: LineItem, _ world: World) -> String {
    switch item {
    case .local(let sku): world.ledger.text(of: sku) ?? ""
    case .remote(let item): item.sku
    }
  }
}
