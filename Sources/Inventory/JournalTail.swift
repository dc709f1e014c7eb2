internal import Basics

/// The newest entries of the journal in memory, for those who follow it. It is off until somebody does: then applying an
/// entry costs one look at a number more than without it.
///
/// Local: no outcome depends on it. Owned by the thread of its ledger.
struct JournalTail: Sendable {
  private struct Piece: Sendable {
    var first: UInt64
    var count: UInt64
    var bytes: [UInt8]
  }

  /// 0: off.
  private(set) var byteCountMax = 0
  private var byteCount = 0
  private var pieces = RingBuffer<Piece>()

  var isOn: Bool { byteCountMax > 0 }

  mutating func turnOn(byteCountMax: Int) {
    self.byteCountMax = byteCountMax
    trim()
  }

  mutating func turnOff() {
    byteCountMax = 0
    byteCount = 0
    pieces = RingBuffer()
  }

  /// Takes the entry behind the last one.
  mutating func append(first: UInt64, count: UInt64, _ value: [UInt8]) {
    if let last = pieces.last, last.first + last.count != first { turnedOver() }
    pieces.append(Piece(first: first, count: count, bytes: value.rawSpan.copied()))
    byteCount += value.count
    trim()
  }

  /// The movements from a sequence on, at most `limit`; `nil` when the entry that has it is not here.
  func movements(from sequence: UInt64, limit: Int) throws(DecodeError) -> [Movement]? {
    guard let oldest = pieces.first, sequence >= oldest.first else { return nil }
    var place = lastPlace(atOrBefore: sequence)
    var movements: [Movement] = []
    while place < pieces.count, movements.count < limit {
      let piece = pieces[place]
      movements += try JournalEntry(
        firstSequence: piece.first, value: piece.bytes.rawSpan, from: sequence, through: .max,
        limit: limit - movements.count
      ).movements
      place += 1
    }
    return movements
  }

  private func lastPlace(atOrBefore sequence: UInt64) -> Int {
    var (low, high) = (0, pieces.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if pieces[middle].first <= sequence { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// One entry always stays, however large: its followers have no other place to read it from without waiting.
  private mutating func trim() {
    while byteCount > byteCountMax, pieces.count > 1, let piece = pieces.popFirst() { byteCount -= piece.bytes.count }
  }

  private mutating func turnedOver() {
    byteCount = 0
    pieces.removeAll()
  }
}
