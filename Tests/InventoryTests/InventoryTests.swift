import Basics
import Inventory
import Testing

@Suite struct FirstSteps {
  @Test func `stock that was received can be reserved, and no more than that`() throws {
    let world = World()
    let sku = try world.putSKU("A-1")
    try world.receive(stock(sku), 10)
    let held = try world.run(
      .reserve(world.header(), Reserve(lines: [ReserveLine(sku: sku, location: LocationNumber(1), quantity: 7)])))
    #expect(world.lines(held[0]) == [GrantedLine(sku: sku, location: LocationNumber(1), asked: 7, granted: 7)])
    #expect(world.balances(stock(sku))[.available] == 3)
    let refused = try world.run(
      .reserve(
        world.header(), Reserve(rankedLocations: [LocationNumber(1)], lines: [ReserveLine(sku: sku, quantity: 4)])))
    #expect(
      refused[0].result
        == .refused(.outOfStock(Shortage(line: 0, sku: sku, location: LocationNumber(1), asked: 4, available: 3))))
    try world.reload()
    #expect(world.balances(stock(sku))[.held] == 7)
    world.now += 900_100
    #expect(world.balances(stock(sku))[.held] == 0)
    try world.run(.tick)
    #expect(world.balances(stock(sku))[.available] == 10)
    #expect(world.ledger.liveHoldCount == 0)
  }
}
