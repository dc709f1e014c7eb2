internal import Basics
internal import Glibc

/// Why a record of holds cannot be used.
enum RecordError: Error, Equatable, Sendable, CustomStringConvertible {
  case system(path: String, call: String, code: Int32)
  case unreadable(path: String, reason: String)
  /// The file is about other SKUs than this run.
  case otherSubject(path: String, found: RecordSubject)

  var description: String {
    switch self {
    case .system(let path, let call, let code): "\(path): \(call) failed: \(unsafe String(cString: strerror(code)))"
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .otherSubject(let path, let found):
      "\(path) is a record of \(found.skuCount) SKUs with the prefix \"\(found.prefix)\" of tenant"
        + " \"\(found.tenant)\"; give the same --prefix, --skus and --tenant, or another file"
    }
  }
}

/// A record of holds that is open for appending. Several workers may append: each call writes whole records at the end
/// of the file at once.
final class RecordFile: Sendable {
  private let path: String
  private let descriptor: Int32

  /// Makes the file, or opens one about the same SKUs and cuts a torn tail off. Whether the SKUs are touched by nobody
  /// else is what it was when the file was made.
  init(path: String, subject: RecordSubject) throws(RecordError) {
    self.path = path
    let existing = try RecordContents.read(path, mayBeMissing: true)
    if let existing, !existing.subject.isAboutSame(as: subject) {
      throw .otherSubject(path: path, found: existing.subject)
    }
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    if descriptor < 0 { throw .system(path: path, call: "open", code: errno) }
    if let existing {
      if existing.tornBytes > 0, ftruncate(descriptor, off_t(existing.soundBytes)) != 0 {
        throw .system(path: path, call: "ftruncate", code: errno)
      }
    } else {
      if ftruncate(descriptor, 0) != 0 { throw .system(path: path, call: "ftruncate", code: errno) }
      try write(subject.encoded())
    }
  }

  deinit { close(descriptor) }

  /// Appends whole records that were encoded one behind the other.
  func append(_ records: [UInt8]) throws(RecordError) {
    if !records.isEmpty { try write(records) }
  }

  private func write(_ bytes: [UInt8]) throws(RecordError) {
    var done = 0
    while done < bytes.count {
      let written = unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
        return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      }
      if written < 0 {
        if errno == EINTR { continue }
        throw .system(path: path, call: "write", code: errno)
      }
      done += written
    }
  }
}

/// What a record file says.
struct RecordContents: Sendable {
  let subject: RecordSubject
  let book: HoldBook
  let soundBytes: Int
  /// How much of a torn tail was left out.
  let tornBytes: Int

  static func read(_ path: String) throws(RecordError) -> RecordContents {
    guard let contents = try read(path, mayBeMissing: false) else {
      throw .unreadable(path: path, reason: "it is empty: nothing was recorded")
    }
    return contents
  }

  /// `nil` for a file that is empty or, where that may be, missing.
  static func read(_ path: String, mayBeMissing: Bool) throws(RecordError) -> RecordContents? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 {
      if errno == ENOENT, mayBeMissing { return nil }
      throw .system(path: path, call: "open", code: errno)
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw .system(path: path, call: "read", code: errno)
      }
      if count == 0 { break }
      bytes.append(contentsOf: chunk[..<count])
    }
    if bytes.isEmpty { return nil }
    do throws(DecodeError) {
      return try RecordContents(bytes)
    } catch {
      throw .unreadable(path: path, reason: "it is not a sound record of holds (\(error))")
    }
  }

  init(_ bytes: [UInt8]) throws(DecodeError) {
    var reader = ByteReader(bytes.rawSpan)
    subject = try RecordSubject(reading: &reader)
    var book = HoldBook()
    var followUps = IdentifierTable<HoldRecord>()
    while reader.remaining >= HoldRecord.encodedBytes {
      let record: HoldRecord
      let before = reader.offset
      do throws(DecodeError) { record = try HoldRecord(reading: &reader) } catch {
        // Only the last write can be torn, and it ends the file: whatever still checks out behind it is damage.
        var rest = ByteReader(bytes.rawSpan.extracting(droppingFirst: before + HoldRecord.encodedBytes))
        while rest.remaining >= HoldRecord.encodedBytes {
          if Self.isSound(&rest) { throw error }
        }
        reader = ByteReader(bytes.rawSpan.extracting(first: before))
        try reader.skip(before)
        break
      }
      switch record.knowledge {
      case .held, .reserveUnknown: book.append(record)
      case .released, .releaseUnknown, .confirmed, .confirmUnknown, .extended, .extendUnknown:
        followUps.set(record.id, record)
      }
    }
    if followUps.count > 0 {
      for place in 0..<book.count {
        if let later = followUps[book[place].id] { book.learn(later, at: place) }
      }
    }
    self.book = book
    soundBytes = reader.offset
    tornBytes = bytes.count - soundBytes
  }

  private static func isSound(_ reader: inout ByteReader) -> Bool {
    do throws(DecodeError) {
      _ = try HoldRecord(reading: &reader)
      return true
    } catch { return false }
  }
}
