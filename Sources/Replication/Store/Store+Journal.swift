package import Basics
package import Inventory

/// The journals of this Store's shards, for those who follow them and for whoever cuts them. Any replica shows its own: what
/// it has applied is committed, and of each shard the same on all.
extension Store {
  /// Calls `body` with each shard that has applied entries in the turn that ``applyCommitted()`` ended.
  package func forEachApplied(_ body: (ShardID) -> Void) { for (shard, _) in applied { body(shard) } }

  /// The sequence of the last movement; 0 for none.
  package func journalEnd(of shard: ShardID) -> UInt64 {
    guard let ledger = ledger(of: shard) else { return 0 }
    return ledger.machine.lastSequence
  }

  package func journalStart(of shard: ShardID) -> JournalStart {
    guard let ledger = ledger(of: shard) else { return JournalStart() }
    return ledger.machine.journalStart
  }

  /// The bytes of a journal that are there, and of all that it ever had.
  package func journalBytes(of shard: ShardID) -> (present: UInt64, ever: UInt64) {
    guard let ledger = ledger(of: shard) else { return (0, 0) }
    return (ledger.machine.journalBytes, ledger.machine.journalBytesEver)
  }

  /// The stamp of a replica's last entry.
  package func stamp(of shard: ShardID) -> Stamp {
    guard let ledger = ledger(of: shard) else { return .zero }
    return ledger.machine.stamp
  }

  /// Keeps a shard's newest movements in memory from now on, so that who follows needs no read of keyed state.
  package func keepTail(of shard: ShardID, byteCountMax: Int) {
    guard let ledger = ledger(of: shard) else { return }
    ledger.machine.keepTail(byteCountMax: byteCountMax)
  }

  package func dropTail(of shard: ShardID) {
    guard let ledger = ledger(of: shard) else { return }
    ledger.machine.dropTail()
  }

  /// Movements from a sequence on, if they are in memory.
  package func tailMovements(
    from sequence: UInt64, limit: Int, of shard: ShardID
  ) throws(StateReadError) -> [Movement]? {
    guard let ledger = ledger(of: shard) else { return nil }
    return try ledger.machine.tailMovements(from: sequence, limit: limit)
  }

  /// Takes a step of cutting a journal. It is written with the changes of the next turn.
  ///
  /// - Returns: `false`, and nothing is changed, when the replica's state is another one by now.
  package func take(_ cut: JournalCut, of shard: ShardID) -> Bool {
    guard showsOwnState(of: shard), let ledger = ledger(of: shard), ledger.machine.take(cut, &changes) else {
      return false
    }
    wantsTurn = true
    return true
  }

  /// Whether stock of a shard is due to be released that no entry has released yet.
  package func hasDue(in shard: ShardID) -> Bool {
    guard let ledger = ledger(of: shard) else { return false }
    return ledger.machine.hasDue(at: readStamp)
  }
}
