internal import Basics

/// What a chunk of history comes to.
enum HistoryChunk {
  case part(ParcelPart)
  /// The part goes on in the next chunk.
  case staged
  case unreadable
}

// Chunks that have come, and are kept until the rest of what they belong to is here.
extension Ledger {
  func stagedChunk(
    _ move: UInt64, _ place: UInt32, ofHistory: Bool = false, _ reader: any StateReader
  ) throws(StateReadError) -> [UInt8] {
    var key = self.key
    key.setStaged(move, place, ofHistory: ofHistory)
    var bytes: [UInt8] = []
    guard try cold.read(key.bytes, reader, into: &bytes) else {
      throw StateReadError(message: "chunk \(place) of move \(move) is missing")
    }
    return bytes
  }

  /// Takes a chunk of history. Pieces come in order, so one that goes on does so from the last one that came; a source that
  /// has begun anew begins a part anew. Of what cannot be read nothing is kept.
  mutating func take(
    chunk bytes: [UInt8], _ record: inout ComingRecord, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> HistoryChunk {
    let chunk: ParcelChunk
    do throws(DecodeError) { chunk = try ParcelChunk(bytes.rawSpan) } catch { return .unreadable }
    guard !chunk.continues || record.chunks > 0, !chunk.isContinued || record.chunks + 1 < ParcelChunk.countMax else {
      return .unreadable
    }
    if chunk.isContinued {
      if !chunk.continues { dropHistoryChunks(of: &record, &changes) }
      key.setStaged(record.move, record.chunks, ofHistory: true)
      value.removeAll()
      value.append(bytes)
      putCold(&changes)
      record.chunks += 1
      return .staged
    }
    var chunks: [[UInt8]] = []
    for place in 0..<(chunk.continues ? record.chunks : 0) {
      chunks.append(try stagedChunk(record.move, place, ofHistory: true, reader))
    }
    let part: ParcelPart
    do throws(DecodeError) { part = try ParcelChunk.join(chunks + [bytes])[0] } catch { return .unreadable }
    dropHistoryChunks(of: &record, &changes)
    return .part(part)
  }

  mutating func dropHistoryChunks(of record: inout ComingRecord, _ changes: inout StateChanges) {
    for place in 0..<record.chunks {
      key.setStaged(record.move, place, ofHistory: true)
      deleteCold(&changes)
    }
    record.chunks = 0
  }
}
