package import Basics

// The payload of the meta shard's entries; an empty one is a leader's no-op. Never renumber.
//
//   payload := version:u8(=1) stamp:i64 count:u32 command*

/// Collects the commands of the meta shard's next entry.
package struct ClusterEntryBuilder {
  static let version: UInt8 = 1

  private var commands = ByteWriter()
  package private(set) var count = 0

  package init() {}

  package var byteCount: Int { commands.count }

  package mutating func append(_ command: ClusterCommand) {
    command.encode(into: &commands)
    count += 1
  }

  /// The payload under the leader's stamp; the builder is empty afterwards.
  package mutating func take(stamp: Stamp) -> [UInt8] {
    var payload = ByteWriter(capacity: commands.count + 13)
    payload.uint8(Self.version)
    payload.int64(stamp.milliseconds)
    payload.uint32(UInt32(count))
    payload.append(commands.bytes)
    commands.removeAll()
    count = 0
    return payload.bytes
  }
}
