internal import Basics
internal import Raft
internal import Replication

/// The Raft log of one simulated node: what is durable, what is written but not yet durable, and what a power loss leaves
/// of it. It outlives its node's process. Owned by the world.
///
/// Its contract is that of the real log: batches become durable whole and in order; a batch that was acknowledged survives
/// a power loss; of one that was not, any beginning may survive, down to a torn record that a checksum uncovers.
final class SimulatedLog {
  /// By shard number. What a power loss cannot take.
  private(set) var durable: [ShardLog]
  /// By shard number. With everything that was submitted: what the running process sees.
  private(set) var current: [ShardLog]
  private(set) var underWay = RingBuffer<LogBatch>()
  /// While set, an acknowledged batch is as volatile as any other: a disk that says a flush was done when it was not.
  var isLying = false
  /// What a lying disk acknowledged and a power loss will take.
  private(set) var lies: [LogBatch] = []

  init(shardCount: Int) {
    durable = Array(repeating: ShardLog(), count: shardCount)
    current = durable
  }

  /// Takes a batch; it becomes durable when the world says so.
  func submit(_ batch: LogBatch) throws(ShardLog.Gap) {
    for record in batch.records { try current[Int(record.shard.rawValue)].apply(record) }
    underWay.append(batch)
  }

  /// The oldest batch under way is durable. Answers its token; `nil` if a power loss came first.
  func finishSync() -> PersistToken? {
    guard let batch = underWay.popFirst() else { return nil }
    if isLying || !lies.isEmpty {
      // What was flushed after a lie stands behind it on the disk: it is no safer.
      lies.append(batch)
    } else {
      settle(batch.records)
    }
    return batch.token
  }

  /// The disk wrote what it had only claimed to have written.
  func stopLying() {
    isLying = false
    for batch in lies { settle(batch.records) }
    lies.removeAll()
  }

  private func settle(_ records: [LogBatch.Record]) {
    for record in records {
      do throws(ShardLog.Gap) { try durable[Int(record.shard.rawValue)].apply(record) } catch {
        invariantViolated("a batch that was taken cannot be settled: \(error)")
      }
    }
  }

  func cut(_ shard: ShardID, through index: LogIndex) {
    // Only what is durable is cut, so that a power loss finds no log that begins behind its end.
    guard index <= durable[Int(shard.rawValue)].lastIndex else { return }
    durable[Int(shard.rawValue)].cut(through: index)
    current[Int(shard.rawValue)].cut(through: index)
  }

  /// What recovery gives of a shard whose state has applied its log up to `applied`. State that a snapshot brought, and
  /// that became durable before the log's new start did, wins over the log.
  func recover(_ shard: ShardID, applied: LogStart) -> RecoveredLog {
    let place = Int(shard.rawValue)
    if applied.term != .zero, applied.index > durable[place].start.index,
      durable[place].term(at: applied.index) != applied.term
    {
      settle([.start(shard, applied)])
      current[place] = durable[place]
    }
    return durable[place].recovered(above: applied.index)
  }

  /// How much of what was not durable the power loss left.
  struct Loss: Equatable {
    var recordsWritten = 0
    var recordsLost = 0
    var wasTorn = false
  }

  /// The power fails. What was under way reached the disk up to some byte, and the last of it may be damaged.
  func losePower(_ chance: inout Chance) -> Loss {
    var loss = Loss()
    var isGone = false
    for batch in lies + (0..<underWay.count).map({ underWay[$0] }) {
      if isGone {
        loss.recordsLost += batch.records.count
        continue
      }
      let survivors = Self.survivors(of: batch, &chance, &loss)
      settle(survivors)
      isGone = survivors.count < batch.records.count
    }
    underWay.removeAll()
    lies.removeAll()
    isLying = false
    current = durable
    return loss
  }

  /// The records of a batch that can be read after it was torn somewhere.
  private static func survivors(of batch: LogBatch, _ chance: inout Chance, _ loss: inout Loss) -> [LogBatch.Record] {
    var bytes = LogRecordCodec.encode(batch.records)
    switch chance.below(4) {
    case 0: bytes.removeAll()
    case 1: bytes.removeLast(chance.below(bytes.count + 1))
    case 2 where !bytes.isEmpty: bytes[chance.below(bytes.count)] ^= UInt8(1 << chance.below(8))
    default: break
    }
    let (records, isWhole) = LogRecordCodec.decode(bytes)
    loss.recordsWritten += records.count
    loss.recordsLost += batch.records.count - records.count
    if !isWhole { loss.wasTorn = true }
    return records
  }

  /// One bit of a durable entry has turned. Answers whether the checksum uncovers it; `nil` if there is no entry.
  func rot(_ chance: inout Chance) -> Bool? {
    let candidates = durable.indices.filter { durable[$0].lastIndex > durable[$0].start.index }
    guard !candidates.isEmpty else { return nil }
    let slot = chance.pick(candidates)
    let log = durable[slot]
    let index = log.start.index + (1 + chance.below(log.lastIndex - log.start.index))
    guard let entry = log.entry(at: index) else { return nil }
    var bytes = LogRecordCodec.encode([.entry(ShardID(UInt32(slot)), entry)])
    bytes[chance.below(bytes.count)] ^= UInt8(1 << chance.below(8))
    return !LogRecordCodec.decode(bytes).isWhole
  }
}
