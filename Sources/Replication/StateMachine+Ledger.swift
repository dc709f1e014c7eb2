internal import Basics
internal import Inventory

extension Ledger: StateMachine {
  typealias Builder = EntryBuilder

  var nextDue: Stamp? { nextDeadline }
  static func count(_ outcomes: OutcomeBuffer) -> Int { outcomes.count }
}

extension EntryBuilder: EntryBuilding {
  mutating func appendTick() { append(.tick) }
}
