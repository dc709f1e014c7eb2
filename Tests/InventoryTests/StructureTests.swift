import Basics
import Testing

@testable import Inventory

/// The structures behind the ledger against plain ones.
@Suite struct StructureTests {
  @Test func `trees of buckets agree with a sorted dictionary`() {
    var generator = SeededGenerator(seed: 4)
    var trees = BucketTrees(seed: 9)
    var roots = [BucketTrees.none, BucketTrees.none]
    var twins: [[Int64: Int64]] = [[:], [:]]
    for _ in 0..<20_000 {
      let which = generator.below(2)
      let bucket = Int64(generator.below(300))
      let found = trees.find(bucket, in: roots[which])
      #expect((found == BucketTrees.none) == (twins[which][bucket] == nil))
      if found == BucketTrees.none {
        let value = Int64(generator.below(100))
        let node = trees.insert(bucket, value, root: &roots[which])
        #expect(trees.find(bucket, in: roots[which]) == node)
        twins[which][bucket] = value
      } else {
        #expect(trees[value: found] == twins[which][bucket])
        trees.remove(bucket, root: &roots[which])
        twins[which][bucket] = nil
      }
      let first = trees.first(in: roots[which])
      #expect((first == BucketTrees.none ? nil : trees.bucket(first)) == twins[which].keys.min())
      let bound = Int64(generator.below(320))
      let sum = twins[which].reduce(0) { $0 + ($1.key <= bound ? $1.value : 0) }
      #expect(trees.sum(through: bound, in: roots[which]) == sum)
    }
    #expect(trees.nodeCount == twins[0].count + twins[1].count)
  }

  @Test func `a SKU is found in steps as it is found at once`() {
    var generator = SeededGenerator(seed: 6)
    var table = SKUTable(seed: 3)
    var texts: [(tenant: [UInt8], sku: [UInt8])] = []
    for number in 0..<2_000 {
      // One text after the other is the same for two tenants, and for some of another length.
      let text = (Array("t\(number % 3)".utf8), Array("sku-\(number / 2)".utf8))
      texts.append(text)
      guard table.findKnown(tenant: text.0.rawSpan, sku: text.1.rawSpan) == nil, number % 5 != 0 else { continue }
      var record = SKURecord()
      record.slot = SlotNumber(UInt16(generator.below(100)))
      let known = table.insert(tenant: text.0.rawSpan, sku: text.1.rawSpan, record: record)
      if number % 7 == 0 { table[known].presence = .absent }
    }
    var found = 0
    for (tenant, sku) in texts {
      var lookup = table.begin(tenant: tenant.rawSpan, sku: sku.rawSpan)
      table.goOn(&lookup)
      table.prefetchText(lookup)
      let inSteps = table.end(lookup, tenant: tenant.rawSpan, sku: sku.rawSpan)
      #expect(inSteps == table.find(tenant: tenant.rawSpan, sku: sku.rawSpan))
      if inSteps != nil { found += 1 }
    }
    #expect(found > 1_000 && found < texts.count)
  }

  @Test func `what a row holds falls due in order, whatever order it came in`() {
    var generator = SeededGenerator(seed: 5)
    var rows = StockRows(seed: 1)
    var firstOfSKU = StockRows.none
    let row = rows.insert(StockKey(sku: SKUNumber(1), location: LocationNumber(1)), firstOfSKU: &firstOfSKU)
    var lines: [(node: Int32, bucket: Int64, quantity: Int64)] = []
    var now: Int64 = 0
    for _ in 0..<20_000 {
      switch generator.below(10) {
      case 0:
        now += Int64(generator.below(30))
        let due = lines.reduce(0) { $0 + ($1.bucket <= now ? $1.quantity : 0) }
        #expect(rows.due(row, through: now) == due)
        #expect(rows.takeDue(row, through: now) == due)
        lines.removeAll { $0.bucket <= now }
      case 1..<4 where !lines.isEmpty:
        let index = generator.below(lines.count)
        rows.subtractExpiry(lines[index].node, bucket: lines[index].bucket, quantity: lines[index].quantity)
        lines.remove(at: index)
      default:
        let bucket = now + (generator.below(3) == 0 ? 1 + Int64(generator.below(100)) : 50)
        let quantity = 1 + Int64(generator.below(5))
        lines.append((rows.addExpiry(row, bucket: bucket, quantity: quantity), bucket, quantity))
      }
      #expect(rows.heldByExpiry(row) == lines.reduce(0) { $0 + $1.quantity })
    }
  }

  @Test func `recent ids are known exactly from the watermark on`() {
    var generator = SeededGenerator(seed: 6)
    var recent = RecentIDs(countMax: 300, ageMilliseconds: 60_000, seed: 1)
    var twin: Set<UniqueID> = []
    var now: Int64 = 1_000_000
    for _ in 0..<20_000 {
      now += Int64(generator.below(200))
      let time = now - 30_000 + Int64(generator.below(40_000))
      let id = UniqueID(version7At: UInt64(time), randomHigh: 0, randomLow: UInt64(generator.below(2)))
      if recent.covers(time) { #expect(recent.contains(id, time) == twin.contains(id)) }
      recent.insert(id, time)
      twin.insert(id)
      recent.trim(at: Stamp(milliseconds: now))
      #expect(recent.count <= 300)
    }
    #expect(recent.watermark > now - 60_000 - 4_096)
    recent.start(at: now)
    #expect(!recent.covers(now - 1) && recent.count == 0 && recent.covers(now + 4_096))
  }

  @Test func `settled records come back as they were written, and none is read from a part of one`() throws {
    let hold = HoldRecord(
      fingerprint: 7, created: 1_800_000_000_000, bucket: 18_000_009_000, arming: 0, mode: .upTo,
      home: SlotNumber(7), claimVersion: 300,
      lines: [
        HoldRecordLine(item: .local(SKUNumber(3)), location: LocationNumber(0), asked: 5, granted: 2),
        HoldRecordLine(item: .local(SKUNumber(.max)), location: nil, asked: 1 << 53, granted: 0),
      ], reference: Array("x".utf8))
    let id = UniqueID(high: 5, low: 6)
    let stamp = Stamp(milliseconds: 1_800_000_000_001)
    let change = StockChanged(stock: stock(SKUNumber(2)), sequence: 300, available: 5, onHand: -5)
    func request(_ tag: CommandTag, _ answer: RequestRecord.Answer) -> SettledRecord {
      .request(RequestRecord(settled: stamp, tag: tag, home: SlotNumber(16_383), fingerprint: 11, answer: answer))
    }
    let records: [SettledRecord] = [
      .closedHold(ClosedHold(settled: stamp, state: .confirmed, order: id, hold: hold)),
      .closedHold(ClosedHold(settled: stamp, state: .expired, order: nil, hold: hold)),
      request(.putSKU, .skuPut(SKUPut(sku: SKUNumber(9), revision: 200, change: .unchanged))),
      request(.receive, .stockChanged(change)), request(.adjust, .stockChanged(change)),
      request(.move, .stockChanged(change)), request(.extendHold, .extended(hold: id, bucket: 18_000_009_000)),
      request(.releaseHold, .released(hold: id)), request(.confirmHold, .confirmed(hold: id, isReacquired: true)),
    ]
    for record in records {
      var writer = ByteWriter()
      record.encode(to: &writer)
      #expect(try SettledRecord(writer.bytes.rawSpan) == record)
      for count in 0..<writer.count {
        #expect(throws: DecodeError.self) { try SettledRecord(Array(writer.bytes[..<count]).rawSpan) }
      }
      #expect(throws: DecodeError.self) { try SettledRecord((writer.bytes + [0]).rawSpan) }
    }
  }

  @Test func `claims and rows of the outbox come back as they were written, and none is read from a part of one`()
    throws
  {
    var claim = ClaimRecord(home: SlotNumber(300))
    claim.version = 200
    claim.name = [1, 2]
    claim.lines = [SettleClaim.Line(stock: stock(SKUNumber(3)), portion: Portion(held: 1, allocated: 300, shipped: 2))]
    claim.pending = PendingClaim(
      version: 201, fingerprint: 7, token: 8, since: Stamp(milliseconds: 9),
      lines: [ClaimedLine(sku: SKUNumber(3), location: nil, asked: 5, granted: 0)])
    var row = OutboxRecord(
      version: 4, since: Stamp(milliseconds: 5), token: 6, cause: .rejection, actor: "shop", isOver: true,
      keepsName: false, lines: [])
    row.lines = [
      OutboxRecord.Line(tenant: "t", sku: "A", location: LocationNumber(2), portion: Portion(shipped: 9))
    ]
    var writer = ByteWriter()
    claim.encode(to: &writer)
    #expect(try ClaimRecord(writer.bytes.rawSpan) == claim)
    for count in 0..<writer.count {
      #expect(throws: DecodeError.self) { try ClaimRecord(Array(writer.bytes[..<count]).rawSpan) }
    }
    writer.removeAll()
    row.encode(to: &writer)
    #expect(try OutboxRecord(writer.bytes.rawSpan) == row)
    for count in 0..<writer.count {
      #expect(throws: DecodeError.self) { try OutboxRecord(Array(writer.bytes[..<count]).rawSpan) }
    }
  }

  @Test func `records of any bytes are read or refused, never trapped on`() {
    var generator = SeededGenerator(seed: 8)
    for _ in 0..<20_000 {
      var bytes = (0..<generator.below(60)).map { _ in UInt8(generator.below(256)) }
      if !bytes.isEmpty { bytes[0] = 1 }
      if bytes.count > 1, generator.below(2) == 0 { bytes[1] = UInt8(1 + generator.below(2)) }
      _ = try? SettledRecord(bytes.rawSpan)
      _ = try? OrderRecord(bytes.rawSpan)
      _ = try? ClaimRecord(bytes.rawSpan)
      _ = try? OutboxRecord(bytes.rawSpan)
      _ = try? StockRecord(bytes.rawSpan)
      _ = try? SKURecord(bytes.rawSpan)
      _ = try? AppliedRecord(bytes.rawSpan)
      _ = try? JournalEntry(firstSequence: generator.next(), value: bytes.rawSpan)
      _ = try? Command.decodeEntry(bytes.rawSpan)
      var hold = HoldRecord()
      try? hold.decodeLive(bytes.rawSpan)
    }
  }
}
