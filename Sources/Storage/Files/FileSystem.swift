/// The part of a file system that the log and the data directory need. The seam at which tests put a disk that loses
/// power, fills up or fails. Paths are whole, with `/`. Any thread may call it.
protocol FileSystem: AnyObject, Sendable {
  /// Opens a file for durable writing and for reading; with `create`, makes it when it is missing.
  func open(_ path: String, create: Bool) throws(StorageError) -> any DurableFile
  /// Makes a small file with these bytes, durable itself but not yet its name. Nobody but its owner can read a private one.
  func write(_ bytes: [UInt8], toNewFile path: String, isPrivate: Bool) throws(StorageError)
  /// The bytes of a small file, at most 64 KiB of them; `nil` when there is none.
  func contents(_ path: String) throws(StorageError) -> [UInt8]?
  /// Renames, replacing what is there. Durable only after ``syncDirectory(_:)``.
  func rename(_ path: String, to newPath: String) throws(StorageError)
  func remove(_ path: String) throws(StorageError)
  func makeDirectory(_ path: String) throws(StorageError)
  /// Makes every creation, renaming and removal in the directory durable.
  func syncDirectory(_ path: String) throws(StorageError)
  /// The names in a directory, sorted; empty when there is no such directory.
  func list(_ path: String) throws(StorageError) -> [String]
  /// Bytes that this process may still allocate on the file system of `path`.
  func availableByteCount(_ path: String) throws(StorageError) -> UInt64
}

/// An open file. A write is on the device when it returns. Writes come from one thread at a time; reads from any.
protocol DurableFile: AnyObject, Sendable {
  /// Writes all bytes at `offset`. Address, count and offset are multiples of ``DiskPage/byteCount``.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(StorageError)
  /// Fills `bytes` from `offset` on; answers how many bytes there were before the end of the file.
  func read(into bytes: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(StorageError) -> Int
  /// Makes durable what an earlier process may have left in caches.
  func sync() throws(StorageError)
  func byteCount() throws(StorageError) -> UInt64
  func close() throws(StorageError)
}

/// The unit in which the log is written: a page of memory and of common devices. Acknowledged bytes are never in a page
/// that is written again.
package enum DiskPage {
  package static let byteCount = 4096

  static func roundedUp(_ count: Int) -> Int { (count + byteCount - 1) & ~(byteCount - 1) }
}
