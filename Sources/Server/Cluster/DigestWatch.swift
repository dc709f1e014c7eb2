internal import Basics

/// Compares what replicas say about their states. Replicas of a shard that have applied the same entries have equal
/// digests, or one of them computes wrongly or has a disk that does; then the one that differs from a majority must not
/// serve any more. Owned by the meta shard's leader; a value without clock.
struct DigestWatch {
  /// What one replica said.
  struct Word: Equatable {
    var node: NodeID
    var life: ReplicaLife
    var digest: UInt64
  }

  /// Replicas whose states differ although they have applied the same entries.
  struct Finding: Equatable {
    var shard: ShardID
    var index: UInt64
    /// All that was said about the index, by node.
    var words: [Word]
    /// Those that a majority of the shard's voters contradicts; empty while there is no majority.
    var minority: [Word]
  }

  private struct Row {
    var index: UInt64
    var words: [Word]
  }

  /// What was said about the indexes that were heard of last, oldest first.
  private var rows = SortedMap<ShardID, [Row]>()
  private(set) var findings = SortedMap<ShardID, Finding>()

  /// Indexes that are remembered for each shard: what two reports of one second differ by is rarely more than a few.
  static let rowsMax = 16

  /// - Parameter voterCount: of the shard.
  mutating func take(_ mark: DigestMark, of shard: ShardID, on node: NodeID, _ life: ReplicaLife, voterCount: Int) {
    guard mark.index > 0 else { return }
    let word = Word(node: node, life: life, digest: mark.digest)
    var known = rows[shard] ?? []
    if let place = known.firstIndex(where: { $0.index == mark.index }) {
      known[place].words.removeAll { $0.node == node }
      known[place].words.append(word)
      judge(known[place], shard, voterCount)
    } else {
      if known.count == Self.rowsMax { known.removeFirst() }
      known.append(Row(index: mark.index, words: [word]))
    }
    rows[shard] = known
  }

  private mutating func judge(_ row: Row, _ shard: ShardID, _ voterCount: Int) {
    let words = row.words.sorted { $0.node < $1.node }
    guard words.contains(where: { $0.digest != words[0].digest }) else { return }
    let majority = words.first { candidate in words.count { $0.digest == candidate.digest } > voterCount / 2 }
    findings[shard] = Finding(
      shard: shard, index: row.index, words: words,
      minority: majority.map { majority in words.filter { $0.digest != majority.digest } } ?? [])
  }

  /// Forgets what was found about a shard once none of the replicas in it are there any more: `isThere` says so.
  mutating func forget(unless isThere: (ShardID, Word) -> Bool) {
    var gone: [ShardID] = []
    findings.forEach { shard, finding in
      let suspects = finding.minority.isEmpty ? finding.words : finding.minority
      if !suspects.contains(where: { isThere(shard, $0) }) { gone.append(shard) }
      return true
    }
    for shard in gone {
      findings.removeValue(forKey: shard)
      rows.removeValue(forKey: shard)
    }
  }
}
