package import Basics
package import Raft

extension LogWriter {
  /// The state up to these indexes is durable elsewhere: the log needs it no more, unless a follower does. Segments are
  /// recycled when the log next moves to a new one. Any thread.
  package func flushed(_ indexes: [(shard: ShardID, index: LogIndex)]) {
    contents.withLock { contents in
      for (shard, index) in indexes { contents.table.setFlushed(shard, index) }
    }
  }

  /// Keeps a shard's entries from `index` on, flushed or not, for followers that still need them. Any thread.
  package func retain(_ shard: ShardID, from index: LogIndex) {
    contents.withLock { $0.table.setRetained(shard, from: index) }
  }
}
