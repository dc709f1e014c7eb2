package import Basics

/// The stamp that an entry's payload begins with, whatever machine it is for: behind one byte of version.
package enum EntryStamp {
  /// `nil` for a payload that has none.
  package static func read(_ payload: [UInt8]) -> Stamp? {
    var reader = ByteReader(payload.rawSpan)
    do throws(DecodeError) {
      _ = try reader.uint8()
      return Stamp(milliseconds: try reader.int64())
    } catch { return nil }
  }
}
