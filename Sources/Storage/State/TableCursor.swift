internal import CRocksDB

/// A RocksDB iterator over a key range in one direction. Used by one thread; the ends must outlive it.
@unsafe struct TableCursor: ~Copyable {
  private let iterator: OpaquePointer?
  private let options: OpaquePointer?
  private let descending: Bool

  /// Takes the options over.
  init(
    _ database: RocksDatabase, options: OpaquePointer?, from start: UnsafeRawBufferPointer,
    to end: UnsafeRawBufferPointer, descending: Bool
  ) {
    unsafe self.options = options
    unsafe self.descending = descending
    unsafe rocksdb_readoptions_set_iterate_lower_bound(
      options, start.baseAddress?.assumingMemoryBound(to: CChar.self), start.count)
    unsafe rocksdb_readoptions_set_iterate_upper_bound(
      options, end.baseAddress?.assumingMemoryBound(to: CChar.self), end.count)
    unsafe iterator = rocksdb_create_iterator(database.handle, options)
    unsafe descending ? rocksdb_iter_seek_to_last(iterator) : rocksdb_iter_seek_to_first(iterator)
  }

  deinit {
    unsafe rocksdb_iter_destroy(iterator)
    unsafe rocksdb_readoptions_destroy(options)
  }

  /// Whether it stands on a pair.
  var isValid: Bool { unsafe rocksdb_iter_valid(iterator) != 0 }

  /// The key it stands on, until it moves.
  var key: UnsafeRawBufferPointer {
    var count = 0
    let bytes = unsafe rocksdb_iter_key(iterator, &count)
    return unsafe UnsafeRawBufferPointer(start: bytes, count: count)
  }

  var value: UnsafeRawBufferPointer {
    var count = 0
    let bytes = unsafe rocksdb_iter_value(iterator, &count)
    return unsafe UnsafeRawBufferPointer(start: bytes, count: count)
  }

  func advance() { unsafe descending ? rocksdb_iter_prev(iterator) : rocksdb_iter_next(iterator) }

  /// What went wrong, if something did.
  func takeError() -> String? {
    var error: UnsafeMutablePointer<CChar>?
    unsafe rocksdb_iter_get_error(iterator, &error)
    return unsafe RocksDatabase.take(error)
  }
}
