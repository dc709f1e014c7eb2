internal import Basics
internal import CRocksDB

/// The open database: the owner of RocksDB's handles. RocksDB allows calls from any thread; whoever closes it makes
/// sure that all others have ended.
@safe final class RocksDatabase: @unchecked Sendable {
  let path: String
  let handle: OpaquePointer
  private let options: OpaquePointer

  init(path: String, configuration: StateConfiguration) throws(StorageError) {
    self.path = path
    unsafe options = Self.makeOptions(configuration)
    var error: UnsafeMutablePointer<CChar>?
    let opened = unsafe rocksdb_open(options, path, &error)
    guard let opened = unsafe opened else {
      unsafe rocksdb_options_destroy(options)
      throw .database(path: path, message: unsafe Self.take(error) ?? "it did not open")
    }
    unsafe handle = opened
  }

  deinit {
    unsafe rocksdb_close(handle)
    unsafe rocksdb_options_destroy(options)
  }

  /// Writes all memtables to disk and waits for it.
  func flush() throws(StorageError) {
    let flushOptions = unsafe rocksdb_flushoptions_create()
    defer { unsafe rocksdb_flushoptions_destroy(flushOptions) }
    unsafe rocksdb_flushoptions_set_wait(flushOptions, 1)
    var error: UnsafeMutablePointer<CChar>?
    unsafe rocksdb_flush(handle, flushOptions, &error)
    if let message = unsafe Self.take(error) { throw .database(path: path, message: message) }
  }

  /// Fails when RocksDB takes no writes any more, because something failed in its background: a compaction whose fsync did
  /// not succeed, say. RocksDB tells nobody until the next write, which on a quiet node may be long in coming. A compaction
  /// for which the disk was too full is tried again by RocksDB itself, and is no reason.
  func checkBackground() throws(StorageError) {
    var errorCount: UInt64 = 0
    let isKnown = unsafe rocksdb_property_int(handle, "rocksdb.background-errors", &errorCount) == 0
    guard isKnown, errorCount > 0 else { return }
    let writeOptions = unsafe rocksdb_writeoptions_create()
    defer { unsafe rocksdb_writeoptions_destroy(writeOptions) }
    unsafe rocksdb_writeoptions_disable_WAL(writeOptions, 1)
    // It is to be told at once: a stall is no failure.
    unsafe rocksdb_writeoptions_set_no_slowdown(writeOptions, 1)
    let nothing = unsafe rocksdb_writebatch_create()
    defer { unsafe rocksdb_writebatch_destroy(nothing) }
    var error: UnsafeMutablePointer<CChar>?
    unsafe rocksdb_write(handle, writeOptions, nothing, &error)
    if let message = unsafe Self.take(error), !message.hasPrefix("Result incomplete") {
      throw .database(path: path, message: message)
    }
  }

  /// About how many bytes of files the keys between two take; 0 where RocksDB cannot tell.
  func approximateByteCount(_ start: UnsafeRawBufferPointer, _ end: UnsafeRawBufferPointer) -> UInt64 {
    var first = unsafe start.baseAddress?.assumingMemoryBound(to: CChar.self)
    var limit = unsafe end.baseAddress?.assumingMemoryBound(to: CChar.self)
    var (firstCount, limitCount) = (start.count, end.count)
    var size: UInt64 = 0
    var error: UnsafeMutablePointer<CChar>?
    unsafe rocksdb_approximate_sizes(handle, 1, &first, &firstCount, &limit, &limitCount, &size, &error)
    return unsafe Self.take(error) == nil ? size : 0
  }

  /// Text that RocksDB says about itself.
  func text(_ name: String) -> String {
    guard let text = unsafe rocksdb_property_value(handle, name) else { return "" }
    defer { unsafe rocksdb_free(text) }
    return unsafe String(cString: text)
  }

  /// The message of a failed call, freed.
  static func take(_ error: UnsafeMutablePointer<CChar>?) -> String? {
    guard let error = unsafe error else { return nil }
    defer { unsafe rocksdb_free(error) }
    return unsafe String(cString: error)
  }
}
