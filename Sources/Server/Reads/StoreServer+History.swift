internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// Stock as it was.
extension StoreServer {
  func checkMoment(_ request: GetStockRequest) throws(CallFailure) {
    guard let moment = request.asOf else { return }
    guard request.consistency == nil else {
      throw .invalidField("consistency", found: "set", allowed: "only without as_of: the past does not change")
    }
    switch moment {
    case .asOfRevision(let revision): try RequestFields.number(revision, "as_of_revision", 0...Int64.max)
    case .asOfTime(let time): _ = try RequestFields.stamp(time, "as_of_time")
    }
  }

  func answerGetStock(
    _ call: PendingCall, _ shard: ShardID, _ request: GetStockRequest, _ number: SKUNumber, at place: LocationNumber?
  ) throws(CallFailure) {
    guard let moment = try HistoryMoment(request.asOf) else { invariantViolated("no moment was asked for") }
    let (revision, stamp) = (revision(of: shard), store.readStamp)
    switch moment {
    case .revision(let index): try RequestFields.number(Int64(clamping: index), "as_of_revision", 0...revision)
    case .time(let time):
      guard time <= stamp else {
        throw .invalidField("as_of_time", found: "ahead", allowed: "a time that is over, by the shard's clock")
      }
    }
    let scale = Int32(store.scale(of: number, in: shard))
    try readFrozen(shard, call.origin) { frozen throws(FrozenReadFailure) in
      let history = try fromState { () throws(StateReadError) in
        try frozen.ledger.stock(of: number, asOf: moment)
      }
      switch history {
      case .tooFar: throw .refused(.historyTooFar(request.sku))
      case .cut(let revision, let time):
        throw .refused(.historyCut(request.sku, revision: revision, time, in: shard))
      case .rows(let rows):
        var stock = SKUStock(frozen: rows, at: place) { frozen.text($0) }
        stock.sku = request.sku
        stock.quantityScale = scale
        stock.revision = revision
        stock.asOfTime = WellKnown.Timestamp(stamp)
        switch moment {
        case .revision(let index): stock.revision = Int64(clamping: index)
        case .time(let time): stock.asOfTime = WellKnown.Timestamp(time)
        }
        return GetStockResponse(stock: stock).encoded()
      }
    }
  }
}

extension HistoryMoment {
  init?(_ moment: GetStockRequest.AsOf?) throws(CallFailure) {
    switch moment {
    case .asOfRevision(let revision): self = .revision(UInt64(clamping: revision))
    case .asOfTime(let time):
      guard let stamp = try RequestFields.stamp(time, "as_of_time") else { return nil }
      self = .time(stamp)
    case nil: return nil
    }
  }
}

extension SKUStock {
  fileprivate init(frozen rows: [StockView], at place: LocationNumber?, _ text: (LocationNumber) -> String) {
    self.init()
    var sum = Balances()
    for row in rows where place == nil || row.stock.location == place {
      sum.add(row.balances)
      locations.append(
        LocationStock(location: text(row.stock.location), balances: StockBalances(row.balances)))
    }
    total = StockBalances(sum)
  }
}

extension CallFailure {
  fileprivate static func historyCut(
    _ sku: String, revision: UInt64, _ time: Stamp, in shard: ShardID
  ) -> CallFailure {
    CallFailure(
      .journalCut, "the journal reaches back to revision \(revision) only",
      metadata: [
        "shard": "\(shard)", "sku": sku, "revision_min": "\(revision)", "time_min": rfc3339(time),
      ])
  }

  fileprivate static func historyTooFar(_ sku: String) -> CallFailure {
    CallFailure(
      .historyTooFar, "more than \(LedgerReader.undoneMax) movements would have to be undone; ask for a later moment",
      metadata: ["sku": sku])
  }
}

/// A stamp as RFC 3339 has it, in UTC: days and months by Howard Hinnant's `civil_from_days`.
func rfc3339(_ stamp: Stamp) -> String {
  let milliseconds = stamp.milliseconds
  let (days, rest) = (milliseconds / 86_400_000, milliseconds % 86_400_000)
  let shifted = days + 719_468
  let era = shifted / 146_097
  let day = shifted % 146_097
  let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
  let ordinal = day - (365 * year + year / 4 - year / 100)
  let month = (5 * ordinal + 2) / 153
  let civil = (month < 10 ? month + 3 : month - 9)
  func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
  let date = "\(year + era * 400 + (civil <= 2 ? 1 : 0))-\(two(civil))-\(two(ordinal - (153 * month + 2) / 5 + 1))"
  let time = "\(two(rest / 3_600_000)):\(two(rest / 60_000 % 60)):\(two(rest / 1_000 % 60))"
  let fraction = String(1_000 + rest % 1_000).dropFirst()
  return "\(date)T\(time).\(fraction)Z"
}
