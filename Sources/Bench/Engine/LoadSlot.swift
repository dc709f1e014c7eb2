internal import Basics

/// One buyer's place: the call that is under way there. Its number is the call's tag. A connection's places are one
/// behind the other.
struct LoadSlot {
  var operation = Operation.reserve
  var isBusy = false
  /// The answer's message has come and been read.
  var outcome: Outcome?
  var connection: Int
  /// When the call was meant to be sent; in a closed loop when it was.
  var intendedAt: UInt64 = 0
  var startedAt: UInt64 = 0
  /// When no further attempt is made.
  var givesUpAt: UInt64 = 0
  var attempts = 0
  /// The request's id in the call under way.
  var requestID = UniqueID.zero
  /// The hold that was made, while more is done with it.
  var hold = HoldRecord(id: .zero, skuIndex: 0, quantity: 0, knowledge: .held)
  /// The hold's place in the book.
  var place = 0

  init(connection: Int) { self.connection = connection }
}

/// A reservation of a call under way: kept apart from the slot, because a batch has many.
struct LoadItem {
  var id = UniqueID.zero
  var sku = 0
}
