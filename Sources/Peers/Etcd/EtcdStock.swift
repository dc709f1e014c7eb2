internal import Basics

/// What the load knows of each SKU's stock in etcd: the last change that it saw. All connections share it, as the callers
/// of one storefront process would, so that a reservation is mostly one transaction, and more only where another
/// caller was quicker. It belongs to the load's thread.
package final class EtcdStock {
  struct Known: Equatable {
    var revision: Int64 = 0
    var left: Int64 = 0
  }

  private var known: [Known]
  /// One connection reads all stock before the load begins; the first to ask does.
  private var isRead = false
  /// Comparisons that failed, because the stock had changed meanwhile.
  package private(set) var conflictCount = 0

  package init(skuCount: Int) { known = Array(repeating: Known(), count: skuCount) }

  func stock(of sku: Int) -> Known { known[sku] }

  /// Answers come in another order than they were decided in: only a later change replaces what is known.
  func learn(_ sku: Int, revision: Int64, left: Int64) {
    if revision > known[sku].revision { known[sku] = Known(revision: revision, left: left) }
  }

  /// Whether the caller is the one to read all stock.
  func takeReading() -> Bool {
    if isRead { return false }
    isRead = true
    return true
  }

  /// Takes what a ``EtcdRange`` answered. Keys are `stock/` and the SKU's number.
  func learn(_ stocks: [EtcdRange.Stock]) throws(DecodeError) {
    for stock in stocks {
      guard let sku = Int(String(decoding: stock.key.dropFirst(6), as: UTF8.self)), known.indices.contains(sku) else {
        throw .invalid("stock of a SKU that is not there")
      }
      learn(sku, revision: stock.revision, left: stock.left)
    }
  }

  func conflicted() { conflictCount += 1 }
}
