import CRocksDB
import Glibc
import Testing

@testable import Storage

/// A folder of its own for one test, removed with it.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/holdfast-storage-XXXXXX".utf8CString)
    path = unsafe template.withUnsafeMutableBufferPointer { unsafe String(cString: mkdtemp($0.baseAddress!)) }
  }

  deinit { Self.remove(path) }

  private static func remove(_ path: String) {
    if let directory = unsafe opendir(path) {
      while let item = unsafe readdir(directory) {
        let name = unsafe withUnsafePointer(to: &item.pointee.d_name) {
          unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if name != "." && name != ".." { remove(path + "/" + name) }
      }
      unsafe closedir(directory)
    }
    unsafe Glibc.remove(path)
  }
}

extension TemporaryFolder {
  /// Copies the files of a running node: the log first, so that it is no older than the state. The state must keep its
  /// files meanwhile: ``Storage/StateDatabase/keepingFiles(_:)``.
  static func copy(_ from: String, to: String) throws {
    let files = PosixFileSystem()
    try files.makeDirectory(to)
    // What a database's manifest names is there before the manifest says so: copied first, it names nothing that is missed.
    let heads = try files.list(from).filter { $0 == "CURRENT" || $0.hasPrefix("MANIFEST-") }.sorted()
    for name in heads { try copyFile(from + "/" + name, to: to + "/" + name) }
    for name in try files.list(from) where name != "LOCK" && !heads.contains(name) {
      if name.hasPrefix("store-") || name == "log" || name == "state" {
        try copy(from + "/" + name, to: to + "/" + name)
      } else {
        try copyFile(from + "/" + name, to: to + "/" + name)
      }
    }
  }

  private static func copyFile(_ from: String, to: String) throws {
    guard let source = unsafe fopen(from, "r"), let target = unsafe fopen(to, "w") else {
      Issue.record("\(from) cannot be copied: the folder changed meanwhile")
      return
    }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe fread(&buffer, 1, buffer.count, source)
      if count == 0 { break }
      #expect(unsafe fwrite(buffer, 1, count, target) == count)
    }
    unsafe fclose(source)
    unsafe fclose(target)
  }
}

extension StateDatabase {
  /// Lets a flush or a compaction that is under way delete no file while `body` copies them one by one.
  func keepingFiles(_ body: () throws -> Void) throws {
    var error: UnsafeMutablePointer<CChar>?
    unsafe rocksdb_disable_file_deletions(database.handle, &error)
    try #require(unsafe RocksDatabase.take(error) == nil)
    defer {
      unsafe rocksdb_enable_file_deletions(database.handle, 0, &error)
      #expect(unsafe RocksDatabase.take(error) == nil)
    }
    try body()
  }
}
