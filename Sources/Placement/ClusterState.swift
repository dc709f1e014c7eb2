package import Basics

// Keys of the meta shard, each behind its replica's prefix; integers big-endian so that they sort. Never renumber.
//
//   applied   := 0x00                  -> version:u8 index:u64 stamp:i64 [digest:u64]     absent before there was one
//   location  := 0x01 number:u16       -> version:u8 revision:u64 location

/// What a command did to the cluster's settings.
package enum ClusterOutcome: Equatable, Sendable {
  case location(LocationNumber, Location)
  case tooManyLocations
}

/// The state machine of the meta shard: what every node must agree on to route a call. Deterministic; owned by the
/// replica's Store thread, which hands copies of ``locations`` to other threads.
package struct ClusterState {
  private static let version: UInt8 = 1

  private let prefix: [UInt8]
  package private(set) var locations = LocationTable()
  package private(set) var appliedIndex: UInt64 = 0
  package private(set) var stamp = Stamp.zero
  /// Equal on replicas that applied the same entries.
  package private(set) var stateDigest: UInt64 = 0

  package init(prefix: [UInt8]) { self.prefix = prefix }

  /// Rebuilds the state from what the partition holds.
  package mutating func load(from reader: any StateReader) throws(StateReadError) {
    var value: [UInt8] = []
    guard try reader.read(key: key(0).rawSpan, into: &value) else { return }
    var failure: DecodeError?
    do throws(DecodeError) { try loadApplied(value) } catch { failure = error }
    var table = LocationTable()
    try reader.scan(from: key(1).rawSpan, to: key(2).rawSpan, descending: false) { key, value in
      do throws(DecodeError) {
        var number = ByteReader(key.extracting(last: 2))
        var body = ByteReader(value)
        _ = try body.uint8()
        let revision = try body.uint64()
        var location = try Location.decode(&body)
        location.revision = revision
        table.restore(location, as: LocationNumber(try number.uint16().byteSwapped))
      } catch { failure = error }
      return failure == nil
    }
    if let failure { throw StateReadError(message: "the meta shard's state is unreadable: \(failure)") }
    locations = table
  }

  private mutating func loadApplied(_ bytes: [UInt8]) throws(DecodeError) {
    var applied = ByteReader(bytes.rawSpan)
    _ = try applied.uint8()
    appliedIndex = try applied.uint64()
    stamp = Stamp(milliseconds: try applied.int64())
    if !applied.isAtEnd { stateDigest = try applied.uint64() }
  }

  /// Has an empty state begin behind an entry of the log that is none of its own.
  package mutating func begin(behind index: UInt64) {
    invariant(appliedIndex == 0, "only an empty state begins")
    appliedIndex = index
  }

  /// Applies one committed entry. `payload` was made by a leader of this group; one that cannot be read is a bug.
  package mutating func apply(
    index: UInt64, payload: RawSpan, changes: inout StateChanges, outcomes: inout [ClusterOutcome]
  ) {
    invariant(index == appliedIndex + 1, "entry \(index) was applied out of order")
    appliedIndex = index
    do throws(DecodeError) {
      if payload.byteCount > 0 { try applyCommands(payload, &changes, &outcomes) }
    } catch {
      invariantViolated("the meta shard's entry \(index) is unreadable: \(error)")
    }
    if payload.byteCount > 0 {
      var digest = StableHash(seed: stateDigest)
      digest.combine(index)
      digest.combine(payload)
      stateDigest = digest.value
    }
    var value = ByteWriter()
    value.uint8(Self.version)
    value.uint64(appliedIndex)
    value.int64(stamp.milliseconds)
    value.uint64(stateDigest)
    changes.put(key: key(0).rawSpan, value: value.bytes.rawSpan)
  }

  private mutating func applyCommands(
    _ payload: RawSpan, _ changes: inout StateChanges, _ outcomes: inout [ClusterOutcome]
  ) throws(DecodeError) {
    var reader = ByteReader(payload)
    let version = try reader.uint8()
    guard version == ClusterEntryBuilder.version else { throw .unknownTag(UInt64(version)) }
    stamp = max(stamp, Stamp(milliseconds: try reader.int64()))
    for _ in 0..<(try reader.uint32()) {
      switch try ClusterCommand.decode(&reader) {
      case .putLocation(var location):
        location.revision = appliedIndex
        outcomes.append(put(location, &changes))
      }
    }
    try reader.finish()
  }

  private mutating func put(_ location: Location, _ changes: inout StateChanges) -> ClusterOutcome {
    guard let number = locations.put(location) else { return .tooManyLocations }
    var locationKey = ByteWriter()
    locationKey.append(key(1))
    locationKey.uint16(number.rawValue.byteSwapped)
    var value = ByteWriter()
    value.uint8(Self.version)
    value.uint64(location.revision)
    location.encode(into: &value)
    changes.put(key: locationKey.bytes.rawSpan, value: value.bytes.rawSpan)
    return .location(number, location)
  }

  private func key(_ kind: UInt8) -> [UInt8] { prefix + [kind] }
}
