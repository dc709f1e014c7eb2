package import Basics

/// The SKU that a list asks for: by its number where the shard has it, and by its text in lines of other shards' SKUs.
package struct SKUFilter: Equatable, Sendable {
  package var number: SKUNumber?
  package var text: String

  package init(_ number: SKUNumber?, _ text: String) {
    self.number = number
    self.text = text
  }

  func passes(_ item: LineItem, of tenant: String) -> Bool {
    switch item {
    case .local(let sku): sku == number
    case .remote(let item): item.sku == text && item.tenant == tenant
    }
  }
}

/// Which holds a list shows. What is `nil` does not matter.
package struct HoldFilter: Equatable, Sendable {
  package var tenant: String
  /// At least one; what is over is kept for the retention.
  package var states: [HoldState]
  /// Of a line, and then also the location if there is one.
  package var sku: SKUFilter?
  package var location: LocationNumber?
  package var reference: String?
  /// Made at or behind it, and before it.
  package var createdFrom: Stamp?
  package var createdBefore: Stamp?
  /// Expires, or would have, before it.
  package var expiringBefore: Stamp?

  package init(tenant: String, states: [HoldState] = [.active]) {
    self.tenant = tenant
    self.states = states
  }
}

/// Some elements of a list, and the id to go on behind; `nil` at its end.
package struct ListPage<Element: Sendable>: Sendable {
  package var elements: [Element] = []
  package var next: UniqueID?
}

extension LedgerReader {
  /// Holds, newest ids first. A hold that exists during the whole listing, and is not forgotten meanwhile, is shown once
  /// at the most, and exactly once if it passes the filter whenever a page looks at it.
  ///
  /// - Parameters:
  ///   - before: only ids below it.
  ///   - stamp: what is due by then is expired.
  package mutating func holds(
    _ filter: HoldFilter, before: UniqueID?, at stamp: Stamp, limit: Int, recordsMax: Int = LedgerReader.recordsMax
  ) throws(StateReadError) -> ListPage<HoldView> {
    let stamp = max(stamp, try applied().stamp)
    let foreign = try ForeignSlots(prefix: prefix, reader: reader)
    var scan = IdentifierScan(Self.kinds(filter.states), before: before, key, reader)
    var (page, seen) = (ListPage<HoldView>(), 0)
    var record = HoldRecord()
    while let (id, kind, value) = try scan.next() {
      let view: HoldView?
      do throws(DecodeError) {
        view = try Self.view(id, kind, value, filter, at: stamp, &record)
      } catch { throw Ledger.damage("hold \(id)", error) }
      // What is left of slots that are elsewhere, or on their way, is listed there.
      if let view, !foreign.contains(view.home), try matches(view, filter) { page.elements.append(view) }
      seen += 1
      if page.elements.count >= limit || seen >= recordsMax {
        page.next = id
        break
      }
    }
    return page
  }

  /// What was settled may be due and not swept, or swept; so who wants expired ones looks at all.
  private static func kinds(_ states: [HoldState]) -> [KeyKind] {
    var kinds: [KeyKind] = []
    if states.contains(.active) || states.contains(.expired) { kinds.append(.liveHold) }
    if states.contains(where: { $0 != .active }) { kinds += [.settledByTime, .settledOther] }
    return kinds
  }

  /// The hold under a key if all of it that needs no look at a SKU passes the filter.
  private static func view(
    _ id: UniqueID, _ kind: KeyKind, _ value: [UInt8], _ filter: HoldFilter, at stamp: Stamp, _ record: inout HoldRecord
  ) throws(DecodeError) -> HoldView? {
    guard kind == .liveHold else {
      guard case .closedHold(let closed) = try SettledRecord(value.rawSpan) else { return nil }
      guard filter.states.contains(closed.state), filter.passes(closed.hold) else { return nil }
      return HoldView(id, closed)
    }
    try record.decodeLive(value.rawSpan)
    let state: HoldState = record.bucket <= Rules.dueBucket(at: stamp) ? .expired : .active
    guard filter.states.contains(state), filter.passes(record) else { return nil }
    return HoldView(id, ClosedHold(settled: stamp, state: state, order: nil, hold: record))
  }

  private mutating func matches(_ hold: HoldView, _ filter: HoldFilter) throws(StateReadError) -> Bool {
    guard let first = hold.lines.first, hold.lines.contains(where: { filter.passes($0, hold.item(of: $0)) }) else {
      return false
    }
    return try tenant(of: hold.item(of: first)) == filter.tenant
  }
}

extension HoldFilter {
  fileprivate func passes(_ hold: HoldRecord) -> Bool {
    if let createdFrom, hold.created < createdFrom.milliseconds { return false }
    if let createdBefore, hold.created >= createdBefore.milliseconds { return false }
    if let expiringBefore, Rules.expiry(ofBucket: hold.bucket) >= expiringBefore { return false }
    if let reference, !hold.reference.elementsEqual(reference.utf8) { return false }
    return true
  }

  fileprivate func passes(_ line: GrantedLine, _ item: LineItem) -> Bool {
    (sku?.passes(item, of: tenant) ?? true) && (location == nil || line.location == location)
  }
}

// One of them.
extension LedgerReader {
  /// A hold by its id, as of the last stamp; `nil` for one that is not known, or not any more.
  package mutating func hold(_ id: UniqueID) throws(StateReadError) -> HoldView? {
    var bytes: [UInt8] = []
    var record = HoldRecord()
    let all = HoldFilter(tenant: "", states: [.active, .confirmed, .released, .expired])
    for kind in [.liveHold, .settledByTime, .settledOther] as [KeyKind] {
      key.set(kind, id)
      guard try reader.read(key: key.bytes.rawSpan, into: &bytes) else { continue }
      do throws(DecodeError) {
        return try Self.view(id, kind, bytes, all, at: .zero, &record)
      } catch { throw Ledger.damage("hold \(id)", error) }
    }
    return nil
  }
}
