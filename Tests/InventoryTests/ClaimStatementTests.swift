import Basics
import Inventory
import Testing

/// What a home and a slot say of the same claim, at each step of its life: two ledgers, SKU "A" in the home's slot 5, SKU
/// "X" in slot 8 of the other.
@Suite struct ClaimStatementTests {
  private let home = World()
  private let slot = World()
  private let slotNumber = SlotNumber(8)
  private let at1 = LocationNumber(1)

  private init() throws {
    try home.receive(stock(try home.putSKU("A", slot: SlotNumber(5))), 10)
    try slot.receive(stock(try slot.putSKU("X", slot: SlotNumber(8))), 10)
  }

  private func statements(_ id: UniqueID) throws -> (slot: ClaimStatement, home: ClaimStatement) {
    var (atSlot, atHome) = (
      LedgerReader(prefix: World.prefix, reader: slot.state), LedgerReader(prefix: World.prefix, reader: home.state)
    )
    let claim = ClaimKey(id: id, slot: slotNumber)
    return (try atSlot.slotStatement(of: claim), try atHome.homeStatement(of: claim))
  }

  private func verdict(_ id: UniqueID) throws -> ClaimVerdict {
    let (atSlot, atHome) = try statements(id)
    return ClaimVerdict(slot: atSlot, home: atHome)
  }

  private func isPending(_ id: UniqueID) throws -> Bool {
    if case .pending = try verdict(id) { return true }
    return false
  }

  private func isDifferent(_ id: UniqueID) throws -> Bool {
    if case .differs = try verdict(id) { return true }
    return false
  }

  private func prepare(_ header: RequestHeader) throws -> ClaimGrant {
    let line = ReserveLine(sku: SKUNumber(1), location: at1, quantity: 3)
    let prepare = PrepareClaim(
      claim: ClaimKey(id: header.id, slot: slotNumber), version: 1, fingerprint: 1, home: SlotNumber(5),
      lines: Reserve(lines: [line]))
    guard case .claimPrepared(let grant) = try slot.run(.prepareClaim(header, prepare))[0].result else {
      throw StateReadError(message: "nothing was prepared")
    }
    return grant
  }

  private func decide(_ header: RequestHeader, _ grant: ClaimGrant) throws {
    let lines = [
      ReserveLine(sku: SKUNumber(0), location: at1, quantity: 3),
      ReserveLine(sku: SKUNumber(1), location: at1, quantity: 2),
    ]
    let item = RemoteItem(slot: slotNumber, tenant: "t", sku: "X")
    try home.run(
      .decideHold(
        header,
        DecideHold(
          version: 1, home: SlotNumber(5), reserve: Reserve(lines: lines),
          remote: [DecidedLine(item: item, grants: [LocationGrant(location: at1, granted: 3)])],
          parts: [ClaimPart(slot: slotNumber, token: grant.token)])))
  }

  /// Carries what home's outbox says of an id to the slot.
  private func settle(_ id: UniqueID) throws {
    let claim = ClaimKey(id: id, slot: slotNumber)
    let row = try #require(try home.ledger.outboxRecord(claim, home.state))
    let settlement = slot.ledger.settlement(of: claim, row)
    try slot.run(.settleClaim(try #require(settlement)))
  }

  private func acknowledge() throws {
    let acks = home.ledger.outboxRows(after: 0, limit: 10).map { OutboxAck(claim: $0.claim, version: $0.version) }
    try home.run(.ackOutbox(acks))
  }

  @Test func `from the preparation to the release both sides agree whenever nothing is on its way`() throws {
    let header = home.header()
    let id = header.id
    #expect(try verdict(id) == .agrees)
    let grant = try prepare(header)
    #expect(try isPending(id))
    try decide(header, grant)
    #expect(try isPending(id))
    try settle(id)
    #expect(try isPending(id))
    try acknowledge()
    #expect(try verdict(id) == .agrees)
    let agreed = try statements(id)
    #expect(agreed.slot.content != 0 && agreed.slot.content == agreed.home.content)
    #expect(agreed.slot.home == SlotNumber(5) && agreed.slot.version == 1 && agreed.home.version == 1)

    try home.run(.releaseHold(home.header(), hold: id))
    #expect(try isPending(id))
    try settle(id)
    try acknowledge()
    #expect(try verdict(id) == .agrees)
    #expect(try statements(id).slot.content == 0)
  }

  @Test func `an order made of the hold goes on with its claim`() throws {
    let header = home.header()
    try decide(header, try prepare(header))
    try settle(header.id)
    try acknowledge()
    let held = try statements(header.id).slot.content
    try home.run(.confirmHold(home.header(), hold: header.id, terms: OrderTerms(tenant: "t")))
    #expect(try isPending(header.id))
    try settle(header.id)
    try acknowledge()
    #expect(try verdict(header.id) == .agrees)
    #expect(try statements(header.id).slot.content != held)
  }

  @Test func `an acknowledgement of what was never carried out is a difference`() throws {
    let header = home.header()
    try decide(header, try prepare(header))
    try settle(header.id)
    try acknowledge()
    try home.run(.releaseHold(home.header(), hold: header.id))
    try acknowledge()
    #expect(try isDifferent(header.id))
  }

  @Test func `stock of a hold that home does not know is a difference`() throws {
    let header = home.header()
    try decide(header, try prepare(header))
    try settle(header.id)
    let stranger = World()
    var reader = LedgerReader(prefix: World.prefix, reader: stranger.state)
    let nothing = try reader.homeStatement(of: ClaimKey(id: header.id, slot: slotNumber))
    #expect(!nothing.isKnown)
    let verdict = ClaimVerdict(slot: try statements(header.id).slot, home: nothing)
    guard case .differs = verdict else { return try #require(Bool(false), "\(verdict)") }
  }

  @Test func `going through a shard finds each claim and each hold with others' slots once, in steps of any size`()
    throws
  {
    var ids: [UniqueID] = []
    for _ in 0..<3 {
      let header = home.header()
      try decide(header, try prepare(header))
      try settle(header.id)
      try acknowledge()
      ids.append(header.id)
    }
    try home.run(.reserve(home.header(), Reserve(lines: [ReserveLine(sku: SKUNumber(1), location: at1, quantity: 1)])))
    try home.run(.confirmHold(home.header(), hold: ids[1], terms: OrderTerms(tenant: "t")))
    for limit in [1, 2, 100] {
      var found: [[UniqueID]] = []
      for world in [home, slot] {
        var (cursor, slots, homes) = (ClaimCursor(), [ClaimStatement](), [ClaimStatement]())
        while !cursor.isDone {
          var reader = LedgerReader(prefix: World.prefix, reader: world.state)
          let (some, others) = try reader.statements(&cursor, limit: limit)
          slots += some
          homes += others
        }
        found += [slots.map(\.claim.id).sorted(), homes.map(\.claim.id).sorted()]
      }
      #expect(found == [[], ids.sorted(), ids.sorted(), []])
    }
  }

  @Test func `a statement is read as it was written`() throws {
    let header = home.header()
    try decide(header, try prepare(header))
    let (atSlot, atHome) = try statements(header.id)
    for statement in [atSlot, atHome, ClaimStatement(ClaimKey(id: header.id, slot: slotNumber))] {
      var writer = ByteWriter()
      statement.encode(to: &writer)
      let bytes = writer.bytes
      var reader = ByteReader(bytes.rawSpan)
      #expect(try ClaimStatement(&reader) == statement)
      for count in 0..<bytes.count {
        let short = Array(bytes.prefix(count))
        var reader = ByteReader(short.rawSpan)
        #expect(throws: DecodeError.self) { try ClaimStatement(&reader) }
      }
    }
  }
}
