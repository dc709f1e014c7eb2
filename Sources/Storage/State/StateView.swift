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

  package func scan(
    from start: borrowing RawSpan, to end: borrowing RawSpan, descending: Bool,
    _ body: (_ key: RawSpan, _ value: RawSpan) -> Bool
  ) throws(StateReadError) {
    let message = unsafe start.withUnsafeBytes { start in
      unsafe end.withUnsafeBytes { end in unsafe scan(start, end, descending, body) }
    }
    if let message { throw failure(message) }
  }

  /// Answers what went wrong, if something did.
  @unsafe private func scan(
    _ start: UnsafeRawBufferPointer, _ end: UnsafeRawBufferPointer, _ descending: Bool,
    _ body: (_ key: RawSpan, _ value: RawSpan) -> Bool
  ) -> String? {
    guard start.count > 0 && end.count > 0 else { return "a scan needs both ends" }
    let options = unsafe Self.makeOptions(snapshot)
    defer { unsafe rocksdb_readoptions_destroy(options) }
    unsafe rocksdb_readoptions_set_iterate_lower_bound(
      options, start.baseAddress?.assumingMemoryBound(to: CChar.self), start.count)
    unsafe rocksdb_readoptions_set_iterate_upper_bound(
      options, end.baseAddress?.assumingMemoryBound(to: CChar.self), end.count)
    unsafe rocksdb_readoptions_set_readahead_size(options, readaheadByteCount)
    unsafe rocksdb_readoptions_set_fill_cache(options, readaheadByteCount > 0 ? 0 : 1)
    let iterator = unsafe rocksdb_create_iterator(database.handle, options)
    defer { unsafe rocksdb_iter_destroy(iterator) }
    unsafe descending ? rocksdb_iter_seek_to_last(iterator) : rocksdb_iter_seek_to_first(iterator)
    while unsafe rocksdb_iter_valid(iterator) != 0 {
      var keyCount = 0
      var valueCount = 0
      let key = unsafe rocksdb_iter_key(iterator, &keyCount)
      let value = unsafe rocksdb_iter_value(iterator, &valueCount)
      let goesOn = unsafe body(
        RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: key, count: keyCount)),
        RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: value, count: valueCount)))
      guard goesOn else { return nil }
      unsafe descending ? rocksdb_iter_prev(iterator) : rocksdb_iter_next(iterator)
    }
    var error: UnsafeMutablePointer<CChar>?
    unsafe rocksdb_iter_get_error(iterator, &error)
    return unsafe RocksDatabase.take(error)
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
