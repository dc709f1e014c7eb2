/// An account of a stock row. Every movement takes from one account of a row and gives to another of the same row, so
/// the accounts of a row always sum to zero. Stored; never renumber.
package enum Account: UInt8, CaseIterable, Sendable {
  // What is in the house, never negative.
  case available = 0
  case held = 1
  case allocated = 2
  case safety = 3
  case qualityControl = 4
  case damaged = 5
  // Where stock comes from and goes to: signed.
  case supplier = 6
  case customer = 7
  case adjustment = 8
  case inTransit = 9
  /// Never positive: what is promised in the house and not there.
  case shortfall = 10

  /// Whether the balance may fall below zero: a contra account.
  package var isSigned: Bool { rawValue >= Account.supplier.rawValue }

  /// Whether it is outside of the house, so that what goes there is not on hand any more.
  package var isOutside: Bool { isSigned && self != .shortfall }

  /// Whether people may move stock into and out of this account by hand.
  package var isMovable: Bool {
    switch self {
    case .available, .safety, .qualityControl, .damaged: true
    case .held, .allocated, .supplier, .customer, .adjustment, .inTransit, .shortfall: false
    }
  }
}

/// The balances of one stock row, in the base unit of its SKU.
package struct Balances: Sendable {
  package static let accountCount = 11
  private var values = InlineArray<11, Int64>(repeating: 0)

  package init() {}

  package subscript(account: Account) -> Int64 {
    get { values[Int(account.rawValue)] }
    set { values[Int(account.rawValue)] = newValue }
  }

  /// Zero, unless something is broken: double entry.
  package var sum: Int64 {
    var sum: Int64 = 0
    for index in 0..<Self.accountCount { sum &+= values[index] }
    return sum
  }

  /// The sum of the never-negative accounts.
  package var inHouse: Int64 {
    var sum: Int64 = 0
    for index in 0...Int(Account.damaged.rawValue) { sum &+= values[index] }
    return sum
  }

  /// Whether so much more may come into the house, as far as what ever came is concerned.
  func canBring(_ quantity: Int64) -> Bool {
    self[.supplier] &+ self[.adjustment] >= quantity - Rules.broughtMax
  }

  /// What is really there: what is in the house less what is missing of it.
  package var onHand: Int64 { inHouse &+ self[.shortfall] }
}

extension Balances {
  /// Adds the balances of another row, for a sum over the rows of a SKU. Thousands of rows at their limits are more than
  /// an `Int64` can tell: the sum stays at its end then.
  package mutating func add(_ other: Balances) {
    for account in Account.allCases { self[account] = self[account].addingClamped(other[account]) }
  }
}

extension Int64 {
  /// The sum, or the end of the range where it lies beyond.
  package func addingClamped(_ other: Int64) -> Int64 {
    let (sum, isBeyond) = addingReportingOverflow(other)
    return isBeyond ? (other < 0 ? .min : .max) : sum
  }
}

extension Balances: Equatable {
  package static func == (left: Balances, right: Balances) -> Bool {
    for index in 0..<accountCount where left.values[index] != right.values[index] { return false }
    return true
  }
}
