internal import API
internal import Basics

/// Judges the stock of one SKU. A pure function of what was read and what is known.
enum StockCheck {
  /// What is wrong with the accounts themselves, whoever reserved: nothing below zero, nothing made of nothing.
  static func faults(of stock: SKUStock) -> [String] {
    guard let total = stock.total else { return stock.locations.isEmpty ? [] : ["no total is told"] }
    var faults: [String] = []
    let parts = stock.locations.map { ($0.location, $0.balances ?? StockBalances()) }
    for (place, balances) in parts + [("all locations", total)] {
      for (name, balance) in sellable(balances) where balance < 0 { faults.append("\(name) is \(balance) at \(place)") }
      let inside = sellable(balances).reduce(0) { $0 &+ $1.1 }
      if balances.onHand != inside &- balances.shortfall {
        faults.append("on hand is \(balances.onHand) at \(place), its accounts make \(inside &- balances.shortfall)")
      }
      let outside =
        balances.supplier &+ balances.customer &+ balances.adjustment &+ balances.inTransit &+ balances.shortfall
      if inside &+ outside != 0 { faults.append("all accounts at \(place) add up to \(inside &+ outside), not 0") }
    }
    return faults
  }

  /// What contradicts the holds that are known.
  static func faults(of stock: SKUStock, _ expectation: StockExpectation, isExclusive: Bool) -> [String] {
    let found = (stock.total?.held ?? 0) &+ (stock.total?.allocated ?? 0)
    if found < expectation.least {
      return ["\(found) units are held or allocated, at least \(expectation.least) were acknowledged"]
    }
    if isExclusive, found > expectation.most {
      return ["\(found) units are held or allocated, at most \(expectation.most) were asked for"]
    }
    return []
  }

  private static func sellable(_ balances: StockBalances) -> [(String, Int64)] {
    [
      ("available", balances.available), ("held", balances.held), ("allocated", balances.allocated),
      ("safety", balances.safety), ("quality control", balances.qualityControl), ("damaged", balances.damaged),
    ]
  }
}
