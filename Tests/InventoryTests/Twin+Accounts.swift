import Basics
import Inventory

/// The catalogue, and what moves between the accounts of a row.
extension Twin {
  mutating func putSKU(_ put: PutSKU) -> Change {
    if put.sku.isEmpty { return .refused(.invalidSKUText) }
    if put.scale > 6 { return .refused(.invalidScale(put.scale)) }
    if put.lot < 1 || put.lot > 1 << 53 { return .refused(.invalidLot(put.lot)) }
    if put.backorderLimit < 0 { return .refused(.invalidQuantity(line: 0, quantity: put.backorderLimit)) }
    let index = skus.firstIndex { $0.put.tenant == put.tenant && $0.put.sku == put.sku }
    guard let index else {
      if put.expectedRevision != 0 { return .refused(.revisionMismatch(SKUNumber(0), current: 0)) }
      skus.append(SKU(put: put, revision: 1))
      return .done("sku \(skus.count) 1 created")
    }
    let number = SKUNumber(UInt32(index + 1))
    let old = skus[index]
    if put.expectedRevision != 0, put.expectedRevision != old.revision {
      return .refused(.revisionMismatch(number, current: old.revision))
    }
    if put.scale != old.put.scale, rows.keys.contains(where: { $0.sku == number }) {
      return .refused(.scaleIsFixed(number, scale: old.put.scale))
    }
    if put.name == old.put.name, put.scale == old.put.scale, put.lot == old.put.lot,
      put.backorderLimit == old.put.backorderLimit, put.attributes == old.put.attributes
    {
      return .done("sku \(number) \(old.revision) unchanged")
    }
    skus[index] = SKU(put: put, revision: old.revision + 1)
    return .done("sku \(number) \(old.revision + 1) updated")
  }

  func check(_ key: StockKey, _ quantity: Int64) -> Refusal? {
    if !known(key.sku) { return .unknownSKU(line: 0, sku: key.sku) }
    return quantity > 0 && quantity <= 1 << 53 ? nil : .invalidQuantity(line: 0, quantity: quantity)
  }

  func known(_ sku: SKUNumber) -> Bool { sku.rawValue >= 1 && Int(sku.rawValue) <= skus.count }

  mutating func bring(_ key: StockKey, _ from: Account, _ to: Account, _ quantity: Int64) -> Change {
    if let refusal = check(key, quantity) { return .refused(refusal) }
    let inHouse = Account.allCases.filter { !$0.isSigned }.map { balance(key, $0) }.reduce(0, +)
    if inHouse + quantity > 1 << 53 { return .refused(.quantityOverflow(stock: key, account: to)) }
    return transfer(key, from, to, quantity)
  }

  private mutating func take(_ key: StockKey, _ from: Account, _ to: Account, _ quantity: Int64) -> Change {
    if let refusal = check(key, quantity) { return .refused(refusal) }
    let there = balance(key, from)
    if there < quantity {
      return .refused(.insufficient(stock: key, account: from, asked: quantity, balance: there))
    }
    return transfer(key, from, to, quantity)
  }

  private mutating func transfer(_ key: StockKey, _ from: Account, _ to: Account, _ quantity: Int64) -> Change {
    post(key, from, to, quantity)
    return .done(describe(key))
  }

  mutating func post(_ key: StockKey, _ from: Account, _ to: Account, _ quantity: Int64) {
    sequence += 1
    rows[key, default: [:]][from, default: 0] -= quantity
    rows[key, default: [:]][to, default: 0] += quantity
    let outside: [Account] = [.supplier, .customer, .adjustment, .inTransit]
    if outside.contains(from) != outside.contains(to) { onHandIndex[key] = index }
    if to == .available || to == .customer { settleOwed(key) }
  }

  mutating func adjust(_ adjust: Adjust) -> Change {
    guard [.available, .safety, .qualityControl, .damaged].contains(adjust.account) else {
      return .refused(.invalidAccount(adjust.account))
    }
    if adjust.delta == .min { return .refused(.invalidQuantity(line: 0, quantity: adjust.delta)) }
    return adjust.delta > 0
      ? bring(adjust.stock, .adjustment, adjust.account, adjust.delta)
      : take(adjust.stock, adjust.account, .adjustment, -adjust.delta)
  }

  mutating func move(_ move: Move) -> Change {
    let movable: [Account] = [.available, .safety, .qualityControl, .damaged]
    guard movable.contains(move.from) else { return .refused(.invalidAccount(move.from)) }
    guard movable.contains(move.to), move.from != move.to else { return .refused(.invalidAccount(move.to)) }
    return take(move.stock, move.from, move.to, move.quantity)
  }
}
