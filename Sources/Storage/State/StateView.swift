package import Basics
internal import CRocksDB

/// State as of one moment: the newest on the Store's thread, a snapshot's on a reader's. Used by one thread at a time.
@safe package final class StateView: StateReader {
  private let database: RocksDatabase
  private let snapshot: OpaquePointer?
  private let getOptions: OpaquePointer?
  /// Bytes to read ahead in scans: for long ones, which read everything anyway.
  private let readaheadByteCount: Int

  /// The newest state.
  init(_ database: RocksDatabase) {
    self.database = database
    unsafe snapshot = nil
    readaheadByteCount = 0
    unsafe getOptions = Self.makeOptions(nil)
  }

  /// The state as it is now, whatever is written later. Cheap; taken on the Store's thread, used on a reader's.
  init(snapshotOf database: RocksDatabase) {
    self.database = database
    unsafe snapshot = rocksdb_create_snapshot(database.handle)
    readaheadByteCount = 1 << 20
    unsafe getOptions = Self.makeOptions(snapshot)
  }

  deinit {
    unsafe rocksdb_readoptions_destroy(getOptions)
    if let snapshot = unsafe snapshot { unsafe rocksdb_release_snapshot(database.handle, snapshot) }
  }

  package func read(key: borrowing RawSpan, into value: inout [UInt8]) throws(StateReadError) -> Bool {
    var error: UnsafeMutablePointer<CChar>?
    let found = unsafe key.withUnsafeBytes { key in
      unsafe rocksdb_get_pinned(
        database.handle, getOptions, key.baseAddress?.assumingMemoryBound(to: CChar.self), key.count, &error)
    }
    if let message = unsafe RocksDatabase.take(error) { throw failure(message) }
    value.removeAll(keepingCapacity: true)
    guard let found = unsafe found else { return false }
    defer { unsafe rocksdb_pinnableslice_destroy(found) }
    var count = 0
    let bytes = unsafe rocksdb_pinnableslice_value(found, &count)
    unsafe value.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
    return true
  }

  /// By the sizes of files alone: what is not flushed yet counts for nothing.
  package func approximateByteCount(from start: borrowing RawSpan, to end: borrowing RawSpan) -> UInt64 {
    unsafe start.withUnsafeBytes { start in
      unsafe end.withUnsafeBytes { end in unsafe database.approximateByteCount(start, end) }
    }
  }

  package func scan(
    from start: borrowing RawSpan, to end: borrowing RawSpan, descending: Bool,
    _ body: (_ key: RawSpan, _ value: RawSpan) -> Bool
  ) throws(StateReadError) {
    let message = unsafe start.withUnsafeBytes { start in
      unsafe end.withUnsafeBytes { end in unsafe scan(start, end, descending, body) }
    }
    if let message { throw failure(message) }
  }

  /// As the other, but with `pending` over it. Only the newest state has something over it.
  func scan(
    from start: borrowing RawSpan, to end: borrowing RawSpan, descending: Bool, under pending: WriteBehind,
    _ body: (_ key: RawSpan, _ value: RawSpan) -> Bool
  ) throws(StateReadError) {
    let message = unsafe start.withUnsafeBytes { start in
      unsafe end.withUnsafeBytes { end in unsafe scan(start, end, descending, pending, body) }
    }
    if let message { throw failure(message) }
  }

  /// Answers what went wrong, if something did.
  @unsafe private func scan(
    _ start: UnsafeRawBufferPointer, _ end: UnsafeRawBufferPointer, _ descending: Bool,
    _ body: (_ key: RawSpan, _ value: RawSpan) -> Bool
  ) -> String? {
    guard start.count > 0 && end.count > 0 else { return Self.endsMissing }
    let cursor = unsafe cursor(start, end, descending)
    while unsafe cursor.isValid {
      guard unsafe body(RawSpan(_unsafeBytes: cursor.key), RawSpan(_unsafeBytes: cursor.value)) else { return nil }
      unsafe cursor.advance()
    }
    return unsafe cursor.takeError()
  }

  /// Merges: a pending change hides RocksDB's pair of the same key, a pending range delete those in the range.
  ///
  /// The writer may be writing what is pending meanwhile: whether the cursor shows RocksDB before or after that, each
  /// pending change hides the same key, and each range delete the same range.
  @unsafe private func scan(
    _ start: UnsafeRawBufferPointer, _ end: UnsafeRawBufferPointer, _ descending: Bool, _ pending: WriteBehind,
    _ body: (_ key: RawSpan, _ value: RawSpan) -> Bool
  ) -> String? {
    guard start.count > 0 && end.count > 0 else { return Self.endsMissing }
    var changes = unsafe pending.changes(from: start, to: end)
    if descending { unsafe changes.reverse() }
    let cursor = unsafe cursor(start, end, descending)
    var place = 0
    while true {
      let change = unsafe place < changes.count ? changes[place].change : nil
      var order = unsafe change == nil ? 1 : -1
      if unsafe cursor.isValid {
        if let change = unsafe change {
          order = unsafe change.key.order(to: cursor.key)
          if descending { order = -order }
        }
      } else if unsafe change == nil {
        return unsafe cursor.takeError()
      }
      if order <= 0, let change = unsafe change {
        if order == 0 { unsafe cursor.advance() }
        place += 1
        guard unsafe change.tag == BufferedChange.putTag else { continue }
        guard unsafe body(RawSpan(_unsafeBytes: change.key), RawSpan(_unsafeBytes: change.value)) else { return nil }
      } else {
        if unsafe !pending.isRangeDeleted(cursor.key) {
          guard unsafe body(RawSpan(_unsafeBytes: cursor.key), RawSpan(_unsafeBytes: cursor.value)) else { return nil }
        }
        unsafe cursor.advance()
      }
    }
  }

  private static let endsMissing = "a scan needs both ends"

  @unsafe private func cursor(
    _ start: UnsafeRawBufferPointer, _ end: UnsafeRawBufferPointer, _ descending: Bool
  ) -> TableCursor {
    let options = unsafe Self.makeOptions(snapshot)
    unsafe rocksdb_readoptions_set_readahead_size(options, readaheadByteCount)
    unsafe rocksdb_readoptions_set_fill_cache(options, readaheadByteCount > 0 ? 0 : 1)
    return unsafe TableCursor(database, options: options, from: start, to: end, descending: descending)
  }

  private static func makeOptions(_ snapshot: OpaquePointer?) -> OpaquePointer? {
    let options = unsafe rocksdb_readoptions_create()
    unsafe rocksdb_readoptions_set_verify_checksums(options, 1)
    if let snapshot = unsafe snapshot { unsafe rocksdb_readoptions_set_snapshot(options, snapshot) }
    return unsafe options
  }

  private func failure(_ message: String) -> StateReadError {
    StateReadError(message: "reading the state in \(database.path) failed: \(message)")
  }
}
