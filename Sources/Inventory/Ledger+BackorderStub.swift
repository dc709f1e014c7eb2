internal import Basics
extension Ledger {
  var hasFillable: Bool { fillable.count > 0 }
  mutating func fillBackorders(_ reader: any StateReader, _ changes: inout StateChanges) throws(StateReadError) { fillable.removeAll() }
  mutating func loadBackorders(_ reader: any StateReader) throws(StateReadError) {}
}
