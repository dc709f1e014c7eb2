internal import Basics

/// Goes through the records of some kinds of keys as if they were of one, the greatest id first: for ids that carry their
/// time, the newest first. What is of one id is under one of the kinds at any time, so a scan meets it once.
struct IdentifierScan {
  private static let chunkMax = 256

  /// What was read ahead of one kind, the next record last.
  private struct Run {
    let kind: KeyKind
    /// Everything at or above it was read.
    var end: [UInt8]
    var records: [(id: UniqueID, value: [UInt8])] = []
    var isAtEnd = false
  }

  private var runs: [Run]
  private var key: KeyBuffer
  private let reader: any StateReader

  /// - Parameter before: only ids below it; `nil` for all.
  init(_ kinds: [KeyKind], before: UniqueID?, _ key: KeyBuffer, _ reader: any StateReader) {
    var key = key
    runs = kinds.map { kind in
      if let before { key.set(kind, before) } else { key.setEnd(of: kind) }
      return Run(kind: kind, end: key.bytes)
    }
    self.key = key
    self.reader = reader
  }

  mutating func next() throws(StateReadError) -> (id: UniqueID, kind: KeyKind, value: [UInt8])? {
    var first: Int?
    for place in runs.indices {
      if runs[place].records.isEmpty && !runs[place].isAtEnd { try fill(place) }
      guard let id = runs[place].records.last?.id else { continue }
      if let known = first, let best = runs[known].records.last?.id, best >= id { continue }
      first = place
    }
    guard let first, let record = runs[first].records.popLast() else { return nil }
    return (record.id, runs[first].kind, record.value)
  }

  private mutating func fill(_ place: Int) throws(StateReadError) {
    key.set(runs[place].kind)
    let rest = key.prefixByteCount + 1
    var records: [(id: UniqueID, value: [UInt8])] = []
    var failure: StateReadError?
    let end = runs[place].end
    try reader.scan(from: key.bytes.rawSpan, to: end.rawSpan, descending: true) { found, value in
      do throws(DecodeError) {
        var bytes = ByteReader(found)
        try bytes.skip(rest)
        let id = try bytes.uniqueID()
        try bytes.finish()
        records.append((id, value.copied()))
      } catch { failure = Ledger.damage("the key \(hexadecimal(found))", error) }
      return failure == nil && records.count < Self.chunkMax
    }
    if let failure { throw failure }
    runs[place].isAtEnd = records.count < Self.chunkMax
    if let last = records.last {
      key.set(runs[place].kind, last.id)
      runs[place].end = key.bytes
    }
    runs[place].records = records.reversed()
  }
}
