internal import Basics

/// Settled records and orders written since the last batch went to the storage: a read looks here first, so that a
/// command sees what the commands before it did. An empty value stands for a record that is gone. Emptied when the batch
/// is written.
struct ColdOverlay: Sendable {
  private struct Place: Sendable {
    var offset: Int
    var count: Int
  }

  private var settled: IdentifierTable<Place>
  private var orders: IdentifierTable<Place>
  private var bytes: [UInt8] = []

  init(seed: UInt64) {
    settled = IdentifierTable(seed: seed)
    orders = IdentifierTable(seed: seed)
  }

  mutating func setSettled(_ id: UniqueID, _ value: [UInt8]) { settled.set(id, append(value)) }
  mutating func setOrder(_ id: UniqueID, _ value: [UInt8]) { orders.set(id, append(value)) }

  func readSettled(_ id: UniqueID, into value: inout [UInt8]) -> Bool { copy(settled[id], into: &value) }
  func readOrder(_ id: UniqueID, into value: inout [UInt8]) -> Bool { copy(orders[id], into: &value) }

  mutating func removeAll() {
    guard !bytes.isEmpty else { return }
    settled.removeAll()
    orders.removeAll()
    bytes.removeAll(keepingCapacity: true)
  }

  private mutating func append(_ value: [UInt8]) -> Place {
    let place = Place(offset: bytes.count, count: value.count)
    bytes.append(contentsOf: value)
    return place
  }

  private func copy(_ place: Place?, into value: inout [UInt8]) -> Bool {
    guard let place else { return false }
    value.removeAll(keepingCapacity: true)
    value.append(contentsOf: bytes[place.offset..<place.offset + place.count])
    return true
  }
}
