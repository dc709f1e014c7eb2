internal import Basics
internal import Raft

/// The log's table and open segments, shared by the writer (which changes them after each durable write) and readers
/// (which find their way by them). Behind a ``Monitor``; nothing here touches the disk.
struct LogContents {
  struct Place {
    var segment: Segment
    /// How many readers are in the segment; it is not recycled before they are gone.
    var readers = 0
  }

  var table: LogTable
  /// `places[n]` is the segment `table.firstSegment + n`.
  var places: [Place]

  /// What a reader needs to read a run.
  struct Found {
    var segment: Segment
    var run: LogTable.Run
    /// The last index of the run.
    var last: LogIndex
  }

  enum Lookup {
    case found(Found)
    /// Cut away.
    case gone
    /// Behind the end.
    case end
  }

  /// Finds an entry, and keeps its segment from being recycled until ``release(_:)``.
  mutating func find(_ shard: ShardID, _ index: LogIndex) -> Lookup {
    guard let log = table[shard], index <= log.last.index else { return .end }
    guard index > log.start.index, let number = table.runIndex(log, of: index) else { return .gone }
    let run = log.runs[number]
    let last = number + 1 < log.runs.count ? log.runs[number + 1].first.previous : log.last.index
    let place = Int(run.segment - table.firstSegment)
    places[place].readers += 1
    return .found(Found(segment: places[place].segment, run: run, last: last))
  }

  mutating func release(_ segment: Segment) {
    places[Int(segment.sequence - table.firstSegment)].readers -= 1
  }

  /// Takes out the oldest segments that hold nothing alive; never the last one.
  mutating func takeFreeSegments() -> [Segment] {
    var free: [Segment] = []
    while places.count > 1, table.isFirstSegmentFree, places[0].readers == 0 {
      free.append(places.removeFirst().segment)
      table.removeFirstSegment()
    }
    return free
  }
}
