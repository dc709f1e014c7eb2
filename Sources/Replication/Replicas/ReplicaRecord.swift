internal import Basics
package import Raft

// What a Store knows of its replicas beside their state, in the same key space and written by the same batches: so a
// configuration is durable exactly when the effects of its entry are, and an install is one batch. Never renumber.
//
//   key     := 0xFFFFFFFF:u32 0x01 shard:u32be                      a shard's number is below 0xFFFFFFFF
//   record  := version:u8(=1) state:u8(1 present, 2 destroyed) member:u64 generation:u16 index:u64 term:u64 configuration
//   key     := 0xFFFFFFFF:u32 0x02 shard:u32be                      a snapshot that is being received
//   staging := version:u8(=1) generation:u16 cut:u64 next:u64 position:text message

/// A replica as its Store's disk knows it.
package struct ReplicaRecord: Equatable, Sendable {
  /// Stored; never renumber.
  package enum State: UInt8, Sendable {
    case present = 1
    /// There was one, and its life is over: nothing of it may come back, and a new replica is a later life.
    case destroyed = 2
  }

  package var state: State
  package var member: MemberID
  /// Where the state is.
  package var generation: UInt16
  /// What the state had applied when the record was written; the term that recovery compares the log with.
  package var position: LogPosition
  /// In effect at that position.
  package var configuration: Configuration

  package init(
    state: State = .present, member: MemberID, generation: UInt16, position: LogPosition, configuration: Configuration
  ) {
    self.state = state
    self.member = member
    self.generation = generation
    self.position = position
    self.configuration = configuration
  }

  func put(_ shard: ShardID, into changes: inout StateChanges) {
    var writer = ByteWriter(capacity: 128)
    writer.uint8(RecordKey.version)
    writer.uint8(state.rawValue)
    writer.uint64(member.rawValue)
    writer.uint16(generation)
    writer.uint64(position.index.rawValue)
    writer.uint64(position.term.rawValue)
    configuration.encode(into: &writer)
    changes.put(key: RecordKey.replica(shard).rawSpan, value: writer.bytes.rawSpan)
  }

  init(_ value: RawSpan) throws(DecodeError) {
    var reader = ByteReader(value)
    guard try reader.uint8() == RecordKey.version else { throw .invalid("version of a replica's record") }
    let state = try reader.uint8()
    guard let state = State(rawValue: state) else { throw .unknownTag(UInt64(state)) }
    self.state = state
    member = MemberID(try reader.uint64())
    generation = try reader.uint16()
    position = LogPosition(index: LogIndex(try reader.uint64()), term: Term(try reader.uint64()))
    configuration = try Configuration(from: &reader)
    try reader.finish()
  }
}

/// How far a snapshot has arrived; a restart goes on from there.
struct StagingRecord: Equatable {
  var generation: UInt16
  var cut: CutNumber
  /// The number of the next part.
  var next: UInt64
  /// The last key that arrived.
  var position: [UInt8]
  /// Raft's message, which is stepped when everything has arrived.
  var message: Message

  init(generation: UInt16, cut: CutNumber, next: UInt64, position: [UInt8], message: Message) {
    self.generation = generation
    self.cut = cut
    self.next = next
    self.position = position
    self.message = message
  }

  func put(_ shard: ShardID, into changes: inout StateChanges) {
    var writer = ByteWriter(capacity: 256)
    writer.uint8(RecordKey.version)
    writer.uint16(generation)
    writer.uint64(cut.rawValue)
    writer.uint64(next)
    writer.prefixed(position)
    message.encode(into: &writer)
    changes.put(key: RecordKey.staging(shard).rawSpan, value: writer.bytes.rawSpan)
  }

  static func delete(_ shard: ShardID, from changes: inout StateChanges) {
    changes.delete(key: RecordKey.staging(shard).rawSpan)
  }

  init(_ value: RawSpan) throws(DecodeError) {
    var reader = ByteReader(value)
    guard try reader.uint8() == RecordKey.version else { throw .invalid("version of a staging record") }
    generation = try reader.uint16()
    cut = CutNumber(try reader.uint64())
    next = try reader.uint64()
    position = try reader.prefixedSpan(limit: SlicePairs.keyByteCountMax).copied()
    message = try Message(decoding: reader.span(count: reader.remaining), limits: MessageLimits())
  }
}

/// The keys of the records, behind those of every shard.
enum RecordKey {
  static let version: UInt8 = 1

  static func replica(_ shard: ShardID) -> [UInt8] { key(1, shard) }
  static func staging(_ shard: ShardID) -> [UInt8] { key(2, shard) }

  private static func key(_ kind: UInt8, _ shard: ShardID) -> [UInt8] {
    var writer = ByteWriter(capacity: 9)
    writer.uint32(.max)
    writer.uint8(kind)
    writer.bigEndianUInt32(shard.rawValue)
    return writer.bytes
  }

  /// Reads every replica's record, in the order of the shards.
  static func replicas(
    _ reader: any StateReader
  ) throws(StateReadError) -> [(shard: ShardID, record: ReplicaRecord)] {
    var found: [(shard: ShardID, record: ReplicaRecord)] = []
    var failure: DecodeError?
    try reader.scan(
      from: key(1, ShardID(0)).rawSpan, to: key(1, ShardID(.max)).rawSpan, descending: false
    ) { key, value in
      do throws(DecodeError) {
        var shard = ByteReader(key.extracting(last: 4))
        found.append((ShardID(try shard.bigEndianUInt32()), try ReplicaRecord(value)))
      } catch { failure = error }
      return failure == nil
    }
    if let failure { throw StateReadError(message: "a replica's record is unreadable: \(failure)") }
    return found
  }

  /// Reads how far a snapshot of the shard has arrived, if one has begun to.
  static func staging(
    of shard: ShardID, _ reader: any StateReader
  ) throws(StateReadError) -> StagingRecord? {
    var value: [UInt8] = []
    guard try reader.read(key: staging(shard).rawSpan, into: &value) else { return nil }
    do throws(DecodeError) { return try StagingRecord(value.rawSpan) } catch {
      throw StateReadError(message: "the staging record of shard \(shard) is unreadable: \(error)")
    }
  }
}
