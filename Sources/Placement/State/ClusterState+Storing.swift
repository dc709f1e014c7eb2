package import Basics

// The state as the partition holds it: one pair for each record, written with the effects of the entry.

extension ClusterState {
  func putApplied(_ changes: inout StateChanges) {
    changes.put(ClusterKey.key(prefix, ClusterKey.applied)) { value in
      value.uint64(appliedIndex)
      value.int64(stamp.milliseconds)
      value.uint64(stateDigest)
    }
  }

  // MARK: Changing a record

  mutating func store(_ settings: ClusterSettings, _ changes: inout StateChanges) {
    table.revision = appliedIndex
    table.settings = settings
    table.settings.revision = appliedIndex
    changes.put(ClusterKey.key(prefix, ClusterKey.settings)) { table.settings.encode(into: &$0) }
  }

  /// Adds a node, or replaces its record.
  mutating func store(_ node: NodeRecord, _ changes: inout StateChanges) {
    var node = node
    node.revision = appliedIndex
    table.revision = appliedIndex
    if let place = table.place(of: node.number) {
      table.nodes[place] = node
    } else {
      invariant(table.nodes.last.map { $0.number < node.number } ?? true, "nodes are numbered in order")
      table.nodes.append(node)
    }
    changes.put(ClusterKey.key(prefix, ClusterKey.node, node.number.rawValue)) { node.encode(into: &$0) }
  }

  /// Adds a shard, or replaces its record.
  mutating func store(_ shard: ShardRecord, _ changes: inout StateChanges) {
    var shard = shard
    shard.revision = appliedIndex
    shard.checkInvariants()
    table.revision = appliedIndex
    if let place = table.place(of: shard.shard) {
      table.shards[place] = shard
    } else {
      invariant(table.shards.last.map { $0.shard < shard.shard } ?? true, "shards are numbered in order")
      table.shards.append(shard)
    }
    changes.put(ClusterKey.key(prefix, ClusterKey.shard, shard.shard.rawValue)) { shard.encode(into: &$0) }
  }

  mutating func storeIdentity(cluster: UniqueID, storeCount: UInt32, _ changes: inout StateChanges) {
    table.revision = appliedIndex
    table.cluster = cluster
    table.storeCount = storeCount
    let revision = appliedIndex
    changes.put(ClusterKey.key(prefix, ClusterKey.identity)) { value in
      value.uint64(revision)
      value.uniqueID(cluster)
      value.uint32(storeCount)
    }
  }

  mutating func store(_ map: ShardMap, _ changes: inout StateChanges) {
    table.revision = appliedIndex
    table.shardMap = map
    let revision = appliedIndex
    changes.put(ClusterKey.key(prefix, ClusterKey.map)) { value in
      value.uint64(revision)
      map.encode(into: &value)
    }
  }

  // MARK: Loading

  /// Rebuilds the state from what the partition holds.
  package mutating func load(from reader: any StateReader) throws(StateReadError) {
    var value: [UInt8] = []
    let applied = ClusterKey.key(prefix, ClusterKey.applied)
    guard try reader.read(key: applied.rawSpan, into: &value) else { return }
    var loaded = ClusterState(prefix: prefix)
    var failure: DecodeError?
    do throws(DecodeError) { try loaded.loadApplied(value) } catch { failure = error }
    let kindOffset = prefix.count
    let (start, end) = (ClusterKey.key(prefix, ClusterKey.location), ClusterKey.key(prefix, ClusterKey.end))
    try reader.scan(from: start.rawSpan, to: end.rawSpan, descending: false) { key, value in
      do throws(DecodeError) {
        var key = ByteReader(key)
        try key.skip(kindOffset)
        try loaded.load(&key, ByteReader(value))
      } catch { failure = error }
      return failure == nil
    }
    if let failure { throw StateReadError(message: "the meta shard's state is unreadable: \(failure)") }
    self = loaded
  }

  private mutating func loadApplied(_ bytes: [UInt8]) throws(DecodeError) {
    var applied = ByteReader(bytes.rawSpan)
    try applied.storedVersion()
    appliedIndex = try applied.uint64()
    stamp = Stamp(milliseconds: try applied.int64())
    if !applied.isAtEnd { stateDigest = try applied.uint64() }
  }

  /// Takes one pair, in the order of the keys.
  private mutating func load(_ key: inout ByteReader, _ body: consuming ByteReader) throws(DecodeError) {
    var body = body
    try body.storedVersion()
    switch try key.uint8() {
    case ClusterKey.location: try loadLocation(LocationNumber(try key.uint16().byteSwapped), &body)
    case ClusterKey.identity:
      noteRevision(try body.uint64())
      table.cluster = try body.uniqueID()
      table.storeCount = try body.uint32()
    case ClusterKey.settings:
      table.settings = try ClusterSettings(&body)
      noteRevision(table.settings.revision)
    case ClusterKey.map:
      noteRevision(try body.uint64())
      table.shardMap = try ShardMap(&body)
    case ClusterKey.node:
      let node = try NodeRecord(&body)
      noteRevision(node.revision)
      table.nodes.append(node)
    case ClusterKey.shard:
      let shard = try ShardRecord(&body)
      noteRevision(shard.revision)
      table.shards.append(shard)
    case ClusterKey.move:
      let move = try SlotMove(&body)
      noteRevision(move.revision)
      table.moves.append(move)
    case let kind: throw .unknownTag(UInt64(kind))
    }
  }

  private mutating func loadLocation(_ number: LocationNumber, _ body: inout ByteReader) throws(DecodeError) {
    let revision = try body.uint64()
    var location = try Location.decode(&body)
    location.revision = revision
    locations.restore(location, as: number)
  }

  /// The table's revision is that of its latest record.
  private mutating func noteRevision(_ revision: UInt64) { table.revision = max(table.revision, revision) }
}
