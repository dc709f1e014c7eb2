package import Basics

/// Every location of the cluster with its number, and for each tenant the order in which a free choice tries them. A
/// value that each node's gate consults; the meta shard's state machine makes a new one with each change.
package struct LocationTable: Sendable {
  private struct Tenant {
    var name: [UInt8]
    /// Every location of the tenant, with its id's bytes.
    var locations: [(id: [UInt8], number: LocationNumber)] = []
    /// The active ones by priority, then by id.
    var ranking: [LocationNumber] = []
  }

  /// Index `n` holds location number `n`. Locations are closed, never removed.
  package private(set) var locations: [Location] = []
  private var tenants: [Tenant] = []
  /// The first tenant with this hash of its name; looked up only, never walked.
  private var tenantsByHash: [UInt64: Int] = [:]

  package static let countMax = 4_096

  package init() {}

  package subscript(number: LocationNumber) -> Location? {
    Int(number.rawValue) < locations.count ? locations[Int(number.rawValue)] : nil
  }

  /// The tenant's active locations, best first; empty for a tenant that has none.
  package func ranking(tenant: borrowing RawSpan) -> [LocationNumber] {
    guard let place = place(ofTenant: tenant) else { return [] }
    return tenants[place].ranking
  }

  /// Those that take nothing new, by number.
  package var closed: [(number: LocationNumber, state: Location.State)] {
    locations.enumerated().filter { $0.element.state != .active }
      .map { (LocationNumber(UInt16($0.offset)), $0.element.state) }
  }

  /// The meta shard's index of the last change.
  package var revision: UInt64 { locations.map(\.revision).max() ?? 0 }

  package func number(tenant: borrowing RawSpan, id: borrowing RawSpan) -> LocationNumber? {
    guard let place = place(ofTenant: tenant) else { return nil }
    for location in tenants[place].locations where location.id.rawSpan.elementsEqual(id) { return location.number }
    return nil
  }

  private func place(ofTenant name: borrowing RawSpan) -> Int? {
    if let place = tenantsByHash[StableHash.hash(name)] {
      let known = tenants[place].name
      if known.rawSpan.elementsEqual(name) { return place }
    }
    // Two names of one hash: the second is found the slow way.
    for (place, tenant) in tenants.enumerated() where tenant.name.rawSpan.elementsEqual(name) { return place }
    return nil
  }

  /// Adds a location or replaces the one of the same tenant and id; `nil` when the table is full.
  mutating func put(_ location: Location) -> LocationNumber? {
    let (tenant, id) = (Array(location.tenant.utf8), Array(location.id.utf8))
    if let known = number(tenant: tenant.rawSpan, id: id.rawSpan) {
      locations[Int(known.rawValue)] = location
      rank(tenant)
      return known
    }
    guard locations.count < Self.countMax else { return nil }
    let number = LocationNumber(rawValue: UInt16(locations.count))
    locations.append(location)
    if place(ofTenant: tenant.rawSpan) == nil {
      if tenantsByHash[StableHash.hash(tenant.rawSpan)] == nil {
        tenantsByHash[StableHash.hash(tenant.rawSpan)] = tenants.count
      }
      tenants.append(Tenant(name: tenant))
    }
    if let place = place(ofTenant: tenant.rawSpan) { tenants[place].locations.append((id, number)) }
    rank(tenant)
    return number
  }

  /// Puts back a location read from disk; numbers must come in order.
  mutating func restore(_ location: Location, as number: LocationNumber) {
    invariant(put(location) == number, "location \(number.rawValue) was stored out of order")
  }

  private mutating func rank(_ tenant: [UInt8]) {
    guard let place = place(ofTenant: tenant.rawSpan) else { invariantViolated("a ranked tenant is unknown") }
    tenants[place].ranking = tenants[place].locations.map(\.number)
      .filter { locations[Int($0.rawValue)].state == .active }
      .sorted { left, right in
        let (left, right) = (locations[Int(left.rawValue)], locations[Int(right.rawValue)])
        if left.priority != right.priority { return left.priority < right.priority }
        return left.id.utf8.lexicographicallyPrecedes(right.id.utf8)
      }
  }
}
