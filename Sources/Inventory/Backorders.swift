internal import Basics

/// Where a line of an order that waits for stock stands: by SKU and location, oldest order first.
struct BackorderPlace: Hashable, Comparable, Sendable {
  var sku: SKUNumber
  /// `nil`: stock at any location will do.
  var location: LocationNumber?
  /// When the order was made.
  var created: Stamp
  var order: UniqueID
  /// The place in the order's lines.
  var line: UInt16

  static func < (left: Self, right: Self) -> Bool {
    if left.sku != right.sku { return left.sku < right.sku }
    if left.location != right.location { return left.locationRank < right.locationRank }
    return left.isOlder(than: right)
  }

  /// Whether it comes before another line that waits for the same stock, wherever either waits.
  func isOlder(than other: Self) -> Bool {
    if created != other.created { return created < other.created }
    if order != other.order { return order < other.order }
    return line < other.line
  }

  private var locationRank: Int { location.map { Int($0.rawValue) + 1 } ?? 0 }
}

/// All lines of orders that wait for stock, with how much each waits for. In memory as a whole, like live holds: a receipt
/// must find the oldest without a scan.
struct Backorders: Sendable {
  private var lines = SortedMap<BackorderPlace, Int64>()

  var count: Int { lines.count }

  subscript(place: BackorderPlace) -> Int64 {
    get { lines[place] ?? 0 }
    set { lines[place] = newValue == 0 ? nil : newValue }
  }

  /// The oldest line that stock of a SKU at a location would do for.
  func oldest(_ sku: SKUNumber, at location: LocationNumber) -> BackorderPlace? {
    guard let anywhere = first(sku, nil) else { return first(sku, location) }
    guard let here = first(sku, location) else { return anywhere }
    return here.isOlder(than: anywhere) ? here : anywhere
  }

  private func first(_ sku: SKUNumber, _ location: LocationNumber?) -> BackorderPlace? {
    let start = BackorderPlace(sku: sku, location: location, created: .zero, order: .zero, line: 0)
    var found: BackorderPlace?
    lines.forEach(from: start) { place, _ in
      if place.sku == sku, place.location == location { found = place }
      return false
    }
    return found
  }

  /// The first SKU that is waited for, from a number on.
  func firstSKU(from sku: SKUNumber) -> SKUNumber? {
    var found: SKUNumber?
    let start = BackorderPlace(sku: sku, location: nil, created: .zero, order: .zero, line: 0)
    lines.forEach(from: start) { place, _ in
      found = place.sku
      return false
    }
    return found
  }

  /// The first lines that wait for a SKU.
  func lines(of sku: SKUNumber, limit: Int) -> [(place: BackorderPlace, quantity: Int64)] {
    var found: [(place: BackorderPlace, quantity: Int64)] = []
    let start = BackorderPlace(sku: sku, location: nil, created: .zero, order: .zero, line: 0)
    lines.forEach(from: start) { place, quantity in
      if place.sku == sku { found.append((place, quantity)) }
      return place.sku == sku && found.count < limit
    }
    return found
  }
}

extension BackorderPlace {
  @_lifetime(key: copy key)
  init(_ key: inout ByteReader) throws(DecodeError) {
    sku = SKUNumber(try key.bigEndianUInt32())
    let location = try key.bigEndianUInt32()
    guard location <= 0x1_0000 else { throw .invalid("location") }
    self.location = location == 0 ? nil : LocationNumber(UInt16(location - 1))
    created = Stamp(milliseconds: Int64(bitPattern: try key.bigEndianUInt64()))
    order = try key.uniqueID()
    line = UInt16(try key.uint8()) << 8 | UInt16(try key.uint8())
  }
}
