internal import Basics

// Applying an entry touches, for each reservation, places in memory that nothing has touched lately: where its id goes, its
// SKU, its row, the row's expiries. One after the other each is a wait; begun together for some commands, they are one.
// On a leader the gate has looked at them, some milliseconds and many other places ago; on followers nobody has.

/// What the reservations among the next commands will touch; kept to be reused. Owned by the ``Ledger``.
struct CommandsAhead: Sendable {
  /// How many commands are looked at together, and how many of their lines at the most.
  static let countMax = 32
  static let linesMax = 64

  fileprivate(set) var skus: [SKUNumber] = []
}

extension Ledger {
  /// Begins to load what the next commands will touch. It changes nothing that anybody can see; what cannot be read is
  /// refused when its turn comes.
  mutating func lookAhead(_ commands: RawSpan, count: Int) {
    ahead.skus.removeAll(keepingCapacity: true)
    do throws(DecodeError) {
      var reader = ByteReader(commands)
      for _ in 0..<count {
        let tag = try reader.uint8()
        let body = try reader.span(count: Int(try reader.uint16()))
        if tag == CommandTag.reserve.rawValue { try lookAhead(reservation: body) }
      }
    } catch { ahead.skus.removeAll(keepingCapacity: true) }
    for sku in ahead.skus { rows.prefetch(skus[sku].firstRow) }
    for sku in ahead.skus { rows.prefetchExpiry(skus[sku].firstRow) }
  }

  private mutating func lookAhead(reservation body: RawSpan) throws(DecodeError) {
    var reader = ByteReader(body)
    holds.prefetch(try reader.uniqueID())
    let mode = try reader.skipToContent()
    _ = try reader.zigzag()
    _ = try reader.prefixedSpan(limit: Rules.referenceBytesMax)
    let lineCount = try reader.varint()
    var number: UInt64 = 0
    while number < lineCount, ahead.skus.count < CommandsAhead.linesMax {
      let sku = try reader.skuNumber()
      if skus.isKnown(sku) {
        skus.prefetch(sku)
        ahead.skus.append(sku)
      }
      number += 1
      guard number < lineCount else { return }
      _ = try reader.varint()
      _ = try reader.zigzag()
      if mode & 3 == ReserveMode.upTo.rawValue { _ = try reader.zigzag() }
    }
  }
}

extension ByteReader {
  /// Leaves out what is in front of a reservation's time to live, behind its id; answers the mode byte.
  @_lifetime(self: copy self)
  fileprivate mutating func skipToContent() throws(DecodeError) -> UInt8 {
    let flags = try uint8()
    if flags & HeadFlags.actor != 0 { _ = try prefixedSpan(limit: Rules.actorBytesMax) }
    if flags & HeadFlags.ranked != 0 { try skipRanking() }
    let mode = try uint8()
    if Sourcing(rawValue: mode >> 2)?.strategy == .ranked { try skipRanking() }
    return mode
  }

  @_lifetime(self: copy self)
  private mutating func skipRanking() throws(DecodeError) {
    let count = try varint()
    for _ in 0..<min(count, UInt64(Rules.rankedLocationsMax)) { _ = try varint() }
  }
}
