package import Basics

/// Where the lines of a reservation or an order may come from: what the caller said. It shares a byte with the mode.
/// Stored; never renumber.
///
///   byte := mode, 2 bits | strategy << 2, 2 bits | split << 4, 2 bits | 0x40 backorders are taken
package struct Sourcing: Equatable, Sendable {
  /// Which of the locations that could give a line is to give it.
  package enum Strategy: UInt8, Sendable, CaseIterable {
    /// The first that can, in the order that the gate wrote into the command.
    case priority = 0
    /// The one that has the most of it; of equals the first by priority.
    case mostStock = 1
    /// The first that can, in the order that the caller gave.
    case ranked = 2
    /// Few locations for all lines together: the one that fills most of them first, and so on.
    case fewestParcels = 3
  }

  /// What may be divided among locations.
  package enum Split: UInt8, Sendable, CaseIterable {
    /// The lines; each comes from one location as a whole.
    case order = 0
    /// Lines as well, when no one location can fill them.
    case line = 1
    /// Nothing: all lines come from one location.
    case none = 2
  }

  /// The bits of the byte above the mode.
  package private(set) var rawValue: UInt8

  package init(strategy: Strategy = .priority, split: Split = .order, takesBackorders: Bool = false) {
    rawValue = strategy.rawValue | split.rawValue << 2 | (takesBackorders ? 0x10 : 0)
  }

  /// `nil` for bits that mean nothing.
  package init?(rawValue: UInt8) {
    guard rawValue & 0xE0 == 0, rawValue >> 2 & 3 <= Split.none.rawValue else { return nil }
    self.rawValue = rawValue
  }

  /// As it always was: the first by priority, each line from one location.
  package static let plain = Sourcing()

  package var strategy: Strategy {
    guard let strategy = Strategy(rawValue: rawValue & 3) else { invariantViolated("no such strategy: \(rawValue)") }
    return strategy
  }

  package var split: Split {
    guard let split = Split(rawValue: rawValue >> 2 & 3) else { invariantViolated("no such split: \(rawValue)") }
    return split
  }

  package var takesBackorders: Bool { rawValue & 0x10 != 0 }

  /// The same for what must be there.
  package var withoutBackorders: Sourcing { Sourcing(strategy: strategy, split: split) }

  // What is asked for each line of a reservation looks at the bits.

  /// The order of locations decides, not how much each has.
  var isByRank: Bool { rawValue & Strategy.mostStock.rawValue == 0 }

  /// A line that names no location may come from several.
  var dividesLines: Bool { rawValue >> 2 & 3 == Split.line.rawValue }

  /// Lines are decided together and not one after the other.
  var isJoint: Bool {
    rawValue & 3 == Strategy.fewestParcels.rawValue || rawValue >> 2 & 3 == Split.none.rawValue
  }
}

/// Why a location gave nothing, or not all, of a line.
package struct LocationRefusal: Equatable, Sendable {
  package enum Reason: Sendable {
    /// It has none available.
    case empty
    /// It has less than is asked for.
    case tooLittle
    /// It has less than the SKU's lot.
    case lessThanLot
    /// It takes no new holds; what is promised still ships.
    case draining
    case closed
    /// It is not among the locations that the request may use.
    case notRanked
    /// It could give this line, but not all lines, which are to come from one location.
    case notAllLines
  }

  /// The line of the request, from 0.
  package var line: Int
  package var location: LocationNumber
  package var reason: Reason
  package var available: Int64

  package init(line: Int, location: LocationNumber, reason: Reason, available: Int64) {
    self.line = line
    self.location = location
    self.reason = reason
    self.available = available
  }
}
