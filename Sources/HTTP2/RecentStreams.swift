/// Remembers the last streams of a kind, and forgets the oldest. Looked at only for frames that should not come.
struct RecentStreams {
  private static let countMax = 1_024

  private var streams: [Int32] = []
  private var next = 0

  mutating func insert(_ stream: Int32) {
    if streams.count < Self.countMax {
      streams.append(stream)
    } else {
      streams[next] = stream
      next = (next + 1) % Self.countMax
    }
  }

  func contains(_ stream: Int32) -> Bool { streams.contains(stream) }
}

/// The last four streams of a kind; 0 is no stream.
struct LastFour {
  private var streams: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)

  @inline(__always)
  mutating func insert(_ stream: UInt32) { streams = (stream, streams.0, streams.1, streams.2) }

  @inline(__always)
  func contains(_ stream: UInt32) -> Bool {
    stream != 0
      && (stream == streams.0 || stream == streams.1 || stream == streams.2 || stream == streams.3)
  }
}
