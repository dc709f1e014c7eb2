internal import Basics

// Lines that are decided together: all from one location, or from few. To find the fewest is a set cover, which takes too
// long in general; what is done is to choose the location that fills the most lines, and so on with the lines that are
// left. So one parcel is found whenever one will do.
extension Ledger {
  mutating func decideJointly() {
    collectOffers()
    if request.sourcing.split == .none {
      decideFromOne()
    } else {
      decideFromFew()
    }
  }

  /// Finds the rows that may give a line, by line.
  private mutating func collectOffers() {
    decision.candidates.removeAll(keepingCapacity: true)
    for location in request.ranked where !decision.candidates.contains(location) {
      decision.candidates.append(location)
    }
    decision.rankedCount = decision.candidates.count
    for line in request.lines {
      guard let location = line.location, !decision.candidates.contains(location) else { continue }
      decision.candidates.append(location)
    }
    decision.offers.removeAll(keepingCapacity: true)
    for (index, line) in request.lines.enumerated() {
      for (candidate, location) in decision.candidates.enumerated() {
        guard line.location == location || (line.location == nil && candidate < decision.rankedCount) else { continue }
        let row = findRow(line.sku, location)
        guard row != StockRows.none else { continue }
        decision.offers.append(DecisionScratch.Offer(line: index, candidate: candidate, row: row))
      }
    }
    decision.placed.removeAll(keepingCapacity: true)
    decision.placed.append(contentsOf: repeatElement(nil, count: request.lines.count))
  }

  /// All lines from the location that gives the most of them.
  private mutating func decideFromOne() {
    let best = bestCandidate(takesParts: request.mode == .upTo)
    if let best { place(from: best, takesParts: request.mode == .upTo) }
    for index in request.lines.indices {
      let line = request.lines[index]
      if let placed = decision.placed[index] {
        // It is taken already.
        holdLines.append(HoldLine(sku: line.sku, row: placed.row, asked: line.quantity, granted: placed.quantity))
        continue
      }
      let (lot, wanted) = lotAndWanted(line)
      let row = best.map { rowOfLine(line, at: $0) } ?? StockRows.none
      explain(index, row, wanted, lot: lot)
      giveWhatThereIs(index, row, row == StockRows.none ? 0 : min(usable(row, lot: lot), wanted), wanted)
    }
  }

  /// As many lines as it can from one location after the other; what no location can fill as a whole is decided by itself.
  private mutating func decideFromFew() {
    var parcels = 0
    while parcels < Rules.parcelsMax, let best = bestCandidate(takesParts: false) {
      place(from: best, takesParts: false)
      parcels += 1
    }
    for index in request.lines.indices {
      let line = request.lines[index]
      if let placed = decision.placed[index] {
        holdLines.append(HoldLine(sku: line.sku, row: placed.row, asked: line.quantity, granted: placed.quantity))
      } else {
        decideLine(index)
      }
    }
  }

  /// The location that gives the most of the lines that are not placed: by lines, then by quantity, then by rank. `nil`
  /// if none gives any.
  private mutating func bestCandidate(takesParts: Bool) -> Int? {
    decision.scores.removeAll(keepingCapacity: true)
    decision.scores.append(
      contentsOf: repeatElement(DecisionScratch.Score(), count: decision.candidates.count))
    decision.tried.removeAll(keepingCapacity: true)
    for index in decision.offers.indices { tryOffer(decision.offers[index], takesParts: takesParts) }
    for taken in decision.tried { rows[taken.row].balances[.available] += taken.quantity }
    var best: Int?
    for (candidate, score) in decision.scores.enumerated() where score.quantity > 0 {
      if let known = best, !(score > decision.scores[known]) { continue }
      best = candidate
    }
    return best
  }

  /// Takes what a row gives of a line, and counts it for its location. A row is at one location alone, so that all
  /// locations are tried in one pass.
  private mutating func tryOffer(_ offer: DecisionScratch.Offer, takesParts: Bool) {
    guard decision.placed[offer.line] == nil else { return }
    let line = request.lines[offer.line]
    let (lot, wanted) = lotAndWanted(line)
    let usable = usable(offer.row, lot: lot)
    if request.sourcing.strategy == .mostStock { decision.scores[offer.candidate].stock += usable }
    let given = min(usable, wanted)
    guard given > 0, given == wanted || takesParts, isEnough(given, of: line) else { return }
    if given == wanted { decision.scores[offer.candidate].lines += 1 }
    decision.scores[offer.candidate].quantity += given
    rows[offer.row].balances[.available] -= given
    decision.tried.append((offer.row, given))
  }

  /// Takes from a location what a trial of it took.
  private mutating func place(from candidate: Int, takesParts: Bool) {
    for index in decision.offers.indices where decision.offers[index].candidate == candidate {
      let offer = decision.offers[index]
      let before = decision.tried.count
      tryOffer(offer, takesParts: takesParts)
      if decision.tried.count > before {
        decision.placed[offer.line] = (offer.row, decision.tried[before].quantity)
      }
    }
  }

  /// The row that a line may take from at a location that was chosen; none if it may not.
  private func rowOfLine(_ line: ReserveLine, at candidate: Int) -> Int32 {
    let location = decision.candidates[candidate]
    let isAllowed = line.location == location || (line.location == nil && candidate < decision.rankedCount)
    return isAllowed ? findRow(line.sku, location) : StockRows.none
  }

  private func lotAndWanted(_ line: ReserveLine) -> (lot: Int64, wanted: Int64) {
    let lot = skus[line.sku].lot
    return (lot, line.quantity - line.quantity % lot)
  }
}

extension DecisionScratch.Score {
  fileprivate static func > (left: Self, right: Self) -> Bool {
    if left.lines != right.lines { return left.lines > right.lines }
    if left.quantity != right.quantity { return left.quantity > right.quantity }
    return left.stock > right.stock
  }
}
