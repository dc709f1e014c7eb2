internal import API
internal import Basics

/// Judges what was read of one hold. A pure function of that and what is known.
enum HoldCheck {
  /// What about the hold is not as it was acknowledged.
  static func faults(of found: API.Hold, _ known: HoldRecord, _ names: SKUNames) -> [String] {
    var faults: [String] = []
    if found.holdID != HoldName.text(known.id, suffix: known.suffix) { faults.append("it is called \(found.holdID)") }
    let sku = names.name(Int(known.skuIndex))
    if found.lines.count != 1 || found.lines[0].sku != sku || found.lines[0].quantity != Int64(known.quantity) {
      faults.append("it holds \(found.lines.map { "\($0.quantity) of \($0.sku)" }), not \(known.quantity) of \(sku)")
    }
    if !fits(found.expireTime?.stamp?.milliseconds, known) {
      let told = found.expireTime?.stamp.map { "\($0.milliseconds)" } ?? "no time"
      faults.append("it expires at \(told), acknowledged was \(known.expiryMilliseconds)")
    }
    return faults
  }

  private static func fits(_ expiry: Int64?, _ known: HoldRecord) -> Bool {
    guard let expiry else { return false }
    return known.knowledge == .extendUnknown
      ? expiry >= known.expiryMilliseconds : expiry == known.expiryMilliseconds
  }

  /// What is wrong with a hold's state, when it was read between the stamps `earliest` and `latest`.
  static func fault(of state: HoldState, _ known: HoldRecord, earliest: Stamp, latest: Stamp) -> String? {
    let allowed = states(known, earliest: earliest, latest: latest)
    if allowed.contains(state) { return nil }
    return "it is \(state.name), expected is \(allowed.map(\.name).joined(separator: " or "))"
  }

  /// A hold that is due at a stamp is over at that stamp.
  private static func states(_ known: HoldRecord, earliest: Stamp, latest: Stamp) -> [HoldState] {
    var unresolved: [HoldState] = []
    if known.expiryMilliseconds > earliest.milliseconds { unresolved.append(.active) }
    if known.expiryMilliseconds <= latest.milliseconds { unresolved.append(.expired) }
    switch known.knowledge {
    case .held, .extended, .reserveUnknown: return unresolved
    // With more time than is known it may be active where it seems to be over.
    case .extendUnknown: return unresolved.contains(.active) ? unresolved : [.active] + unresolved
    case .released: return [.released]
    case .releaseUnknown: return unresolved + [.released]
    case .confirmed: return [.confirmed]
    case .confirmUnknown: return unresolved + [.confirmed]
    }
  }
}
