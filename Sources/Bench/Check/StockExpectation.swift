internal import Basics

/// What the stock of one SKU must show at a moment of its shard's time, given all that the load knows. The units are
/// those in the accounts `held` and `allocated` together.
struct StockExpectation: Equatable {
  /// What is surely held or allocated.
  var least: Int64 = 0
  /// And what may be, because an answer did not come.
  var uncertain: Int64 = 0

  var most: Int64 { least + uncertain }

  mutating func add(_ hold: HoldRecord, at now: Stamp) {
    let quantity = Int64(hold.quantity)
    // A hold that is due at a stamp is over at that stamp.
    let isLive = hold.expiryMilliseconds > now.milliseconds
    switch hold.knowledge {
    case .held, .extended: if isLive { least += quantity }
    case .extendUnknown: if isLive { least += quantity } else { uncertain += quantity }
    case .reserveUnknown: uncertain += quantity
    case .released: break
    case .releaseUnknown: if isLive { uncertain += quantity }
    case .confirmed: least += quantity
    case .confirmUnknown: if isLive { least += quantity } else { uncertain += quantity }
    }
  }
}
