internal import Basics

// A name that is taken together with a claim, such as the external number of an order: whose it is, is kept by the orders.
extension Ledger {
  /// Takes a name for an order, until home has decided.
  mutating func takeName(
    _ prepare: PrepareClaim, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Refusal? {
    .invalidName
  }

  /// Home decided that the name is taken.
  mutating func keepName(
    _ name: [UInt8], _ claim: ClaimKey, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {}

  /// Home decided that it is not: gives a name back that was taken and not kept.
  mutating func dropName(
    _ name: [UInt8], _ claim: ClaimKey, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {}
}
