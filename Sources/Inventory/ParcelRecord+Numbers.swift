internal import Basics

// The numbers of SKUs in records: which there are, and others in their place. Whatever has a number of a SKU in it has its
// two functions here.

extension ParcelRecord {
  init(_ kind: ParcelKind, _ id: UniqueID, _ bytes: [UInt8]) {
    var writer = ByteWriter(capacity: bytes.count + 16)
    writer.uniqueID(id)
    writer.append(bytes)
    self.init(kind: kind, body: writer.bytes)
  }

  init(_ kind: ParcelKind, _ claim: ClaimKey, _ bytes: [UInt8]) {
    var writer = ByteWriter(capacity: bytes.count + 18)
    writer.uniqueID(claim.id)
    writer.slotNumber(claim.slot)
    writer.append(bytes)
    self.init(kind: kind, body: writer.bytes)
  }

  /// The SKUs that the record names by number.
  var skuNumbers: [SKUNumber] {
    get throws(DecodeError) {
      var reader = ByteReader(body.rawSpan)
      switch kind {
      case .sku, .waiting: return [try reader.skuNumber()]
      case .hold:
        _ = try reader.uniqueID()
        var record = HoldRecord()
        try record.decodeLive(try reader.span(count: reader.remaining))
        return record.skuNumbers
      case .settled:
        _ = try reader.uniqueID()
        return try SettledRecord(try reader.span(count: reader.remaining)).skuNumbers
      case .order:
        _ = try reader.uniqueID()
        return try OrderRecord(try reader.span(count: reader.remaining)).lines.compactMap(\.item.localSKU)
      case .claim:
        _ = try reader.claim()
        let record = try ClaimRecord(try reader.span(count: reader.remaining))
        return record.lines.map(\.stock.sku) + (record.pending?.lines.map(\.sku).filter { $0.rawValue != 0 } ?? [])
      case .outbox, .unpaid, .name, .closures: return []
      }
    }
  }
}

extension HoldRecord {
  var skuNumbers: [SKUNumber] { lines.compactMap(\.item.localSKU) }

  mutating func renumber(_ names: SortedMap<SKUNumber, SKUNumber>) throws(DecodeError) {
    for place in lines.indices { try lines[place].item.renumber(names) }
  }
}

extension OrderRecord {
  mutating func renumber(_ names: SortedMap<SKUNumber, SKUNumber>) throws(DecodeError) {
    for place in lines.indices { try lines[place].item.renumber(names) }
  }
}

extension ClaimRecord {
  mutating func renumber(_ names: SortedMap<SKUNumber, SKUNumber>) throws(DecodeError) {
    for place in lines.indices { lines[place].stock.sku = try names.number(of: lines[place].stock.sku) }
    lines.sort { $0.stock < $1.stock }
    guard var pending else { return }
    for place in pending.lines.indices where pending.lines[place].sku.rawValue != 0 {
      pending.lines[place].sku = try names.number(of: pending.lines[place].sku)
    }
    self.pending = pending
  }
}

extension SettledRecord {
  var skuNumbers: [SKUNumber] {
    switch self {
    case .closedHold(let closed): closed.hold.skuNumbers
    case .tombstone: []
    case .request(let record): record.answer.skuNumber.map { [$0] } ?? []
    }
  }

  mutating func renumber(_ names: SortedMap<SKUNumber, SKUNumber>) throws(DecodeError) {
    switch self {
    case .closedHold(var closed):
      try closed.hold.renumber(names)
      self = .closedHold(closed)
    case .request(var record):
      try record.answer.renumber(names)
      self = .request(record)
    case .tombstone: break
    }
  }
}

extension RequestRecord.Answer {
  fileprivate var skuNumber: SKUNumber? {
    switch self {
    case .skuPut(let put): put.sku
    case .stockChanged(let changed): changed.stock.sku
    case .extended, .released, .confirmed, .allocationMoved, .orderCreated, .orderChanged: nil
    }
  }

  fileprivate mutating func renumber(_ names: SortedMap<SKUNumber, SKUNumber>) throws(DecodeError) {
    switch self {
    case .skuPut(var put):
      put.sku = try names.number(of: put.sku)
      self = .skuPut(put)
    case .stockChanged(var changed):
      changed.stock.sku = try names.number(of: changed.stock.sku)
      self = .stockChanged(changed)
    case .extended, .released, .confirmed, .allocationMoved, .orderCreated, .orderChanged: break
    }
  }
}

extension LineItem {
  fileprivate mutating func renumber(_ names: SortedMap<SKUNumber, SKUNumber>) throws(DecodeError) {
    if let sku = localSKU { self = .local(try names.number(of: sku)) }
  }
}

extension SortedMap<SKUNumber, SKUNumber> {
  func number(of sku: SKUNumber) throws(DecodeError) -> SKUNumber {
    guard let number = self[sku] else { throw .invalid("a SKU without a name") }
    return number
  }
}

extension ByteReader {
  /// A claim's key in a record of a parcel.
  @_lifetime(self: copy self)
  mutating func claim() throws(DecodeError) -> ClaimKey {
    let id = try uniqueID()
    return ClaimKey(id: id, slot: try slotNumber())
  }
}
