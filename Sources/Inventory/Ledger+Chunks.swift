internal import Basics

/// What a chunk that has come comes to.
enum TakenChunk {
  case part(ParcelPart)
  /// The part goes on in the next chunk.
  case staged
  case unreadable
}

// Chunks that have come, and are kept until the rest of the part that they belong to is here: of history, or of a batch. They
// come in order, so one that goes on does so from the last one that came; a source that has begun anew begins a part anew.
extension Ledger {
  /// Takes a chunk behind `count` others of its part. Of what cannot be read nothing is kept.
  mutating func take(
    chunk bytes: [UInt8], of move: UInt64, isHistory: Bool, behind count: inout UInt32, _ reader: any StateReader,
    _ changes: inout StateChanges
  ) throws(StateReadError) -> TakenChunk {
    let chunk: ParcelChunk
    do throws(DecodeError) { chunk = try ParcelChunk(bytes.rawSpan) } catch { return .unreadable }
    guard !chunk.continues || count > 0, !chunk.isContinued || count + 1 < ParcelChunk.countMax else {
      return .unreadable
    }
    if chunk.isContinued {
      if !chunk.continues { dropChunks(of: move, isHistory: isHistory, &count, &changes) }
      key.setStaged(move, count, ofHistory: isHistory)
      value.removeAll()
      value.append(bytes)
      putCold(&changes)
      count += 1
      return .staged
    }
    var chunks: [[UInt8]] = []
    for place in 0..<(chunk.continues ? count : 0) {
      chunks.append(try stagedChunk(move, place, isHistory: isHistory, reader))
    }
    do throws(DecodeError) { return .part(try ParcelChunk.join(chunks + [bytes])[0]) } catch { return .unreadable }
  }

  mutating func dropChunks(
    of move: UInt64, isHistory: Bool, _ count: inout UInt32, _ changes: inout StateChanges
  ) {
    for place in 0..<count {
      key.setStaged(move, place, ofHistory: isHistory)
      deleteCold(&changes)
    }
    count = 0
  }

  private func stagedChunk(
    _ move: UInt64, _ place: UInt32, isHistory: Bool, _ reader: any StateReader
  ) throws(StateReadError) -> [UInt8] {
    var key = self.key
    key.setStaged(move, place, ofHistory: isHistory)
    var bytes: [UInt8] = []
    guard try cold.read(key.bytes, reader, into: &bytes) else {
      throw StateReadError(message: "chunk \(place) of move \(move) is missing")
    }
    return bytes
  }
}
