internal import Basics

// Every entry of every shard carries the same frame; what a command is, is the state machine's affair.
//
//   payload := version:u8 stamp:i64 count:varint command*
//
// An empty payload is a leader's no-op. Never renumber.

/// The frame around the commands of one entry.
enum EntryPayload {
  static let version: UInt8 = 1

  static func frame(commands: borrowing RawSpan, count: Int, stamp: Stamp) -> [UInt8] {
    var writer = ByteWriter(capacity: commands.byteCount + 16)
    writer.uint8(version)
    writer.int64(stamp.milliseconds)
    writer.varint(UInt64(count))
    writer.append(commands)
    return writer.bytes
  }
}
