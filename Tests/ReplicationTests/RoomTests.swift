import Basics
import Inventory
import Raft
import Testing

@testable import Replication

/// A Store that has all that it can do under way says so.
@Suite struct RoomTests {
  private static let most = 5

  private func ledWorld() throws -> ClusterWorld {
    var limits = ClusterWorld.limits
    limits.commandsUnderWayMax = Self.most
    return try ClusterWorld.led(limits: limits)
  }

  private func propose(_ calls: ClosedRange<UInt64>, _ world: ClusterWorld) throws {
    for call in calls { try world.store(1).proposeHold(call) }
  }

  @Test func `commands are under way until they are applied, in whatever entries they are`() throws {
    let world = try ledWorld()
    for number in 1...3 as ClosedRange<UInt32> { world.node(number).isHoldingDisk = true }
    try propose(10...12, world)
    try world.pass(milliseconds: 50)
    #expect(world.store(1).hasRoom)
    try propose(13...14, world)
    try world.pass(milliseconds: 50)
    #expect(!world.store(1).hasRoom)
    for number in 1...3 as ClosedRange<UInt32> { world.node(number).isHoldingDisk = false }
    try world.pass(milliseconds: 100)
    #expect(world.store(1).hasRoom && world.store(1).commandsUnderWay == 0)
    #expect(world.node(1).completed.contains(14))
  }

  @Test func `what was under way in a leadership that is lost takes no room`() throws {
    let world = try ledWorld()
    world.isolate(1)
    try propose(10...20, world)
    try world.pass(milliseconds: 100)
    #expect(!world.store(1).hasRoom)
    try world.pass(milliseconds: 3_000)
    #expect(world.store(1).status(of: ShardID(1))?.role != .leader)
    #expect(world.store(1).hasRoom && world.store(1).commandsUnderWay == 0)
    world.heal()
    try world.pass(milliseconds: 2_000)
    try world.elect(1)
    try propose(30...31, world)
    try world.settle()
    #expect(world.node(1).completed.contains(31) && world.store(1).commandsUnderWay == 0)
  }

  @Test func `a follower has nothing under way, whatever it is sent`() throws {
    let world = try ledWorld()
    try propose(10...20, world)
    try world.pass(milliseconds: 100)
    #expect(world.store(2).hasRoom && world.store(2).commandsUnderWay == 0)
  }
}
