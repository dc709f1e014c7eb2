import Basics
import Foundation
import Testing

@testable import Bench

@Suite struct RecordTests {
  private let subject = RecordSubject(tenant: "t", prefix: "run-1", skuCount: 10, isExclusive: true)

  private func record(_ number: UInt64, _ knowledge: HoldRecord.Knowledge = .held) -> HoldRecord {
    HoldRecord(
      id: UniqueID(high: number << 16 | 0x7000, low: 1 << 63 | number), expiryMilliseconds: 1_000 + Int64(number),
      skuIndex: UInt32(number), quantity: 3, suffix: 0x1F3A, knowledge: knowledge)
  }

  private func encoded(_ records: [HoldRecord]) -> [UInt8] {
    var writer = ByteWriter()
    for record in records { record.encode(into: &writer) }
    return writer.bytes
  }

  private func holds(_ book: HoldBook) -> [HoldRecord] { (0..<book.count).map { book[$0] } }

  private func withFile(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("record-\(UUID())").path
    try writeFile([], to: path)
    defer { removeFile(path) }
    try body(path)
  }

  @Test func `a record has known bytes`() {
    let bytes = encoded([record(1)])
    #expect(bytes.count == HoldRecord.encodedBytes)
    #expect(
      bytes.prefix(36) == [
        0, 0, 0, 0, 0, 1, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1,
        0xE9, 3, 0, 0, 0, 0, 0, 0,
        1, 0, 0, 0, 3, 0, 0x3A, 0x1F, 1, 0, 0, 0,
      ])
  }

  @Test func `what is appended is read again, over several openings`() throws {
    try withFile { path in
      try RecordFile(path: path, subject: subject).append(encoded([record(1), record(2)]))
      try RecordFile(path: path, subject: subject).append(encoded([record(3, .reserveUnknown)]))
      let contents = try RecordContents.read(path)
      #expect(contents.subject == subject)
      #expect(contents.tornBytes == 0)
      #expect(holds(contents.book) == [record(1), record(2), record(3, .reserveUnknown)])
    }
  }

  @Test func `what is learned later about a hold counts`() throws {
    let later: [HoldRecord] = [record(1), record(2), record(1, .confirmUnknown), record(2, .released), record(3)]
    let contents = try RecordContents(subject.encoded() + encoded(later))
    #expect(holds(contents.book) == [record(1, .confirmUnknown), record(2, .released), record(3)])
  }

  @Test func `a hold that was given more time is known by its new time, whatever became of it later`() throws {
    var extended = record(1, .extended)
    extended.expiryMilliseconds = 9_000
    var released = extended
    released.knowledge = .released
    #expect(holds(try RecordContents(subject.encoded() + encoded([record(1), extended])).book) == [extended])
    #expect(holds(try RecordContents(subject.encoded() + encoded([record(1), extended, released])).book) == [released])
  }

  @Test func `a tail torn at any byte is left out, and cut off by the next opening`() throws {
    let header = subject.encoded()
    let whole = header + encoded([record(1), record(2)])
    for length in header.count..<whole.count {
      let contents = try RecordContents(Array(whole[..<length]))
      let expected = (length - header.count) / HoldRecord.encodedBytes
      #expect(contents.book.count == expected)
      #expect(contents.soundBytes == header.count + expected * HoldRecord.encodedBytes)
      #expect(contents.soundBytes + contents.tornBytes == length)
    }
    try withFile { path in
      try writeFile(Array(whole.dropLast(7)), to: path)
      try RecordFile(path: path, subject: subject).append(encoded([record(4)]))
      #expect(try holds(RecordContents.read(path).book) == [record(1), record(4)])
    }
  }

  @Test func `a header cut at any byte is refused`() {
    let header = subject.encoded()
    for length in 1..<header.count {
      #expect(throws: DecodeError.self) { try RecordContents(Array(header[..<length])) }
    }
  }

  @Test func `damage in the middle is refused, damage of the last record is a torn tail`() throws {
    let header = subject.encoded()
    let whole = header + encoded([record(1), record(2), record(3)])
    for offset in header.count..<whole.count {
      var damaged = whole
      damaged[offset] ^= 0x10
      if offset < header.count + 2 * HoldRecord.encodedBytes {
        #expect(throws: DecodeError.self) { try RecordContents(damaged) }
      } else {
        #expect(try RecordContents(damaged).book.count == 2)
      }
    }
  }

  @Test func `random bytes never trap`() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<2_000 {
      var bytes = generator.below(2) == 0 ? [] : subject.encoded()
      for _ in 0..<generator.below(200) { bytes.append(UInt8(truncatingIfNeeded: generator.next())) }
      do { _ = try RecordContents(bytes) } catch { continue }
    }
  }

  @Test func `a file about other SKUs is not appended to`() throws {
    try withFile { path in
      _ = try RecordFile(path: path, subject: subject)
      var other = subject
      other.prefix = "run-2"
      #expect(throws: RecordError.otherSubject(path: path, found: subject)) {
        try RecordFile(path: path, subject: other)
      }
    }
  }

  @Test func `a missing or empty file is told apart from a record`() throws {
    #expect(throws: RecordError.system(path: "/nonexistent/x", call: "open", code: 2)) {
      try RecordContents.read("/nonexistent/x")
    }
    try withFile { path in
      #expect(throws: RecordError.unreadable(path: path, reason: "it is empty: nothing was recorded")) {
        try RecordContents.read(path)
      }
    }
  }

  @Test func `a book keeps holds in order over many chunks`() {
    var book = HoldBook()
    let places = (0..<200_000).map { book.append(record($0)) }
    #expect(places == Array(0..<200_000))
    book.learn(.released, at: 70_000)
    #expect(book[70_000] == record(70_000, .released))
    #expect(book[199_999] == record(199_999))
    var twice = HoldBook()
    twice.append(contentsOf: book)
    twice.append(contentsOf: book)
    #expect(twice.count == 400_000)
    #expect(twice[270_000] == record(70_000, .released))
  }
}

func writeFile(_ bytes: [UInt8], to path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

func temporaryPath(_ name: String) -> String {
  FileManager.default.temporaryDirectory.appendingPathComponent("\(name)-\(UUID())").path
}

func removeFile(_ path: String) {
  do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record("\(path) could not be removed") }
}
