internal import Basics
internal import Inventory

extension Ledger: StateMachine {
  typealias Builder = EntryBuilder

  static func empty(prefix: [UInt8], seed: UInt64) -> Ledger { Ledger(prefix: prefix, seed: seed) }

  mutating func apply(
    index: UInt64, payload: RawSpan, reader: any StateReader, changes: inout StateChanges, effects: inout TurnEffects
  ) throws(StateReadError) {
    try apply(index: index, payload: payload, reader: reader, changes: &changes, outcomes: &effects.outcomes)
  }

  var nextDue: Stamp? { nextDeadline }
  static func outcomeCount(in effects: inout TurnEffects) -> Int { effects.outcomes.count }
  static func add(_ completion: Completion, to effects: inout TurnEffects) { effects.completions.append(completion) }
}

extension EntryBuilder: EntryBuilding {
  mutating func appendTick() { append(.tick) }
}
