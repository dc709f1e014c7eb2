internal import Basics

// Which locations take nothing new.
extension Ledger {
  /// The revision of the cluster's table of locations that this shard knows; 0 for none.
  package var locationsRevision: UInt64 { closures.revision }
  /// The locations that take nothing new here, ascending.
  package var closedLocations: [ClosedLocation] { closures.locations }

  /// Takes over which locations take nothing new, unless it knows better.
  mutating func set(_ locations: SetLocations, _ changes: inout StateChanges) {
    guard locations.revision > closures.revision else { return }
    closures = Closures(revision: locations.revision, locations: locations.closed)
    key.set(.closures)
    value.removeAll()
    value.uint8(recordVersion)
    closures.encode(to: &value)
    put(&changes)
    // Where a location has been opened again, orders may have waited beside its stock.
    markAllFillable(&changes)
  }

  mutating func loadClosures(_ reader: any StateReader) throws(StateReadError) {
    var found = Closures()
    try Self.forEach(.closures, key, reader) { _, value throws(DecodeError) in
      var reader = ByteReader(value)
      try reader.recordVersion()
      found = try Closures(&reader)
      try reader.finish()
    }
    closures = found
  }
}
