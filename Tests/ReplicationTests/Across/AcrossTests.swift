import Basics
import Inventory
import Raft
import Testing

@testable import Replication

/// Holds over three shards, each led by another node.
@Suite struct AcrossTests {
  @Test func `a hold takes its lines in every shard, and nobody has anything left to say`() throws {
    let world = try ClusterWorld.across([10, 10, 10])
    try world.reserveAcross(1, [(1, 1), (2, 2), (3, 3)])
    try world.settle()
    guard case .reserved(let grant)? = world.node(1).results[101] else {
      Issue.record("no hold: \(String(describing: world.node(1).results[101]))")
      return
    }
    #expect(grant.hold == UniqueID(high: 2, low: 1) && grant.home == world.slot(1) && grant.state == .active)
    #expect((1...3).map { world.balances($0) } == [[9, 1], [8, 2], [7, 3]])
    try world.tellAll()
    #expect(world.isCertain([1, 2, 3]))
  }

  @Test func `the decision comes when every participant has set its part aside, and not before`() throws {
    let world = try ClusterWorld.across([10, 10, 10])
    world.node(3).isHoldingDisk = true
    try world.reserveAcross(1, [(1, 1), (2, 2), (3, 3)])
    try world.take(turns: 40)
    #expect(world.node(1).results[101] == nil)
    #expect(world.balances(1) == [10, 0])
    world.node(3).isHoldingDisk = false
    try world.settle()
    #expect(world.node(1).results[101] != nil)
    #expect(world.balances(1) == [9, 1])
  }

  @Test func `when one participant has too little nothing is held anywhere, and the line is named`() throws {
    let world = try ClusterWorld.across([10, 10, 2])
    try world.reserveAcross(1, [(1, 1), (2, 2), (3, 3)])
    try world.settle()
    #expect(
      world.node(1).refused[101] == .outOfStock(line: 0, location: LocationNumber(0), asked: 3, available: 2))
    #expect((1...3).map { world.balances($0) } == [[10, 0], [10, 0], [2, 0]])
    try world.tellAll()
    #expect(world.isCertain([1, 2, 3]))
  }

  @Test func `when home has too little the participants give back what they had set aside`() throws {
    let world = try ClusterWorld.across([1, 10, 10])
    try world.reserveAcross(1, [(1, 2), (2, 2), (3, 3)])
    try world.settle()
    guard case .refused(.outOfStock(let shortage))? = world.node(1).results[101] else {
      Issue.record("\(String(describing: world.node(1).results[101]))")
      return
    }
    #expect(shortage.line == 0 && shortage.available == 1)
    #expect((1...3).map { world.balances($0) } == [[1, 0], [10, 0], [10, 0]])
    try world.tellAll()
    #expect(world.isCertain([1, 2, 3]))
  }

  @Test func `a refused request may be tried again under its id`() throws {
    let world = try ClusterWorld.across([10, 10, 2])
    try world.reserveAcross(1, [(1, 1), (2, 2), (3, 3)])
    try world.settle()
    #expect(world.node(1).refused[101] != nil)
    try world.store(3).propose(Waiter(origin: 0, call: 70), to: ShardID(3)) {
      $0.append(
        .receive(
          RequestHeader(id: UniqueID(high: 9, low: 70)),
          Receive(stock: StockKey(sku: SKUNumber(1), location: LocationNumber(0)), quantity: 5)))
    }
    try world.settle()
    try world.reserveAcross(1, [(1, 1), (2, 2), (3, 3)], call: 102)
    // It waits by itself until the log knows that the slots have heard of the refusal.
    try world.tellAll()
    guard case .reserved? = world.node(1).results[102] else {
      Issue.record("no hold: \(String(describing: world.node(1).results[102]))")
      return
    }
    #expect((1...3).map { world.balances($0) } == [[9, 1], [8, 2], [4, 3]])
  }

  @Test func `the same request again has the same answer, and no second effect`() throws {
    let world = try ClusterWorld.across([10, 10, 10])
    try world.reserveAcross(1, [(1, 1), (2, 2)])
    try world.reserveAcross(1, [(1, 1), (2, 2)], call: 102)
    try world.settle()
    try world.reserveAcross(1, [(1, 1), (2, 2)], call: 103)
    try world.settle()
    #expect(world.node(1).replays == [102, 103])
    #expect(world.balances(1) == [9, 1] && world.balances(2) == [8, 2])
  }

  @Test func `other content under the same id is refused`() throws {
    let world = try ClusterWorld.across([10, 10, 10])
    try world.reserveAcross(1, [(1, 1), (2, 2)])
    try world.settle()
    try world.reserveAcross(1, [(1, 1), (3, 2)], call: 102)
    try world.settle()
    #expect(world.node(1).results[102] == .refused(.requestIDReused))
    #expect(world.balances(3) == [10, 0])
  }

  /// The lowest slot is the home: a lower one in the second request makes it another shard's.
  @Test func `other content under the same id with another home is refused, and takes nothing from the first`() throws {
    let world = try ClusterWorld.across([10, 10, 10])
    try world.reserveAcross(1, [(2, 1), (3, 2)])
    try world.settle()
    try world.tellAll()
    try world.reserveAcross(1, [(1, 4), (3, 4)], call: 102)
    try world.settle()
    try world.tellAll()
    #expect(world.node(1).refused[102] == .requestIDReused)
    #expect((1...3).map { world.balances($0) } == [[10, 0], [9, 1], [8, 2]])
    try world.releaseAcross(1, home: 2)
    try world.tellAll()
    #expect((1...3).map { world.balances($0) } == [[10, 0], [10, 0], [10, 0]])
    #expect(world.isCertain([1, 2, 3]))
  }

  @Test func `two homes that decide under the same id at once share nothing`() throws {
    let world = try ClusterWorld.across([10, 10, 10])
    // The first decision waits for its home's disk; the second request comes to the participant meanwhile.
    world.node(2).isHoldingDisk = true
    try world.reserveAcross(1, [(2, 1), (3, 2)])
    try world.take(turns: 40)
    try world.reserveAcross(1, [(1, 4), (3, 4)], call: 102)
    try world.take(turns: 40)
    world.node(2).isHoldingDisk = false
    try world.settle()
    try world.tellAll()
    #expect(world.node(1).refused[102] == .requestIDReused)
    guard case .reserved? = world.node(2).results[101] else {
      Issue.record("no hold: \(String(describing: world.node(2).results[101]))")
      return
    }
    #expect((1...3).map { world.balances($0) } == [[10, 0], [9, 1], [8, 2]])
    try world.releaseAcross(1, home: 2)
    try world.tellAll()
    #expect((1...3).map { world.balances($0) } == [[10, 0], [10, 0], [10, 0]])
    #expect(world.isCertain([1, 2, 3]))
  }

  @Test(arguments: [ReserveMode.wholeLines, .upTo])
  func `a hold of what there is holds what there is`(_ mode: ReserveMode) throws {
    let world = try ClusterWorld.across([10, 2, 10])
    try world.reserveAcross(1, [(1, 1), (2, 3), (3, 3)], mode: mode)
    try world.settle()
    guard case .reserved? = world.node(1).results[101] else {
      Issue.record("\(String(describing: world.node(1).results[101]))")
      return
    }
    #expect(world.balances(2) == (mode == .upTo ? [0, 2] : [2, 0]))
    #expect(world.balances(3) == [7, 3])
    try world.tellAll()
    #expect(world.isCertain([1, 2, 3]))
  }

  @Test func `an unknown SKU of a participant is refused by its log`() throws {
    let world = try ClusterWorld.across([10, 10])
    var split = SplitReserve(tenant: Array("t".utf8))
    split.add(AcrossLine(sku: Array("s1".utf8), location: LocationNumber(0), quantity: 1), as: SKUNumber(1))
    split.add(AcrossLine(sku: Array("no".utf8), location: LocationNumber(0), quantity: 1), in: world.slot(2))
    let before = world.store(2).appliedIndex(of: ShardID(2))
    try world.store(1).begin(
      split.request(
        RequestHeader(id: UniqueID(high: 2, low: 1)), Reserve(lines: split.lines), home: world.slot(1)),
      in: ShardID(1), for: Waiter(origin: 0, call: 101))
    try world.settle()
    #expect(world.node(1).refused[101] == .unknownSKU(line: 0))
    #expect(world.store(2).appliedIndex(of: ShardID(2)) > before)
  }

  @Test func `a released hold gives back in every shard`() throws {
    let world = try ClusterWorld.across([10, 10])
    try world.reserveAcross(1, [(1, 1), (2, 2)])
    try world.settle()
    try world.store(1).propose(Waiter(origin: 0, call: 105), to: ShardID(1)) {
      $0.append(.releaseHold(RequestHeader(id: UniqueID(high: 9, low: 5)), hold: UniqueID(high: 2, low: 1)))
    }
    try world.settle()
    #expect(world.balances(1) == [10, 0] && world.balances(2) == [10, 0])
    try world.tellAll()
    #expect(world.isCertain([1, 2]))
  }

  @Test func `that what is set aside stays so is told with the next tick, of many holds at once`() throws {
    let world = try ClusterWorld.across([10, 10])
    let before = (1...2).map { world.lastIndex(of: $0) }
    try world.reserveAcross(1, [(1, 1), (2, 2)])
    try world.settle()
    try world.reserveAcross(2, [(1, 1), (2, 2)])
    try world.settle()
    #expect(world.lastIndex(of: 1) == before[0] + 2, "two decisions")
    #expect(world.lastIndex(of: 2) == before[1] + 2, "two preparations")
    #expect(!world.isCertain([1, 2]))
    try world.tellAll()
    #expect(world.isCertain([1, 2]))
    #expect(world.lastIndex(of: 1) == before[0] + 3, "one acknowledgement of both")
    #expect(world.lastIndex(of: 2) == before[1] + 3, "one entry that settles both")
  }

  @Test func `what was given back once does not hurry what stays so ever after`() throws {
    let world = try ClusterWorld.across([10, 10])
    try world.reserveAcross(1, [(1, 1), (2, 2)])
    try world.settle()
    // The second one finds nothing, and lets the home see that it has nothing left to tell.
    for number in UInt64(5)...6 {
      try world.store(1).propose(Waiter(origin: 0, call: 100 + number), to: ShardID(1)) {
        $0.append(.releaseHold(RequestHeader(id: UniqueID(high: 9, low: number)), hold: UniqueID(high: 2, low: 1)))
      }
      try world.tellAll()
      #expect(world.isCertain([1, 2]))
    }
    let before = world.lastIndex(of: 2)
    try world.reserveAcross(2, [(1, 1), (2, 2)])
    try world.settle()
    #expect(world.lastIndex(of: 2) == before + 1, "the preparation alone")
    #expect(!world.isCertain([1, 2]))
    try world.tellAll()
    #expect(world.isCertain([1, 2]))
  }

  @Test func `a hold that is released while its slots hear that they hold it gives back at once`() throws {
    let world = try ClusterWorld.across([10, 10])
    try world.reserveAcross(1, [(1, 1), (2, 2)])
    try world.settle()
    // The row of the hold leaves with the tick, and is answered after the one of the release is written.
    world.node(2).isHoldingDisk = true
    world.now = world.now.advanced(byMilliseconds: 50)
    try world.take(turns: 6)
    try world.store(1).propose(Waiter(origin: 0, call: 105), to: ShardID(1)) {
      $0.append(.releaseHold(RequestHeader(id: UniqueID(high: 9, low: 5)), hold: UniqueID(high: 2, low: 1)))
    }
    try world.take(turns: 20)
    #expect(world.balances(1) == [10, 0] && world.balances(2) == [8, 2])
    world.node(2).isHoldingDisk = false
    try world.settle()
    #expect(world.balances(2) == [10, 0])
  }

  @Test func `what a slot gives back is told at once`() throws {
    let world = try ClusterWorld.across([10, 10, 2])
    try world.reserveAcross(1, [(1, 1), (2, 2)])
    try world.reserveAcross(2, [(1, 1), (2, 2), (3, 3)])
    try world.settle()
    #expect(world.node(1).refused[102] != nil)
    #expect((1...3).map { world.balances($0) } == [[9, 1], [8, 2], [2, 0]], "no tick has passed")
  }

  @Test func `a hold that expires gives back in every shard within a second`() throws {
    let world = try ClusterWorld.across([10, 10])
    try world.reserveAcross(1, [(1, 1), (2, 2)], milliseconds: 2_000)
    try world.settle()
    try world.pass(milliseconds: 1_900)
    #expect(world.balances(2) == [8, 2])
    try world.pass(milliseconds: 1_100)
    #expect(world.balances(1) == [10, 0] && world.balances(2) == [10, 0])
    try world.tellAll()
    #expect(world.isCertain([1, 2]))
  }
}
