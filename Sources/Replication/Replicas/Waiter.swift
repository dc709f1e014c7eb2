/// Who waits for a command or a read: two words that mean something to the Server and nothing here.
package struct Waiter: Equatable, Sendable {
  package var origin: UInt64
  package var call: UInt64

  package init(origin: UInt64, call: UInt64) {
    self.origin = origin
    self.call = call
  }

  /// Nobody: the command's outcome is dropped.
  package static let none = Waiter(origin: .max, call: .max)
}

/// Why a command or a read was not taken. It has surely no effect.
package enum StoreRefusal: Error, Equatable, Sendable {
  /// The shard has no replica on this Store.
  case notHere
  /// The replica does not lead, or does not know yet what is committed.
  case noLeader
  /// More is waiting than the bounds allow.
  case backlogFull
  /// The log's disk is almost full; reads go on.
  case diskFull
  /// The Store is going down.
  case shuttingDown
}
