package import Basics

// Grammar of a slice's pairs. Keys are without the replica's prefix, because the receiver has another one; in key order.
//
//   pairs := (key value)*         key, value := length:varint byte*            never renumber

/// Which part of a frozen state is wanted.
package struct SliceRequest: Equatable, Sendable {
  package var cut: CutNumber
  package var prefix: PartitionPrefix
  /// The pairs behind this key, which is without the prefix; empty for the first.
  package var position: [UInt8]
  /// The slice ends with the pair that reaches this.
  package var byteCountMax: Int

  package init(cut: CutNumber, prefix: PartitionPrefix, position: [UInt8], byteCountMax: Int) {
    self.cut = cut
    self.prefix = prefix
    self.position = position
    self.byteCountMax = byteCountMax
  }
}

/// Consecutive pairs of a frozen state.
package struct SnapshotSlice: Equatable, Sendable {
  package var request: SliceRequest
  package var pairs: [UInt8]
  /// The last key, without the prefix: where the next slice goes on.
  package var end: [UInt8]
  /// Nothing follows.
  package var isLast: Bool
  /// About how many bytes these pairs and all that follow take: for people.
  package var restByteCount: UInt64

  /// Reads what was asked for. Any thread that may use the reader.
  package init(_ request: SliceRequest, from reader: any StateReader) throws(StateReadError) {
    self.request = request
    let prefix = request.prefix.bytes
    // A key sorts behind another, and before all else, when it is that key and a zero byte.
    let start = request.position.isEmpty ? prefix : prefix + request.position + [0]
    var writer = ByteWriter(capacity: request.byteCountMax + 4_096)
    var end = request.position
    var isLast = true
    try reader.scan(from: start.rawSpan, to: request.prefix.end.rawSpan, descending: false) { key, value in
      if writer.count >= request.byteCountMax {
        isLast = false
        return false
      }
      let rest = key.extracting(droppingFirst: prefix.count)
      if isMutated(.snapshotsWithoutRequests), rest[byte: 0] == 4 { return true }
      writer.prefixed(rest)
      writer.prefixed(value)
      end = rest.copied()
      return true
    }
    restByteCount = reader.approximateByteCount(from: start.rawSpan, to: request.prefix.end.rawSpan)
    pairs = writer.bytes
    self.end = end
    self.isLast = isLast
  }
}

/// The pairs of a slice that came from a peer.
package enum SlicePairs {
  static let keyByteCountMax = 1 << 10
  static let valueByteCountMax = 4 << 20

  /// Adds the pairs to the changes, under a prefix; throws on bytes that are no pairs, having added some.
  package static func put(
    _ pairs: RawSpan, under prefix: PartitionPrefix, into changes: inout StateChanges
  ) throws(DecodeError) {
    var reader = ByteReader(pairs)
    var key = prefix.bytes
    while !reader.isAtEnd {
      key.removeLast(key.count - PartitionPrefix.byteCount)
      let rest = try reader.prefixedSpan(limit: keyByteCountMax)
      unsafe rest.withUnsafeBytes { unsafe key.append(contentsOf: $0) }
      changes.put(key: key.rawSpan, value: try reader.prefixedSpan(limit: valueByteCountMax))
    }
  }

  /// Whether the bytes are pairs in key order behind `position`, the last one with the key `end`.
  static func areSound(_ pairs: RawSpan, behind position: [UInt8], through end: [UInt8]) -> Bool {
    var reader = ByteReader(pairs)
    var last = position
    do throws(DecodeError) {
      while !reader.isAtEnd {
        let key = try reader.prefixedSpan(limit: keyByteCountMax).copied()
        _ = try reader.prefixedSpan(limit: valueByteCountMax)
        guard last.isEmpty || last.lexicographicallyPrecedes(key) else { return false }
        last = key
      }
    } catch { return false }
    return last == end
  }
}
