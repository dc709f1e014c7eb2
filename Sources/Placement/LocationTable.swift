internal import Basics

/// Every location of the cluster with its number, and the order in which a free choice tries them. A value that each
/// node's gate consults; the meta shard's state machine makes a new one with each change.
package struct LocationTable: Equatable, Sendable {
  /// Index `n` holds location number `n`. Locations are closed, never removed.
  package private(set) var locations: [Location] = []
  /// Active locations by priority, then by number.
  package private(set) var ranking: [LocationNumber] = []

  package static let countMax = 4_096

  package init() {}

  package subscript(number: LocationNumber) -> Location? {
    Int(number.rawValue) < locations.count ? locations[Int(number.rawValue)] : nil
  }

  package func number(ofID id: borrowing RawSpan) -> LocationNumber? {
    for (offset, location) in locations.enumerated() {
      var text = location.id
      let same = text.withUTF8 { unsafe id.elementsEqual(RawSpan(_unsafeBytes: UnsafeRawBufferPointer($0))) }
      if same { return LocationNumber(rawValue: UInt16(offset)) }
    }
    return nil
  }

  package func number(ofID id: String) -> LocationNumber? {
    locations.firstIndex { $0.id == id }.map { LocationNumber(rawValue: UInt16($0)) }
  }

  /// Adds a location or replaces the one of the same id; `nil` when the table is full.
  mutating func put(_ location: Location) -> LocationNumber? {
    let number: LocationNumber
    if let known = self.number(ofID: location.id) {
      number = known
      locations[Int(known.rawValue)] = location
    } else {
      guard locations.count < Self.countMax else { return nil }
      number = LocationNumber(rawValue: UInt16(locations.count))
      locations.append(location)
    }
    rank()
    return number
  }

  /// Puts back a location read from disk; numbers must come in order.
  mutating func restore(_ location: Location, as number: LocationNumber) {
    invariant(Int(number.rawValue) == locations.count, "location \(number.rawValue) was stored out of order")
    locations.append(location)
    rank()
  }

  private mutating func rank() {
    ranking = locations.indices.filter { locations[$0].state == .active }
      .sorted { (locations[$0].priority, $0) < (locations[$1].priority, $1) }
      .map { LocationNumber(rawValue: UInt16($0)) }
  }
}
