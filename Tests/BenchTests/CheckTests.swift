import API
import Basics
import Testing

@testable import Bench

@Suite struct CheckTests {
  private let names = SKUNames(prefix: "p")

  private func hold(_ knowledge: HoldRecord.Knowledge, expiry: Int64 = 1_000) -> HoldRecord {
    HoldRecord(
      id: UniqueID(high: 1, low: 2), expiryMilliseconds: expiry, skuIndex: 7, quantity: 3, suffix: 4,
      knowledge: knowledge)
  }

  /// What a hold that expires at 1000 adds to what must and may be held or allocated, before, at and after that time.
  @Test(arguments: [
    (HoldRecord.Knowledge.held, [3, 0, 0], [3, 0, 0]),
    (.reserveUnknown, [0, 0, 0], [3, 3, 3]),
    (.released, [0, 0, 0], [0, 0, 0]),
    (.releaseUnknown, [0, 0, 0], [3, 0, 0]),
    (.confirmed, [3, 3, 3], [3, 3, 3]),
    (.confirmUnknown, [3, 0, 0], [3, 3, 3]),
    (.extended, [3, 0, 0], [3, 0, 0]),
    (.extendUnknown, [3, 0, 0], [3, 3, 3]),
  ])
  func `what is known of a hold decides what stock it explains`(
    knowledge: HoldRecord.Knowledge, least: [Int64], most: [Int64]
  ) {
    for (index, stamp) in [999, 1_000, 1_001].enumerated() {
      var expectation = StockExpectation()
      expectation.add(hold(knowledge), at: Stamp(milliseconds: Int64(stamp)))
      #expect(expectation.least == least[index])
      #expect(expectation.most == most[index])
    }
  }

  @Test(arguments: [
    (HoldRecord.Knowledge.held, 900, 990, ["ACTIVE"]),
    (.held, 990, 1_000, ["ACTIVE", "EXPIRED"]),
    (.held, 1_000, 1_010, ["EXPIRED"]),
    (.released, 900, 990, ["RELEASED"]),
    (.releaseUnknown, 900, 990, ["ACTIVE", "RELEASED"]),
    (.confirmed, 1_000, 1_010, ["CONFIRMED"]),
    (.confirmUnknown, 1_000, 1_010, ["EXPIRED", "CONFIRMED"]),
    (.extended, 1_000, 1_010, ["EXPIRED"]),
    (.extendUnknown, 900, 990, ["ACTIVE"]),
    (.extendUnknown, 1_000, 1_010, ["ACTIVE", "EXPIRED"]),
  ])
  func `a hold's state must fit what is known and the time`(
    knowledge: HoldRecord.Knowledge, earliest: Int64, latest: Int64, allowed: [String]
  ) {
    for state in HoldState.known {
      let fault = HoldCheck.fault(
        of: state, hold(knowledge), earliest: Stamp(milliseconds: earliest), latest: Stamp(milliseconds: latest))
      #expect((fault == nil) == allowed.contains(state.name), "\(state.name)")
    }
  }

  private var soundHold: API.Hold {
    API.Hold(
      holdID: HoldName.text(UniqueID(high: 1, low: 2), suffix: 4), state: .active,
      lines: [HoldLine(sku: "p-00000007", location: "L", quantity: 3)],
      expireTime: .init(Stamp(milliseconds: 1_000)))
  }

  @Test func `a hold must be what was acknowledged`() {
    #expect(HoldCheck.faults(of: soundHold, hold(.held), names) == [])
    let changes: [(inout API.Hold) -> Void] = [
      { $0.holdID = "x" }, { $0.lines = [] }, { $0.lines[0].sku = "p-00000008" }, { $0.lines[0].quantity = 2 },
      { $0.lines.append($0.lines[0]) }, { $0.expireTime = nil }, { $0.expireTime = .init(Stamp(milliseconds: 1_001)) },
    ]
    for change in changes {
      var changed = soundHold
      change(&changed)
      #expect(HoldCheck.faults(of: changed, hold(.held), names).count == 1)
    }
  }

  @Test func `a hold of which more time was asked without an answer may expire later, not sooner`() {
    var found = soundHold
    for (milliseconds, isFine) in [(999, false), (1_000, true), (5_000, true)] {
      found.expireTime = .init(Stamp(milliseconds: Int64(milliseconds)))
      #expect(HoldCheck.faults(of: found, hold(.extendUnknown), names).isEmpty == isFine)
    }
  }

  @Test func `an order must have all that was asked for, and nothing else`() {
    func line(_ sku: String, _ units: Int64) -> OrderLine { OrderLine(sku: sku, ordered: units, allocated: units) }
    let sound = API.Order(
      status: .ready, lines: [line("p-00000007", 2), line("p-00000009", 3), line("p-00000007", 1)])
    #expect(OrderCheck.faults(of: sound, [7, 9] as [UInt32], 3, names) == [])
    let changes: [(inout API.Order) -> Void] = [
      { $0.status = .cancelled }, { $0.lines[0].allocated = 1 }, { $0.lines.remove(at: 1) },
      { $0.lines.append(line("p-00000008", 1)) }, { $0.lines[1].backordered = 1 }, { $0.lines[1].sku = "x" },
    ]
    for change in changes {
      var changed = sound
      change(&changed)
      #expect(!OrderCheck.faults(of: changed, [7, 9] as [UInt32], 3, names).isEmpty)
    }
  }

  private func stock(_ balances: StockBalances) -> SKUStock {
    SKUStock(sku: "p-00000007", total: balances, locations: [LocationStock(location: "L", balances: balances)])
  }

  @Test func `accounts must be sound whoever reserved`() {
    let sound = StockBalances(onHand: 10, available: 4, held: 5, allocated: 1, supplier: -10)
    #expect(StockCheck.faults(of: stock(sound)) == [])
    #expect(StockCheck.faults(of: SKUStock(sku: "new")) == [])
    let changes: [(inout StockBalances) -> Void] = [
      { $0.onHand = 9 }, { $0.supplier = -9 }, { ($0.available, $0.held) = (-1, 10) }, { $0.held = 6 },
    ]
    for change in changes {
      var changed = sound
      change(&changed)
      #expect(!StockCheck.faults(of: stock(changed)).isEmpty)
    }
  }

  @Test(arguments: [
    (4, true, false), (5, true, true), (7, true, true), (8, true, false), (8, false, true), (4, false, false),
  ])
  func `stock must explain the holds, and nothing more where nobody else reserves`(
    held: Int64, isExclusive: Bool, isFine: Bool
  ) {
    let found = stock(StockBalances(onHand: 10, available: 9 - held, held: held, allocated: 1, supplier: -10))
    let expectation = StockExpectation(least: 6, uncertain: 2)
    #expect(StockCheck.faults(of: found, expectation, isExclusive: isExclusive).isEmpty == isFine)
  }
}
