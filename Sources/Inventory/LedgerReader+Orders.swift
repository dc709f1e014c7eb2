package import Basics

/// Which orders a list shows. What is `nil` does not matter.
package struct OrderFilter: Equatable, Sendable {
  package var tenant: String
  package var statuses: [OrderStatus]?
  /// Of a line, and then also the location if there is one.
  package var sku: SKUFilter?
  package var location: LocationNumber?
  package var reference: String?
  package var channel: String?
  package var externalNumber: String?
  /// Made at or behind it, and before it.
  package var createdFrom: Stamp?
  package var createdBefore: Stamp?
  /// Expires unless it is paid before this.
  package var payByBefore: Stamp?

  package init(tenant: String) { self.tenant = tenant }
}

extension LedgerReader {
  /// Orders, newest ids first; see ``holds(_:before:at:limit:recordsMax:)``.
  package mutating func orders(
    _ filter: OrderFilter, before: UniqueID?, at stamp: Stamp, limit: Int, recordsMax: Int = LedgerReader.recordsMax
  ) throws(StateReadError) -> ListPage<(id: UniqueID, order: OrderRecord)> {
    let stamp = max(stamp, try applied().stamp)
    let foreign = try ForeignSlots(prefix: prefix, reader: reader)
    var scan = IdentifierScan([.order], before: before, key, reader)
    var (page, seen) = (ListPage<(id: UniqueID, order: OrderRecord)>(), 0)
    while let (id, _, value) = try scan.next() {
      let order: OrderRecord
      do throws(DecodeError) { order = try OrderRecord(value.rawSpan).seen(at: stamp) } catch {
        throw Ledger.damage("order \(id)", error)
      }
      // What is left of slots that are elsewhere, or on their way here, is listed there.
      if filter.passes(order), !foreign.contains(order.home) { page.elements.append((id, order)) }
      seen += 1
      if page.elements.count >= limit || seen >= recordsMax {
        page.next = id
        break
      }
    }
    return page
  }

  package mutating func order(_ id: UniqueID) throws(StateReadError) -> OrderRecord? {
    var bytes: [UInt8] = []
    key.set(.order, id)
    guard try reader.read(key: key.bytes.rawSpan, into: &bytes) else { return nil }
    do { return try OrderRecord(bytes.rawSpan) } catch { throw Ledger.damage("order \(id)", error) }
  }
}

extension OrderFilter {
  fileprivate func passes(_ order: OrderRecord) -> Bool {
    if let createdFrom, order.created < createdFrom { return false }
    if let createdBefore, order.created >= createdBefore { return false }
    if order.tenant != tenant { return false }
    if let reference, order.reference != reference { return false }
    if let channel, order.name?.channel != channel { return false }
    if let externalNumber, order.name?.number != externalNumber { return false }
    if let payByBefore {
      guard order.status == .awaitingPayment, let time = order.payByTime, time < payByBefore else { return false }
    }
    if let statuses, !statuses.contains(order.status) { return false }
    if sku == nil && location == nil { return true }
    return order.lines.contains {
      (sku?.passes($0.item, of: tenant) ?? true) && (location == nil || $0.location == location)
    }
  }
}
