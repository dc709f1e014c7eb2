internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Reactor
internal import Replication
internal import Storage

/// Cutting of journals, by what the cluster's settings say. Owned by the Store's thread.
struct JournalCutting {
  /// Movements that one step cuts, about: what the Store's thread has to write for it takes about a millisecond.
  static let movementsMax = 4_000
  /// Between two looks at all shards, and between the steps of one that has more to cut.
  static let lookMilliseconds: UInt64 = 1_000
  static let stepMilliseconds: UInt64 = 10

  /// Whoever reads the balances that a journal begins with has so long for the next of them and to get behind the cut;
  /// but nobody holds a journal back for longer than the other.
  static let baseReadMilliseconds: UInt64 = 10_000
  static let baseReadMillisecondsMax: UInt64 = 600_000

  /// Shards whose beginning is being read: since when, and when that was last. While they are they are not cut: each step
  /// would make what was read so far worth nothing.
  var beingRead = SortedMap<ShardID, (since: Instant, last: Instant)>()
  /// A reader thread works out the next step of a shard.
  var isFolding = false
  var next = Instant.zero
  /// Shards that have something to cut, to be looked at in this order.
  var due: [ShardID] = []
  /// When the oldest record that a shard has was made, where that is known.
  var oldest = SortedMap<ShardID, Stamp>()
  /// Shards whose journal contradicts itself.
  var damaged: [ShardID] = []
}

extension StoreServer {
  /// At the end of a turn: the next step, when it is time for one.
  ///
  /// - Returns: when to look again although nothing happens.
  func cutJournals() -> Instant {
    let retention = JournalRetention(cluster.settings)
    if retention.keepsAll || cutting.isFolding || isDraining { return .distantFuture }
    guard cutting.next <= loop.now else { return cutting.next }
    if cutting.due.isEmpty { cutting.due = journalShards.filter { hasOldRecords($0, retention) }.reversed() }
    guard let shard = cutting.due.popLast() else {
      cutting.next = loop.now.advanced(byMilliseconds: JournalCutting.lookMilliseconds)
      return cutting.next
    }
    fold(shard, retention)
    cutting.next = loop.now.advanced(byMilliseconds: JournalCutting.stepMilliseconds)
    return cutting.isFolding ? .distantFuture : cutting.next
  }

  private func hasOldRecords(_ shard: ShardID, _ retention: JournalRetention) -> Bool {
    guard node.storeIndex(of: shard) == index, store.showsOwnState(of: shard), !cutting.damaged.contains(shard),
      !cutting.isBeingRead(shard, now: loop.now),
      store.journalStart(of: shard).cut < store.journalEnd(of: shard)
    else { return false }
    if let bytes = retention.bytesMax, store.journalBytes(of: shard).present > bytes { return true }
    guard let age = retention.ageMilliseconds else { return false }
    guard let oldest = cutting.oldest[shard] else { return true }
    return oldest < store.readStamp.advanced(byMilliseconds: -age)
  }

  private func fold(_ shard: ShardID, _ retention: JournalRetention) {
    guard let prefix = store.statePrefix(of: shard) else { return }
    let (node, place, now, bytes) = (node, index, store.readStamp, store.journalBytes(of: shard).ever)
    let isTaken = state.readers.run { reader in
      let result: Result<JournalCut, StateReadError>
      do throws(StateReadError) {
        var folder = try JournalFolder(
          prefix: prefix, reader, retention, now: now, bytesEver: bytes, movementsMax: JournalCutting.movementsMax)
        result = .success(try folder.run())
      } catch { result = .failure(error) }
      // A Store that takes no messages any more is stopping; the next start cuts as well.
      _ = node.post([.journalFolded(shard, result)], toStore: place)
    }
    cutting.isFolding = isTaken
  }

  /// A step was worked out.
  func journalFolded(_ result: Result<JournalCut, StateReadError>, of shard: ShardID) {
    cutting.isFolding = false
    switch result {
    case .success(let cut):
      cutting.oldest[shard] = cut.firstStamp
      if cut.before != cut.after, store.take(cut, of: shard), cut.hasMore { cutting.due.append(shard) }
    case .failure(let error):
      cutting.damaged.append(shard)
      node.logger.log(
        .error, "a journal does not add up, and is cut no more", ["shard": "\(shard)", "error": error.message])
    }
  }
}

extension JournalCutting {
  /// The balances that a shard's journal begins with are read now.
  mutating func noteRead(_ shard: ShardID, now: Instant) {
    // Only a pause begins a new term: else readers who come one after the other would never let it be cut.
    var since = now
    if let read = beingRead[shard], now.nanoseconds(since: read.last) < Self.baseReadMilliseconds * 1_000_000 {
      since = read.since
    }
    beingRead[shard] = (since, now)
  }

  func isBeingRead(_ shard: ShardID, now: Instant) -> Bool {
    guard let read = beingRead[shard] else { return false }
    return now.nanoseconds(since: read.last) < Self.baseReadMilliseconds * 1_000_000
      && now.nanoseconds(since: read.since) < Self.baseReadMillisecondsMax * 1_000_000
  }
}

extension JournalRetention {
  init(_ settings: Placement.ClusterSettings) {
    self.init(
      ageMilliseconds: settings.journalAgeSeconds == 0 ? nil : Int64(settings.journalAgeSeconds) * 1_000,
      bytesMax: settings.journalBytesMax == 0 ? nil : settings.journalBytesMax)
  }
}
