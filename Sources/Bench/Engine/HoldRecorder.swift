internal import Basics

/// A worker's book of holds and, where a file is asked for, the bytes on their way into it. Owned by one worker.
struct HoldRecorder {
  private static let bufferBytesMax = 256 << 10

  private(set) var book = HoldBook()
  private(set) var error: RecordError?
  private let file: RecordFile?
  private var buffer = ByteWriter()

  init(_ file: RecordFile?) { self.file = file }

  mutating func append(_ record: HoldRecord) -> Int {
    write(record)
    return book.append(record)
  }

  /// Notes what was learned of a hold that is in the book.
  mutating func learn(_ knowledge: HoldRecord.Knowledge, at place: Int) {
    book.learn(knowledge, at: place)
    write(book[place])
  }

  /// A hold in the book has got more time.
  mutating func extend(toMilliseconds expiry: Int64, at place: Int) {
    book.extend(toMilliseconds: expiry, at: place)
    learn(.extended, at: place)
  }

  /// Hands what has gathered to the file. A failure is kept, and told at the end.
  mutating func flush() {
    guard let file, !buffer.isEmpty else { return }
    do throws(RecordError) { try file.append(buffer.bytes) } catch { self.error = self.error ?? error }
    buffer.removeAll()
  }

  private mutating func write(_ record: HoldRecord) {
    if file == nil { return }
    record.encode(into: &buffer)
    if buffer.count >= Self.bufferBytesMax { flush() }
  }
}
