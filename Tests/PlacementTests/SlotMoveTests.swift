import Basics
import Testing

@testable import Placement

@Suite struct SlotMoveTests {
  private func split(_ cluster: FoundedCluster, _ shard: UInt32 = 1) throws -> SlotMove {
    let plan = try Planner(cluster.table).split(ShardID(shard))
    guard case .moves(let moves) = cluster.apply(.beginMoves(plan.order)) else {
      throw StateReadError(message: "the order was refused")
    }
    return moves[0]
  }

  @Test func `a split makes a shard without slots on as many nodes as replicas are to be`() throws {
    let cluster = FoundedCluster(shards: 2)
    cluster.grow(to: 4)
    let move = try split(cluster)
    #expect(move.slots == 4096...8191 && move.from == ShardID(1) && move.to == ShardID(3))
    let record = try #require(cluster.table.shard(ShardID(3)))
    #expect(record.founders.count == 3 && record.goal == record.founders && record.isGoalMet)
    #expect(record.goalMember(on: record.preferredLeader) != nil)
    #expect(cluster.table.shardMap.inventoryShards == [ShardID(1), ShardID(2)])
    #expect(cluster.table.inventoryShards == [ShardID(1), ShardID(2), ShardID(3)])
  }

  @Test func `slots change their shard range by range, and the last one finishes the move`() throws {
    let cluster = FoundedCluster(shards: 2)
    let move = try split(cluster)
    #expect(cluster.apply(.finishMove(move.id)) == .refused(.slotsNotOwned(move.to)))
    #expect(cluster.apply(.assignSlots(move: move.id, 4096...5000)) == .done)
    #expect(cluster.table.shardMap.ranges(of: move.to) == [4096...5000])
    #expect(cluster.table.moves[0].movedCount == 905)
    #expect(cluster.apply(.assignSlots(move: move.id, 4096...5000)) == .done)
    #expect(cluster.apply(.assignSlots(move: move.id, 5001...8191)) == .done)
    #expect(cluster.apply(.finishMove(move.id)) == .done)
    #expect(cluster.table.moves[0].state == .finished)
    #expect(cluster.table.shardMap.ranges(of: ShardID(1)) == [0...4095])
  }

  @Test func `slots outside of a move stay where they are`() throws {
    let cluster = FoundedCluster(shards: 2)
    let move = try split(cluster)
    #expect(cluster.apply(.assignSlots(move: move.id, 4095...4100)) == .refused(.unknownMove(move.id)))
    #expect(cluster.apply(.assignSlots(move: move.id + 1, 4096...4100)) == .refused(.unknownMove(move.id + 1)))
    #expect(cluster.table.shardMap.owns(0...8191, ShardID(1)))
  }

  @Test func `a shard gives slots away by one order at a time, and none that are still coming`() throws {
    let cluster = FoundedCluster(shards: 2)
    let move = try split(cluster)
    let again = MoveOrder(from: ShardID(1), to: ShardID(2), ranges: [0...1])
    #expect(cluster.apply(.beginMoves(again)) == .refused(.shardIsMoving(ShardID(1), move: move.id)))
    let onward = MoveOrder(from: move.to, to: ShardID(2), ranges: [4096...4096])
    #expect(cluster.apply(.beginMoves(onward)) == .refused(.shardIsMoving(move.to, move: move.id)))
    #expect(throws: PlanRefusal.shardIsMoving(ShardID(1), move: move.id)) {
      try Planner(cluster.table).split(ShardID(1))
    }
  }

  @Test func `a cancelled move is finished with the slots that it moved`() throws {
    let cluster = FoundedCluster(shards: 1)
    let move = try split(cluster)
    cluster.apply(.assignSlots(move: move.id, 8192...8999))
    guard case .moves(let paused) = cluster.apply(.setMoveState(move: move.id, .paused)) else {
      Issue.record("a running move is not paused")
      return
    }
    #expect(paused[0].state == .paused)
    cluster.apply(.setMoveState(move: move.id, .cancelled))
    #expect(cluster.apply(.setMoveState(move: move.id, .running)) == .refused(.moveIsOver(move.id)))
    #expect(cluster.apply(.finishMove(move.id)) == .done)
    #expect(cluster.table.shardMap.ranges(of: move.to) == [8192...8999])
  }

  @Test func `orders that do not fit the map are refused`() {
    let cluster = FoundedCluster(shards: 2)
    func refusal(_ order: MoveOrder) -> ClusterOutcome { cluster.apply(.beginMoves(order)) }
    #expect(refusal(MoveOrder(from: .meta, to: ShardID(1), ranges: [0...1])) == .refused(.unknownShard(.meta)))
    #expect(
      refusal(MoveOrder(from: ShardID(1), to: ShardID(1), ranges: [0...1])) == .refused(.unknownShard(ShardID(1))))
    #expect(
      refusal(MoveOrder(from: ShardID(1), to: ShardID(9), ranges: [0...1])) == .refused(.unknownShard(ShardID(9))))
    #expect(
      refusal(MoveOrder(from: ShardID(1), to: ShardID(2), ranges: [8191...8192]))
        == .refused(.slotsNotOwned(ShardID(1))))
    #expect(
      refusal(MoveOrder(from: ShardID(1), to: ShardID(2), ranges: [4...5, 5...6]))
        == .refused(.slotsNotOwned(ShardID(1))))
    #expect(refusal(MoveOrder(from: ShardID(1), ranges: [0...1], founders: [])) == .refused(.noFounders))
    #expect(refusal(MoveOrder(from: ShardID(1), ranges: [0...1], founders: [NodeID(7)])) == .refused(.noFounders))
  }

  @Test func `moves and founders are there again after a load`() throws {
    let cluster = FoundedCluster(shards: 2)
    let move = try split(cluster)
    cluster.apply(.assignSlots(move: move.id, 4096...4100))
    cluster.apply(
      .reportMove(MoveReport(move: move.id, phase: .handingOver, recordsCopied: 1_000, bytesCopied: 1 << 40)))
    var loaded = ClusterState(prefix: [0, 0, 0, 0, 0, 0])
    try loaded.load(from: cluster.disk)
    #expect(loaded.table == cluster.table)
    #expect(loaded.table.moves[0].bytesCopied == 1 << 40 && loaded.table.moves[0].phase == .handingOver)
  }

  @Test func `a split takes the upper half, the part behind the middle of the load, or what it is told`() throws {
    let table = FoundedCluster(shards: 1).table
    let planner = Planner(table)
    #expect(try planner.split(ShardID(1)).order.ranges == [8192...16383])
    #expect(try planner.split(ShardID(1), middle: 99).order.ranges == [100...16383])
    #expect(try planner.split(ShardID(1), middle: 16383).order.ranges == [16383...16383])
    #expect(try planner.split(ShardID(1), slots: 5...9).order.ranges == [5...9])
    #expect(throws: PlanRefusal.nothingToSplit(ShardID(1))) { try planner.split(ShardID(1), slots: 0...16383) }
    #expect(throws: PlanRefusal.unknownShard(.meta)) { try planner.split(.meta) }
  }

  @Test func `a shard whose slots lie apart is split where their number is halved`() throws {
    let cluster = FoundedCluster(shards: 2)
    let plan = try Planner(cluster.table).moveSlots(1000...3095, from: ShardID(1), to: ShardID(2))
    cluster.apply(.beginMoves(plan.order))
    let move = cluster.table.moves[0]
    cluster.apply(.assignSlots(move: move.id, 1000...3095))
    cluster.apply(.finishMove(move.id))
    #expect(cluster.table.shardMap.ranges(of: ShardID(1)) == [0...999, 3096...8191])
    #expect(try Planner(cluster.table).split(ShardID(1)).order.ranges == [5144...8191])
    #expect(try Planner(cluster.table).split(ShardID(2)).order.slotCount == 5144)
  }

  @Test func `commands about moves are read as they were written, and cut short they are refused`() throws {
    let order = MoveOrder(
      from: ShardID(1), ranges: [0...5, 9...9], founders: [NodeID(1), NodeID(2)], preferredLeader: NodeID(2))
    let commands: [ClusterCommand] = [
      .beginMoves(order), .assignSlots(move: 1 << 40, 3...4), .setMoveState(move: 9, .cancelled),
      .reportMove(MoveReport(move: 9, phase: .copying, recordsCopied: 77, bytesCopied: 99)), .finishMove(12),
    ]
    var writer = ByteWriter()
    ClusterCommand.encode(commands, into: &writer)
    var reader = ByteReader(writer.bytes.rawSpan)
    #expect(try ClusterCommand.decodeList(&reader) == commands)
    for length in 0..<writer.count {
      var short = ByteReader(writer.bytes.rawSpan.extracting(0..<length))
      #expect(throws: DecodeError.self) { try ClusterCommand.decodeList(&short) }
    }
  }

  @Test func `what is left of a move is told from what has moved`() {
    var move = SlotMove(id: 1, slots: 0...99, from: ShardID(1), to: ShardID(2), ordered: .zero)
    move.movedCount = 25
    move.firstMoved = Stamp(milliseconds: 10_000)
    #expect(move.secondsLeft(now: Stamp(milliseconds: 20_000)) == 30)
    move.state = .paused
    #expect(move.secondsLeft(now: Stamp(milliseconds: 20_000)) == nil)
  }
}
