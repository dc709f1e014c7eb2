package import Basics

/// Why a location takes nothing new. Stored; never renumber.
package enum LocationClosure: UInt8, Sendable {
  /// What is promised there is still shipped.
  case draining = 1
  case closed = 2
}

/// The locations that take nothing new, as the cluster's table had them at a revision. Part of the shard's own state, so
/// that a decision depends on the log alone: once the entry that closes a location is applied, no later one takes from it,
/// whatever the node that proposed it knew.
struct Closures: Equatable, Sendable {
  /// The table's revision; 0 before the first. An older table never replaces a newer one.
  private(set) var revision: UInt64 = 0
  /// Ascending by location.
  private(set) var locations: [ClosedLocation] = []

  init() {}

  init(revision: UInt64, locations: [ClosedLocation]) {
    self.revision = revision
    self.locations = locations
  }

  var isEmpty: Bool { locations.isEmpty }

  subscript(location: LocationNumber) -> LocationClosure? {
    var (low, high) = (0, locations.count)
    while low < high {
      let middle = (low + high) / 2
      if locations[middle].location < location { low = middle + 1 } else { high = middle }
    }
    return low < locations.count && locations[low].location == location ? locations[low].closure : nil
  }
}

package struct ClosedLocation: Equatable, Sendable {
  package var location: LocationNumber
  package var closure: LocationClosure

  package init(location: LocationNumber, closure: LocationClosure) {
    self.location = location
    self.closure = closure
  }
}

// The same bytes in the command and in the record.
extension Closures {
  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    revision = try reader.varint()
    let count = try reader.varint()
    guard count <= UInt64(Rules.closedLocationsMax) else {
      throw .tooLong(length: count, limit: UInt64(Rules.closedLocationsMax))
    }
    for _ in 0..<Int(count) {
      let location = try reader.location()
      let code = try reader.uint8()
      guard let closure = LocationClosure(rawValue: code) else { throw .unknownTag(UInt64(code)) }
      guard locations.last.map({ $0.location < location }) ?? true else { throw .invalid("order of locations") }
      locations.append(ClosedLocation(location: location, closure: closure))
    }
  }

  func encode(to writer: inout ByteWriter) {
    writer.varint(revision)
    writer.varint(UInt64(locations.count))
    for closed in locations {
      writer.varint(UInt64(closed.location.rawValue))
      writer.uint8(closed.closure.rawValue)
    }
  }
}
